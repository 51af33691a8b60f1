/* Administration: with an operator's ticket of the console, or by the superuser without one. */
#include "base/json.h"
#include "keeper/exposure.h"
#include "keeper/house.h"
#include "part/log.h"

#include <stdio.h>

enum keeper_word
keeper_operator_find(struct ticket *who, const struct keeper_desk *desk, sk_str ticket)
{
    sk_when now = desk->house->now();
    sk_str text = ticket;

    if (ticket.n == 0) {
        if (!desk->is_admin) return KEEPER_TICKET_MISSING;
        text = ticket_local(desk->mem, &desk->house->ticket_key, desk->uid, now);
    }
    if (sk_failed(ticket_verify(who, desk->mem, &desk->house->ticket_key, text, now)))
        return who->at ? KEEPER_TICKET_EXPIRED : KEEPER_TICKET_FORGED;
    return ticket_is_console(who) ? KEEPER_OK : KEEPER_ROLE_DENIED;
}

/* ── purposes ── */

enum keeper_word
keeper_operator_tell(const struct keeper_desk *desk, const struct ticket *who, const char *action,
                     sk_str object, sk_str details)
{
    struct ledger_event event = keeper_event(action, who, (sk_str){ 0 });
    uint64_t sequence;

    event.object = object;
    event.details = details;
    return keeper_tell(&sequence, desk, &event);
}

/* The record first: a change of what protects everybody is not made in silence. */
static enum keeper_word
purpose_change(struct keeper_desk *desk, const struct keeper_purpose_ask *ask, const char *action,
               enum keeper_word (*change)(struct keeper_budget *budget, sk_str purpose))
{
    struct ticket who = { .at = 0 };
    enum keeper_word word = keeper_operator_find(&who, desk, ask->ticket);

    if (word != KEEPER_OK) return word;
    if (!keeper_purpose_find(&desk->house->purposes, ask->purpose)) return KEEPER_PURPOSE_UNKNOWN;
    word = keeper_operator_tell(desk, &who, action, ask->purpose, (sk_str){ 0 });
    return word == KEEPER_OK ? change(desk->house->budget, ask->purpose) : word;
}

enum keeper_word
keeper_freeze_answer(struct keeper_desk *desk, const struct keeper_purpose_ask *ask,
                     struct keeper_none *none)
{
    (void)none;
    return purpose_change(desk, ask, "vault.frozen", keeper_budget_freeze);
}

enum keeper_word
keeper_thaw_answer(struct keeper_desk *desk, const struct keeper_purpose_ask *ask,
                   struct keeper_none *none)
{
    (void)none;
    return purpose_change(desk, ask, "vault.thawed", keeper_budget_thaw);
}

enum keeper_word
keeper_exposure_answer(struct keeper_desk *desk, const struct keeper_exposure_ask *ask,
                       struct keeper_exposure *exposure)
{
    struct ticket who = { .at = 0 };
    struct keeper_exposed of = { &desk->house->purposes, desk->house->budget, desk->house->earned,
                                 NULL, 0 };
    struct keeper_crowd *crowd;
    enum keeper_word word = keeper_operator_find(&who, desk, ask->ticket);

    if (word != KEEPER_OK) return word;
    if (sk_failed(keeper_keys_crowd(&crowd, &of.crowds, desk->mem, desk->reader, ask->tenant)))
        return KEEPER_BROKEN;
    of.crowd = crowd;
    keeper_exposure_find(exposure, desk->mem, &of, desk->house->now());
    return KEEPER_OK;
}

/* ── keys ── */

/* Copies of before are of no more use: this root key does not open them. */
static void
copy_renew(const struct keeper_desk *desk)
{
    char name[KEEPER_NAME_MAX];
    sk_err e = keeper_keys_backup(name, desk->house->keys, true);

    if (sk_failed(e)) part_log(PART_ERROR, "no copy of the keys: %s", e.why);
}

enum keeper_word
keeper_rotate_answer(struct keeper_desk *desk, const struct keeper_rotate *rotate,
                     struct keeper_rotated *rotated)
{
    static const char *const levels[KEEPER_LEVELS] = { "root", "tenant", "person", "drop" };
    struct ticket who = { .at = 0 };
    enum keeper_word word = keeper_operator_find(&who, desk, rotate->ticket);
    sk_str object =
        rotate->level == KEEPER_ROTATE_TENANT ? rotate->tenant : keeper_id_str(&rotate->person_id);

    if (word != KEEPER_OK) return word;
    if (rotate->level >= KEEPER_LEVELS) return KEEPER_BAD;
    word =
        keeper_operator_tell(desk, &who, "vault.rotated", object,
                             sk_str_printf(desk->mem, "{\"level\":\"%s\"}", levels[rotate->level]));
    if (word == KEEPER_OK) word = keeper_keys_rotate(desk->house->keys, rotate);
    if (word == KEEPER_OK && rotate->level == KEEPER_ROTATE_ROOT) copy_renew(desk);
    return word == KEEPER_OK ? keeper_word_of(keeper_keys_tend(&rotated->left, desk->house->keys))
                             : word;
}

static void
trouble_copy(struct keeper_status *status, struct keeper_desk *desk)
{
    struct keeper_house *house = desk->house;

    pthread_mutex_lock(&house->lock);
    status->why = sk_str_copy(desk->mem, sk_str_of(house->trouble));
    status->left = house->left;
    pthread_mutex_unlock(&house->lock);
}

static void
lost_tell(struct keeper_status *status, const struct keeper_desk *desk)
{
    bool lost;

    if (!sk_failed(keeper_keys_lost(&lost, desk->reader)) && lost)
        status->why = SK_STR("keys.db was missing, and was begun anew: take a copy of it back with "
                             "sekisho vault restore-keys FILE");
}

enum keeper_word
keeper_status_answer(struct keeper_desk *desk, const struct keeper_none *none,
                     struct keeper_status *status)
{
    struct keeper_house *house = desk->house;

    (void)none;
    trouble_copy(status, desk);
    status->root = sk_str_of(keeper_root_kind(house->root));
    status->is_sealed = keeper_root_is_sealed(house->root);
    if (status->is_sealed) status->why = keeper_root_why(desk->mem, house->root);
    if (!status->why.n) lost_tell(status, desk);
    status->memory_locked = house->memory_locked;
    status->purposes = (uint32_t)house->purposes.count;
    for (size_t i = 0; i < house->purposes.count; i++)
        status->frozen += keeper_budget_is_frozen(house->budget, house->purposes.purpose[i].name);
    return sk_failed(keeper_keys_count(status, desk->reader)) ? KEEPER_BROKEN : KEEPER_OK;
}

enum keeper_word
keeper_unseal_answer(struct keeper_desk *desk, const struct keeper_unseal *unseal,
                     struct keeper_none *none)
{
    sk_err e = keeper_root_unseal(desk->house->root, unseal->phrase);

    (void)none;
    part_log(PART_INFO, "unsealing: %s", sk_failed(e) ? e.why : "the root key is open");
    return keeper_word_of(e);
}

enum keeper_word
keeper_backup_answer(struct keeper_desk *desk, const struct keeper_none *none,
                     struct keeper_backup *backup)
{
    char *name = sk_alloc(desk->mem, KEEPER_NAME_MAX);
    sk_err e = keeper_keys_backup(name, desk->house->keys, true);

    (void)none;
    if (sk_failed(e)) part_log(PART_ERROR, "no copy of the keys: %s", e.why);
    if (!sk_failed(e)) backup->file = sk_str_of(name);
    return keeper_word_of(e);
}

enum keeper_word
keeper_restore_answer(struct keeper_desk *desk, const struct keeper_none *none,
                      struct keeper_restored *restored)
{
    sk_err e = keeper_keys_restore(restored, desk->house->keys);

    (void)none;
    if (sk_failed(e)) part_log(PART_ERROR, "keys were not taken back: %s", e.why);
    return keeper_word_of(e);
}
