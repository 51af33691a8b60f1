#include "accounts/factor.h"

#include "accounts/challenge.h"
#include "base/hash.h"

#include <liboath/oath.h>

#include "accounts/house_test.h"

struct scene {
    struct test_house t;
    struct account hana, taro;
};

static int
scene_open(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    test_house_open(&s->t);
    must(accounts_tenant_make(s->t.store, SK_STR("kamone"), SK_STR("shop"), sk_now()));
    sk_str hana = test_person(&s->t, ACCOUNTS_BUYER, "kamone", "hana@example.jp");
    sk_str taro = test_person(&s->t, ACCOUNTS_BUYER, "kamone", "taro@example.jp");
    must(accounts_account_get(&s->hana, s->t.mem, s->t.store, hana));
    must(accounts_account_get(&s->taro, s->t.mem, s->t.store, taro));
    *state = s;
    return 0;
}

static int
scene_close(void **state)
{
    struct scene *s = *state;
    test_house_close(&s->t);
    free(s);
    return 0;
}

static const sk_when noon = 1795440380123;

static struct accounts_owner
owner_of(struct scene *s, const struct account *account, sk_when now)
{
    return (struct accounts_owner){ s->t.mem, s->t.store, s->t.house->keys, account, now };
}

static sk_str
code_of(struct scene *s, const struct accounts_totp *totp, sk_when now)
{
    char code[7];
    assert_int_equal(oath_totp_generate((const char *)totp->secret, sizeof totp->secret,
                                        (time_t)(now / 1000), 30, 0, 6, code),
                     OATH_OK);
    return sk_str_copy(s->t.mem, (sk_str){ code, 6 });
}

static bool
has_any(struct scene *s, const struct account *account)
{
    bool any;
    must(accounts_factor_any(&any, s->t.store, account->id));
    return any;
}

static struct accounts_totp
app_of(struct scene *s, const struct account *account, const char *label)
{
    struct accounts_owner owner = owner_of(s, account, noon);
    struct accounts_totp totp;
    sk_str id;
    must(accounts_factor_app_offer(&totp, &owner));
    must(accounts_factor_app_confirm(&id, &owner, code_of(s, &totp, noon), sk_str_of(label)));
    assert_true(id.n > 0);
    return totp;
}

static void
app__is_a_factor_once_its_first_code_was_right(void **state)
{
    struct scene *s = *state;
    struct accounts_owner owner = owner_of(s, &s->hana, noon);
    struct accounts_totp first, second;
    sk_str id;
    must(accounts_factor_app_offer(&first, &owner));
    must(accounts_factor_app_offer(&second, &owner)); /* the page was loaded again */
    assert_memory_equal(&first, &second, sizeof first);
    assert_false(has_any(s, &s->hana));
    must(accounts_factor_app_confirm(&id, &owner, SK_STR("000000x"), SK_STR("電話")));
    assert_int_equal(id.n, 0);
    assert_false(has_any(s, &s->hana));
    must(accounts_factor_app_confirm(&id, &owner, code_of(s, &first, noon), SK_STR("電話")));
    assert_true(has_any(s, &s->hana));
    struct accounts_factor list[ACCOUNTS_FACTORS_MAX];
    size_t count;
    must(accounts_factor_list(list, &count, &owner));
    assert_int_equal(count, 1);
    assert_true(sk_str_eq(list[0].label, SK_STR("電話")) && !list[0].passkey);
    assert_false(has_any(s, &s->taro));
}

static void
app__offer_ends_after_a_quarter_of_an_hour(void **state)
{
    struct scene *s = *state;
    struct accounts_owner owner = owner_of(s, &s->hana, noon);
    struct accounts_owner late = owner_of(s, &s->hana, noon + ACCOUNTS_OFFER_LIFE);
    struct accounts_totp first, second;
    sk_str id;
    must(accounts_factor_app_offer(&first, &owner));
    must(accounts_factor_app_confirm(&id, &late, code_of(s, &first, late.now), SK_STR("x")));
    assert_int_equal(id.n, 0);
    must(accounts_factor_app_offer(&second, &late));
    assert_memory_not_equal(&first, &second, sizeof first);
}

static void
app__code_counts_once_and_for_its_owner(void **state)
{
    struct scene *s = *state;
    struct accounts_totp totp = app_of(s, &s->hana, "電話");
    sk_when later = noon + 30000;
    struct accounts_owner hana = owner_of(s, &s->hana, later), taro = owner_of(s, &s->taro, later);
    sk_str code = code_of(s, &totp, later);
    bool right;
    must(accounts_factor_app_try(&right, &taro, code));
    assert_false(right);
    must(
        accounts_factor_app_try(&right, &hana, code_of(s, &totp, noon))); /* it confirmed the app */
    assert_false(right);
    must(accounts_factor_app_try(&right, &hana, code));
    assert_true(right);
    must(accounts_factor_app_try(&right, &hana, code));
    assert_false(right);
}

static void
app__has_a_named_maximum(void **state)
{
    struct scene *s = *state;
    struct accounts_owner owner = owner_of(s, &s->hana, noon);
    struct accounts_totp totp;
    for (int i = 0; i < ACCOUNTS_APPS_MAX; i++)
        app_of(s, &s->hana, "app");
    assert_int_equal(accounts_factor_app_offer(&totp, &owner).kind, SK_FULL);
}

static void
secrets__lie_sealed(void **state)
{
    struct scene *s = *state;
    struct accounts_totp totp = app_of(s, &s->hana, "秘密の電話");
    struct part_query *q;
    bool row;
    must(part_store_query(&q, s->t.store, "SELECT label, secret FROM factor"));
    must(part_query_step(&row, q));
    assert_true(row);
    sk_str label = part_query_get_text(s->t.mem, q, 0),
           secret = part_query_get_text(s->t.mem, q, 1);
    part_query_done(q);
    assert_int_equal(accounts_sealed_by(label), 1);
    assert_int_equal(accounts_sealed_by(secret), 1);
    assert_true(sk_str_find(secret, sk_base64url(s->t.mem, (sk_str){ (char *)totp.secret, 20 })) ==
                SIZE_MAX);
}

static void
factors__are_renamed_and_removed_by_their_owner_alone(void **state)
{
    struct scene *s = *state;
    struct accounts_factor list[ACCOUNTS_FACTORS_MAX];
    size_t count;
    struct accounts_owner hana = owner_of(s, &s->hana, noon), taro = owner_of(s, &s->taro, noon);
    app_of(s, &s->hana, "電話");
    must(accounts_factor_list(list, &count, &hana));
    assert_int_equal(accounts_factor_rename(&taro, list[0].id, SK_STR("x")).kind, SK_MISSING);
    assert_int_equal(accounts_factor_remove(&taro, list[0].id).kind, SK_MISSING);
    must(accounts_factor_rename(&hana, list[0].id, SK_STR("机の上")));
    must(accounts_factor_list(list, &count, &hana));
    assert_true(count == 1 && sk_str_eq(list[0].label, SK_STR("机の上")));
    must(accounts_factor_remove(&hana, list[0].id));
    assert_false(has_any(s, &s->hana));
}

static void
recovery__codes_work_once_each_until_there_are_new_ones(void **state)
{
    struct scene *s = *state;
    struct accounts_owner hana = owner_of(s, &s->hana, noon), taro = owner_of(s, &s->taro, noon);
    sk_str codes[ACCOUNTS_RECOVERY_CODES], newer[ACCOUNTS_RECOVERY_CODES];
    int64_t left;
    bool right;
    must(accounts_factor_codes_make(codes, &hana));
    must(accounts_factor_codes_try(&right, &taro, codes[0]));
    assert_false(right);
    must(accounts_factor_codes_try(&right, &hana, SK_STR("x")));
    assert_false(right);
    must(accounts_factor_codes_try(&right, &hana, sk_str_lower(s->t.mem, codes[0])));
    assert_true(right);
    must(accounts_factor_codes_try(&right, &hana, codes[0]));
    assert_false(right);
    must(accounts_factor_codes_left(&left, s->t.store, s->hana.id));
    assert_int_equal(left, ACCOUNTS_RECOVERY_CODES - 1);
    must(accounts_factor_codes_make(newer, &hana));
    must(accounts_factor_codes_try(&right, &hana, codes[1]));
    assert_false(right);
    must(accounts_factor_codes_left(&left, s->t.store, s->hana.id));
    assert_int_equal(left, ACCOUNTS_RECOVERY_CODES);
    assert_false(has_any(s, &s->hana)); /* alone they are no second factor */
}

static struct accounts_passkey
passkey_of(struct scene *s, const char *id)
{
    return (struct accounts_passkey){ .id = sk_base64url(s->t.mem, sk_str_of(id)),
                                      .algorithm = -7,
                                      .key = SK_STR("abc-_"),
                                      .count = 3,
                                      .synced = true };
}

static void
passkey__is_found_by_its_id_on_its_site(void **state)
{
    struct scene *s = *state;
    struct accounts_owner hana = owner_of(s, &s->hana, noon), taro = owner_of(s, &s->taro, noon);
    struct accounts_passkey passkey = passkey_of(s, "one"), found;
    const sk_str rp = SK_STR("shop.example");
    sk_str id, factor, account, ids[ACCOUNTS_PASSKEYS_MAX];
    size_t count;
    must(accounts_factor_passkey_add(&id, &hana, &passkey, rp, SK_STR("指紋")));
    assert_int_equal(accounts_factor_passkey_add(&id, &taro, &passkey, rp, SK_STR("x")).kind,
                     SK_DENIED);
    must(accounts_factor_passkey_find(&found, &factor, &account, s->t.mem, s->t.store,
                                      s->t.house->keys, rp, passkey.id));
    assert_true(sk_str_eq(account, s->hana.id) && sk_str_eq(found.key, passkey.key));
    assert_true(found.algorithm == -7 && found.count == 3 && found.synced);
    assert_int_equal(accounts_factor_passkey_find(&found, &factor, &account, s->t.mem, s->t.store,
                                                  s->t.house->keys, SK_STR("blog.example"),
                                                  passkey.id)
                         .kind,
                     SK_MISSING);
    assert_int_equal(accounts_factor_passkey_find(&found, &factor, &account, s->t.mem, s->t.store,
                                                  s->t.house->keys, rp, SK_STR("dHdv"))
                         .kind,
                     SK_MISSING);
    must(accounts_factor_passkey_ids(ids, &count, s->t.mem, s->t.store, s->t.house->keys,
                                     s->hana.id, rp));
    assert_true(count == 1 && sk_str_eq(ids[0], passkey.id));
    must(accounts_factor_passkey_ids(ids, &count, s->t.mem, s->t.store, s->t.house->keys,
                                     s->hana.id, SK_STR("blog.example")));
    assert_int_equal(count, 0);
}

static void
passkey__moved_to_another_account_opens_nothing(void **state)
{
    struct scene *s = *state;
    struct accounts_owner hana = owner_of(s, &s->hana, noon);
    struct accounts_passkey passkey = passkey_of(s, "one"), found;
    sk_str id, factor, account;
    struct part_query *q;
    must(accounts_factor_passkey_add(&id, &hana, &passkey, SK_STR("shop.example"), SK_STR("x")));
    must(part_store_query(&q, s->t.store, "UPDATE factor SET account = ?1"));
    part_query_text(q, 1, s->taro.id);
    must(part_query_run(q));
    assert_int_equal(accounts_factor_passkey_find(&found, &factor, &account, s->t.mem, s->t.store,
                                                  s->t.house->keys, SK_STR("shop.example"),
                                                  passkey.id)
                         .kind,
                     SK_DENIED);
}

static void
passkey__challenge_is_used_once_and_its_counter_kept(void **state)
{
    struct scene *s = *state;
    struct accounts_owner hana = owner_of(s, &s->hana, noon);
    struct accounts_passkey passkey = passkey_of(s, "one"), found;
    const sk_str rp = SK_STR("shop.example");
    sk_str id, factor, account;
    must(accounts_factor_passkey_add(&id, &hana, &passkey, rp, SK_STR("指紋")));
    must(accounts_factor_passkey_used(s->t.mem, s->t.store, s->t.house->keys, id, 9, SK_STR("c"),
                                      noon));
    assert_int_equal(accounts_factor_passkey_used(s->t.mem, s->t.store, s->t.house->keys, id, 10,
                                                  SK_STR("c"), noon)
                         .kind,
                     SK_DENIED);
    must(accounts_factor_passkey_find(&found, &factor, &account, s->t.mem, s->t.store,
                                      s->t.house->keys, rp, passkey.id));
    assert_int_equal(found.count, 9);
}

static void
passkeys__have_a_named_maximum(void **state)
{
    struct scene *s = *state;
    struct accounts_owner hana = owner_of(s, &s->hana, noon);
    sk_str id;
    for (int i = 0; i <= ACCOUNTS_PASSKEYS_MAX; i++) {
        struct accounts_passkey passkey = passkey_of(s, sk_str_printf(s->t.mem, "key %d", i).p);
        sk_err e =
            accounts_factor_passkey_add(&id, &hana, &passkey, SK_STR("shop.example"), SK_STR("x"));
        assert_int_equal(e.kind, i < ACCOUNTS_PASSKEYS_MAX ? SK_OK : SK_FULL);
    }
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, scene_open, scene_close)
    const struct CMUnitTest tests[] = {
        CASE(app__is_a_factor_once_its_first_code_was_right),
        CASE(app__offer_ends_after_a_quarter_of_an_hour),
        CASE(app__code_counts_once_and_for_its_owner),
        CASE(app__has_a_named_maximum),
        CASE(secrets__lie_sealed),
        CASE(factors__are_renamed_and_removed_by_their_owner_alone),
        CASE(recovery__codes_work_once_each_until_there_are_new_ones),
        CASE(passkey__is_found_by_its_id_on_its_site),
        CASE(passkey__moved_to_another_account_opens_nothing),
        CASE(passkey__challenge_is_used_once_and_its_counter_kept),
        CASE(passkeys__have_a_named_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
