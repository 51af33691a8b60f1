#include "keeper/budget.h"

#include "base/file.h"
#include "base/pick_test.h"
#include "keeper/budget_test.h"
#include "keeper/spent.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static const sk_when start = 1800000000000;

struct fixture {
    struct keeper_purpose purpose;
    struct keeper_budget *budget;
    struct keeper_budget_found found;
    struct keeper_taken taken;
    char folder[32];
};

static void
reopen(struct fixture *f, sk_when now)
{
    keeper_budget_close(&f->budget);
    assert_false(sk_failed(keeper_budget_open(&f->budget, &f->found, f->folder, true, now)));
}

static int
setup(void **state)
{
    static struct fixture f;

    f = (struct fixture){ .purpose = test_purpose(), .folder = "/tmp/budget-test-XXXXXX" };
    if (!mkdtemp(f.folder)) return -1;
    *state = &f;
    return sk_failed(keeper_budget_open(&f.budget, &f.found, f.folder, false, start));
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    keeper_budget_close(&f->budget);
    return sk_file_remove_tree(f->folder) ? 0 : -1;
}

/* One taking: people from..from+count-1 by names of the ticket, principal and tenant. */
struct ask {
    const char *ticket, *principal, *tenant;
    unsigned from, count;
    sk_when at;
};

static enum keeper_word
take(struct fixture *f, struct ask ask)
{
    struct keeper_id people[KEEPER_TAKE_MAX];
    struct ticket ticket = { .id = sk_str_of(ask.ticket), .principal = sk_str_of(ask.principal) };
    struct keeper_take what = { .purpose = &f->purpose,
                                .ticket = &ticket,
                                .tenant = sk_str_of(ask.tenant),
                                .person = people,
                                .count = ask.count };

    for (unsigned i = 0; i < ask.count; i++)
        people[i] = test_person(ask.from + i);
    return keeper_budget_take(&f->taken, f->budget, &what, start + ask.at);
}

static void
budget__refuses_the_sixth_person_of_a_ticket(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 5, 0 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 5, 1, 10000 }), KEEPER_BUDGET_SECOND);
    assert_int_equal(f->taken.scope, KEEPER_SCOPE_TICKET);
    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 5, 10000 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "u", "a", "x", 5, 1, 10000 }), KEEPER_OK);
}

static void
budget__takes_from_all_windows_or_from_none(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 5, 0 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "u", "a", "x", 5, 4, 2000 }), KEEPER_OK);
    /* principal a has 9 of 10 an hour: two more are refused, and then one still fits */
    assert_int_equal(take(f, (struct ask){ "v", "a", "x", 9, 2, 4000 }), KEEPER_BUDGET_HOUR);
    assert_int_equal(f->taken.scope, KEEPER_SCOPE_PRINCIPAL);
    assert_int_equal(take(f, (struct ask){ "w", "a", "x", 9, 1, 6000 }), KEEPER_OK);
    /* the tenant has 10 of 12, the purpose 10 of 15 */
    assert_int_equal(take(f, (struct ask){ "x", "b", "x", 20, 3, 8000 }), KEEPER_BUDGET_HOUR);
    assert_int_equal(f->taken.scope, KEEPER_SCOPE_TENANT);
    assert_int_equal(take(f, (struct ask){ "x", "b", "y", 20, 5, 8000 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "y", "b", "y", 25, 1, 10000 }), KEEPER_BUDGET_HOUR);
    assert_int_equal(f->taken.scope, KEEPER_SCOPE_PURPOSE);
}

static void
budget__counts_somebody_once_however_often_they_are_named(void **state)
{
    struct fixture *f = *state;
    struct ticket ticket = { .id = SK_STR("t"), .principal = SK_STR("a") };
    struct keeper_id people[KEEPER_TAKE_MAX];
    struct keeper_take what = { &f->purpose, &ticket, SK_STR("x"), people, KEEPER_TAKE_MAX };

    for (unsigned i = 0; i < KEEPER_TAKE_MAX; i++)
        people[i] = test_person(i % 5);
    assert_int_equal(keeper_budget_take(&f->taken, f->budget, &what, start), KEEPER_OK);
    people[7] = test_person(5);
    assert_int_equal(keeper_budget_take(&f->taken, f->budget, &what, start), KEEPER_BUDGET_SECOND);
    what.count++;
    assert_int_equal(keeper_budget_take(&f->taken, f->budget, &what, start), KEEPER_TOO_LONG);
}

/* ── beside a model that keeps every taking and counts anew ── */

enum { EVENTS = 4000, CROWD = 60 };
struct event {
    sk_when at;
    unsigned person, scope[KEEPER_SCOPES];
};
static struct event events[EVENTS * 6];
static size_t event_count;

static const sk_when lengths[KEEPER_WINDOWS] = { 1000, TEST_HOUR, TEST_DAY };

/* Distinct people of a scope in the window that ends at `now`, with `more` read now. */
static unsigned
model_count(int scope, unsigned name, sk_when length, sk_when now, const unsigned *more,
            unsigned count)
{
    bool in[CROWD] = { false };
    unsigned sum = 0;

    for (size_t i = event_count; i-- > 0 && events[i].at > now - length;)
        if (events[i].scope[scope] == name) in[events[i].person] = true;
    for (unsigned i = 0; i < count; i++)
        in[more[i]] = true;
    for (unsigned i = 0; i < CROWD; i++)
        sum += in[i];
    return sum;
}

static bool
model_fits(const struct keeper_purpose *p, const unsigned *scope, const unsigned *who,
           unsigned count, sk_when now)
{
    if (model_count(0, scope[0], TICKET_LIFE + 2 * TICKET_AHEAD, now, who, count) > p->ticket)
        return false;
    for (int s = 1; s < KEEPER_SCOPES; s++)
        for (int w = 0; w < KEEPER_WINDOWS; w++)
            if (model_count(s, scope[s], lengths[w], now, who, count) > p->most[s][w]) return false;
    return true;
}

static const char *const names[] = { "n0", "n1", "n2", "n3", "n4" };

static enum keeper_word
model_take(struct fixture *f, const unsigned *scope, const unsigned *who, unsigned count,
           sk_when now)
{
    struct keeper_id people[8];
    char id[16];
    struct ticket ticket = { .principal = sk_str_of(names[scope[1]]) };
    struct keeper_take what = { &f->purpose, &ticket, sk_str_of(names[scope[2]]), people, count };

    snprintf(id, sizeof id, "%u", scope[0]);
    ticket.id = sk_str_of(id);
    for (unsigned i = 0; i < count; i++)
        people[i] = test_person(who[i]);
    return keeper_budget_take(&f->taken, f->budget, &what, start + now);
}

static void
budget__judges_as_a_model_does_that_forgets_nothing(void **state)
{
    struct fixture *f = *state;
    unsigned passed = 0, refused = 0;
    sk_when now = TEST_DAY;

    event_count = 0;
    for (unsigned step = 0; step < EVENTS; step++) {
        unsigned scope[KEEPER_SCOPES] = { step / 3, pick(4), pick(3), 0 };
        unsigned who[6], count = 1 + pick(5);
        bool fits;

        now += pick(20) == 0 ? (sk_when)pick(3 * TEST_HOUR) : (sk_when)pick(1500);
        for (unsigned i = 0; i < count; i++)
            who[i] = pick(CROWD);
        if (pick(50) == 0) reopen(f, start + now); /* killed: nothing is forgotten */
        if (pick(50) == 0) assert_false(sk_failed(keeper_budget_tend(f->budget, start + now)));
        fits = model_fits(&f->purpose, scope, who, count, now);
        assert_int_equal(model_take(f, scope, who, count, now) == KEEPER_OK, fits);
        *(fits ? &passed : &refused) += 1;
        for (unsigned i = 0; fits && i < count; i++) {
            events[event_count] = (struct event){ .at = now, .person = who[i] };
            memcpy(events[event_count++].scope, scope, sizeof scope);
        }
    }
    assert_true(passed > EVENTS / 10 && refused > EVENTS / 10);
}

/* ── what outlives the process ── */

static void
budget__remembers_what_was_taken_when_it_was_killed(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 5, 0 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "u", "a", "x", 5, 5, 2000 }), KEEPER_OK);
    reopen(f, start + 4000);
    assert_int_equal(f->found.records, 10);
    assert_int_equal(take(f, (struct ask){ "v", "a", "x", 10, 1, 4000 }), KEEPER_BUDGET_HOUR);
    assert_int_equal(take(f, (struct ask){ "v", "a", "x", 0, 5, 4000 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "w", "a", "x", 10, 5, 4000 + TEST_HOUR }),
                     KEEPER_BUDGET_DAY);
    assert_int_equal(take(f, (struct ask){ "w", "a", "x", 10, 4, 4000 + TEST_HOUR }), KEEPER_OK);
}

static void
budget__whose_journal_is_gone_is_spent_for_an_hour(void **state)
{
    struct fixture *f = *state;

    keeper_budget_close(&f->budget);
    assert_true(sk_file_remove_tree(f->folder));
    assert_int_equal(mkdir(f->folder, 0700), 0);
    reopen(f, start);
    assert_true(f->found.missing);
    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 1, 0 }), KEEPER_BUDGET_HOUR);
    reopen(f, start + 1000); /* and starting again does not help */
    assert_false(f->found.missing);
    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 1, TEST_HOUR - 1 }),
                     KEEPER_BUDGET_HOUR);
    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 1, TEST_HOUR }), KEEPER_OK);
}

/* As no keeper writes them; the fuzzer did. */
static void
budget__passes_over_records_before_all_time(void **state)
{
    struct fixture *f = *state;
    struct keeper_journal_found found = { 0 };
    struct keeper_journal *journal;

    keeper_budget_close(&f->budget);
    assert_false(sk_failed(keeper_journal_open(&journal, &found, f->folder, "spent", NULL, NULL)));
    for (uint8_t kind = 0; kind < 12; kind++) {
        struct keeper_spent spent = { .kind = kind, .when = INT64_MIN + kind };

        assert_false(sk_failed(keeper_journal_add(journal, (const unsigned char *)&spent, 1)));
    }
    keeper_journal_close(&journal);
    reopen(f, start);
    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 5, 0 }), KEEPER_OK);
}

static void
budget__does_not_trust_a_clock_that_was_ahead(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 5, 3650 * (sk_when)TEST_DAY }),
                     KEEPER_OK);
    /* gone back: the windows go on from there, as fast as the clock does */
    assert_int_equal(take(f, (struct ask){ "u", "a", "x", 5, 2, 0 }), KEEPER_BUDGET_SECOND);
    assert_int_equal(take(f, (struct ask){ "u", "a", "x", 5, 2, 1000 }), KEEPER_OK);
    /* and a new process counts what is from the future as of now */
    reopen(f, start + 1000);
    assert_int_equal(take(f, (struct ask){ "v", "a", "x", 9, 4, 3000 }), KEEPER_BUDGET_HOUR);
    assert_int_equal(take(f, (struct ask){ "v", "a", "x", 9, 4, 1000 + TEST_HOUR }), KEEPER_OK);
}

/* ── frost ── */

static void
budget__freezes_at_an_hours_overrun_where_it_should(void **state)
{
    struct fixture *f = *state;

    f->purpose.freezes = true;
    assert_int_equal(take(f, (struct ask){ "t", "a", "x", 0, 5, 0 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "u", "a", "x", 5, 5, 0 }), KEEPER_BUDGET_SECOND);
    assert_true(f->taken.alarm);
    assert_false(f->taken.froze);
    assert_int_equal(take(f, (struct ask){ "u", "a", "x", 5, 5, 2000 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "v", "a", "x", 10, 1, 4000 }), KEEPER_BUDGET_HOUR);
    assert_true(f->taken.froze);
    assert_false(f->taken.alarm); /* one was raised seconds ago */
    reopen(f, start + 5000);
    assert_true(keeper_budget_is_frozen(f->budget, SK_STR("orders")));
    assert_int_equal(take(f, (struct ask){ "w", "b", "y", 0, 1, 5000 }), KEEPER_PURPOSE_FROZEN);
    assert_int_equal(keeper_budget_freeze(f->budget, SK_STR("orders")), KEEPER_MISSING);
    assert_int_equal(keeper_budget_thaw(f->budget, SK_STR("orders")), KEEPER_OK);
    reopen(f, start + 6000);
    assert_int_equal(take(f, (struct ask){ "w", "b", "y", 0, 1, 6000 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "x", "a", "x", 10, 1, TEST_MINUTE + 1 }),
                     KEEPER_BUDGET_HOUR);
    assert_true(f->taken.alarm);
}

/* ── reserves ── */

static const struct ticket_names {
    const char *a, *b;
} operators = { "acc_a", "acc_b" };

static enum keeper_word
reserve_ask(struct keeper_reserve *r, struct fixture *f, const struct ticket *who, uint32_t people,
            uint32_t minutes)
{
    const struct keeper_reserve_ask ask = { .purpose = SK_STR("orders"),
                                            .tenant = SK_STR("x"),
                                            .reason = SK_STR("年末の注文"),
                                            .people = people,
                                            .minutes = minutes };

    r->reserve_id = keeper_id_new("rsv");
    return keeper_budget_reserve_ask(r, f->budget, who, &ask, start);
}

static void
reserve__is_asked_for_by_one_and_opened_by_another(void **state)
{
    struct fixture *f = *state;
    struct ticket a = test_operator(operators.a), b = test_operator(operators.b), shop = a;
    struct keeper_reserve r, opened;
    sk_str purpose = SK_STR("orders"), x = SK_STR("x");

    shop.site = SK_STR("shop");
    assert_int_equal(reserve_ask(&r, f, &shop, 9, 60), KEEPER_DENIED);
    assert_int_equal(reserve_ask(&r, f, &a, 9, 481), KEEPER_BAD);
    assert_int_equal(reserve_ask(&r, f, &a, 9, 60), KEEPER_OK);
    assert_int_equal(keeper_budget_reserve_open(&opened, f->budget, &a, r.reserve_id, start),
                     KEEPER_DENIED);
    assert_int_equal(keeper_budget_reserve_open(&opened, f->budget, &shop, r.reserve_id, start),
                     KEEPER_DENIED);
    assert_true(keeper_budget_reserved(f->budget, purpose, x, start) == 0);
    reopen(f, start);
    assert_int_equal(keeper_budget_reserve_open(&opened, f->budget, &b, r.reserve_id, start),
                     KEEPER_OK);
    assert_true(opened.until == (uint64_t)start + TEST_HOUR);
    assert_int_equal(keeper_budget_reserve_open(&opened, f->budget, &b, r.reserve_id, start),
                     KEEPER_MISSING);
    assert_true(keeper_budget_reserved(f->budget, purpose, x, start) == 9);
    assert_true(keeper_budget_reserved(f->budget, purpose, SK_STR("y"), start) == 0);
}

static void
reserve__pays_when_the_windows_cannot_and_then_ends(void **state)
{
    struct fixture *f = *state;
    struct ticket a = test_operator(operators.a), b = test_operator(operators.b);
    struct keeper_reserve r, opened;
    sk_str purpose = SK_STR("orders"), x = SK_STR("x");

    assert_int_equal(reserve_ask(&r, f, &a, 7, 60), KEEPER_OK);
    assert_int_equal(keeper_budget_reserve_open(&opened, f->budget, &b, r.reserve_id, start),
                     KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "t", "p", "x", 0, 5, 0 }), KEEPER_OK);
    assert_true(keeper_id_is_none(&f->taken.reserve));
    assert_int_equal(take(f, (struct ask){ "u", "p", "x", 5, 5, 1 }), KEEPER_OK);
    assert_memory_equal(&f->taken.reserve, &r.reserve_id, sizeof r.reserve_id);
    /* a ticket's limit holds, other tenants have nothing of it, two are left */
    assert_int_equal(take(f, (struct ask){ "u", "p", "x", 10, 1, 1 }), KEEPER_BUDGET_SECOND);
    assert_int_equal(take(f, (struct ask){ "v", "p", "y", 10, 4, 1 }), KEEPER_BUDGET_SECOND);
    reopen(f, start + 2);
    assert_int_equal(take(f, (struct ask){ "w", "p", "x", 10, 3, 2 }), KEEPER_BUDGET_SECOND);
    assert_int_equal(take(f, (struct ask){ "w", "p", "x", 10, 2, 2 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "z", "p", "x", 5, 5, 3 }), KEEPER_OK); /* again */
    /* the windows have not moved by it */
    assert_int_equal(take(f, (struct ask){ "y", "p", "x", 30, 5, 2000 }), KEEPER_OK);
    assert_true(keeper_id_is_none(&f->taken.reserve));
    assert_int_equal(take(f, (struct ask){ "q", "p", "x", 5, 5, TEST_HOUR - 1 }), KEEPER_OK);
    assert_true(keeper_budget_reserved(f->budget, purpose, x, start + TEST_HOUR) == 0);
}

static struct keeper_reserve_row
only_row(struct fixture *f, sk_arena *mem, sk_when now)
{
    struct keeper_reserves all;

    keeper_budget_reserves(&all, mem, f->budget, now);
    assert_int_equal(all.count, 1);
    return all.row[0];
}

static void
reserve__keeps_its_words_over_a_restart_and_a_turn(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct fixture *f = *state;
    struct ticket a = test_operator(operators.a), b = test_operator(operators.b);
    struct keeper_reserve r, opened;
    struct keeper_reserve_row row;
    struct keeper_reserves all;

    assert_int_equal(reserve_ask(&r, f, &a, 9, 60), KEEPER_OK);
    for (sk_when at = start; at < start + 2; at++) {
        reopen(f, at);
        row = only_row(f, mem, at);
        assert_true(sk_str_eq(row.purpose, SK_STR("orders")) && sk_str_eq(row.tenant, SK_STR("x")));
        assert_true(sk_str_eq(row.asked_by, SK_STR("acc_a")));
        assert_true(sk_str_eq(row.reason, SK_STR("年末の注文")));
        assert_true(row.people == 9 && row.minutes == 60 && row.used == 0 && !row.is_open);
        /* enough records that the log is turned, and read from its snapshot then */
        for (unsigned i = 0; i < 200; i++)
            assert_int_equal(take(f, (struct ask){ "t", "p", "x", i % 5, 1, at - start }),
                             KEEPER_OK);
        for (unsigned i = 0; i < 1024; i++)
            assert_int_equal(
                (i % 2 ? keeper_budget_thaw : keeper_budget_freeze)(f->budget, SK_STR("other")),
                KEEPER_OK);
        assert_false(sk_failed(keeper_budget_tend(f->budget, at)));
    }
    assert_int_equal(keeper_budget_reserve_open(&opened, f->budget, &b, r.reserve_id, start + 2),
                     KEEPER_OK);
    row = only_row(f, mem, start + 3);
    assert_true(row.is_open && row.until == opened.until);
    keeper_budget_reserves(&all, mem, f->budget, start + 2 * TEST_HOUR);
    assert_int_equal(all.count, 0);
}

/* Root may be anybody, so it is not the second of two at the command line. */
static void
reserve__of_the_command_line_needs_two_who_signed_in_as_themselves(void **state)
{
    static const struct {
        const char *asks, *opens;
        enum keeper_word word;
    } cases[] = {
        { "local:0", "local:0", KEEPER_DENIED },    { "local:0", "local:1000", KEEPER_DENIED },
        { "local:1000", "local:0", KEEPER_DENIED }, { "local:1000", "local:1000", KEEPER_DENIED },
        { "local:1000", "local:1001", KEEPER_OK },  { "acc_a", "local:0", KEEPER_OK },
        { "local:0", "acc_a", KEEPER_OK },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ticket a = test_operator(cases[i].asks), b = test_operator(cases[i].opens);
        struct keeper_reserve r, opened;

        assert_int_equal(reserve_ask(&r, f, &a, 9, 60), KEEPER_OK);
        assert_int_equal(keeper_budget_reserve_open(&opened, f->budget, &b, r.reserve_id, start),
                         cases[i].word);
    }
}

static void
reserve__has_a_reason_without_hidden_bytes(void **state)
{
    struct ticket a = test_operator(operators.a);
    struct keeper_reserve_ask ask = { .purpose = SK_STR("orders"), .people = 1, .minutes = 1 };

    (void)state;
    assert_int_equal(keeper_budget_reserve_fits(&a, &ask), KEEPER_BAD);
    ask.reason = SK_STR(" \n ");
    assert_int_equal(keeper_budget_reserve_fits(&a, &ask), KEEPER_BAD);
    ask.reason = SK_STR("one\0two");
    assert_int_equal(keeper_budget_reserve_fits(&a, &ask), KEEPER_BAD);
    ask.reason = SK_STR("one");
    assert_int_equal(keeper_budget_reserve_fits(&a, &ask), KEEPER_OK);
}

static void
windows__tell_how_many_of_a_tenant_and_of_all(void **state)
{
    struct fixture *f = *state;
    uint32_t count[KEEPER_WINDOWS];

    assert_int_equal(take(f, (struct ask){ "t", "p", "x", 0, 3, 0 }), KEEPER_OK);
    assert_int_equal(take(f, (struct ask){ "u", "p", "y", 10, 2, 1500 }), KEEPER_OK);
    keeper_budget_windows(count, f->budget, SK_STR("orders"), SK_STR("x"), start + 1600);
    assert_true(count[KEEPER_WINDOW_SECOND] == 0 && count[KEEPER_WINDOW_HOUR] == 3);
    keeper_budget_windows(count, f->budget, SK_STR("orders"), (sk_str){ 0 }, start + 1600);
    assert_true(count[KEEPER_WINDOW_SECOND] == 2 && count[KEEPER_WINDOW_DAY] == 5);
    keeper_budget_windows(count, f->budget, SK_STR("other"), (sk_str){ 0 }, start + 1600);
    assert_true(count[KEEPER_WINDOW_DAY] == 0);
    assert_true(keeper_budget_blind_until(f->budget, start + 1600) == 0);
}

/* ── threads ── */

struct thread_work {
    struct fixture *f;
    unsigned number, passed;
};

static void *
thread_take(void *ctx)
{
    struct thread_work *w = ctx;
    char id[16];
    struct ticket ticket = { .principal = SK_STR("p") };

    for (unsigned i = 0; i < 100; i++) {
        struct keeper_id person = test_person(w->number * 1000 + i);
        struct keeper_take what = { &w->f->purpose, &ticket, SK_STR("x"), &person, 1 };
        struct keeper_taken taken;

        snprintf(id, sizeof id, "%u-%u", w->number, i);
        ticket.id = sk_str_of(id);
        w->passed += keeper_budget_take(&taken, w->f->budget, &what, start) == KEEPER_OK;
    }
    return NULL;
}

static void
budget__is_spent_once_by_many_threads(void **state)
{
    struct fixture *f = *state;
    struct thread_work work[4];
    pthread_t thread[4];
    unsigned passed = 0;

    f->purpose.most[KEEPER_SCOPE_PRINCIPAL][KEEPER_WINDOW_SECOND] = 14;
    f->purpose.most[KEEPER_SCOPE_PRINCIPAL][KEEPER_WINDOW_HOUR] = 14;
    f->purpose.most[KEEPER_SCOPE_TENANT][KEEPER_WINDOW_SECOND] = 9;
    f->purpose.most[KEEPER_SCOPE_PURPOSE][KEEPER_WINDOW_SECOND] = 15;
    for (unsigned i = 0; i < 4; i++) {
        work[i] = (struct thread_work){ f, i, 0 };
        assert_int_equal(pthread_create(&thread[i], NULL, thread_take, &work[i]), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        passed += work[i].passed;
    }
    assert_int_equal(passed, 9);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(budget__refuses_the_sixth_person_of_a_ticket),
        CASE(budget__takes_from_all_windows_or_from_none),
        CASE(budget__counts_somebody_once_however_often_they_are_named),
        CASE(budget__judges_as_a_model_does_that_forgets_nothing),
        CASE(budget__remembers_what_was_taken_when_it_was_killed),
        CASE(budget__whose_journal_is_gone_is_spent_for_an_hour),
        CASE(budget__passes_over_records_before_all_time),
        CASE(budget__does_not_trust_a_clock_that_was_ahead),
        CASE(budget__freezes_at_an_hours_overrun_where_it_should),
        CASE(reserve__is_asked_for_by_one_and_opened_by_another),
        CASE(reserve__pays_when_the_windows_cannot_and_then_ends),
        CASE(reserve__keeps_its_words_over_a_restart_and_a_turn),
        CASE(reserve__of_the_command_line_needs_two_who_signed_in_as_themselves),
        CASE(reserve__has_a_reason_without_hidden_bytes),
        CASE(windows__tell_how_many_of_a_tenant_and_of_all),
        CASE(budget__is_spent_once_by_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
