#include "base/file.h"
#include "ledger/record.h"
#include "vault/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ANNA "per_00000000000000000001"
#define BEN  "per_zzzzzzzzzzzzzzzzzzzz"
#define CHIE "per_0123456789abcdefghjk"
#define ORDERS(show, seen)                                                                         \
    "{\"purpose\":\"orders\",\"show\":\"" show                                                     \
    "\",\"route\":\"/admin\",\"values\":2,\"seen\":{" seen "}}"

static char folder[64];
static FILE *segment;
static uint64_t sequence;

static int
begin(void **state)
{
    char path[160];

    (void)state;
    snprintf(folder, sizeof folder, "/tmp/vault-scope-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/ledger", folder);
    if (mkdir(path, 0700)) return -1;
    snprintf(path, sizeof path, "%s/ledger/segment", folder);
    if (mkdir(path, 0700)) return -1;
    snprintf(path, sizeof path, "%s/ledger/segment/00000000000000000001-2026-11-26.jsonl", folder);
    segment = fopen(path, "w");
    sequence = 0;
    return segment ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    fclose(segment);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

static void
put_as(const char *action, const char *tenant, const char *principal, const char *details)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf line = { .mem = mem };
    char time[LEDGER_TIME], request[16];

    sequence++;
    const struct ledger_record record = {
        .sequence = sequence,
        .nth = sequence,
        .prev = sequence - 1,
        .time = { time, LEDGER_TIME },
        .event = { .tenant = sk_str_of(tenant),
                   .request = { request, (size_t)snprintf(request, sizeof request, "REQ%u",
                                                          (unsigned)sequence) },
                   .principal = sk_str_of(principal),
                   .action = sk_str_of(action),
                   .outcome = SK_STR("ok"),
                   .details = sk_str_of(details) },
    };

    ledger_time_write(time, (sk_when)1764115200000 + (sk_when)sequence * 1000);
    ledger_record_write(&line, &record);
    fwrite(line.p, 1, line.n, segment);
    fflush(segment);
}

static void
put(const char *tenant, const char *details)
{
    put_as("vault.read", tenant, "acc_1", details);
}

static struct vault_scope *
scope(struct vault_scope_ask ask)
{
    struct vault_scope *s = NULL;

    assert_false(sk_failed(vault_scope_read(&s, folder, &ask)));
    return s;
}

/* "tea plain name+phone=1/2; …": kinds as numbers of bits. */
static sk_str
tables(sk_arena *mem, struct vault_scope_ask ask)
{
    DEFER(vault_scope_close) struct vault_scope *s = scope(ask);
    struct sk_buf out = { .mem = mem };
    const struct vault_scope_tenant *t;

    for (size_t i = 0; (t = vault_scope_tenant(s, i)); i++) {
        sk_buf_printf(&out, "%.*s %d people:", SK_ARG(t->name), (int)t->people);
        for (const struct vault_scope_row *row = t->rows; row; row = row->next)
            sk_buf_printf(&out, " %s %#x=%d/%d", vault_shown_names[row->shown], row->kinds,
                          (int)row->people, (int)row->showings);
        sk_buf_add(&out, SK_STR("; "));
    }
    return sk_buf_str(&out);
}

static void
check(struct vault_scope_ask ask, const char *expected)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str got = tables(mem, ask);

    if (!sk_str_eq(got, sk_str_of(expected))) fail_msg("%.*s", SK_ARG(got));
}

static void
scope__counts_each_person_once_with_all_that_was_shown_of_him(void **state)
{
    (void)state;
    put("tea", ORDERS("plain", "\"name\":[\"" ANNA "\",\"" BEN "\"]"));
    put("tea", ORDERS("plain", "\"phone\":[\"" ANNA "\"]"));
    put("tea", ORDERS("plain", "\"name+phone\":[\"" ANNA "\"],\"name\":[\"" BEN "\"]"));
    check((struct vault_scope_ask){ 0 }, "tea 2 people: plain 0x2=1/2 plain 0xa=1/3; ");
}

static void
scope__keeps_plain_masked_and_rendered_apart(void **state)
{
    (void)state;
    put("tea", ORDERS("masked", "\"name\":[\"" ANNA "\"]"));
    put("tea", ORDERS("render", "\"address\":[\"" ANNA "\"]"));
    put("tea", ORDERS("plain", "\"email\":[\"" BEN "\"]"));
    put("tea", ORDERS("self", "\"email\":[\"" BEN "\"]"));
    check((struct vault_scope_ask){ 0 },
          "tea 2 people: plain 0x10=1/1 masked 0x2=1/1 render 0x20=1/1 self 0x10=1/1; ");
}

static void
scope__keeps_tenants_apart(void **state)
{
    (void)state;
    put("tea", ORDERS("plain", "\"name\":[\"" ANNA "\"]"));
    put("cloth", ORDERS("plain", "\"name\":[\"" BEN "\",\"" CHIE "\"]"));
    check((struct vault_scope_ask){ 0 },
          "tea 1 people: plain 0x2=1/1; cloth 2 people: plain 0x2=2/2; ");
    check((struct vault_scope_ask){ .tenant = SK_STR("cloth") }, "cloth 2 people: plain 0x2=2/2; ");
}

static void
scope__takes_only_what_was_asked_for(void **state)
{
    (void)state;
    put("tea", ORDERS("plain", "\"name\":[\"" ANNA "\"]"));
    put_as("vault.read", "tea", "acc_2", ORDERS("plain", "\"name\":[\"" BEN "\"]"));
    put_as("vault.refused", "tea", "acc_1", ORDERS("plain", "\"name\":[\"" CHIE "\"]"));
    check((struct vault_scope_ask){ .principal = SK_STR("acc_2") },
          "tea 1 people: plain 0x2=1/1; ");
    check((struct vault_scope_ask){ .ticket = SK_STR("REQ1") }, "tea 1 people: plain 0x2=1/1; ");
    check((struct vault_scope_ask){ .route = SK_STR("/admin") }, "tea 2 people: plain 0x2=2/2; ");
    check((struct vault_scope_ask){ .route = SK_STR("/") }, "");
    check((struct vault_scope_ask){ .purpose = SK_STR("other") }, "");
    check((struct vault_scope_ask){ .since = 1764115202000 }, "tea 1 people: plain 0x2=1/1; ");
    check((struct vault_scope_ask){ .until = 1764115201000 }, "");
}

static void
scope__says_when_a_record_cannot_be_read(void **state)
{
    (void)state;
    put("tea", ORDERS("plain", "\"name\":[\"" ANNA "\"]"));
    put("tea", "{\"purpose\":\"orders\"}");
    put("tea", ORDERS("plain", "\"shoes\":[\"" ANNA "\"]"));
    put("tea", ORDERS("plain", "\"name\":[\"hanako\"]"));
    DEFER(vault_scope_close) struct vault_scope *s = scope((struct vault_scope_ask){ 0 });
    assert_int_equal(vault_scope_sum(s).unreadable, 3);
    assert_int_equal(vault_scope_sum(s).people, 1);
}

static void
count_person(void *ctx, const struct vault_scope_person *person)
{
    struct vault_scope_person *all = ctx;

    all[strcmp(person->id, ANNA) == 0 ? 0 : 1] = *person;
}

static void
scope__lists_the_people_with_the_records_that_name_them(void **state)
{
    struct vault_scope_person all[2] = { 0 };

    (void)state;
    put("tea", ORDERS("plain", "\"name\":[\"" ANNA "\"]"));
    put("tea", ORDERS("masked", "\"phone\":[\"" ANNA "\",\"" CHIE "\"]"));
    DEFER(vault_scope_close) struct vault_scope *s = scope((struct vault_scope_ask){ 0 });
    vault_scope_people(s, count_person, all);
    assert_string_equal(all[0].id, ANNA);
    assert_string_equal(all[1].id, CHIE);
    assert_int_equal(all[0].kinds[VAULT_PLAIN], 1 << PERSONAL_NAME);
    assert_int_equal(all[0].kinds[VAULT_MASKED], 1 << PERSONAL_PHONE);
    assert_int_equal(all[0].first, 1);
    assert_int_equal(all[0].last, 2);
    assert_int_equal(all[1].kinds[VAULT_PLAIN], 0);
    assert_true(sk_str_eq(all[0].tenant, SK_STR("tea")));
}

static void
scope__holds_many_people_and_tenants(void **state)
{
    enum { MANY = 20000 };
    char details[256], tenant[16];
    uint64_t people = 0;
    const struct vault_scope_tenant *t;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        snprintf(tenant, sizeof tenant, "t%d", i % 300);
        snprintf(details, sizeof details, ORDERS("plain", "\"name\":[\"per_%020d\"]"), i);
        put(tenant, details);
    }
    DEFER(vault_scope_close) struct vault_scope *s = scope((struct vault_scope_ask){ 0 });
    assert_int_equal(vault_scope_sum(s).people, MANY);
    assert_int_equal(vault_scope_sum(s).tenants, 300);
    for (size_t i = 0; (t = vault_scope_tenant(s, i)); i++)
        people += t->rows->people;
    assert_int_equal(people, MANY);
}

static void
ignore(void *ctx, sk_str person, unsigned kinds)
{
    (void)ctx;
    (void)person;
    (void)kinds;
}

static void
seen__refuses_what_is_not_of_its_form(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        ORDERS("shown", "\"name\":[\"" ANNA "\"]"),
        ORDERS("plain", ""),
        ORDERS("plain", "\"name\":[]"),
        ORDERS("plain", "\"name\":[\"" ANNA "\""),
        ORDERS("plain", "\"\":[\"" ANNA "\"]"),
        ORDERS("plain", "\"name\":[\"" ANNA "\"]") "x",
        "{\"purpose\":\"a\",\"purpose\":\"b\",\"show\":\"plain\",\"values\":1,\"seen\":{}}",
        "{\"purpose\":\"a\",\"show\":\"plain\",\"values\":-1,\"seen\":{\"name\":[\"" ANNA "\"]}}",
        "{\"purpose\":\"a\\u0041\",\"show\":\"plain\",\"values\":1,\"seen\":{\"name\":[\"x\"]}}",
        "{\"deep\":[[[[[[[[1]]]]]]]]}",
    };
    struct vault_seen seen;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sk_err e = vault_seen_read(&seen, sk_str_of(bad[i]));

        if (!sk_failed(e)) e = vault_seen_each(&seen, ignore, NULL);
        if (e.kind != SK_BAD) fail_msg("taken: %s", bad[i]);
    }
}

static void
seen__passes_over_members_that_it_does_not_know(void **state)
{
    struct vault_seen seen;

    (void)state;
    assert_false(sk_failed(vault_seen_read(
        &seen, SK_STR("{\"new\":{\"a\":[1,\"}\"]},\"seen\":{\"name\":[\"x\"]}, \"values\": 12,"
                      "\"show\":\"masked\",\"purpose\":\"p\",\"flag\":true}"))));
    assert_int_equal(seen.values, 12);
    assert_int_equal(seen.shown, VAULT_MASKED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(scope__counts_each_person_once_with_all_that_was_shown_of_him),
        CASE(scope__keeps_plain_masked_and_rendered_apart),
        CASE(scope__keeps_tenants_apart),
        CASE(scope__takes_only_what_was_asked_for),
        CASE(scope__says_when_a_record_cannot_be_read),
        CASE(scope__lists_the_people_with_the_records_that_name_them),
        CASE(scope__holds_many_people_and_tenants),
        cmocka_unit_test(seen__refuses_what_is_not_of_its_form),
        cmocka_unit_test(seen__passes_over_members_that_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
