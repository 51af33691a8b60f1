#include "vault/replay.h"

#include "vault/word.h"

sk_err
vault_replay_needed(bool *needed, struct vault *house)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const struct keeper_none nothing = { 0 };
    struct keeper_status keeper;
    struct vault_counts counts;
    struct part_store *store;
    sk_err e;

    TRY(vault_no(keeper_status(&keeper, mem, house->keeper, &nothing)));
    TRY(part_store_take(&store, house->stores));
    e = vault_store_counts(&counts, store);
    part_store_give(house->stores, store);
    TRY(e);
    /* by number alone both could have lost as many */
    *needed =
        keeper.erased != (uint64_t)counts.erasures || keeper.last_erased > (uint64_t)counts.last;
    return keeper.is_sealed ? vault_no(KEEPER_SEALED) : sk_ok();
}

sk_err
vault_replay_one(bool *was, struct vault_gone *gone, sk_arena *mem, struct vault *house,
                 const struct vault_subject *subject)
{
    const struct keeper_erase ask = { .tenant = subject->tenant,
                                      .person_id = subject->person_id,
                                      .case_id = subject->case_id };
    struct keeper_erased erased;
    enum keeper_word word = keeper_ask_erased(&erased, mem, house->keeper, &ask);

    *was = word == KEEPER_OK;
    if (word == KEEPER_MISSING) return sk_ok();
    TRY(vault_no(word));
    return vault_store_erase(gone, house->stores, subject, (sk_when)erased.at, erased.sequence);
}

/* The person as a whole first; then the case by itself. */
static sk_err
subject_replay(unsigned *erased, sk_arena *mem, struct vault *house,
               const struct vault_subject *subject)
{
    struct vault_subject whole = *subject;
    struct vault_gone gone = { .rows = 0 };
    bool was;

    whole.case_id = (struct keeper_id){ { 0 } };
    TRY(vault_replay_one(&was, &gone, mem, house, &whole));
    if (!was && !keeper_id_is_none(&subject->case_id))
        TRY(vault_replay_one(&was, &gone, mem, house, subject));
    *erased += was;
    return sk_ok();
}

static sk_err
next_find(bool *found, struct vault_subject *subject, sk_arena *mem, struct vault *house,
          const struct vault_subject *after)
{
    struct part_store *store;
    sk_err e;

    TRY(part_store_take(&store, house->stores));
    e = vault_store_next(found, subject, mem, store, after);
    part_store_give(house->stores, store);
    return e;
}

sk_err
vault_replay(unsigned *erased, struct vault *house)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct vault_subject subject = { 0 };
    bool found;

    for (*erased = 0;;) {
        const struct vault_subject after = subject;

        sk_arena_reset(mem);
        TRY(next_find(&found, &subject, mem, house, &after));
        if (!found) return sk_ok();
        TRY(subject_replay(erased, mem, house, &subject));
    }
}
