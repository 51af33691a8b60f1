/* The accounts key and all that is made with it: sealed texts (addresses, secrets of
 * authenticators), keyed indexes, keyed hashes of codes and passwords. Until the vault stands the
 * key is a file that the accounts' process alone may read; a stolen accounts.db is worth nothing
 * without it.
 *
 * The file has a line for each key, "NUMBER 64-HEX-DIGITS\n", the newest last: the newest seals,
 * all open. So a key is changed by adding a line, sealing again what bears an older number, and
 * removing the older line (rekey.h does). Each use has a subkey of its own (HKDF-SHA-256, RFC
 * 5869).
 *
 * A sealed text is base64url of
 *     1 | key number (4) | salt (24) | ciphertext | tag (16)
 * under AES-256-GCM with key and nonce both derived from the salt, which is random for each text: a
 * derived key seals one text only. So nobody needs to count how often a key was used: salts of 192
 * bits do not meet, where GCM's own random nonces of 96 bits would bound a key to 2^32 texts (NIST
 * SP 800-38D, 8.3). HMAC, SHA-256, AES and GCM are on the CRYPTREC list. */
#ifndef SK_ACCOUNTS_SEAL_H
#define SK_ACCOUNTS_SEAL_H

#include "base/str.h"

enum {
    ACCOUNTS_KEYS_MAX = 8,        /* lines of the file */
    ACCOUNTS_SEALED_MAX = 4096,   /* bytes of a text that is sealed */
    ACCOUNTS_KEYED = 32,          /* bytes of a keyed hash */
    ACCOUNTS_KEYED_PARTS_MAX = 8, /* pieces of what is hashed */
};

/* What a subkey is for. The names in seal.c are part of what is stored: rows may be added, never
 * changed. */
enum accounts_use {
    ACCOUNTS_USE_SEAL,
    ACCOUNTS_USE_INDEX,    /* finding an account by its address */
    ACCOUNTS_USE_PEPPER,   /* passwords */
    ACCOUNTS_USE_RECOVERY, /* recovery codes */
    ACCOUNTS_USE_CODE,     /* one-time codes by mail and SMS */
    ACCOUNTS_USE_LINK,     /* links of one use, challenges */
    ACCOUNTS_USES
};

/* What a value belongs to: one that was moved to another row, account or kind does not open. */
struct accounts_bound {
    sk_str kind; /* "email", "totp" ...: static names of ours */
    sk_str realm, tenant, account;
};

struct accounts_keys;

/* Reads the file; makes it with one key (mode 0600, on disk before it is used) when it is missing.
 * SK_DENIED when others may read it, SK_BROKEN with path and line when it is not of the form.
 * Yours: accounts_keys_free, which wipes. The keys are kept out of core dumps; many threads may use
 * them. */
sk_err accounts_keys_open(struct accounts_keys **keys, const char *path) SK_CHECKED;
void accounts_keys_free(struct accounts_keys *keys);
void accounts_keys_close(struct accounts_keys **keys); /* for DEFER */
/* Adds a new key to the file, which becomes the newest one at the next opening or reload. */
sk_err accounts_keys_add(const char *path) SK_CHECKED;
/* Takes a key out of the file and writes over what the file was; not the newest one (SK_DENIED). */
sk_err accounts_keys_drop(const char *path, uint32_t number) SK_CHECKED;
/* Takes over what the file has now, while other threads use the keys. */
sk_err accounts_keys_reload(struct accounts_keys *keys, const char *path) SK_CHECKED;

uint32_t accounts_keys_newest(const struct accounts_keys *keys);
/* The keys' numbers, newest first; returns how many. */
size_t accounts_keys_numbers(uint32_t numbers[ACCOUNTS_KEYS_MAX], const struct accounts_keys *keys);

/* Seals with the newest key. SK_FULL above ACCOUNTS_SEALED_MAX bytes. */
sk_err accounts_seal(sk_str *sealed, sk_arena *mem, const struct accounts_keys *keys,
                     const struct accounts_bound *bound, sk_str text) SK_CHECKED;
/* SK_DENIED: changed, cut, or bound to something else; SK_MISSING: sealed with a key that is gone.
 */
sk_err accounts_unseal(sk_str *text, sk_arena *mem, const struct accounts_keys *keys,
                       const struct accounts_bound *bound, sk_str sealed) SK_CHECKED;
/* The number of the key that sealed it; 0: it is no sealed text. */
uint32_t accounts_sealed_by(sk_str sealed);

/* HMAC-SHA-256 over the parts, each with its length before it, under the subkey of `use` of the key
 * `number`. SK_MISSING when that key is gone. */
sk_err accounts_keyed(unsigned char out[ACCOUNTS_KEYED], const struct accounts_keys *keys,
                      enum accounts_use use, uint32_t number, const sk_str *parts,
                      size_t count) SK_CHECKED;

/* The same as a text that stores keep and find: "NUMBER.base64url", and the number in it (0: none).
 */
sk_err accounts_keyed_text(sk_str *text, sk_arena *mem, const struct accounts_keys *keys,
                           enum accounts_use use, uint32_t number, const sk_str *parts,
                           size_t count) SK_CHECKED;
uint32_t accounts_keyed_by(sk_str text);

/* What an address is found by: "NUMBER.base64url" of the keyed hash of its one spelling
 * (address.h), bound to kind, realm and tenant (the account is what is looked for). */
sk_err accounts_index(sk_str *index, sk_arena *mem, const struct accounts_keys *keys,
                      uint32_t number, const struct accounts_bound *bound, sk_str same) SK_CHECKED;

#endif
