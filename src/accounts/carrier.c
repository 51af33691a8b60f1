#include "accounts/carrier.h"

#include "accounts/device.h"
#include "accounts/errand.h"
#include "accounts/factor_reset.h"
#include "accounts/history.h"
#include "accounts/limit.h"
#include "accounts/mailed.h"
#include "accounts/notice.h"
#include "accounts/phone.h"
#include "accounts/right.h"
#include "accounts/sent.h"
#include "accounts/tell.h"
#include "part/log.h"

#include <pthread.h>
#include <stdlib.h>

enum { ROUND = 5, SWEEP_ROUNDS = 12, UNTOLD_AT_ONCE = 20 }; /* seconds; rounds between sweeps */

struct accounts_carrier {
    struct accounts *house;
    pthread_t thread;
};

/* --- a round --- */

static sk_err
errand_run(struct accounts *house, struct part_store *store, const struct accounts_errand *errand)
{
    struct account account;
    if (!errand->account.n) return sk_ok();
    sk_err e = accounts_account_get(&account, errand->mem, store, errand->account);
    if (e.kind == SK_MISSING) return sk_ok(); /* removed in between */
    TRY(e);
    return accounts_letter_send(house, errand->mem, &account, &errand->letter);
}

/* BAD and DENIED will not become better by waiting. */
static bool
worth_another(const struct accounts_errand *errand, sk_err e)
{
    return e.kind != SK_BAD && e.kind != SK_DENIED && errand->tries < ACCOUNTS_ERRAND_TRIES;
}

static void
errands_run(struct accounts *house, struct part_store *store)
{
    for (struct accounts_errand *next, *errand = accounts_errands_take(house->errands); errand;
         errand = next) {
        next = errand->next;
        sk_err e = errand_run(house, store, errand);
        errand->tries++;
        if (sk_failed(e)) part_log(PART_ERROR, "letter %s: %s", errand->letter.name, e.why);
        if (sk_failed(e) && worth_another(errand, e) &&
            accounts_errands_put(house->errands, errand))
            continue;
        sk_arena_free(errand->mem);
    }
}

/* What is left for the next round, and whether the others have to wait for it. Too many letters to
 * one recipient are that recipient's matter alone, for a day; post being away is everybody's. */
static bool
left_for_later(sk_err e, const struct accounts_event *event, sk_when now)
{
    enum { DAY = 24 * 3600 * 1000 };
    return e.kind == SK_FULL || e.kind == SK_BROKEN || (e.kind == SK_BUSY && now - event->at < DAY);
}

static sk_err
untold_run(int64_t *after, bool *more, struct accounts *house, struct part_store *store,
           sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct accounts_event list[UNTOLD_AT_ONCE];
    size_t count;
    TRY(accounts_history_untold(list, &count, UNTOLD_AT_ONCE, mem, store, *after));
    for (size_t i = 0; i < count; i++) {
        sk_err e = accounts_notice_send(house, mem, store, &list[i], now);
        bool later = left_for_later(e, &list[i], now);
        if (later && e.kind != SK_BUSY) return e;
        *after = list[i].id;
        if (later) continue;
        if (sk_failed(e)) part_log(PART_ERROR, "notice: %s", e.why);
        TRY(accounts_history_told(store, list[i].id));
    }
    *more = count == UNTOLD_AT_ONCE;
    return sk_ok();
}

static sk_err
sweep_all(void *ctx, struct part_store *store)
{
    struct accounts *house = ctx;
    sk_when now = sk_now();
    int64_t count;
    TRY(accounts_session_sweep(&count, store, &house->conf, now));
    TRY(accounts_limit_sweep(store, now));
    TRY(accounts_sent_sweep(store, now));
    TRY(accounts_phone_sweep(store, now));
    TRY(accounts_mailed_sweep(store, now));
    TRY(accounts_device_sweep(store, now));
    return accounts_right_sweep(house, store, now);
}

static void
complain(sk_err e, const char *doing)
{
    if (sk_failed(e)) part_log(PART_ERROR, "%s: %s", doing, e.why);
}

/* Attempts that were told to wait cost nothing and may come by thousands: once a minute a record
 * says how many there were. */
static sk_err
held_up_tell(struct accounts *house, enum accounts_realm realm, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct accounts_visitor nobody = { .realm = realm, .now = now };
    struct accounts_fact fact = { .action = "accounts.held_up",
                                  .outcome = "denied",
                                  .count = atomic_exchange(&house->held_up[realm], 0) };
    if (!fact.count) return sk_ok();
    sk_err e = accounts_tell(house, mem, &nobody, &fact);
    if (sk_failed(e)) atomic_fetch_add(&house->held_up[realm], fact.count);
    return e;
}

void
accounts_carrier_round(struct accounts *house, sk_when now)
{
    struct part_store *store;
    bool more = true;
    bool sweep = house->carried.rounds++ % SWEEP_ROUNDS == 0;
    /* What had to be left is looked at again once a minute, what is new in each round. */
    int64_t after = sweep ? 0 : house->carried.passed;
    sk_err e = part_store_take(&store, house->stores);
    complain(e, "store");
    if (sk_failed(e)) return;
    errands_run(house, store);
    while (more && !sk_failed(e))
        e = untold_run(&after, &more, house, store, now);
    house->carried.passed = after;
    complain(e, "notices");
    complain(accounts_touches_write(house->touches, store), "last uses");
    if (sweep) complain(part_store_write(store, sweep_all, house), "sweep");
    if (sweep) complain(accounts_factor_reset_due(house, now), "factors");
    for (int realm = 0; sweep && realm < ACCOUNTS_REALMS; realm++)
        complain(held_up_tell(house, (enum accounts_realm)realm, now), "held up");
    part_store_give(house->stores, store);
}

/* --- the thread --- */

static void *
run(void *ctx)
{
    struct accounts_carrier *carrier = ctx;
    struct accounts_errands *e = carrier->house->errands;
    bool left = false;
    /* What could not be sent is tried again a round later, not at once. */
    while (accounts_bell_wait(accounts_errands_bell(e), ROUND, !left)) {
        accounts_carrier_round(carrier->house, sk_now());
        left = accounts_errands_some(e);
    }
    accounts_carrier_round(carrier->house, sk_now());
    return NULL;
}

sk_err
accounts_carrier_start(struct accounts_carrier **out, struct accounts *house)
{
    struct accounts_carrier *carrier = calloc(1, sizeof *carrier);
    if (!carrier) return sk_fail(SK_FULL, "no memory");
    carrier->house = house;
    if (pthread_create(&carrier->thread, NULL, run, carrier) != 0) {
        free(carrier);
        return sk_fail(SK_BROKEN, "no thread");
    }
    *out = carrier;
    return sk_ok();
}

void
accounts_carrier_stop(struct accounts_carrier *carrier)
{
    if (!carrier) return;
    accounts_bell_end(accounts_errands_bell(carrier->house->errands));
    pthread_join(carrier->thread, NULL);
    free(carrier);
}
