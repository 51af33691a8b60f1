/* What parts are told, and what of it makes them start again. */
#include "sekisho/services.h"

#include "base/file.h"
#include "base/json.h"
#include "sekisho/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char text[] = "listen { https = 9443; address = \"127.0.0.1\"; }\n"
                           "rules { mode = detect; before = [\"a.conf\", \"b.conf\"]; }\n"
                           "site shop { names = [\"www.example.jp\", \"例え\"]; }\n";

static sk_arena *mem;

static struct house
house_of(const char *conf_text)
{
    struct house house = { .mem = mem, .state = "/state" };

    house.faults.text.mem = mem;
    assert_false(sk_failed(conf_read(&house.conf, &house.faults, mem, sk_str_of(conf_text), "t")) &&
                 house.faults.count > 1);
    return house;
}

/* The tables have blocks that no part is named after; the test takes one of them. */
static const struct service rules = { .name = "rules" };

static void
service__is_told_its_block_ports_and_sites(void **state)
{
    struct house house = house_of(text);
    DEFER(sk_json_close) sk_json *root = NULL;
    const sk_json *sites, *of_house;

    (void)state;
    assert_false(sk_failed(sk_json_read(&root, service_json(mem, &rules, &house))));
    assert_true(sk_str_eq(sk_json_get_str(root, "mode"), SK_STR("detect")));
    assert_int_equal(sk_json_get_int(root, "paranoia", 0), 1);
    assert_true(sk_json_get_bool(root, "response", false));
    assert_int_equal(sk_json_count(sk_json_get(root, "before")), 2);
    assert_null(sk_json_get(root, "instances")); /* another block's */
    of_house = sk_json_get(root, "house");
    assert_int_equal(sk_json_get_int(of_house, "https", 0), 9443);
    sites = sk_json_get(of_house, "sites");
    assert_int_equal(sk_json_count(sites), 1);
    assert_true(sk_str_eq(sk_json_get_str(sk_json_at(sites, 0), "name"), SK_STR("shop")));
}

static void
service__is_told_another_block_under_its_name(void **state)
{
    static const struct service mail = { .name = "post", .also = "human" };
    struct house house = house_of("human { provider = turnstile; site_key = k; secret = \"f\"; }\n"
                                  "site shop { names = localhost; }\n");
    DEFER(sk_json_close) sk_json *root = NULL;

    (void)state;
    assert_false(sk_failed(sk_json_read(&root, service_json(mem, &mail, &house))));
    assert_true(sk_str_eq(sk_json_get_str(root, "human_provider"), SK_STR("turnstile")));
    assert_true(
        sk_str_eq(sk_json_get_str(root, "human_secret"), SK_STR("/state/conf/post/human_secret")));
    assert_int_equal(sk_json_get_int(root, "human_score", 0), 50);
    assert_non_null(sk_json_get(root, "smtp"));
    assert_null(sk_json_get(root, "site_key"));
}

static void
service__keeper_is_told_the_purposes(void **state)
{
    static const struct service keeper = { .name = "keeper" };
    struct house house =
        house_of("site shop { names = x; }\npurpose orders { sites = shop; realms = [\"merchant\", "
                 "\"nobody\"]; kinds = [\"name\", \"phone\"]; show = render; on_overrun = freeze; "
                 "hour { purpose = 250; } }");
    DEFER(sk_json_close) sk_json *root = NULL;
    const sk_json *purpose;

    (void)state;
    assert_false(sk_failed(sk_json_read(&root, service_json(mem, &keeper, &house))));
    assert_true(sk_str_eq(sk_json_get_str(root, "root_key"), SK_STR("file")));
    assert_int_equal(sk_json_count(sk_json_get(root, "purposes")), 2);
    purpose = sk_json_at(sk_json_get(root, "purposes"), 0);
    assert_true(sk_str_eq(sk_json_get_str(purpose, "name"), SK_STR("orders")));
    assert_true(sk_str_eq(sk_json_get_str(purpose, "show"), SK_STR("render")));
    assert_true(sk_str_eq(sk_json_get_str(purpose, "on_overrun"), SK_STR("freeze")));
    assert_int_equal(sk_json_get_int(purpose, "level", -1), 2);
    assert_int_equal(sk_json_get_int(sk_json_get(purpose, "hour"), "purpose", 0), 250);
    assert_int_equal(sk_json_get_int(sk_json_get(purpose, "day"), "tenant", 0), 1000);
    assert_int_equal(sk_json_count(sk_json_get(purpose, "realms")), 2);
    assert_int_equal(sk_json_count(sk_json_get(purpose, "tenants")), 0);
    purpose = sk_json_at(sk_json_get(root, "purposes"), 1); /* the house's own */
    assert_true(sk_str_eq(sk_json_get_str(purpose, "name"), SK_STR("sekisho.probe")));
    assert_int_equal(sk_json_count(sk_json_get(purpose, "tenants")), 2);
}

static void
service__that_is_told_the_same_again_is_told_the_same_bytes(void **state)
{
    struct house one = house_of(text), two = house_of(text);

    (void)state;
    assert_true(sk_str_eq(service_json(mem, &rules, &one), service_json(mem, &rules, &two)));
    two.conf->paranoia = 2;
    assert_false(sk_str_eq(service_json(mem, &rules, &one), service_json(mem, &rules, &two)));
}

static void
choice__has_the_word_that_was_read(void **state)
{
    static const struct conf_row row = { .kind = CONF_CHOICE, .choices = "block|detect|off" };

    (void)state;
    assert_true(sk_str_eq(conf_choice_word(&row, 0), SK_STR("block")));
    assert_true(sk_str_eq(conf_choice_word(&row, 2), SK_STR("off")));
}

static int
begin(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service__is_told_its_block_ports_and_sites),
        cmocka_unit_test(service__is_told_another_block_under_its_name),
        cmocka_unit_test(service__keeper_is_told_the_purposes),
        cmocka_unit_test(service__that_is_told_the_same_again_is_told_the_same_bytes),
        cmocka_unit_test(choice__has_the_word_that_was_read),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
