/* What a browser answers about passkeys: read to its end or refused, and never proven without the
 * key. The input is clientDataJSON, a zero byte, then attestationObject or authenticatorData. */
#include "accounts/cbor.h"
#include "accounts/passkey.h"
#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct accounts_passkey_ask ask = {
    .rp = SK_STR("shop.example.jp"),
    .origin = SK_STR("https://shop.example.jp"),
    .challenge = SK_STR("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
};

/* RFC 8032, 7.1, test 1: a public key whose secret is known, but not to the fuzzer. */
static const struct accounts_passkey known = {
    .id = SK_STR("AAECAwQFBgcICQoLDA0ODw"),
    .algorithm = -8,
    .key = SK_STR("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
};

static void
cbor_check(sk_str bytes)
{
    sk_str rest = bytes, item;

    while (rest.n && accounts_cbor_item(&item, &rest))
        if (item.p + item.n != rest.p || !item.n) __builtin_trap();
}

static void
register_check(sk_arena *mem, sk_str client, sk_str attestation)
{
    struct accounts_passkey made = { 0 };
    sk_str id;

    if (sk_failed(accounts_passkey_register(&made, mem, &ask, client, attestation))) return;
    if (!sk_unbase64url(mem, &id, made.id) || !id.n || id.n > ACCOUNTS_PASSKEY_ID_MAX)
        __builtin_trap();
}

static void
prove_check(sk_arena *mem, sk_str client, sk_str data, sk_str signature)
{
    struct accounts_passkey_answer answer = { client, data, signature };
    struct accounts_passkey_proof proof;

    if (!sk_failed(accounts_passkey_prove(&proof, mem, &ask, &known, &answer))) __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str rest = { (const char *)data, size }, client;

    sk_str_cut(&client, &rest, 0);
    cbor_check(rest);
    sk_str head = sk_base64url(mem, client), body = sk_base64url(mem, rest);
    register_check(mem, head, body);
    prove_check(mem, head, body,
                sk_base64url(mem, sk_str_from(rest, rest.n < 64 ? 0 : rest.n - 64)));
    sk_arena_free(mem);
    return 0;
}
