#include "accounts/authenticator_test.h"
#include "accounts/browser_test.h"
#include "accounts/case_test.h"
#include "accounts/factor.h"
#include "accounts/fresh.h"

#include <liboath/oath.h>

static sk_str operator_id, buyer;

static int
setup(void **state)
{
    (void)test_setup(state);
    must(accounts_tenant_make(t.store, SK_STR("shop"), SK_STR("shop"), sk_now()));
    operator_id = test_person(&t, ACCOUNTS_OPERATOR, "", "ops@example.jp");
    test_password(&t, operator_id, "correct horse battery");
    buyer = test_person(&t, ACCOUNTS_BUYER, "shop", "hanako@example.jp");
    test_password(&t, buyer, "correct horse battery");
    return 0;
}

#define OPS    "/.sekisho/operator/"
#define BUYER  "/.sekisho/buyer/"
#define OPS_IN "email=ops%40example.jp&password=correct+horse+battery"
#define BUY_IN "email=hanako%40example.jp&password=correct+horse+battery"
#define GOES_TO(b, path)                                                                           \
    do {                                                                                           \
        if ((b)->status != 303 || !sk_str_eq((b)->location, SK_STR(path)))                         \
            fail_msg("%u to '%.*s', not %s", (b)->status, SK_ARG((b)->location), path);            \
    } while (0)

static const char *
text_of(sk_str text)
{
    return sk_str_zcopy(t.mem, text);
}

/* The code that the app shows `steps` later. */
static const char *
code_of(const struct accounts_totp *totp, int steps)
{
    char code[7];
    time_t at = (time_t)(sk_now() / 1000) + steps * ACCOUNTS_TOTP_STEP;
    assert_int_equal(oath_totp_generate((const char *)totp->secret, sizeof totp->secret, at,
                                        ACCOUNTS_TOTP_STEP, 0, 6, code),
                     OATH_OK);
    return text_of((sk_str){ code, 6 });
}

static struct accounts_owner
owner_of(struct account *account, sk_str id)
{
    must(accounts_account_get(account, t.mem, t.store, id));
    return (struct accounts_owner){ t.mem, t.store, t.house->keys, account, sk_now() };
}

/* Fills in the form of the app's page; the secret is the one that it shows. */
static struct accounts_totp
app_set_up(struct browser *b, const char *path, sk_str id)
{
    struct account account;
    struct accounts_totp totp;
    browser_get(b, path);
    assert_int_equal(b->status, 200);
    struct accounts_owner owner = owner_of(&account, id);
    must(accounts_factor_app_offer(&totp, &owner));
    browser_has(b, "<svg class=\"qr\"");
    if (sk_str_find(b->body, accounts_totp_text(t.mem, &totp)) == SIZE_MAX)
        fail_msg("another secret is shown");
    browser_post(b, path, text_of(sk_str_printf(t.mem, "code=%s&label=phone", code_of(&totp, 0))));
    return totp;
}

static struct browser
signed_in(const char *path, const char *fields)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    browser_fill(&b, path, fields);
    return b;
}

static void
operators__set_up_a_factor_before_anything_else(void **state)
{
    (void)state;
    struct browser b = signed_in(OPS "sign-in", OPS_IN);
    GOES_TO(&b, OPS "factors");
    assert_int_equal(browser_session(&b, "operator"), 401);
    browser_get(&b, OPS "account");
    assert_int_equal(b.status, 303);
    browser_get(&b, OPS "sign-in");
    GOES_TO(&b, OPS "factors");
    browser_get(&b, OPS "second");
    GOES_TO(&b, OPS "factors");
    browser_get(&b, OPS "factors/codes");
    GOES_TO(&b, OPS "factors");
    browser_get(&b, OPS "factors");
    browser_has(&b, "mandatory");
    browser_fill(&b, OPS "factors/app", "code=12345");
    assert_int_equal(b.status, 422);
    assert_int_equal(browser_session(&b, "operator"), 401);
    sk_str half = sk_str_copy(t.mem, browser_cookie(&b, "__Host-sekisho-operator"));
    app_set_up(&b, OPS "factors/app", operator_id);
    GOES_TO(&b, OPS "factors/codes");
    assert_false(sk_str_eq(half, browser_cookie(&b, "__Host-sekisho-operator")));
    assert_int_equal(browser_session(&b, "operator"), 204);
    assert_true(sk_str_find(b.head, SK_STR("X-Sekisho-Level: 2\n")) != SIZE_MAX);
    assert_int_equal(test_said(&t, "accounts.factor_add ok"), 1);
    accounts_carrier_round(t.house, sk_now());
    bool told = false;
    for (size_t i = 0; i < t.mail_count; i++)
        told |= sk_str_eq(t.mail[i].purpose, SK_STR("accounts.factor_added"));
    assert_true(told);
}

/* A whole sign-in with the app's code of so many steps later. */
static struct browser
second_shown(const char *way, const char *value)
{
    struct browser b = signed_in(OPS "sign-in", OPS_IN);
    GOES_TO(&b, OPS "second");
    browser_fill(&b, OPS "second", text_of(sk_str_printf(t.mem, "way=%s&%s", way, value)));
    return b;
}

static void
second__takes_a_code_of_the_app_once(void **state)
{
    (void)state;
    struct browser b = signed_in(OPS "sign-in", OPS_IN);
    struct accounts_totp totp = app_set_up(&b, OPS "factors/app", operator_id);
    const char *code = text_of(sk_str_printf(t.mem, "code=%s", code_of(&totp, 1)));
    b = second_shown("app", "code=000000");
    assert_int_equal(b.status, 422);
    assert_int_equal(browser_session(&b, "operator"), 401);
    b = second_shown("app", code);
    GOES_TO(&b, OPS "account");
    assert_int_equal(browser_session(&b, "operator"), 204);
    b = second_shown("app", code);
    assert_int_equal(b.status, 422);
    assert_int_equal(browser_session(&b, "operator"), 401);
}

static void
second__takes_a_recovery_code_once_and_tells_its_owner(void **state)
{
    (void)state;
    struct browser b = signed_in(OPS "sign-in", OPS_IN);
    app_set_up(&b, OPS "factors/app", operator_id);
    browser_fill(&b, OPS "factors/codes", "");
    assert_int_equal(b.status, 200);
    size_t at = sk_str_find(b.body, SK_STR("<li><code class=\"id\">"));
    assert_true(at != SIZE_MAX);
    sk_str code = sk_str_first(sk_str_from(b.body, at + 21), 29);
    const char *field = text_of(sk_str_printf(t.mem, "recovery=%.*s", SK_ARG(code)));
    browser_get(&b, OPS "factors/codes");
    assert_true(sk_str_find(b.body, code) == SIZE_MAX); /* never again */
    browser_has(&b, "10 recovery codes");
    b = second_shown("recovery", field);
    GOES_TO(&b, OPS "account");
    accounts_carrier_round(t.house, sk_now());
    bool told = false;
    for (size_t i = 0; i < t.mail_count; i++)
        told |= sk_str_eq(t.mail[i].purpose, SK_STR("accounts.code_used"));
    assert_true(told);
    b = second_shown("recovery", field);
    assert_int_equal(b.status, 422);
}

static void
second__is_locked_like_a_password(void **state)
{
    (void)state;
    struct browser b = signed_in(OPS "sign-in", OPS_IN);
    struct accounts_totp totp = app_set_up(&b, OPS "factors/app", operator_id);
    b = signed_in(OPS "sign-in", OPS_IN);
    for (int i = 0; i < ACCOUNTS_LOCK_AFTER; i++)
        browser_fill(&b, OPS "second", "way=app&code=000000");
    browser_fill(&b, OPS "second",
                 text_of(sk_str_printf(t.mem, "way=app&code=%s", code_of(&totp, 1))));
    assert_int_equal(b.status, 422);
    assert_int_equal(browser_session(&b, "operator"), 401);
    browser_fill(&b, OPS "second", "way=nothing");
    assert_int_equal(b.status, 400);
}

/* --- changes --- */

static void
age_sessions(void)
{
    must(part_store_exec(t.store, "UPDATE session SET made = made - 600000"));
}

static void
changes__want_a_fresh_sign_in(void **state)
{
    (void)state;
    static const char *const pages[] = { BUYER "factors", BUYER "factors/app",
                                         BUYER "factors/passkey" };
    struct browser b = signed_in(BUYER "sign-in", BUY_IN);
    app_set_up(&b, BUYER "factors/app", buyer);
    browser_get(&b, BUYER "factors");
    sk_str id = browser_hidden(&b, "id");
    assert_true(id.n > 0);
    age_sessions();
    browser_post(&b, BUYER "factors/change",
                 text_of(sk_str_printf(t.mem, "what=remove&id=%.*s", SK_ARG(id))));
    browser_has(&b, "Please sign in again");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        browser_get(&b, pages[i]);
        browser_has(&b, "Please sign in again");
    }
    assert_int_equal(test_said(&t, "accounts.factor_remove"), 0);
    browser_get(&b, BUYER "account");
    browser_post(&b, BUYER "account/end", "what=all");
    browser_has(&b, "Please sign in again");
    assert_int_equal(browser_session(&b, "buyer"), 204);
    browser_get(&b, BUYER "factors");
    browser_post(&b, BUYER "again", "to=%2F.sekisho%2Fbuyer%2Ffactors");
    GOES_TO(&b, BUYER "sign-in?to=%2F.sekisho%2Fbuyer%2Ffactors");
    assert_int_equal(browser_session(&b, "buyer"), 401);
}

static void
factors__are_renamed_and_removed_but_a_mandatory_last_one(void **state)
{
    (void)state;
    struct browser b = signed_in(OPS "sign-in", OPS_IN), c;
    app_set_up(&b, OPS "factors/app", operator_id);
    browser_get(&b, OPS "factors");
    sk_str id = sk_str_copy(t.mem, browser_hidden(&b, "id"));
    const char *field = text_of(sk_str_printf(t.mem, "id=%.*s", SK_ARG(id)));
    browser_post(&b, OPS "factors/change",
                 text_of(sk_str_printf(t.mem, "what=rename&label=%%E6%%9C%%BA&%s", field)));
    GOES_TO(&b, OPS "factors?done=renamed");
    browser_get(&b, OPS "factors?done=renamed");
    browser_has(&b, "机");
    browser_post(&b, OPS "factors/change", text_of(sk_str_printf(t.mem, "what=remove&%s", field)));
    assert_int_equal(b.status, 422);
    c = signed_in(BUYER "sign-in", BUY_IN); /* another one's */
    app_set_up(&c, BUYER "factors/app", buyer);
    browser_get(&c, BUYER "factors");
    browser_post(&c, BUYER "factors/change",
                 text_of(sk_str_printf(t.mem, "what=remove&%s", field)));
    assert_int_equal(c.status, 404);
    browser_get(&c, BUYER "factors");
    browser_post(
        &c, BUYER "factors/change",
        text_of(sk_str_printf(t.mem, "what=remove&id=%.*s", SK_ARG(browser_hidden(&c, "id")))));
    GOES_TO(&c, BUYER "factors?done=removed");
}

static void
changes__do_not_happen_when_they_cannot_be_told(void **state)
{
    (void)state;
    struct account account;
    struct accounts_totp totp;
    struct browser b = signed_in(BUYER "sign-in", BUY_IN);
    browser_get(&b, BUYER "factors/app");
    struct accounts_owner owner = owner_of(&account, buyer);
    must(accounts_factor_app_offer(&totp, &owner));
    t.ledger_away = true;
    browser_post(&b, BUYER "factors/app",
                 text_of(sk_str_printf(t.mem, "code=%s", code_of(&totp, 0))));
    assert_true(b.status >= 400);
    bool any;
    must(accounts_factor_any(&any, t.store, buyer));
    assert_false(any);
}

/* --- passkeys --- */

/* What the browser's script sees in the page at hand. */
static sk_str
data_attribute(const struct browser *b, const char *name)
{
    sk_str mark = sk_str_printf(t.mem, "data-%s=\"", name);
    size_t at = sk_str_find(b->body, mark);
    assert_true(at != SIZE_MAX);
    sk_str rest = sk_str_from(b->body, at + mark.n);
    return sk_str_first(rest, sk_str_find_byte(rest, '"'));
}

static sk_str
client_of(const struct browser *b, const char *type, const char *origin)
{
    return sk_str_printf(t.mem,
                         "{\"type\":\"webauthn.%s\",\"challenge\":\"%.*s\",\"origin\":\"%s\","
                         "\"crossOrigin\":false}",
                         type, SK_ARG(data_attribute(b, "challenge")), origin);
}

#define ORIGIN "https://shop.example:8443"

static struct authenticator
passkey_set_up(struct browser *b, const char *path)
{
    struct authenticator a = authenticator_new(t.mem, -7);
    browser_get(b, path);
    a.rp = text_of(data_attribute(b, "rp"));
    a.client = client_of(b, "create", ORIGIN);
    browser_post(b, path,
                 text_of(sk_str_printf(
                     t.mem, "label=key&challenge=%.*s&client=%.*s&attestation=%.*s",
                     SK_ARG(browser_hidden(b, "challenge")), SK_ARG(sk_base64url(t.mem, a.client)),
                     SK_ARG(sk_base64url(t.mem, attestation_of(&a))))));
    a.flags = PRESENT | VERIFIED;
    return a;
}

/* The form as the script fills it in. */
static const char *
shown_with(struct authenticator *a, const struct browser *b, const char *origin)
{
    a->client = client_of(b, "get", origin);
    a->count++;
    sk_str data = data_of(a);
    sk_str signature = sk_base64url(t.mem, signature_of(a, data)); /* SK_ARG would make three */
    return text_of(sk_str_printf(
        t.mem, "way=passkey&challenge=%.*s&id=%s&client=%.*s&data=%.*s&signature=%.*s",
        SK_ARG(browser_hidden(b, "challenge")), "AAECAwQFBgcICQoLDA0ODw",
        SK_ARG(sk_base64url(t.mem, a->client)), SK_ARG(sk_base64url(t.mem, data)),
        SK_ARG(signature)));
}

static void
passkey__is_a_second_factor(void **state)
{
    (void)state;
    struct browser b = signed_in(OPS "sign-in", OPS_IN), c;
    struct authenticator a = passkey_set_up(&b, OPS "factors/passkey");
    GOES_TO(&b, OPS "factors/codes");
    assert_int_equal(browser_session(&b, "operator"), 204);
    b = signed_in(OPS "sign-in", OPS_IN);
    GOES_TO(&b, OPS "second");
    browser_get(&b, OPS "second");
    const char *fields = shown_with(&a, &b, ORIGIN);
    c = signed_in(OPS "sign-in", OPS_IN); /* the answer of another session's challenge */
    browser_fill(&c, OPS "second", fields);
    assert_int_equal(c.status, 422);
    browser_post(&b, OPS "second", fields);
    GOES_TO(&b, OPS "account");
    assert_int_equal(browser_session(&b, "operator"), 204);
    EVP_PKEY_free(a.key);
}

static void
passkey__alone_signs_in_with_two_factors(void **state)
{
    (void)state;
    struct browser b = signed_in(BUYER "sign-in", BUY_IN), c;
    struct authenticator a = passkey_set_up(&b, BUYER "factors/passkey");
    b = browser_new(&t, "192.0.2.9");
    browser_get(&b, BUYER "passkey?to=%2Fs%2F");
    const char *fields = shown_with(&a, &b, ORIGIN);
    browser_post(&b, BUYER "passkey", text_of(sk_str_printf(t.mem, "%s&to=%%2Fs%%2F", fields)));
    GOES_TO(&b, "/s/");
    assert_int_equal(browser_session(&b, "buyer"), 204);
    assert_true(sk_str_find(b.head, SK_STR("X-Sekisho-Level: 2\n")) != SIZE_MAX);
    c = browser_new(&t, "192.0.2.9"); /* the same answer from another browser */
    browser_fill(&c, BUYER "passkey", fields);
    assert_int_equal(c.status, 422);
    assert_int_equal(browser_session(&c, "buyer"), 401);
    EVP_PKEY_free(a.key);
}

static void
passkey__alone_is_refused_otherwise(void **state)
{
    (void)state;
    struct browser b = signed_in(BUYER "sign-in", BUY_IN);
    struct authenticator a = passkey_set_up(&b, BUYER "factors/passkey");
    b = browser_new(&t, "192.0.2.9");
    browser_get(&b, BUYER "passkey");
    browser_post(&b, BUYER "passkey", shown_with(&a, &b, "https://evil.example"));
    assert_int_equal(b.status, 422);
    browser_get(&b, BUYER "passkey");
    a.flags = PRESENT; /* nobody was verified: one factor only */
    browser_post(&b, BUYER "passkey", shown_with(&a, &b, ORIGIN));
    assert_int_equal(b.status, 422);
    a.flags = PRESENT | VERIFIED;
    browser_get(&b, OPS "passkey"); /* of another realm */
    browser_post(&b, OPS "passkey", shown_with(&a, &b, ORIGIN));
    assert_int_equal(b.status, 422);
    browser_get(&b, BUYER "passkey"); /* the challenge is used once */
    const char *fields = shown_with(&a, &b, ORIGIN);
    struct browser again = b;
    browser_post(&b, BUYER "passkey", fields);
    assert_int_equal(b.status, 303);
    browser_post(&again, BUYER "passkey", fields);
    assert_int_equal(again.status, 422);
    must(accounts_account_set_state(t.store, buyer, ACCOUNTS_CLOSED));
    b = browser_new(&t, "192.0.2.9");
    browser_get(&b, BUYER "passkey");
    browser_post(&b, BUYER "passkey", shown_with(&a, &b, ORIGIN));
    assert_int_equal(b.status, 422);
    EVP_PKEY_free(a.key);
}

static void
passkey__is_registered_for_the_session_that_asked(void **state)
{
    (void)state;
    struct browser b = signed_in(BUYER "sign-in", BUY_IN), c = signed_in(BUYER "sign-in", BUY_IN);
    struct authenticator a = authenticator_new(t.mem, -7);
    browser_get(&b, BUYER "factors/passkey");
    a.rp = text_of(data_attribute(&b, "rp"));
    a.client = client_of(&b, "create", ORIGIN);
    const char *fields = text_of(sk_str_printf(t.mem, "challenge=%.*s&client=%.*s&attestation=%.*s",
                                               SK_ARG(browser_hidden(&b, "challenge")),
                                               SK_ARG(sk_base64url(t.mem, a.client)),
                                               SK_ARG(sk_base64url(t.mem, attestation_of(&a)))));
    browser_fill(&c, BUYER "factors/passkey", fields);
    assert_int_equal(c.status, 422);
    browser_fill(&b, BUYER "factors/passkey", fields);
    assert_int_equal(b.status, 303);
    EVP_PKEY_free(a.key);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, test_teardown)
    const struct CMUnitTest tests[] = {
        CASE(operators__set_up_a_factor_before_anything_else),
        CASE(second__takes_a_code_of_the_app_once),
        CASE(second__takes_a_recovery_code_once_and_tells_its_owner),
        CASE(second__is_locked_like_a_password),
        CASE(changes__want_a_fresh_sign_in),
        CASE(factors__are_renamed_and_removed_but_a_mandatory_last_one),
        CASE(changes__do_not_happen_when_they_cannot_be_told),
        CASE(passkey__is_a_second_factor),
        CASE(passkey__alone_signs_in_with_two_factors),
        CASE(passkey__alone_is_refused_otherwise),
        CASE(passkey__is_registered_for_the_session_that_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
