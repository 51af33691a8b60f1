/* Whatever an attacker does within an hour, it is no more people than the exposure said; and one
 * who is clever comes close. */
#include "keeper/exposure.h"

#include "base/pick_test.h"
#include "keeper/budget_test.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { TENANTS = 3, EACH = 60, PURPOSES = 3, ROUNDS = 40 };

static const sk_when start = 1800000000000;
static const char *const tenants[TENANTS] = { "shop", "shop/asahi", "blog" };

struct world {
    sk_arena *mem;
    struct keeper_purpose purpose[PURPOSES];
    struct keeper_purposes purposes;
    struct keeper_budget *budget;
    struct keeper_earned *earned;
    struct keeper_crowd crowd[TENANTS];
    struct keeper_exposed exposed;
    bool got[TENANTS][EACH]; /* by the attacker, in plain */
    bool rowed[PURPOSES][TENANTS][EACH];
    unsigned ticket;
};

static sk_str site_of[2] = { { "shop", 4 }, { "blog", 4 } };

static struct keeper_id
person_of(unsigned tenant, unsigned n)
{
    return test_person(tenant * 1000 + n);
}

/* 1..most, smaller for shorter windows. */
static void
limits_pick(struct keeper_purpose *p)
{
    p->ticket = 1 + pick(10);
    for (int scope = KEEPER_SCOPE_PRINCIPAL; scope < KEEPER_SCOPES; scope++) {
        uint32_t day = 10 + pick(80), hour = 1 + pick(day), second = 1 + pick(hour);

        p->most[scope][KEEPER_WINDOW_DAY] = day;
        p->most[scope][KEEPER_WINDOW_HOUR] = hour;
        p->most[scope][KEEPER_WINDOW_SECOND] = second;
    }
}

static void
world_make(struct world *w)
{
    static const char *const names[PURPOSES] = { "orders", "letters", "peek" };
    struct keeper_budget_found found;
    uint64_t damaged;

    *w = (struct world){ .mem = sk_arena_new(0) };
    for (int i = 0; i < PURPOSES; i++) {
        w->purpose[i].name = sk_str_of(names[i]);
        w->purpose[i].kinds = 2;
        w->purpose[i].show = i == 2 ? KEEPER_SHOW_MASKED : KEEPER_SHOW_PLAIN;
        w->purpose[i].sites = (struct keeper_list){ site_of, 1 + pick(2) };
        w->purpose[i].earned = 30 * (sk_when)TEST_DAY;
        limits_pick(&w->purpose[i]);
    }
    w->purposes = (struct keeper_purposes){ w->purpose, PURPOSES };
    for (int i = 0; i < TENANTS; i++)
        w->crowd[i] = (struct keeper_crowd){ sk_str_of(tenants[i]), 20 + pick(EACH - 20) };
    assert_false(sk_failed(keeper_budget_open(&w->budget, &found, NULL, false, start)));
    assert_false(sk_failed(keeper_earned_open(&w->earned, &damaged, NULL, start)));
    w->exposed = (struct keeper_exposed){ &w->purposes, w->budget, w->earned, w->crowd, TENANTS };
}

static void
world_end(struct world *w)
{
    keeper_budget_close(&w->budget);
    keeper_earned_close(&w->earned);
    sk_arena_free(w->mem);
}

/* Reads `count` people from `from` on, each as one value; the earned ones beside the budget, as the
 * keeper does it. True: all were read. */
static bool
people_read(struct world *w, unsigned p, unsigned t, unsigned from, unsigned count, sk_when now)
{
    struct keeper_purpose *purpose = &w->purpose[p];
    struct keeper_id people[16];
    char principal[16], id[16];
    struct ticket ticket = { .id = { id, 0 }, .principal = { principal, 0 } };
    struct keeper_take take = { purpose, &ticket, w->crowd[t].tenant, people, 0 };
    struct keeper_taken taken;

    if (!keeper_purpose_has_tenant(purpose, w->crowd[t].tenant)) return false;
    ticket.id.n = (size_t)snprintf(id, sizeof id, "%u", w->ticket++ / (1 + pick(3)));
    ticket.principal.n = (size_t)snprintf(principal, sizeof principal, "p%u", pick(40));
    for (unsigned i = 0; i < count; i++) {
        struct keeper_id one = person_of(t, (from + i) % (unsigned)w->crowd[t].people);

        if (!keeper_earned_has(w->earned, purpose, take.tenant, &one, now))
            people[take.count++] = one;
    }
    if (keeper_budget_take(&taken, w->budget, &take, now) != KEEPER_OK) return false;
    for (unsigned i = 0; i < count; i++) {
        unsigned n = (from + i) % (unsigned)w->crowd[t].people;

        w->rowed[p][t][n] = true;
        if (purpose->show == KEEPER_SHOW_PLAIN) w->got[t][n] = true;
    }
    return true;
}

/* A day of use before: readings, orders that earn, a reserve, perhaps frost. */
static sk_when
history_make(struct world *w)
{
    struct ticket a = test_operator("acc_a"), b = test_operator("acc_b");
    struct keeper_reserve r;
    sk_when now = start;

    for (unsigned i = 0; i < 400; i++) {
        unsigned p = pick(PURPOSES), t = pick(TENANTS);
        struct keeper_id one = person_of(t, pick((unsigned)w->crowd[t].people));

        now += pick(8 * TEST_MINUTE);
        if (pick(10) == 0)
            assert_false(sk_failed(keeper_earned_add(w->earned, &w->purpose[p], w->crowd[t].tenant,
                                                     &one, &one, 1, now)));
        people_read(w, p, t, pick(EACH), 1 + pick(8), now);
    }
    for (unsigned i = 0; i < pick(3); i++) {
        sk_str tenant = pick(2) ? w->crowd[pick(TENANTS)].tenant : (sk_str){ 0 };

        struct keeper_reserve_ask ask = { .purpose = w->purpose[pick(PURPOSES)].name,
                                          .tenant = tenant,
                                          .reason = SK_STR("many orders"),
                                          .people = 1 + pick(40),
                                          .minutes = 480 };

        r.reserve_id = keeper_id_new("rsv");
        assert_int_equal(keeper_budget_reserve_ask(&r, w->budget, &a, &ask, now), KEEPER_OK);
        assert_int_equal(keeper_budget_reserve_open(&r, w->budget, &b, r.reserve_id, now),
                         KEEPER_OK);
    }
    if (pick(4) == 0)
        assert_int_equal(keeper_budget_freeze(w->budget, w->purpose[pick(PURPOSES)].name),
                         KEEPER_OK);
    memset(w->got, 0, sizeof w->got);
    memset(w->rowed, 0, sizeof w->rowed);
    return now;
}

static unsigned
count_of(const bool *got)
{
    unsigned count = 0;

    for (unsigned i = 0; i < EACH; i++)
        count += got[i];
    return count;
}

static unsigned
count_all(const struct world *w)
{
    unsigned count = 0;

    for (unsigned t = 0; t < TENANTS; t++)
        count += count_of(w->got[t]);
    return count;
}

static void
rows_hold(const struct world *w, const struct keeper_exposure *said)
{
    for (size_t i = 0; i < said->count; i++) {
        const struct keeper_exposure_row *row = &said->row[i];

        for (unsigned p = 0; p < PURPOSES; p++)
            for (unsigned t = 0; t < TENANTS; t++)
                if (sk_str_eq(w->purpose[p].name, row->purpose) &&
                    sk_str_eq(w->crowd[t].tenant, row->tenant))
                    assert_true(count_of(w->rowed[p][t]) <= row->people + row->earned);
    }
}

static void
exposure__is_never_exceeded_whatever_is_tried(void **state)
{
    static struct world w;
    (void)state;

    for (int round = 0; round < ROUNDS; round++) {
        struct keeper_exposure said;
        sk_when now, end;

        world_make(&w);
        now = history_make(&w);
        end = now + TEST_HOUR;
        keeper_exposure_find(&said, w.mem, &w.exposed, now);
        for (; now < end; now += pick(4) ? (sk_when)pick(3000) : (sk_when)pick(TEST_MINUTE))
            people_read(&w, pick(PURPOSES), pick(TENANTS), pick(EACH), 1 + pick(8), now);
        assert_true(count_all(&w) <= said.people);
        rows_hold(&w, &said);
        world_end(&w);
    }
}

/* Every purpose, tenant and person, one by one, again and again, until nothing more comes. */
static void
greedy_read(struct world *w, sk_when now, sk_when end)
{
    for (; now < end; now += 999)
        for (unsigned p = 0; p < PURPOSES; p++)
            for (unsigned t = 0; t < TENANTS; t++)
                for (unsigned n = 0; n < w->crowd[t].people; n++)
                    if (!w->got[t][n]) people_read(w, p, t, n, 1, now);
}

static void
exposure__is_nearly_reached_by_one_who_takes_all_that_is_given(void **state)
{
    static struct world w;
    uint64_t got = 0, said_all = 0;
    (void)state;

    for (int round = 0; round < 6; round++) {
        struct keeper_exposure said;
        sk_when now;

        world_make(&w);
        now = history_make(&w);
        keeper_exposure_find(&said, w.mem, &w.exposed, now);
        greedy_read(&w, now, now + TEST_MINUTE);
        assert_true(count_all(&w) <= said.people);
        got += count_all(&w);
        said_all += said.people;
        world_end(&w);
    }
    printf("an attacker got %llu of %llu people that the exposure said (%llu %%)\n",
           (unsigned long long)got, (unsigned long long)said_all,
           (unsigned long long)(got * 100 / said_all));
    assert_true(got * 100 >= said_all * 70);
}

static void
exposure__of_frozen_masked_and_mailed_data_is_not_in_the_sum(void **state)
{
    static struct world w;
    struct keeper_exposure said;
    (void)state;

    world_make(&w);
    for (int i = 0; i < PURPOSES; i++)
        w.purpose[i].sites.count = 2;
    w.purpose[0].show = KEEPER_SHOW_LETTER;
    assert_int_equal(keeper_budget_freeze(w.budget, w.purpose[1].name), KEEPER_OK);
    keeper_exposure_find(&said, w.mem, &w.exposed, start);
    assert_true(said.people == 0);
    assert_int_equal(said.count, PURPOSES * TENANTS);
    for (size_t i = 0; i < said.count; i++) {
        bool frozen = sk_str_eq(said.row[i].purpose, w.purpose[1].name);

        assert_int_equal(said.row[i].is_frozen, frozen);
        assert_int_equal(said.row[i].people == 0, frozen);
    }
    world_end(&w);
}

static void
exposure__counts_whoever_is_on_a_label(void **state)
{
    static struct world w;
    struct keeper_exposure plain, label;
    (void)state;

    world_make(&w);
    keeper_exposure_find(&plain, w.mem, &w.exposed, start);
    for (int i = 0; i < PURPOSES; i++)
        if (w.purpose[i].show == KEEPER_SHOW_PLAIN) w.purpose[i].show = KEEPER_SHOW_RENDER;
    keeper_exposure_find(&label, w.mem, &w.exposed, start);
    assert_true(plain.people > 0);
    assert_int_equal(label.people, plain.people);
    world_end(&w);
}

static void
exposure__of_many_tenants_is_told_by_purpose(void **state)
{
    static struct world w;
    struct keeper_exposure said;
    (void)state;

    world_make(&w);
    struct keeper_crowd *crowd = sk_array(w.mem, KEEPER_ROWS_MAX, sizeof *crowd);
    for (size_t i = 0; i < KEEPER_ROWS_MAX; i++)
        crowd[i] = (struct keeper_crowd){ sk_str_printf(w.mem, "shop/%zu", i), 1 };
    w.exposed.crowd = crowd;
    w.exposed.crowds = KEEPER_ROWS_MAX;
    keeper_exposure_find(&said, w.mem, &w.exposed, start);
    assert_int_equal(said.count, PURPOSES);
    for (size_t i = 0; i < said.count; i++) {
        assert_int_equal(said.row[i].tenant.n, 0);
        assert_true(said.row[i].people ==
                    w.purpose[i].most[KEEPER_SCOPE_PURPOSE][KEEPER_WINDOW_HOUR]);
    }
    assert_true(said.people == said.row[0].people + said.row[1].people);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exposure__is_never_exceeded_whatever_is_tried),
        cmocka_unit_test(exposure__is_nearly_reached_by_one_who_takes_all_that_is_given),
        cmocka_unit_test(exposure__of_frozen_masked_and_mailed_data_is_not_in_the_sum),
        cmocka_unit_test(exposure__counts_whoever_is_on_a_label),
        cmocka_unit_test(exposure__of_many_tenants_is_told_by_purpose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
