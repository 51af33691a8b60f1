#include "sekisho/strong_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct keeper_exposure_row rows[] = {
    { .tenant = { "shop", 4 },
      .purpose = { "orders", 6 },
      .kinds = 1 << PERSONAL_NAME | 1 << PERSONAL_PHONE,
      .show = KEEPER_SHOW_PLAIN,
      .people = 200,
      .earned = 12 },
    { .purpose = { "label", 5 },
      .kinds = 1 << PERSONAL_ADDRESS,
      .show = KEEPER_SHOW_RENDER,
      .is_frozen = 1 },
};
static const struct keeper_exposure exposure = { 212, rows, 2 };

static void
has(sk_str text, const char *part)
{
    if (sk_str_find(text, sk_str_of(part)) == SIZE_MAX)
        fail_msg("%s is not in:\n%.*s", part, SK_ARG(text));
}

static void
exposure__is_told_to_people_in_their_language(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf en = { .mem = mem }, ja = { .mem = mem };
    (void)state;

    setenv("LC_ALL", "C", 1);
    strong_room_exposure(&en, &exposure);
    has(sk_buf_str(&en), "at most 212 people");
    has(sk_buf_str(&en), "  orders (shop): 200 people and 12 earned; whole: name, phone");
    has(sk_buf_str(&en), "  label: 0 people; on labels made inside the vault: ");
    has(sk_buf_str(&en), "; FROZEN\n");
    setenv("LC_ALL", "ja_JP.UTF-8", 1);
    strong_room_exposure(&ja, &exposure);
    has(sk_buf_str(&ja), "最大 212 人分");
    has(sk_buf_str(&ja), "氏名");
    has(sk_buf_str(&ja), "（凍結中）");
}

static void
exposure__is_told_to_programs(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    (void)state;

    strong_room_exposure_json(&out, &exposure);
    has(sk_buf_str(&out),
        "{\"people\":212,\"purposes\":[{\"purpose\":\"orders\",\"tenant\":\"shop\","
        "\"show\":\"plain\",\"kinds\":[\"name\",\"phone\"],\"people\":200,"
        "\"earned\":12,\"frozen\":false},");
}

static void
purpose__is_told_with_its_limits(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    const struct conf_purpose purpose = { .name = SK_STR("orders"),
                                          .sites = { { SK_STR("shop") }, 1 },
                                          .realms = { { SK_STR("merchant") }, 1 },
                                          .routes = { { SK_STR("/admin") }, 1 },
                                          .kinds = { { SK_STR("name"), SK_STR("phone") }, 2 },
                                          .ticket = 20,
                                          .earned_days = 30,
                                          .second = { 1, 2, 3 },
                                          .hour = { 4, 5, 6 },
                                          .day = { 7, 8, 9 } };
    (void)state;

    setenv("LC_ALL", "C", 1);
    strong_room_purpose(&out, &purpose);
    has(sk_buf_str(&out), "orders: whole: name, phone\n");
    has(sk_buf_str(&out), "for merchant, sites shop, below /admin\n");
    has(sk_buf_str(&out), "a request: 20\n");
    has(sk_buf_str(&out), "in an hour: 4 for an account, 5 for a tenant, 6 in all\n");
    has(sk_buf_str(&out), "30 days");
}

static void
reserve__is_told_with_who_asks_and_why(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    const struct keeper_reserve_row row = { .reserve_id = { "rsv_00000000000000000001" },
                                            .purpose = SK_STR("orders"),
                                            .tenant = SK_STR("tea"),
                                            .asked_by = SK_STR("local:1000"),
                                            .reason = SK_STR("年末の注文"),
                                            .people = 300,
                                            .minutes = 60 };
    (void)state;

    setenv("LC_ALL", "C", 1);
    strong_room_reserve(&out, &row);
    has(sk_buf_str(&out),
        "rsv_00000000000000000001  waits  orders (tea): 300 people, 0 used, 60 minutes");
    has(sk_buf_str(&out), "    local:1000: 年末の注文\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exposure__is_told_to_people_in_their_language),
        cmocka_unit_test(exposure__is_told_to_programs),
        cmocka_unit_test(purpose__is_told_with_its_limits),
        cmocka_unit_test(reserve__is_told_with_who_asks_and_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
