#include "keeper/budget.h"

#include "keeper/budget_inner.h"

#include <stdlib.h>

enum { HOUR = 3600 * 1000, SWEEP = 4 /* scopes freed in passing, more than a taking makes */ };

/* ── its life ── */

/* Nobody knows what was spent: as if all of it, for as long as the shop can bear. */
static sk_err
blind(struct keeper_budget *b)
{
    struct keeper_spent spent = { .kind = KEEPER_SPENT_BLIND, .when = b->opened + HOUR };

    b->blind_until = spent.when;
    return budget_note(b, &spent, 1);
}

sk_err
keeper_budget_open(struct keeper_budget **budget, struct keeper_budget_found *found,
                   const char *folder, bool expected, sk_when now)
{
    struct keeper_budget *b = *budget = calloc(1, sizeof *b);
    struct keeper_journal_found read = { 0 };
    sk_err e = sk_ok();

    *found = (struct keeper_budget_found){ 0 };
    if (!b) return sk_fail(SK_FULL, "no memory for budgets");
    pthread_mutex_init(&b->lock, NULL);
    b->opened = now;
    if (folder) e = keeper_journal_open(&b->journal, &read, folder, "spent", spent_visit, b);
    found->records = read.records;
    found->damaged = read.damaged;
    found->missing = folder && expected && !read.there;
    if (!sk_failed(e) && found->missing) e = blind(b);
    if (sk_failed(e)) keeper_budget_close(budget);
    return e;
}

void
keeper_budget_close(struct keeper_budget **budget)
{
    struct keeper_budget *b = *budget;

    if (!b) return;
    keeper_journal_close(&b->journal);
    budget_scopes_free(b);
    for (size_t i = 0; i < b->reserves; i++)
        keeper_people_clear(&b->reserve[i].people);
    pthread_mutex_destroy(&b->lock);
    free(b);
    *budget = NULL;
}

sk_when
budget_clock(struct keeper_budget *b, sk_when now)
{
    if (now + b->ahead < b->now) b->ahead = b->now - now;
    return b->now = now + b->ahead;
}

sk_err
budget_note(struct keeper_budget *b, const struct keeper_spent *spent, size_t count)
{
    if (!b->journal) return sk_ok();
    return keeper_journal_add(b->journal, (const unsigned char *)spent, count);
}

/* ── taking ── */

struct taking {
    const struct keeper_take *take;
    struct keeper_name name[KEEPER_SCOPES], all_tenants;
    struct keeper_who who[KEEPER_TAKE_MAX]; /* each once */
    size_t count;
};

/* Each person once: by a table of twice the size. */
static void
people_put(struct taking *t)
{
    enum { PLACES = 1024 };
    _Static_assert(PLACES > KEEPER_TAKE_MAX * 2, "the table is half empty");
    uint16_t place[PLACES] = { 0 };

    for (size_t i = 0; i < t->take->count; i++) {
        struct keeper_who who = keeper_who_of(&t->take->person[i]);
        size_t at = who.hash % PLACES;

        while (place[at] && memcmp(&t->who[place[at] - 1].id, &who.id, sizeof who.id) != 0)
            at = (at + 1) % PLACES;
        if (place[at]) continue;
        t->who[t->count++] = who;
        place[at] = (uint16_t)t->count;
    }
}

static void
names_put(struct taking *t)
{
    const struct keeper_take *take = t->take;
    sk_str purpose = take->purpose->name, none = { 0 };

    /* A ticket's limit is the purpose's: another purpose's is counted by itself. */
    t->name[KEEPER_SCOPE_TICKET] = keeper_name_of("ticket", purpose, take->ticket->id);
    t->name[KEEPER_SCOPE_PRINCIPAL] = keeper_name_of("principal", purpose, take->ticket->principal);
    t->name[KEEPER_SCOPE_TENANT] = keeper_name_of("tenant", purpose, take->tenant);
    t->name[KEEPER_SCOPE_PURPOSE] = keeper_name_of("purpose", purpose, none);
    t->all_tenants = keeper_name_of("tenant", purpose, none);
}

static uint32_t
limit_of(const struct keeper_purpose *p, int scope, size_t window)
{
    return scope == KEEPER_SCOPE_TICKET ? p->ticket : p->most[scope][window];
}

/* The word of the first window that would overflow, or OK. */
static enum keeper_word
scope_judge(const struct taking *t, struct keeper_budget *b, int kind, sk_when now)
{
    const struct budget_scope *scope = budget_scope_get(b, &t->name[kind], now);
    size_t windows = kind == KEEPER_SCOPE_TICKET ? 1 : KEEPER_WINDOWS;
    uint32_t more[KEEPER_WINDOWS] = { 0 };

    for (size_t i = 0; i < t->count; i++) {
        unsigned misses = scope ? keeper_people_misses(&scope->people, &t->who[i], now) : ~0u;

        for (size_t w = 0; w < windows; w++)
            more[w] += misses >> w & 1;
    }
    for (size_t w = 0; w < windows; w++) {
        uint64_t all = (uint64_t)more[w] + (scope ? scope->people.count[w] : 0);

        /* Of a limit that was made smaller nobody may pass, not even who adds nobody: else the
         * exposure would not be true. */
        if (all > limit_of(t->take->purpose, kind, w))
            return (enum keeper_word)(KEEPER_BUDGET_SECOND + w);
    }
    return KEEPER_OK;
}

static enum keeper_word
judge(enum keeper_scope *scope, const struct taking *t, struct keeper_budget *b, sk_when now)
{
    *scope = KEEPER_SCOPE_PURPOSE;
    if (now < b->blind_until) return KEEPER_BUDGET_HOUR;
    for (int kind = 0; kind < KEEPER_SCOPES; kind++) {
        enum keeper_word word = scope_judge(t, b, kind, now);

        if (word == KEEPER_OK) continue;
        *scope = (enum keeper_scope)kind;
        return word;
    }
    return KEEPER_OK;
}

/* Notes them first: what is not written down is not taken. */
static enum keeper_word
windows_take(const struct taking *t, struct keeper_budget *b, sk_when now)
{
    struct keeper_spent spent[KEEPER_TAKE_MAX];

    if (b->seen + t->count * KEEPER_SCOPES > KEEPER_SEEN_MAX) return KEEPER_FULL;
    for (size_t i = 0; i < t->count; i++) {
        spent[i] =
            (struct keeper_spent){ .kind = KEEPER_SPENT_TAKE, .when = now, .id = t->who[i].id };
        memcpy(spent[i].name, t->name, sizeof t->name);
    }
    if (sk_failed(budget_note(b, spent, t->count))) return KEEPER_FULL;
    for (int kind = 0; kind < KEEPER_SCOPES; kind++) {
        struct budget_scope *scope =
            budget_scope_make(b, &t->name[kind], (enum keeper_scope)kind, now);

        if (!scope) return KEEPER_FULL;
        for (size_t i = 0; i < t->count; i++)
            if (!budget_scope_see(b, scope, &t->who[i], now)) return KEEPER_FULL;
    }
    return KEEPER_OK;
}

/* The ticket's own limit holds all the same. */
static enum keeper_word
reserve_take(const struct taking *t, struct keeper_budget *b, struct budget_reserve *r, sk_when now)
{
    struct keeper_spent spent[KEEPER_TAKE_MAX];
    struct budget_scope *one;
    bool fresh;

    for (size_t i = 0; i < t->count; i++)
        spent[i] =
            (struct keeper_spent){ .kind = KEEPER_SPENT_DRAWN,
                                   .when = now,
                                   .drawn = { .ticket = t->name[KEEPER_SCOPE_TICKET], .id = r->id },
                                   .id = t->who[i].id };
    if (sk_failed(budget_note(b, spent, t->count))) return KEEPER_FULL;
    one = budget_scope_make(b, &t->name[KEEPER_SCOPE_TICKET], KEEPER_SCOPE_TICKET, now);
    if (!one) return KEEPER_FULL;
    for (size_t i = 0; i < t->count; i++)
        if (!keeper_people_see(&fresh, &r->people, &t->who[i], now) ||
            !budget_scope_see(b, one, &t->who[i], now))
            return KEEPER_FULL;
    return KEEPER_OK;
}

/* What follows from an overrun: an alarm, not one each time, and frost where the purpose says so. A
 * second's is not worth it: a page with too many people on it would be enough. */
static void
overrun(struct keeper_taken *taken, const struct taking *t, struct keeper_budget *b,
        enum keeper_word word, sk_when now)
{
    struct keeper_spent spent = { .kind = KEEPER_SPENT_FROZEN,
                                  .name = { t->name[KEEPER_SCOPE_PURPOSE] } };
    struct budget_mark *mark = budget_mark_of(b, &spent.name[0]);

    taken->alarm = !mark || mark->alarmed == 0 || now - mark->alarmed >= KEEPER_ALARM_PAUSE;
    if (!mark) return;
    if (taken->alarm) mark->alarmed = now;
    if (!t->take->purpose->freezes || word == KEEPER_BUDGET_SECOND || now < b->blind_until) return;
    taken->froze = mark->frozen = true;
    /* A disk that is full must not keep the purpose open; after a restart it may be. */
    if (sk_failed(budget_note(b, &spent, 1))) return;
}

static enum keeper_word
take_locked(struct keeper_taken *taken, const struct taking *t, struct keeper_budget *b,
            sk_when now)
{
    const struct keeper_name *purpose = &t->name[KEEPER_SCOPE_PURPOSE];
    const struct budget_mark *mark = budget_mark_get(b, purpose);
    struct budget_reserve *reserve = NULL;
    enum keeper_word word;

    if (mark && mark->frozen) return KEEPER_PURPOSE_FROZEN;
    if (t->count == 0) return KEEPER_OK;
    budget_scopes_sweep(b, now, SWEEP);
    word = judge(&taken->scope, t, b, now);
    if (word == KEEPER_OK) return windows_take(t, b, now);
    if (taken->scope != KEEPER_SCOPE_TICKET)
        reserve = budget_reserve_find(b, purpose, &t->name[KEEPER_SCOPE_TENANT], &t->all_tenants,
                                      t->who, t->count, now);
    if (!reserve) {
        overrun(taken, t, b, word, now);
        return word;
    }
    taken->reserve = reserve->id;
    return reserve_take(t, b, reserve, now);
}

enum keeper_word
keeper_budget_take(struct keeper_taken *taken, struct keeper_budget *b,
                   const struct keeper_take *take, sk_when now)
{
    struct taking t = { .take = take };
    enum keeper_word word;

    *taken = (struct keeper_taken){ 0 };
    if (take->count > KEEPER_TAKE_MAX) return KEEPER_TOO_LONG;
    people_put(&t);
    names_put(&t);
    pthread_mutex_lock(&b->lock);
    word = take_locked(taken, &t, b, budget_clock(b, now));
    pthread_mutex_unlock(&b->lock);
    return word;
}

/* ── marks ── */

struct budget_mark *
budget_mark_get(struct keeper_budget *b, const struct keeper_name *purpose)
{
    for (size_t i = 0; i < b->marks; i++)
        if (keeper_name_eq(&b->mark[i].purpose, purpose)) return &b->mark[i];
    return NULL;
}

struct budget_mark *
budget_mark_of(struct keeper_budget *b, const struct keeper_name *purpose)
{
    struct budget_mark *mark = budget_mark_get(b, purpose);

    if (mark || b->marks == KEEPER_FROZEN_MAX) return mark;
    mark = &b->mark[b->marks++];
    *mark = (struct budget_mark){ .purpose = *purpose };
    return mark;
}

static enum keeper_word
mark_put(struct keeper_budget *b, const struct keeper_spent *spent)
{
    bool frozen = spent->kind == KEEPER_SPENT_FROZEN;
    struct budget_mark *mark = budget_mark_of(b, &spent->name[0]);

    if (!mark) return KEEPER_FULL;
    if (mark->frozen == frozen) return KEEPER_MISSING;
    if (sk_failed(budget_note(b, spent, 1))) return KEEPER_FULL;
    mark->frozen = frozen;
    return KEEPER_OK;
}

static enum keeper_word
frost(struct keeper_budget *b, sk_str purpose, enum keeper_spent_kind kind)
{
    struct keeper_spent spent = { .kind = (uint8_t)kind,
                                  .name = { keeper_name_of("purpose", purpose, (sk_str){ 0 }) } };
    enum keeper_word word;

    pthread_mutex_lock(&b->lock);
    word = mark_put(b, &spent);
    pthread_mutex_unlock(&b->lock);
    return word;
}

enum keeper_word
keeper_budget_freeze(struct keeper_budget *b, sk_str purpose)
{
    return frost(b, purpose, KEEPER_SPENT_FROZEN);
}

enum keeper_word
keeper_budget_thaw(struct keeper_budget *b, sk_str purpose)
{
    return frost(b, purpose, KEEPER_SPENT_THAWED);
}

bool
keeper_budget_is_frozen(struct keeper_budget *b, sk_str purpose)
{
    struct keeper_name name = keeper_name_of("purpose", purpose, (sk_str){ 0 });
    const struct budget_mark *mark;
    bool frozen;

    pthread_mutex_lock(&b->lock);
    mark = budget_mark_get(b, &name);
    frozen = mark && mark->frozen;
    pthread_mutex_unlock(&b->lock);
    return frozen;
}

/* ── windows ── */

void
keeper_budget_windows(uint32_t count[KEEPER_WINDOWS], struct keeper_budget *b, sk_str purpose,
                      sk_str tenant, sk_when now)
{
    struct keeper_name name = keeper_name_of(tenant.n ? "tenant" : "purpose", purpose, tenant);
    const struct budget_scope *scope;

    pthread_mutex_lock(&b->lock);
    scope = budget_scope_get(b, &name, budget_clock(b, now));
    for (size_t w = 0; w < KEEPER_WINDOWS; w++)
        count[w] = scope ? scope->people.count[w] : 0;
    pthread_mutex_unlock(&b->lock);
}

sk_when
keeper_budget_blind_until(struct keeper_budget *b, sk_when now)
{
    sk_when until;

    pthread_mutex_lock(&b->lock);
    until = budget_clock(b, now) < b->blind_until ? b->blind_until : 0;
    pthread_mutex_unlock(&b->lock);
    return until;
}
