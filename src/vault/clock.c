#include "vault/clock.h"

#include "part/log.h"
#include "vault/due.h"
#include "vault/replay.h"
#include "vault/word.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { ROUND_S = 60, START_S = 1, AT_ONCE = 1000 };

struct vault_clock {
    struct vault *house;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool stop, wake;
};

/* ── one ── */

static struct keeper_erase
erase_of(const struct vault_subject *subject, const struct vault_right *right)
{
    return (struct keeper_erase){ .ticket = right->ticket,
                                  .purpose = right->purpose,
                                  .tenant = subject->tenant,
                                  .person_id = subject->person_id,
                                  .case_id = subject->case_id };
}

/* The keeper first: once the keys are gone nothing can be read, whatever happens to the rows. Asked
 * again after an end in between, it says when it was. */
sk_err
vault_erase_subject(struct vault_gone *gone, sk_arena *mem, struct vault *house,
                    const struct vault_subject *subject, const struct vault_right *right)
{
    const struct keeper_erase ask = erase_of(subject, right);
    struct keeper_erased erased;
    enum keeper_word word = keeper_erase(&erased, mem, house->keeper, &ask);

    if (word == KEEPER_ERASED || word == KEEPER_MISSING)
        word = keeper_ask_erased(&erased, mem, house->keeper, &ask);
    TRY(vault_no(word));
    return vault_store_erase(gone, house->stores, subject, (sk_when)erased.at, erased.sequence);
}

sk_err
vault_erase_later(sk_arena *mem, struct vault *house, const struct vault_subject *subject,
                  const struct vault_right *right)
{
    struct keeper_erase ask = erase_of(subject, right);
    struct keeper_erased erased;

    ask.later = 1;
    return vault_no(keeper_erase(&erased, mem, house->keeper, &ask));
}

/* ── all that is due ── */

static sk_err
next_find(bool *found, struct vault_subject *subject, sk_arena *mem, struct vault *house,
          sk_when now, const struct vault_subject *after)
{
    struct part_store *store;
    sk_err e;

    TRY(part_store_take(&store, house->stores));
    e = vault_due_next(found, subject, mem, store, now, after);
    part_store_give(house->stores, store);
    return e;
}

/* What stands in the way of everybody's; anything else is one's own trouble, which must not keep
 * those behind. */
static bool
is_of_all(unsigned word)
{
    return word == KEEPER_NO_KEEPER || word == KEEPER_NO_LEDGER || word == KEEPER_FULL ||
           word == KEEPER_SEALED;
}

sk_err
vault_clock_round(unsigned *erased, struct vault *house, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct vault_subject subject = { 0 };
    const struct vault_right ours = { .ticket = { 0 } };
    struct vault_gone gone;
    bool found;

    unsigned troubled = 0;
    sk_err trouble = sk_ok();

    for (*erased = 0; *erased < AT_ONCE && troubled < AT_ONCE;) {
        const struct vault_subject after = subject;

        sk_arena_reset(mem);
        TRY(next_find(&found, &subject, mem, house, now, &after));
        if (!found) break;
        sk_err e = vault_erase_subject(&gone, mem, house, &subject, &ours);
        if (!sk_failed(e)) {
            ++*erased;
            continue;
        }
        if (is_of_all(vault_word_of(e))) return e;
        if (troubled++ == 0) trouble = vault_no(vault_word_of(e));
    }
    return trouble;
}

/* ── the thread ── */

static bool
wait_round(struct vault_clock *clock, int seconds)
{
    struct timespec until;
    bool stop;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&clock->lock);
    while (!clock->stop && !clock->wake)
        if (pthread_cond_timedwait(&clock->told, &clock->lock, &until) != 0) break;
    stop = clock->stop;
    clock->wake = false;
    pthread_mutex_unlock(&clock->lock);
    return !stop;
}

/* Whether it is done: the keeper may start later than we do, or wait for its root key. */
static bool
replay_try(struct vault_clock *clock)
{
    unsigned erased = 0;
    bool needed = false;
    sk_err e = vault_replay_needed(&needed, clock->house);

    if (!sk_failed(e) && needed) e = vault_replay(&erased, clock->house);
    if (erased)
        part_log(PART_INFO, "data is older than keys: %u persons or cases were erased again",
                 erased);
    return !sk_failed(e);
}

static void
due_erase(struct vault_clock *clock)
{
    unsigned erased;
    sk_err e = vault_clock_round(&erased, clock->house, sk_now());

    if (sk_failed(e)) part_log(PART_ERROR, "what is due is not erased: %s", e.why);
    if (erased) part_log(PART_INFO, "%u persons or cases were due, and are erased", erased);
}

static void *
run(void *ctx)
{
    struct vault_clock *clock = ctx;
    bool replayed = false;

    do {
        if (!replayed) replayed = replay_try(clock);
        if (replayed) due_erase(clock);
    } while (wait_round(clock, replayed ? ROUND_S : START_S));
    return NULL;
}

sk_err
vault_clock_start(struct vault_clock **out, struct vault *house)
{
    struct vault_clock *clock = calloc(1, sizeof *clock);
    pthread_condattr_t monotonic;

    if (!clock) return sk_fail(SK_FULL, "no memory");
    clock->house = house;
    pthread_mutex_init(&clock->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&clock->told, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&clock->thread, NULL, run, clock) != 0) {
        free(clock);
        return sk_fail(SK_FULL, "no thread");
    }
    *out = house->clock = clock;
    return sk_ok();
}

void
vault_clock_wake(struct vault_clock *clock)
{
    if (!clock) return;
    pthread_mutex_lock(&clock->lock);
    clock->wake = true;
    pthread_cond_signal(&clock->told);
    pthread_mutex_unlock(&clock->lock);
}

void
vault_clock_stop(struct vault_clock *clock)
{
    if (!clock) return;
    pthread_mutex_lock(&clock->lock);
    clock->stop = true;
    pthread_cond_signal(&clock->told);
    pthread_mutex_unlock(&clock->lock);
    pthread_join(clock->thread, NULL);
    pthread_cond_destroy(&clock->told);
    pthread_mutex_destroy(&clock->lock);
    free(clock);
}
