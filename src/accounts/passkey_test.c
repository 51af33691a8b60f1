#include "accounts/authenticator_test.h"

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

/* Ready to be registered. */
static struct authenticator
ready(sk_arena *mem, int cose)
{
    struct authenticator a = authenticator_new(mem, cose);
    a.rp = "shop.example.jp";
    a.client = CLIENT("create");
    return a;
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
        struct authenticator a = ready(mem, *cose);
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
    struct authenticator a = ready(mem, -7);
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
    struct authenticator a = ready(mem, -7);
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
    struct authenticator a = ready(mem, -7), b;
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
        struct authenticator a = ready(mem, *cose), b = ready(mem, *cose);
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
    struct authenticator a = ready(mem, -7);
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
    struct authenticator a = ready(mem, -7);
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
    struct authenticator a = ready(mem, -7);
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
    struct authenticator a = ready(mem, -8);
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
