/* Passkeys: what a browser's navigator.credentials.create() and .get() answered, checked by W3C Web
 * Authentication level 3, sections 7.1 and 7.2. Signatures and keys are libfido2's; what is around
 * them is read here, strictly. Pure: the challenge comes from a link (link.h: random, of one use,
 * expiring), rows are the store's.
 *
 * Attestation is not asked for: which maker's authenticator it is does not matter to us, and people
 * need not tell. "none" is enough; a "packed" one must be right; other formats are refused. */
#ifndef SK_ACCOUNTS_PASSKEY_H
#define SK_ACCOUNTS_PASSKEY_H

#include "base/str.h"

enum {
    ACCOUNTS_PASSKEY_CLIENT_MAX = 2048,      /* bytes of clientDataJSON */
    ACCOUNTS_PASSKEY_ATTESTATION_MAX = 8192, /* of attestationObject */
    ACCOUNTS_PASSKEY_DATA_MAX = 2048,        /* of authenticatorData */
    ACCOUNTS_PASSKEY_SIGNATURE_MAX = 1024,
    ACCOUNTS_PASSKEY_ID_MAX = 1023, /* of a credential's id, WebAuthn section 4 */
    ACCOUNTS_PASSKEYS_MAX = 16,     /* of one account */
};

/* What we asked for. */
struct accounts_passkey_ask {
    sk_str rp;        /* our host's name without port: what the passkey is for */
    sk_str origin;    /* "https://shop.example.jp:8443", exactly */
    sk_str challenge; /* as it was sent: base64url */
    bool verified;    /* a PIN, finger or face must have been asked for (UV) */
};

/* A passkey as the store keeps it. */
struct accounts_passkey {
    sk_str id;      /* base64url */
    int algorithm;  /* COSE: -7 ES256, -8 EdDSA, -257 RS256 */
    sk_str key;     /* the public key, base64url of libfido2's form */
    uint32_t count; /* of signatures; 0: it does not count */
    bool synced;    /* it may be on several devices (BE) */
};

/* What a sign-in with one has shown. */
struct accounts_passkey_proof {
    uint32_t count; /* to be stored */
    bool verified;  /* who holds it has also proven to be who unlocked it: two factors */
};

/* COSE numbers of what we take, best first, for the page's pubKeyCredParams. Ends with 0. */
extern const int accounts_passkey_algorithms[];

/* The answer to a creation; texts are base64url as the page sends them. SK_BAD: not of the form;
 * SK_DENIED: of the form, and not what was asked for. */
sk_err accounts_passkey_register(struct accounts_passkey *made, sk_arena *mem,
                                 const struct accounts_passkey_ask *ask, sk_str client,
                                 sk_str attestation) SK_CHECKED;

struct accounts_passkey_answer {
    sk_str client, data, signature; /* base64url */
};

/* The answer to a sign-in with a known passkey. Errors as above; SK_DENIED also when its counter
 * has not grown, which means that somebody has copied it. */
sk_err accounts_passkey_prove(struct accounts_passkey_proof *proof, sk_arena *mem,
                              const struct accounts_passkey_ask *ask,
                              const struct accounts_passkey *known,
                              const struct accounts_passkey_answer *answer) SK_CHECKED;

#endif
