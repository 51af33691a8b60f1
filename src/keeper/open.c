/* OPEN, in the order that docs/protocol/keeper.md promises: ticket, purpose, honey, budgets,
 * record, opening, masking. */
#include "keeper/record.h"
#include "keeper/value.h"
#include "keeper/word_key.h"

struct opening {
    struct keeper_desk *desk;
    const struct keeper_open *ask;
    struct keeper_shown *shown;
    struct keeper_judged judged;
    struct keeper_id own;          /* the browser's person; none */
    const struct keeper_id *known; /* of the tenant, and `is_honey` or not; NULL: nobody yet */
    bool is_honey;
    enum keeper_show show; /* of all but the browser's own; KEEPER_SHOWS: not at all */
};

static bool
is_own(const struct opening *o, size_t i)
{
    return !keeper_id_is_none(&o->own) &&
           memcmp(&o->own, &o->ask->value[i].person_id, sizeof o->own) == 0;
}

/* Whose browser it is. What is no good is as if it had not come. */
static void
own_find(struct opening *o)
{
    DEFER(keeper_key_wipe) struct keeper_key index = { { 0 } };
    struct keeper_house *house = o->desk->house;

    if (o->ask->self.n == 0 ||
        keeper_keys_index(&index, house->keys, o->desk->reader, o->judged.tenant) != KEEPER_OK)
        return;
    if (!keeper_self_read(&o->own, o->desk->mem, &index, o->judged.tenant, o->judged.ticket.site,
                          o->ask->self, house->now()))
        o->own = (struct keeper_id){ { 0 } };
}

/* ── which values may be shown, by themselves ── */

/* How a purpose hands values out for the use; KEEPER_SHOWS: not at all. */
static enum keeper_show
show_for(enum keeper_use use, enum keeper_show purpose)
{
    static const struct {
        enum keeper_use use;
        enum keeper_show purpose, shown;
    } rows[] = {
        { KEEPER_USE_SHOW, KEEPER_SHOW_PLAIN, KEEPER_SHOW_PLAIN },
        { KEEPER_USE_SHOW, KEEPER_SHOW_MASKED, KEEPER_SHOW_MASKED },
        { KEEPER_USE_LABEL, KEEPER_SHOW_PLAIN, KEEPER_SHOW_RENDER },
        { KEEPER_USE_LABEL, KEEPER_SHOW_RENDER, KEEPER_SHOW_RENDER },
        { KEEPER_USE_LETTER, KEEPER_SHOW_PLAIN, KEEPER_SHOW_RENDER },
        { KEEPER_USE_LETTER, KEEPER_SHOW_RENDER, KEEPER_SHOW_RENDER },
        { KEEPER_USE_LETTER, KEEPER_SHOW_LETTER, KEEPER_SHOW_RENDER },
        { KEEPER_USE_COPY, KEEPER_SHOW_PLAIN, KEEPER_SHOW_PLAIN },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].use == use && rows[i].purpose == purpose) return rows[i].shown;
    return KEEPER_SHOWS;
}

/* The values of one person lie together: who that is is asked once for them. */
static enum keeper_word
person_find(struct opening *o, const struct keeper_sealed_value *value)
{
    struct keeper_whose whose = { o->judged.tenant, &value->person_id, &value->case_id };
    enum keeper_word word;

    if (o->known && memcmp(o->known, &value->person_id, sizeof *o->known) == 0) return KEEPER_OK;
    o->is_honey = false;
    word = keeper_keys_person(&o->is_honey, o->desk->reader, &whose);
    o->known = word == KEEPER_OK ? &value->person_id : NULL;
    return word;
}

/* Of one person. `show` is set for whatever may be shown if purpose and budgets allow. */
static enum keeper_word
value_judge(uint32_t *show, struct opening *o, size_t i)
{
    const struct keeper_sealed_value *value = &o->ask->value[i];
    enum keeper_word word = person_find(o, value);

    if (word != KEEPER_OK) return word;
    if (value->kind == PERSONAL_NONE || value->kind >= PERSONAL_KINDS) return KEEPER_UNKNOWN_KIND;
    if (is_own(o, i)) {
        *show = KEEPER_SHOW_SELF;
        return KEEPER_OK;
    }
    if (!o->judged.purpose) return (enum keeper_word)o->shown->refused;
    *show = o->show;
    if (!keeper_purpose_shows(o->judged.purpose, value->kind) || o->show == KEEPER_SHOWS)
        return KEEPER_KIND_DENIED;
    if (o->is_honey) keeper_honey_note(&o->judged, o->desk, &value->person_id);
    return KEEPER_OK;
}

static enum keeper_word
values_judge(struct opening *o)
{
    if (sk_failed(part_store_look(o->desk->reader))) return KEEPER_BROKEN;
    for (size_t i = 0; i < o->ask->count; i++)
        o->shown->value[i].word = value_judge(&o->shown->value[i].show, o, i);
    part_store_looked(o->desk->reader);
    return KEEPER_OK;
}

static bool
is_wanted(const struct opening *o, size_t i, bool own)
{
    const struct keeper_shown_value *value = &o->shown->value[i];

    return value->word == KEEPER_OK && (value->show == KEEPER_SHOW_SELF) == own;
}

/* ── budgets ── */

/* Refuses all but the browser's own. */
static void
refuse_rest(struct opening *o, enum keeper_word word)
{
    o->shown->refused = word;
    for (size_t i = 0; i < o->ask->count; i++)
        if (is_wanted(o, i, false)) o->shown->value[i].word = word;
}

static enum keeper_word
purpose_judge(struct opening *o)
{
    enum keeper_word word;

    if (o->ask->purpose.n == 0) { /* a page of which no purpose was declared: nobody asked */
        o->shown->refused = KEEPER_PURPOSE_UNKNOWN;
        return KEEPER_OK;
    }
    word = keeper_judge_purpose(&o->judged, o->desk, o->ask->purpose);
    o->shown->refused = word;
    if (word == KEEPER_OK) {
        o->show = show_for((enum keeper_use)o->ask->use, o->judged.purpose->show);
        return KEEPER_OK;
    }
    return keeper_refuse(&o->judged, o->desk, o->ask->purpose, word, o->ask->count) == word
               ? KEEPER_OK
               : KEEPER_NO_LEDGER;
}

/* The values that count if they are not earned: whose they are, and by what they would be. */
struct counting {
    struct keeper_id *person, *mark;
    bool *is_earned;
    size_t count;
};

static void
wanted_find(struct counting *c, const struct opening *o)
{
    sk_arena *mem = o->desk->mem;
    size_t most = o->ask->count;

    *c = (struct counting){ .person = sk_array(mem, most, sizeof *c->person),
                            .mark = sk_array(mem, most, sizeof *c->mark),
                            .is_earned = sk_array(mem, most, sizeof *c->is_earned) };
    for (size_t i = 0; i < most; i++) {
        if (!is_wanted(o, i, false)) continue;
        c->person[c->count] = o->ask->value[i].person_id;
        c->mark[c->count++] = keeper_value_mark(o->ask->value[i].sealed);
    }
}

/* The people of values that are not earned. */
static enum keeper_word
budgets_take(struct opening *o)
{
    struct keeper_house *house = o->desk->house;
    struct counting c;
    size_t count = 0;
    enum keeper_word word;

    wanted_find(&c, o);
    if (!c.count) return KEEPER_OK;
    keeper_earned_which(c.is_earned, house->earned, o->judged.purpose, o->judged.tenant, c.mark,
                        c.count, house->now());
    for (size_t i = 0; i < c.count; i++)
        if (!c.is_earned[i]) c.person[count++] = c.person[i];
    word = keeper_judge_take(&o->judged, o->desk, c.person, count);
    if (word == KEEPER_OK) return KEEPER_OK;
    refuse_rest(o, word);
    o->desk->honeys = 0; /* nobody was read */
    return keeper_refuse(&o->judged, o->desk, o->ask->purpose, word, count) == word
               ? KEEPER_OK
               : KEEPER_NO_LEDGER;
}

/* ── the record ── */

static enum keeper_word
seen_tell(const struct opening *o, bool own)
{
    struct keeper_seen *seen = sk_array(o->desk->mem, o->ask->count, sizeof *seen);
    size_t count = 0;

    for (size_t i = 0; i < o->ask->count; i++)
        if (is_wanted(o, i, own))
            seen[count++] =
                (struct keeper_seen){ o->ask->value[i].person_id,
                                      personal_kind_bit((enum personal_kind)o->ask->value[i].kind),
                                      1 };
    if (!count) return KEEPER_OK; /* and there may be no word for how it would be shown */
    count = keeper_seen_group(seen, count);
    return keeper_seen_tell(&o->judged, o->desk, "vault.read",
                            own ? SK_STR("self") : o->ask->purpose,
                            keeper_show_names[own ? KEEPER_SHOW_SELF : o->show], seen, count);
}

/* Values that could not be shown, whatever purpose and budgets say: somebody asked for them. */
static enum keeper_word
strangers_tell(const struct opening *o)
{
    size_t foreign = 0, unfit = 0;

    for (size_t i = 0; i < o->ask->count; i++) {
        foreign += o->shown->value[i].word == KEEPER_WRONG_TENANT;
        unfit += o->shown->value[i].word == KEEPER_KIND_DENIED;
    }
    if (foreign && keeper_refuse(&o->judged, o->desk, o->ask->purpose, KEEPER_WRONG_TENANT,
                                 foreign) != KEEPER_WRONG_TENANT)
        return KEEPER_NO_LEDGER;
    if (unfit && keeper_refuse(&o->judged, o->desk, o->ask->purpose, KEEPER_KIND_DENIED, unfit) !=
                     KEEPER_KIND_DENIED)
        return KEEPER_NO_LEDGER;
    return KEEPER_OK;
}

/* Why not all of what a label, a letter or a copy needs may be read; or KEEPER_OK. */
static enum keeper_word
whole_judge(const struct opening *o)
{
    if (o->ask->use == KEEPER_USE_SHOW || o->shown->refused != KEEPER_OK) return KEEPER_OK;
    for (size_t i = 0; i < o->ask->count; i++) {
        uint32_t word = o->shown->value[i].word;

        if (word == KEEPER_OK || (word == KEEPER_ERASED && o->ask->use == KEEPER_USE_COPY))
            continue;
        return (enum keeper_word)word;
    }
    return KEEPER_OK;
}

/* Records what is not shown, whatever the budgets say. */
static enum keeper_word
refused_tell(struct opening *o)
{
    enum keeper_word word = whole_judge(o);

    if (word == KEEPER_OK) return strangers_tell(o);
    refuse_rest(o, word);
    o->desk->honeys = 0; /* nobody is read */
    return keeper_refuse(&o->judged, o->desk, o->ask->purpose, word, o->ask->count) == word
               ? KEEPER_OK
               : KEEPER_NO_LEDGER;
}

/* ── opening ── */

/* The values of a page lie together: the key of the one before is often that of the next. */
struct last_key {
    struct keeper_id person_id, case_id;
    uint32_t number;
    struct keeper_key key;
};

static void
last_key_wipe(struct last_key *last)
{
    keeper_key_wipe(&last->key);
}

static enum keeper_word
key_get(struct last_key *last, const struct opening *o, const struct keeper_sealed_value *value)
{
    struct keeper_whose whose = { o->judged.tenant, &value->person_id, &value->case_id };
    uint32_t number = keeper_value_number(value->sealed);
    enum keeper_word word;

    if (!number) return KEEPER_BROKEN;
    if (last->number == number &&
        memcmp(&last->person_id, &value->person_id, sizeof last->person_id) == 0 &&
        memcmp(&last->case_id, &value->case_id, sizeof last->case_id) == 0)
        return KEEPER_OK;
    last->number = 0;
    word = keeper_keys_get(&last->key, o->desk->house->keys, o->desk->reader, &whose, number);
    if (word != KEEPER_OK) return word;
    last->person_id = value->person_id;
    last->case_id = value->case_id;
    last->number = number;
    return KEEPER_OK;
}

static enum keeper_word
value_show(sk_str *shown, struct last_key *last, const struct opening *o, size_t i)
{
    const struct keeper_sealed_value *value = &o->ask->value[i];
    struct keeper_place place = { o->judged.tenant, &value->person_id, &value->case_id,
                                  &value->value_id, value->kind,       value->version };
    struct sk_buf mask = { .mem = o->desk->mem };
    enum keeper_word word = key_get(last, o, value);
    sk_str text;

    if (word != KEEPER_OK) return word;
    if (sk_failed(keeper_value_open(&text, o->desk->mem, &place, &last->key, value->sealed)))
        return KEEPER_BROKEN;
    if (o->shown->value[i].show != KEEPER_SHOW_MASKED) {
        *shown = text;
        return KEEPER_OK;
    }
    personal_mask(&mask, (enum personal_kind)value->kind, text);
    *shown = sk_str_first(sk_buf_str(&mask), KEEPER_TEXT_MAX);
    return KEEPER_OK;
}

static enum keeper_word
values_show(struct opening *o)
{
    DEFER(last_key_wipe) struct last_key last = { .number = 0 };

    if (sk_failed(part_store_look(o->desk->reader))) return KEEPER_BROKEN;
    for (size_t i = 0; i < o->ask->count; i++) {
        struct keeper_shown_value *value = &o->shown->value[i];

        if (value->word == KEEPER_OK) value->word = value_show(&value->text, &last, o, i);
    }
    part_store_looked(o->desk->reader);
    return KEEPER_OK;
}

/* The steps, each of which may end it. */
static enum keeper_word
steps_take(struct opening *o)
{
    enum keeper_word word;

    own_find(o);
    if ((word = purpose_judge(o)) != KEEPER_OK) return word;
    if ((word = values_judge(o)) != KEEPER_OK) return word;
    if ((word = refused_tell(o)) != KEEPER_OK) return word;
    if ((word = budgets_take(o)) != KEEPER_OK) return word;
    if ((word = seen_tell(o, true)) != KEEPER_OK) return word;
    if ((word = seen_tell(o, false)) != KEEPER_OK) return word;
    return values_show(o);
}

enum keeper_word
keeper_open_answer(struct keeper_desk *desk, const struct keeper_open *ask,
                   struct keeper_shown *shown)
{
    struct opening o = { .desk = desk, .ask = ask, .shown = shown };
    enum keeper_word word = keeper_judge_ticket(&o.judged, desk, ask->ticket, ask->tenant);

    if (word != KEEPER_OK) return keeper_refuse(&o.judged, desk, ask->purpose, word, ask->count);
    if (ask->use >= KEEPER_USES) return KEEPER_BAD;
    if (keeper_root_is_sealed(desk->house->root)) return KEEPER_SEALED;
    shown->value = sk_array(desk->mem, ask->count, sizeof *shown->value);
    shown->count = ask->count;
    word = steps_take(&o);
    if (word != KEEPER_OK) desk->honeys = 0; /* nobody was read */
    return word;
}
