#include "accounts/passkey.h"

#include "base/hash.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* An authenticator in software, whose answers the tests change. */
enum { PRESENT = 0x01, VERIFIED = 0x04, SYNCABLE = 0x08, HAS_KEY = 0x40 };

struct authenticator {
    sk_arena *mem;
    int cose;
    EVP_PKEY *key;
    uint32_t count;
    unsigned flags;
    const char *rp;
    sk_str client; /* clientDataJSON that the browser made */
};

#define CHALLENGE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const struct accounts_passkey_ask ask = {
    .rp = SK_STR("shop.example.jp"),
    .origin = SK_STR("https://shop.example.jp:8443"),
    .challenge = SK_STR(CHALLENGE),
    .verified = true,
};

#define CLIENT(type)                                                                               \
    SK_STR("{\"type\":\"webauthn." type "\",\"challenge\":\"" CHALLENGE "\","                      \
           "\"origin\":\"https://shop.example.jp:8443\",\"crossOrigin\":false,"                    \
           "\"other_keys_can_be_added_here\":1}")

static EVP_PKEY *
key_new(int cose)
{
    if (cose == -7) return EVP_EC_gen("P-256");
    return cose == -8 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") : EVP_RSA_gen(2048);
}

static struct authenticator
authenticator_new(sk_arena *mem, int cose)
{
    struct authenticator a = {
        .mem = mem,
        .cose = cose,
        .key = key_new(cose),
        .count = 1,
        .flags = PRESENT | VERIFIED | SYNCABLE | HAS_KEY,
        .rp = "shop.example.jp",
        .client = CLIENT("create"),
    };
    assert_non_null(a.key);
    return a;
}

static void
put_hex(struct sk_buf *out, const char *hex)
{
    sk_str bytes;
    assert_true(sk_unhex(out->mem, &bytes, sk_str_of(hex)));
    sk_buf_add(out, bytes);
}

static void
put_point(struct sk_buf *out, EVP_PKEY *key)
{
    unsigned char point[65];
    size_t n;
    assert_int_equal(
        EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n), 1);
    /* {1: 2, 3: -7, -1: 1, -2: x, -3: y} */
    put_hex(out, "a5010203262001215820");
    sk_buf_add(out, (sk_str){ (char *)point + 1, 32 });
    put_hex(out, "225820");
    sk_buf_add(out, (sk_str){ (char *)point + 33, 32 });
}

static void
put_edwards(struct sk_buf *out, EVP_PKEY *key)
{
    unsigned char raw[32];
    size_t n = sizeof raw;
    assert_int_equal(EVP_PKEY_get_raw_public_key(key, raw, &n), 1);
    put_hex(out, "a4010103272006215820");
    sk_buf_add(out, (sk_str){ (char *)raw, n });
}

static void
put_rsa(struct sk_buf *out, EVP_PKEY *key)
{
    BIGNUM *n = NULL;
    unsigned char bytes[256];
    assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n), 1);
    assert_int_equal(BN_bn2binpad(n, bytes, sizeof bytes), 256);
    BN_free(n);
    put_hex(out, "a401030339010020590100");
    sk_buf_add(out, (sk_str){ (char *)bytes, sizeof bytes });
    put_hex(out, "2143010001");
}

static sk_str
data_of(const struct authenticator *a)
{
    struct sk_buf out = { .mem = a->mem };
    unsigned char digest[SK_SHA256];
    sk_sha256(digest, sk_str_of(a->rp));
    sk_buf_add(&out, (sk_str){ (char *)digest, sizeof digest });
    sk_buf_byte(&out, (char)a->flags);
    for (int i = 24; i >= 0; i -= 8)
        sk_buf_byte(&out, (char)(a->count >> i));
    if (!(a->flags & HAS_KEY)) return sk_buf_str(&out);
    put_hex(&out, "00000000000000000000000000000000" /* no maker */ "0010"
                  "000102030405060708090a0b0c0d0e0f");
    if (a->cose == -7) put_point(&out, a->key);
    if (a->cose == -8) put_edwards(&out, a->key);
    if (a->cose == -257) put_rsa(&out, a->key);
    return sk_buf_str(&out);
}

static sk_str
signature_of(const struct authenticator *a, sk_str data)
{
    struct sk_buf text = { .mem = a->mem };
    unsigned char digest[SK_SHA256], *out = sk_alloc(a->mem, 512);
    size_t n = 512;
    sk_sha256(digest, a->client);
    sk_buf_add(&text, data);
    sk_buf_add(&text, (sk_str){ (char *)digest, sizeof digest });
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    const EVP_MD *md = a->cose == -8 ? NULL : EVP_sha256();
    assert_int_equal(EVP_DigestSignInit(c, NULL, md, NULL, a->key), 1);
    assert_int_equal(EVP_DigestSign(c, out, &n, (unsigned char *)text.p, text.n), 1);
    EVP_MD_CTX_free(c);
    return (sk_str){ (char *)out, n };
}

static void
put_bytes(struct sk_buf *out, sk_str bytes)
{
    sk_buf_byte(out, 0x59);
    sk_buf_byte(out, (char)(bytes.n >> 8));
    sk_buf_byte(out, (char)bytes.n);
    sk_buf_add(out, bytes);
}

/* {"fmt": "none", "attStmt": {}, "authData": ...} */
static sk_str
attestation_of(const struct authenticator *a)
{
    struct sk_buf out = { .mem = a->mem };
    sk_buf_add(&out, SK_STR("\xa3\x63"
                            "fmt\x64none\x67"
                            "attStmt\xa0\x68"
                            "authData"));
    sk_str data = data_of(a);
    if (data.n < 256) { /* the shortest head */
        sk_buf_byte(&out, 0x58);
        sk_buf_byte(&out, (char)data.n);
        sk_buf_add(&out, data);
    } else
        put_bytes(&out, data);
    return sk_buf_str(&out);
}

/* Signed by the new key itself: {"alg": -7, "sig": ...} */
static sk_str
packed_of(const struct authenticator *a, bool broken)
{
    struct sk_buf out = { .mem = a->mem };
    sk_str data = data_of(a), signature = signature_of(a, data);
    if (broken) ((char *)signature.p)[signature.n - 1] ^= 1;
    sk_buf_add(&out, SK_STR("\xa3\x63"
                            "fmt\x66packed\x67"
                            "attStmt\xa2\x63"
                            "alg\x26\x63"
                            "sig"));
    sk_buf_byte(&out, 0x58);
    sk_buf_byte(&out, (char)signature.n);
    sk_buf_add(&out, signature);
    sk_buf_add(&out, SK_STR("\x68"
                            "authData"));
    sk_buf_byte(&out, 0x58);
    sk_buf_byte(&out, (char)data.n);
    sk_buf_add(&out, data);
    return sk_buf_str(&out);
}

static sk_err
register_bytes(struct accounts_passkey *made, const struct authenticator *a, sk_str attestation)
{
    return accounts_passkey_register(made, a->mem, &ask, sk_base64url(a->mem, a->client),
                                     sk_base64url(a->mem, attestation));
}

static sk_err
prove(struct accounts_passkey_proof *proof, const struct authenticator *a,
      const struct accounts_passkey *known)
{
    sk_str data = data_of(a);
    struct accounts_passkey_answer answer = { sk_base64url(a->mem, a->client),
                                              sk_base64url(a->mem, data),
                                              sk_base64url(a->mem, signature_of(a, data)) };
    return accounts_passkey_prove(proof, a->mem, &ask, known, &answer);
}

/* Registers and then stands ready for a sign-in. */
static struct accounts_passkey
known_of(struct authenticator *a)
{
    struct accounts_passkey made;
    sk_err e = register_bytes(&made, a, attestation_of(a));
    if (sk_failed(e)) fail_msg("%d: %s", a->cose, e.why);
    a->client = CLIENT("get");
    a->flags = PRESENT | VERIFIED;
    a->count++;
    return made;
}

static void
passkey__is_registered_and_proven_with_each_algorithm(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (const int *cose = accounts_passkey_algorithms; *cose; cose++) {
        struct authenticator a = authenticator_new(mem, *cose);
        struct accounts_passkey known = known_of(&a);
        struct accounts_passkey_proof proof;
        assert_true(sk_str_eq(known.id, SK_STR("AAECAwQFBgcICQoLDA0ODw")));
        assert_true(known.algorithm == *cose && known.count == 1 && known.synced);
        sk_err e = prove(&proof, &a, &known);
        if (sk_failed(e)) fail_msg("%d: %s", *cose, e.why);
        assert_true(proof.verified && proof.count == 2);
        EVP_PKEY_free(a.key);
    }
}

static void
registration__takes_a_packed_statement_only_when_it_is_right(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct authenticator a = authenticator_new(mem, -7);
    struct accounts_passkey made;
    sk_err e = register_bytes(&made, &a, packed_of(&a, false));
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_int_equal(register_bytes(&made, &a, packed_of(&a, true)).kind, SK_DENIED);
    EVP_PKEY_free(a.key);
}

#define OURS  ",\"origin\":\"https://shop.example.jp:8443\""
#define ASKED ",\"challenge\":\"" CHALLENGE "\""

/* {"type":"KIND.create" REST */
static const struct {
    const char *what, *kind, *rest;
    enum sk_kind fault;
} clients[] = {
    { "another type", "payment", ASKED OURS "}", SK_DENIED },
    { "another challenge", "webauthn",
      ",\"challenge\":\"BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"" OURS "}", SK_DENIED },
    { "no challenge", "webauthn", OURS "}", SK_DENIED },
    { "another origin", "webauthn", ASKED ",\"origin\":\"https://shop.example.jp\"}", SK_DENIED },
    { "an origin that begins alike", "webauthn",
      ASKED ",\"origin\":\"https://shop.example.jp:8443.evil.example\"}", SK_DENIED },
    { "no origin", "webauthn", ASKED "}", SK_DENIED },
    { "a frame", "webauthn", ASKED OURS ",\"crossOrigin\":true}", SK_DENIED },
    { "a frame by its top", "webauthn", ASKED OURS ",\"topOrigin\":\"https://evil.example\"}",
      SK_DENIED },
    { "a key twice", "webauthn", ASKED ",\"origin\":\"https://evil.example\"" OURS "}", SK_BAD },
    { "no JSON", "webauthn", ASKED OURS, SK_BAD },
};

static sk_str
client_of(sk_arena *mem, size_t i, const char *type)
{
    return sk_str_printf(mem, "{\"type\":\"%s.%s\"%s", clients[i].kind, type, clients[i].rest);
}

static void
both__refuse_what_another_page_made(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct authenticator a = authenticator_new(mem, -7);
    struct accounts_passkey made;
    struct accounts_passkey_proof proof;
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        struct authenticator other = a;
        other.client = client_of(mem, i, "create");
        if (register_bytes(&made, &other, attestation_of(&other)).kind != clients[i].fault)
            fail_msg("registration: %s", clients[i].what);
    }
    struct accounts_passkey known = known_of(&a);
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        struct authenticator other = a;
        other.client = client_of(mem, i, "get");
        if (prove(&proof, &other, &known).kind != clients[i].fault)
            fail_msg("sign-in: %s", clients[i].what);
    }
    a.client = CLIENT("create"); /* of the other ceremony */
    assert_int_equal(prove(&proof, &a, &known).kind, SK_DENIED);
    EVP_PKEY_free(a.key);
}

static void
both__refuse_another_site_and_nobody(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct authenticator a = authenticator_new(mem, -7), b;
    struct accounts_passkey made;
    struct accounts_passkey_proof proof;
    static const unsigned lacking[] = { HAS_KEY | VERIFIED, HAS_KEY | PRESENT };
    for (int step = 0; step < 2; step++) {
        struct accounts_passkey known = { 0 };
        if (step) known = known_of(&a);
        for (int i = 0; i < 3; i++) {
            b = a;
            if (i == 2)
                b.rp = "evil.example";
            else
                b.flags = step ? lacking[i] & ~(unsigned)HAS_KEY : lacking[i];
            sk_err e =
                step ? prove(&proof, &b, &known) : register_bytes(&made, &b, attestation_of(&b));
            if (e.kind != SK_DENIED) fail_msg("step %d, %d: %s", step, i, e.why);
        }
    }
    EVP_PKEY_free(a.key);
}

static void
proof__needs_the_key_that_was_registered(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (const int *cose = accounts_passkey_algorithms; *cose; cose++) {
        struct authenticator a = authenticator_new(mem, *cose), b = authenticator_new(mem, *cose);
        struct accounts_passkey known = known_of(&a);
        struct accounts_passkey_proof proof;
        known_of(&b);
        assert_int_equal(prove(&proof, &b, &known).kind, SK_DENIED);
        known.algorithm = *cose == -7 ? -8 : -7;
        assert_int_equal(prove(&proof, &a, &known).kind, SK_DENIED);
        EVP_PKEY_free(a.key);
        EVP_PKEY_free(b.key);
    }
}

static void
proof__is_refused_when_the_counter_has_not_grown(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct authenticator a = authenticator_new(mem, -7);
    struct accounts_passkey known = known_of(&a);
    struct accounts_passkey_proof proof;
    a.count = known.count;
    assert_int_equal(prove(&proof, &a, &known).kind, SK_DENIED);
    a.count = 0;
    assert_int_equal(prove(&proof, &a, &known).kind, SK_DENIED);
    known.count = 0; /* synced passkeys do not count */
    assert_false(sk_failed(prove(&proof, &a, &known)));
    EVP_PKEY_free(a.key);
}

static void
proof__tells_one_factor_from_two(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct authenticator a = authenticator_new(mem, -7);
    struct accounts_passkey known = known_of(&a);
    struct accounts_passkey_proof proof;
    struct accounts_passkey_ask less = ask;
    less.verified = false;
    a.flags = PRESENT;
    sk_str data = data_of(&a);
    struct accounts_passkey_answer answer = { sk_base64url(mem, a.client), sk_base64url(mem, data),
                                              sk_base64url(mem, signature_of(&a, data)) };
    assert_false(sk_failed(accounts_passkey_prove(&proof, mem, &less, &known, &answer)));
    assert_false(proof.verified);
    assert_int_equal(accounts_passkey_prove(&proof, mem, &ask, &known, &answer).kind, SK_DENIED);
    EVP_PKEY_free(a.key);
}

static void
registration__refuses_every_other_form(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct authenticator a = authenticator_new(mem, -7);
    struct accounts_passkey made;
    sk_str good = attestation_of(&a);
    for (size_t n = 0; n < good.n; n++) /* cut anywhere */
        if (!sk_failed(register_bytes(&made, &a, sk_str_first(good, n)))) fail_msg("cut to %zu", n);
    assert_int_equal(register_bytes(&made, &a, sk_str_printf(mem, "%.*s0", SK_ARG(good))).kind,
                     SK_BAD);
    char *other = sk_str_zcopy(mem, good);
    memcpy(other + sk_str_find(good, SK_STR("none")), "tpm2", 4);
    assert_int_equal(register_bytes(&made, &a, (sk_str){ other, good.n }).kind, SK_DENIED);
    a.flags &= ~(unsigned)HAS_KEY;
    assert_int_equal(register_bytes(&made, &a, attestation_of(&a)).kind, SK_BAD);
    char *large = sk_zalloc(mem, ACCOUNTS_PASSKEY_ATTESTATION_MAX + 1);
    assert_int_equal(
        register_bytes(&made, &a, (sk_str){ large, ACCOUNTS_PASSKEY_ATTESTATION_MAX + 1 }).kind,
        SK_BAD);
    assert_int_equal(accounts_passkey_register(&made, mem, &ask, SK_STR("=="), SK_STR("oA")).kind,
                     SK_BAD);
    EVP_PKEY_free(a.key);
}

/* libcbor 0.8 would reserve 60 GB for this key. */
static void
registration__does_not_believe_in_sizes(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct authenticator a = authenticator_new(mem, -8);
    struct accounts_passkey made;
    sk_str good = attestation_of(&a);
    char *other = sk_str_zcopy(mem, good);
    memcpy(other + sk_str_find(good, SK_STR("\xa4\x01\x01\x03\x27")), "\xba\xff\xff\xff\xff", 5);
    assert_int_equal(register_bytes(&made, &a, (sk_str){ other, good.n }).kind, SK_BAD);
    EVP_PKEY_free(a.key);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passkey__is_registered_and_proven_with_each_algorithm),
        cmocka_unit_test(registration__takes_a_packed_statement_only_when_it_is_right),
        cmocka_unit_test(both__refuse_what_another_page_made),
        cmocka_unit_test(both__refuse_another_site_and_nobody),
        cmocka_unit_test(proof__needs_the_key_that_was_registered),
        cmocka_unit_test(proof__is_refused_when_the_counter_has_not_grown),
        cmocka_unit_test(proof__tells_one_factor_from_two),
        cmocka_unit_test(registration__refuses_every_other_form),
        cmocka_unit_test(registration__does_not_believe_in_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
