#include "keeper/purpose.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define LIMITS                                                                                     \
    "\"ticket\":20,\"second\":{\"principal\":20,\"tenant\":40,\"purpose\":60},"                    \
    "\"hour\":{\"principal\":100,\"tenant\":200,\"purpose\":300},"                                 \
    "\"day\":{\"principal\":500,\"tenant\":1000,\"purpose\":1500}"
#define WORDS "\"level\":2,\"show\":\"plain\",\"on_overrun\":\"refuse\",\"earned_days\":30"

static const char orders[] =
    "{\"root_key\":\"file\",\"purposes\":[{\"name\":\"orders\",\"sites\":[\"shop\"],"
    "\"kinds\":[\"name\",\"phone\"],\"realms\":[\"merchant\"],\"roles\":[],"
    "\"routes\":[\"/admin\"]," WORDS "," LIMITS "}]}";

struct fixture {
    sk_arena *mem;
    struct keeper_purposes purposes;
};

static int
setup(void **state)
{
    static struct fixture f;

    f.mem = sk_arena_new(0);
    *state = &f;
    return sk_failed(keeper_purposes_read(&f.purposes, f.mem, sk_str_of(orders)));
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    sk_arena_free(f->mem);
    return 0;
}

static const struct ticket merchant = {
    .id = { "R1", 2 },
    .site = { "shop", 4 },
    .tenant = { "shop/asahi", 10 },
    .realm = { "merchant", 8 },
    .principal = { "acc_1", 5 },
    .role = { "owner", 5 },
    .route = { "/admin", 6 },
    .level = 2,
};

static void
purpose__has_what_the_configuration_says(void **state)
{
    struct fixture *f = *state;
    const struct keeper_purpose *p = keeper_purpose_find(&f->purposes, SK_STR("orders"));

    assert_non_null(p);
    assert_true(keeper_purpose_shows(p, PERSONAL_NAME));
    assert_true(keeper_purpose_shows(p, PERSONAL_PHONE));
    assert_false(keeper_purpose_shows(p, PERSONAL_EMAIL));
    assert_false(keeper_purpose_shows(p, PERSONAL_NONE));
    assert_false(keeper_purpose_shows(p, 33)); /* the bit of another */
    assert_int_equal(p->show, KEEPER_SHOW_PLAIN);
    assert_true(p->earned == 30 * 24 * (sk_when)3600000);
    assert_int_equal(p->most[KEEPER_SCOPE_TENANT][KEEPER_WINDOW_HOUR], 200);
    assert_int_equal(p->most[KEEPER_SCOPE_PURPOSE][KEEPER_WINDOW_DAY], 1500);
    assert_null(keeper_purpose_find(&f->purposes, SK_STR("curiosity")));
}

static void
allows(struct fixture *f, struct ticket t, const char *tenant, enum keeper_word word)
{
    const struct keeper_purpose *p = keeper_purpose_find(&f->purposes, SK_STR("orders"));

    assert_int_equal(keeper_purpose_allows(p, &t, sk_str_of(tenant)), word);
}

static void
purpose__serves_its_tickets_and_no_others(void **state)
{
    struct fixture *f = *state;
    struct ticket t = merchant;

    assert_int_equal(keeper_purpose_allows(NULL, &t, SK_STR("shop")), KEEPER_PURPOSE_UNKNOWN);
    allows(f, t, "shop/asahi", KEEPER_OK);
    t.site = SK_STR("blog");
    allows(f, t, "shop/asahi", KEEPER_TICKET_FOREIGN);
    t = merchant;
    t.realm = SK_STR("buyer");
    allows(f, t, "shop/asahi", KEEPER_ROLE_DENIED);
    t = merchant;
    t.level = 1;
    allows(f, t, "shop/asahi", KEEPER_ROLE_DENIED);
    t = merchant;
    t.principal = t.realm = t.role = (sk_str){ 0 };
    allows(f, t, "shop/asahi", KEEPER_ROLE_DENIED);
}

static void
purpose__is_for_routes_by_whole_segments(void **state)
{
    struct fixture *f = *state;
    struct ticket t = merchant;

    t.route = SK_STR("/admin/orders");
    allows(f, t, "shop/asahi", KEEPER_OK);
    t.route = SK_STR("/administration");
    allows(f, t, "shop/asahi", KEEPER_ROUTE_DENIED);
    t.route = SK_STR("/");
    allows(f, t, "shop/asahi", KEEPER_ROUTE_DENIED);
    t.route = (sk_str){ 0 };
    allows(f, t, "shop/asahi", KEEPER_ROUTE_DENIED);
}

static void
purpose__holds_the_border_between_tenants(void **state)
{
    struct fixture *f = *state;
    struct ticket t = merchant;

    allows(f, t, "shop/tsuki", KEEPER_WRONG_TENANT);
    allows(f, t, "shop", KEEPER_WRONG_TENANT);
    allows(f, t, "", KEEPER_WRONG_TENANT);
    t.tenant = (sk_str){ 0 }; /* of the site: all of its tenants, none of another's */
    allows(f, t, "shop", KEEPER_OK);
    allows(f, t, "shop/tsuki", KEEPER_OK);
    allows(f, t, "shop/", KEEPER_WRONG_TENANT);
    allows(f, t, "shopping", KEEPER_WRONG_TENANT);
    allows(f, t, "blog", KEEPER_WRONG_TENANT);
    allows(f, t, "", KEEPER_WRONG_TENANT);
}

static void
purpose__with_tenants_is_for_these_alone(void **state)
{
    static const char probe[] =
        "{\"purposes\":[{\"name\":\"probe\",\"sites\":[\"console\"],\"kinds\":[\"name\"],"
        "\"realms\":[\"operator\"],\"tenants\":[\"probe.a\",\"probe.b\"]," WORDS "," LIMITS "}]}";
    struct fixture *f = *state;
    struct keeper_purposes purposes;
    struct ticket t = merchant;

    t.site = SK_STR("console");
    t.realm = SK_STR("operator");
    t.tenant = t.route = (sk_str){ 0 };
    assert_false(sk_failed(keeper_purposes_read(&purposes, f->mem, sk_str_of(probe))));
    const struct keeper_purpose *p = purposes.purpose;
    assert_int_equal(keeper_purpose_allows(p, &t, SK_STR("probe.b")), KEEPER_OK);
    assert_int_equal(keeper_purpose_allows(p, &t, SK_STR("shop/asahi")), KEEPER_WRONG_TENANT);
    assert_int_equal(keeper_purpose_allows(p, &t, SK_STR("probe")), KEEPER_WRONG_TENANT);
    t.tenant = SK_STR("probe.a");
    assert_int_equal(keeper_purpose_allows(p, &t, SK_STR("probe.b")), KEEPER_WRONG_TENANT);
    assert_true(keeper_purpose_has_tenant(p, SK_STR("probe.a")));
    assert_false(keeper_purpose_has_tenant(p, SK_STR("shop/asahi"))); /* nor does exposure say so */
}

static void
purpose__of_nobody_is_only_for_nobody(void **state)
{
    struct keeper_purposes purposes;
    struct fixture *f = *state;
    struct ticket t = { .id = SK_STR("R1"), .site = SK_STR("shop") };

    assert_false(sk_failed(keeper_purposes_read(
        &purposes, f->mem,
        SK_STR("{\"purposes\":[{\"name\":\"p\",\"sites\":[\"shop\"],\"kinds\":[\"name\"],"
               "\"realms\":[\"nobody\"]," WORDS "," LIMITS "}]}"))));
    assert_int_equal(keeper_purpose_allows(purposes.purpose, &t, SK_STR("shop")), KEEPER_OK);
    t.realm = SK_STR("nobody"); /* is a realm of no account */
    assert_int_equal(keeper_purpose_allows(purposes.purpose, &t, SK_STR("shop")),
                     KEEPER_ROLE_DENIED);
    assert_int_equal(keeper_purpose_allows(purposes.purpose, &merchant, SK_STR("shop/asahi")),
                     KEEPER_ROLE_DENIED);
}

#define ERASES(kinds, days)                                                                        \
    "{\"purposes\":[{\"name\":\"p\",\"sites\":[\"shop\"],\"realms\":[\"merchant\"]," kinds         \
    "\"level\":2,\"show\":\"erase\",\"on_overrun\":\"refuse\",\"earned_days\":" days "," LIMITS    \
    "}]}"

static void
purpose__that_erases_shows_no_kind(void **state)
{
    struct keeper_purposes purposes;
    struct fixture *f = *state;

    assert_false(
        sk_failed(keeper_purposes_read(&purposes, f->mem, SK_STR(ERASES("\"kinds\":[],", "0")))));
    assert_int_equal(purposes.purpose->show, KEEPER_SHOW_ERASE);
    for (unsigned kind = 0; kind <= PERSONAL_KINDS; kind++)
        assert_false(keeper_purpose_shows(purposes.purpose, kind));
    assert_int_equal(
        keeper_purposes_read(&purposes, f->mem, SK_STR(ERASES("\"kinds\":[\"name\"],", "0"))).kind,
        SK_BAD);
    assert_int_equal(keeper_purposes_read(&purposes, f->mem, SK_STR(ERASES("", "30"))).kind,
                     SK_BAD);
}

static void
purpose__is_refused_with_what_is_wrong(void **state)
{
    static const struct {
        const char *purpose, *why;
    } rows[] = {
        { "", "a purpose's name" },
        { "\"name\":\"p\"", "sites: there is none" },
        { "\"name\":\"p\",\"sites\":[\"s\"]", "realms: there is none" },
        { "\"name\":\"p\",\"sites\":[\"s\"],\"realms\":[\"king\"]", "no realm king" },
        { "\"name\":\"p\",\"sites\":[\"s\"],\"realms\":[\"buyer\"],\"kinds\":[\"shoe\"]",
          "no kind shoe" },
        { "\"name\":\"p\",\"sites\":[1]", "sites: a text" },
        { "\"name\":\"p\",\"limit\":3", "limit: there is no such member" },
        { "\"name\":\"p\",\"sites\":[\"s\"],\"realms\":[\"buyer\"],\"kinds\":[\"name\"],"
          "\"show\":\"all\"",
          "show:" },
        { "\"name\":\"p\",\"sites\":[\"s\"],\"realms\":[\"buyer\"],\"kinds\":[\"name\"]," WORDS,
          "ticket: a number" },
        { "\"name\":\"p\",\"sites\":[\"s\"],\"realms\":[\"buyer\"],\"kinds\":[\"name\"]," WORDS
          ",\"ticket\":1,\"second\":{\"principal\":0}",
          "second: principal: a number from 1" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct keeper_purposes purposes;
        sk_str json = sk_str_printf(f->mem, "{\"purposes\":[{%s}]}", rows[i].purpose);
        sk_err e = keeper_purposes_read(&purposes, f->mem, json);

        assert_int_equal(e.kind, SK_BAD);
        assert_non_null(strstr(e.why, rows[i].why));
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(purpose__has_what_the_configuration_says),
        CASE(purpose__serves_its_tickets_and_no_others),
        CASE(purpose__is_for_routes_by_whole_segments),
        CASE(purpose__holds_the_border_between_tenants),
        CASE(purpose__with_tenants_is_for_these_alone),
        CASE(purpose__of_nobody_is_only_for_nobody),
        CASE(purpose__that_erases_shows_no_kind),
        CASE(purpose__is_refused_with_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
