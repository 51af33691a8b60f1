#include "accounts/passkey.h"

#include "accounts/cbor.h"
#include "base/hash.h"
#include "base/json.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>

/* authenticatorData, WebAuthn section 6.1: hash of the rp, flags, counter, then what flags
 * announce. */
enum {
    FLAGS_AT = SK_SHA256,
    COUNT_AT = FLAGS_AT + 1,
    HEAD = COUNT_AT + 4,
    PRESENT = 0x01,
    VERIFIED = 0x04,
    SYNCABLE = 0x08,
    HAS_KEY = 0x40,
    HAS_EXTENSIONS = 0x80,
    MAKER = 16, /* bytes of the AAGUID, before the id's length */
};

/* --- what libfido2 frees --- */

static void
cred_close(fido_cred_t **cred)
{
    fido_cred_free(cred);
}

static void
assert_close(fido_assert_t **assertion)
{
    fido_assert_free(assertion);
}

/* --- keys: a row for each algorithm --- */

static int
es256_verify(const fido_assert_t *assertion, sk_str key)
{
    es256_pk_t *pk = es256_pk_new();
    int status = pk ? es256_pk_from_ptr(pk, key.p, key.n) : FIDO_ERR_INTERNAL;

    if (status == FIDO_OK) status = fido_assert_verify(assertion, 0, COSE_ES256, pk);
    es256_pk_free(&pk);
    return status;
}

static int
eddsa_verify(const fido_assert_t *assertion, sk_str key)
{
    eddsa_pk_t *pk = eddsa_pk_new();
    int status = pk ? eddsa_pk_from_ptr(pk, key.p, key.n) : FIDO_ERR_INTERNAL;

    if (status == FIDO_OK) status = fido_assert_verify(assertion, 0, COSE_EDDSA, pk);
    eddsa_pk_free(&pk);
    return status;
}

static int
rs256_verify(const fido_assert_t *assertion, sk_str key)
{
    rs256_pk_t *pk = rs256_pk_new();
    int status = pk ? rs256_pk_from_ptr(pk, key.p, key.n) : FIDO_ERR_INTERNAL;

    if (status == FIDO_OK) status = fido_assert_verify(assertion, 0, COSE_RS256, pk);
    rs256_pk_free(&pk);
    return status;
}

static const struct {
    int cose;
    int (*verify)(const fido_assert_t *, sk_str key);
} algorithms[] = {
    { COSE_EDDSA, eddsa_verify },
    { COSE_ES256, es256_verify },
    { COSE_RS256, rs256_verify },
};
enum { ALGORITHMS = sizeof algorithms / sizeof *algorithms };

const int accounts_passkey_algorithms[] = { COSE_EDDSA, COSE_ES256, COSE_RS256, 0 };

/* --- what the browser says about itself --- */

static sk_err
decode(sk_str *bytes, sk_arena *mem, sk_str text, size_t most, const char *what)
{
    if (text.n > most * 2 || !sk_unbase64url(mem, bytes, text) || !bytes->n || bytes->n > most)
        return sk_fail(SK_BAD, "%s: not base64url of 1 to %zu bytes", what, most);
    return sk_ok();
}

/* Section 5.8.1. The challenge is compared as text, since there is one text for one value. */
static sk_err
client_check(const struct accounts_passkey_ask *ask, sk_str bytes, sk_str type)
{
    DEFER(sk_json_close) sk_json *json = NULL;

    TRY(sk_json_read(&json, bytes));
    if (!sk_str_eq(sk_json_get_str(json, "type"), type))
        return sk_fail(SK_DENIED, "clientDataJSON: of another type");
    if (!ask->challenge.n || !sk_str_eq_secret(sk_json_get_str(json, "challenge"), ask->challenge))
        return sk_fail(SK_DENIED, "clientDataJSON: another challenge");
    if (!sk_str_eq(sk_json_get_str(json, "origin"), ask->origin))
        return sk_fail(SK_DENIED, "clientDataJSON: another origin");
    if (sk_json_get(json, "topOrigin") || sk_json_get_bool(json, "crossOrigin", false))
        return sk_fail(SK_DENIED, "clientDataJSON: from within another site's page");
    return sk_ok();
}

static sk_err
client_read(unsigned char digest[SK_SHA256], sk_arena *mem, const struct accounts_passkey_ask *ask,
            sk_str text, sk_str type)
{
    sk_str bytes;

    TRY(decode(&bytes, mem, text, ACCOUNTS_PASSKEY_CLIENT_MAX, "clientDataJSON"));
    TRY(client_check(ask, bytes, type));
    sk_sha256(digest, bytes);
    return sk_ok();
}

/* --- what the authenticator says --- */

static unsigned
flags_of(sk_str data)
{
    return (unsigned char)data.p[FLAGS_AT];
}

static uint32_t
count_of(sk_str data)
{
    uint32_t count = 0;

    for (int i = 0; i < 4; i++)
        count = count << 8 | (unsigned char)data.p[COUNT_AT + i];
    return count;
}

/* What follows the head, section 6.5.2: maker, id and key as flags announce, extensions, nothing
 * else. libfido2 reads it again for its meaning; but its libcbor reserves whatever room a broken
 * item claims to need, gigabytes of it, so nothing reaches it that was not measured here. */
static bool
tail_fits(sk_str data)
{
    unsigned flags = flags_of(data);
    sk_str rest = sk_str_from(data, HEAD), item;

    if (flags & HAS_KEY) {
        if (rest.n < MAKER + 2) return false;
        size_t id = (size_t)(unsigned char)rest.p[MAKER] << 8 | (unsigned char)rest.p[MAKER + 1];
        rest = sk_str_from(rest, MAKER + 2);
        if (!id || id > ACCOUNTS_PASSKEY_ID_MAX || id > rest.n) return false;
        rest = sk_str_from(rest, id);
        if (!accounts_cbor_item(&item, &rest)) return false;
    }
    if (flags & HAS_EXTENSIONS && !accounts_cbor_item(&item, &rest)) return false;
    return rest.n == 0;
}

static sk_err
data_check(const struct accounts_passkey_ask *ask, sk_str data)
{
    unsigned char digest[SK_SHA256];

    if (data.n < HEAD || !tail_fits(data))
        return sk_fail(SK_BAD, "authenticatorData: not of its form");
    sk_sha256(digest, ask->rp);
    if (memcmp(data.p, digest, sizeof digest) != 0)
        return sk_fail(SK_DENIED, "authenticatorData: for another site");
    if (!(flags_of(data) & PRESENT))
        return sk_fail(SK_DENIED, "authenticatorData: nobody was present");
    if (ask->verified && !(flags_of(data) & VERIFIED))
        return sk_fail(SK_DENIED, "authenticatorData: nobody was verified");
    return sk_ok();
}

struct attestation {
    sk_str format, statement, data; /* borrowed; the statement as its CBOR */
};

static bool
attestation_pair(struct attestation *a, sk_str *rest)
{
    sk_str key;

    if (!accounts_cbor_text(&key, rest)) return false;
    if (sk_str_eq(key, SK_STR("fmt")) && !a->format.p) return accounts_cbor_text(&a->format, rest);
    if (sk_str_eq(key, SK_STR("attStmt")) && !a->statement.p)
        return accounts_cbor_item(&a->statement, rest);
    return sk_str_eq(key, SK_STR("authData")) && !a->data.p && accounts_cbor_bytes(&a->data, rest);
}

/* Section 6.5.4: a map of three, each once, and nothing behind it. */
static sk_err
attestation_read(struct attestation *a, sk_str bytes)
{
    size_t pairs;
    bool good = accounts_cbor_map(&pairs, &bytes) && pairs == 3;

    for (size_t i = 0; good && i < pairs; i++)
        good = attestation_pair(a, &bytes);
    if (!good || bytes.n) return sk_fail(SK_BAD, "attestationObject: not of its form");
    return sk_ok();
}

/* libfido2 reads the key only when it knows its algorithm: it is tried with each. */
static sk_err
cred_read(fido_cred_t **cred, const struct accounts_passkey_ask *ask, const unsigned char *digest,
          sk_str data)
{
    for (size_t i = 0; i < ALGORITHMS; i++) {
        fido_cred_t *made = fido_cred_new();
        if (made && fido_cred_set_type(made, algorithms[i].cose) == FIDO_OK &&
            fido_cred_set_rp(made, ask->rp.p, NULL) == FIDO_OK &&
            fido_cred_set_clientdata_hash(made, digest, SK_SHA256) == FIDO_OK &&
            fido_cred_set_authdata_raw(made, (const unsigned char *)data.p, data.n) == FIDO_OK) {
            *cred = made;
            return sk_ok();
        }
        fido_cred_free(&made);
    }
    return sk_fail(SK_BAD, "authenticatorData: no key of an algorithm that we know");
}

static sk_err
none_check(fido_cred_t *cred, sk_str statement)
{
    (void)cred;
    return sk_str_eq(statement, SK_STR("\xa0"))
               ? sk_ok()
               : sk_fail(SK_BAD, "attStmt: not empty though its format is none");
}

/* Section 8.2: signed by a certificate's key, or by the new key itself. Whose certificate it is
 * does not matter to us. */
static sk_err
packed_check(fido_cred_t *cred, sk_str statement)
{
    if (fido_cred_set_fmt(cred, "packed") != FIDO_OK ||
        fido_cred_set_attstmt(cred, (const unsigned char *)statement.p, statement.n) != FIDO_OK)
        return sk_fail(SK_BAD, "attStmt: not of its form");
    int status = fido_cred_x5c_ptr(cred) ? fido_cred_verify(cred) : fido_cred_verify_self(cred);
    return status == FIDO_OK ? sk_ok() : sk_fail(SK_DENIED, "attStmt: %s", fido_strerr(status));
}

static const struct {
    const char *name;
    sk_err (*check)(fido_cred_t *, sk_str statement);
} formats[] = { { "none", none_check }, { "packed", packed_check } };

static sk_err
statement_check(fido_cred_t *cred, const struct attestation *a)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (sk_str_eq(a->format, sk_str_of(formats[i].name)))
            return formats[i].check(cred, a->statement);
    return sk_fail(SK_DENIED, "attestationObject: a format that we did not ask for");
}

sk_err
accounts_passkey_register(struct accounts_passkey *made, sk_arena *mem,
                          const struct accounts_passkey_ask *ask, sk_str client, sk_str attestation)
{
    DEFER(cred_close) fido_cred_t *cred = NULL;
    unsigned char digest[SK_SHA256];
    struct accounts_passkey_ask asked = *ask; /* its rp with a zero behind it */
    struct attestation a = { 0 };
    sk_str bytes;

    asked.rp = (sk_str){ sk_str_zcopy(mem, ask->rp), ask->rp.n };
    TRY(client_read(digest, mem, &asked, client, SK_STR("webauthn.create")));
    TRY(decode(&bytes, mem, attestation, ACCOUNTS_PASSKEY_ATTESTATION_MAX, "attestationObject"));
    TRY(attestation_read(&a, bytes));
    TRY(data_check(&asked, a.data));
    if (!(flags_of(a.data) & HAS_KEY)) return sk_fail(SK_BAD, "authenticatorData: no key");
    TRY(cred_read(&cred, &asked, digest, a.data));
    TRY(statement_check(cred, &a));
    sk_str id = { (const char *)fido_cred_id_ptr(cred), fido_cred_id_len(cred) };
    sk_str key = { (const char *)fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred) };
    if (!id.n || !key.n) return sk_fail(SK_BROKEN, "libfido2 read neither id nor key");
    *made = (struct accounts_passkey){
        .id = sk_base64url(mem, id),
        .algorithm = fido_cred_type(cred),
        .key = sk_base64url(mem, key),
        .count = count_of(a.data),
        .synced = flags_of(a.data) & SYNCABLE,
    };
    return sk_ok();
}

/* --- signing in --- */

static sk_err
assert_make(fido_assert_t **assertion, const struct accounts_passkey_ask *ask,
            const unsigned char *digest, sk_str data, sk_str signature)
{
    fido_assert_t *a = *assertion = fido_assert_new();

    if (!a || fido_assert_set_count(a, 1) != FIDO_OK)
        return sk_fail(SK_BROKEN, "libfido2 has no memory");
    if (fido_assert_set_clientdata_hash(a, digest, SK_SHA256) != FIDO_OK ||
        fido_assert_set_rp(a, ask->rp.p) != FIDO_OK ||
        fido_assert_set_up(a, FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(a, ask->verified ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) != FIDO_OK ||
        fido_assert_set_authdata_raw(a, 0, (const unsigned char *)data.p, data.n) != FIDO_OK ||
        fido_assert_set_sig(a, 0, (const unsigned char *)signature.p, signature.n) != FIDO_OK)
        return sk_fail(SK_BAD, "authenticatorData: not of its form");
    return sk_ok();
}

static sk_err
assert_verify(const fido_assert_t *assertion, sk_arena *mem, const struct accounts_passkey *known)
{
    sk_str key;

    if (!sk_unbase64url(mem, &key, known->key)) return sk_fail(SK_BROKEN, "a stored key is broken");
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].cose == known->algorithm)
            return algorithms[i].verify(assertion, key) == FIDO_OK
                       ? sk_ok()
                       : sk_fail(SK_DENIED, "a passkey's signature is wrong");
    return sk_fail(SK_BROKEN, "a stored key is of algorithm %d", known->algorithm);
}

sk_err
accounts_passkey_prove(struct accounts_passkey_proof *proof, sk_arena *mem,
                       const struct accounts_passkey_ask *ask, const struct accounts_passkey *known,
                       const struct accounts_passkey_answer *answer)
{
    DEFER(assert_close) fido_assert_t *assertion = NULL;
    unsigned char digest[SK_SHA256];
    struct accounts_passkey_ask asked = *ask; /* its rp with a zero behind it */
    sk_str data, signature;

    asked.rp = (sk_str){ sk_str_zcopy(mem, ask->rp), ask->rp.n };
    TRY(client_read(digest, mem, &asked, answer->client, SK_STR("webauthn.get")));
    TRY(decode(&data, mem, answer->data, ACCOUNTS_PASSKEY_DATA_MAX, "authenticatorData"));
    TRY(decode(&signature, mem, answer->signature, ACCOUNTS_PASSKEY_SIGNATURE_MAX, "signature"));
    TRY(data_check(&asked, data));
    TRY(assert_make(&assertion, &asked, digest, data, signature));
    TRY(assert_verify(assertion, mem, known));
    uint32_t count = count_of(data);
    if ((count || known->count) && count <= known->count)
        return sk_fail(SK_DENIED, "a passkey's counter has not grown: somebody has copied it");
    *proof = (struct accounts_passkey_proof){ count, flags_of(data) & VERIFIED };
    return sk_ok();
}
