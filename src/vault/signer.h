/* The key that signs exports: Ed25519, STATE/vault/export.key, made at the first start. */
#ifndef SK_VAULT_SIGNER_H
#define SK_VAULT_SIGNER_H

#include "base/sign.h"

struct vault_signer {
    unsigned char seed[SK_SIGN_SEED], public[SK_SIGN_PUBLIC];
};

/* SK_BROKEN: the file cannot be read or made, or is no key. */
sk_err vault_signer_open(struct vault_signer *signer, sk_arena *mem, const char *state) SK_CHECKED;

#endif
