/* Taking in: PUT, RESEAL, and whose browser it is. Nothing is told that the front did not know; a
 * ticket that comes with a PUT is looked at for it. */
#include "base/hash.h"
#include "keeper/judge.h"
#include "keeper/value.h"
#include "keeper/word_key.h"

/* A value's rows in the index, one a word. */
static sk_err
rows_make(struct keeper_kept_value *kept, sk_arena *mem, const struct keeper_sealing *sealing,
          const struct keeper_id *person_id, const struct keeper_put_value *value)
{
    kept->row = sk_array(mem, value->count, sizeof *kept->row);
    kept->count = value->count;
    for (size_t i = 0; i < value->count; i++) {
        DEFER(keeper_word_key_wipe) struct keeper_word_key key;

        keeper_word_key(&key, &sealing->index, value->kind, value->word[i].text);
        memcpy(kept->row[i].naming, key.naming.byte, KEEPER_NAMING);
        TRY(keeper_entry_seal(kept->row[i].entry, &key, person_id, &value->value_id));
    }
    return sk_ok();
}

/* Random, but for e-mail addresses: an application finds its members by them. */
static void
token_make(unsigned char token[KEEPER_TOKEN], const struct keeper_sealing *sealing,
           const struct keeper_put_value *value)
{
    if (value->kind == PERSONAL_EMAIL && value->count)
        keeper_word_token(token, &sealing->index, value->kind, value->word[0].text);
    else
        sk_random(token, KEEPER_TOKEN);
}

static sk_err
value_keep(struct keeper_kept_value *kept, sk_arena *mem, const struct keeper_sealing *sealing,
           const struct keeper_put *put, const struct keeper_put_value *value)
{
    struct keeper_place place = { put->tenant,      &put->person_id, &put->case_id,
                                  &value->value_id, value->kind,     value->version };

    TRY(keeper_value_seal(&kept->sealed, mem, &place, sealing->number, &sealing->key, value->text));
    token_make(kept->token, sealing, value);
    return rows_make(kept, mem, sealing, &put->person_id, value);
}

static enum keeper_word
put_check(const struct keeper_put *put)
{
    if (put->tenant.n == 0 || keeper_id_is_none(&put->person_id) || put->count == 0)
        return KEEPER_BAD;
    for (size_t i = 0; i < put->count; i++) {
        const struct keeper_put_value *value = &put->value[i];

        if (value->kind == PERSONAL_NONE || value->kind >= PERSONAL_KINDS)
            return KEEPER_UNKNOWN_KIND;
        if (value->version == 0 || keeper_id_is_none(&value->value_id)) return KEEPER_BAD;
        if (value->text.n == 0) return KEEPER_UNFIT_VALUE;
    }
    return KEEPER_OK;
}

/* What cannot be earned counts in the budgets: nothing is lost by it, so it is no failure. */
static void
earn(const struct keeper_desk *desk, const struct keeper_put *put, const struct keeper_kept *kept)
{
    const struct keeper_purpose *purpose = keeper_purpose_find(&desk->house->purposes, put->earns);
    struct keeper_id *mark;

    if (!purpose || !purpose->earned) return;
    mark = sk_array(desk->mem, kept->count, sizeof *mark);
    for (size_t i = 0; i < kept->count; i++)
        mark[i] = keeper_value_mark(kept->value[i].sealed);
    if (sk_failed(keeper_earned_add(desk->house->earned, purpose, put->tenant, &put->person_id,
                                    mark, kept->count, desk->house->now())))
        return;
}

/* The request's ticket, which need not show anything: only be good, and of the tenant. */
static enum keeper_word
ticket_judge(const struct keeper_desk *desk, const struct keeper_put *put)
{
    struct keeper_judged judged;
    enum keeper_word word;

    if (!put->ticket.n) return KEEPER_OK;
    word = keeper_judge_ticket(&judged, desk, put->ticket, put->tenant);
    if (word == KEEPER_OK && !keeper_ticket_is_for(&judged.ticket, put->tenant))
        word = KEEPER_WRONG_TENANT;
    if (word == KEEPER_OK) return word;
    return keeper_refuse(&judged, desk, (sk_str){ 0 }, word, 1);
}

enum keeper_word
keeper_put_answer(struct keeper_desk *desk, const struct keeper_put *put, struct keeper_kept *kept)
{
    DEFER(keeper_sealing_wipe) struct keeper_sealing sealing = { 0 };
    struct keeper_whose whose = { put->tenant, &put->person_id, &put->case_id };
    enum keeper_word word = put_check(put);

    if (word != KEEPER_OK || (word = ticket_judge(desk, put)) != KEEPER_OK) return word;
    word = keeper_keys_take(&sealing, desk->house->keys, &whose, put->is_honey != 0,
                            (uint32_t)put->count);
    if (word != KEEPER_OK) return word;
    kept->value = sk_array(desk->mem, put->count, sizeof *kept->value);
    kept->count = put->count;
    for (size_t i = 0; i < put->count; i++)
        if (sk_failed(value_keep(&kept->value[i], desk->mem, &sealing, put, &put->value[i])))
            return KEEPER_BROKEN;
    if (put->self_site.n &&
        sk_failed(keeper_self_write(&kept->self, desk->mem, &sealing.index, put->tenant,
                                    put->self_site, &put->person_id, desk->house->now())))
        return KEEPER_BROKEN;
    if (put->earns.n) earn(desk, put, kept);
    return KEEPER_OK;
}

/* ── RESEAL ── */

static enum keeper_word
value_reseal(sk_str *resealed, struct keeper_desk *desk, sk_str tenant,
             const struct keeper_sealed_value *value)
{
    DEFER(keeper_sealing_wipe) struct keeper_sealing sealing = { 0 };
    DEFER(keeper_key_wipe) struct keeper_key key = { { 0 } };
    struct keeper_whose whose = { tenant, &value->person_id, &value->case_id };
    struct keeper_place place = { tenant,           &value->person_id, &value->case_id,
                                  &value->value_id, value->kind,       value->version };
    uint32_t number = keeper_value_number(value->sealed), newest;
    enum keeper_word word = keeper_keys_newest(&newest, desk->reader, &whose);
    sk_str text;

    if (word != KEEPER_OK || newest == number) return word;
    word = keeper_keys_get(&key, desk->house->keys, desk->reader, &whose, number);
    if (word != KEEPER_OK) return word;
    if (sk_failed(keeper_value_open(&text, desk->mem, &place, &key, value->sealed)))
        return KEEPER_BROKEN;
    word = keeper_keys_take(&sealing, desk->house->keys, &whose, false, 1);
    if (word != KEEPER_OK) return word;
    place.version++;
    return sk_failed(
               keeper_value_seal(resealed, desk->mem, &place, sealing.number, &sealing.key, text))
               ? KEEPER_BROKEN
               : KEEPER_OK;
}

enum keeper_word
keeper_reseal_answer(struct keeper_desk *desk, const struct keeper_reseal *reseal,
                     struct keeper_resealed *resealed)
{
    if (keeper_root_is_sealed(desk->house->root)) return KEEPER_SEALED;
    resealed->value = sk_array(desk->mem, reseal->count, sizeof *resealed->value);
    resealed->count = reseal->count;
    for (size_t i = 0; i < reseal->count; i++)
        resealed->value[i].word =
            value_reseal(&resealed->value[i].sealed, desk, reseal->tenant, &reseal->value[i]);
    return KEEPER_OK;
}

/* ── SELF ── */

enum keeper_word
keeper_self_answer(struct keeper_desk *desk, const struct keeper_self *self,
                   struct keeper_person *person)
{
    DEFER(keeper_key_wipe) struct keeper_key index = { { 0 } };
    enum keeper_word word =
        keeper_keys_index(&index, desk->house->keys, desk->reader, self->tenant);

    if (word != KEEPER_OK) return word;
    return keeper_self_read(&person->person_id, desk->mem, &index, self->tenant, self->site,
                            self->self, desk->house->now())
               ? KEEPER_OK
               : KEEPER_MISSING;
}
