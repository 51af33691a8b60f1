/* Reading the journal at the start, and making it short. */
#include "base/hash.h"
#include "keeper/budget_inner.h"

#include <stdlib.h>

enum { HOUR = 3600 * 1000 };
/* A log is turned when most of it is dead: from this many records on, and so many for each alive.
 */
enum { TURN_LEAST = 1024, TURN_EACH = 4 };

static void
text_add(unsigned char *out, size_t *n, sk_str text)
{
    size_t length = text.n < TICKET_FIELD ? text.n : TICKET_FIELD;

    out[(*n)++] = (unsigned char)(length >> 8);
    out[(*n)++] = (unsigned char)length;
    if (length) memcpy(out + *n, text.p, length);
    *n += length;
}

struct keeper_name
keeper_name_of(const char *what, sk_str first, sk_str second)
{
    unsigned char text[3 * (TICKET_FIELD + 2)], digest[SK_SHA256];
    struct keeper_name name;
    size_t n = 0;

    text_add(text, &n, sk_str_of(what));
    text_add(text, &n, first);
    text_add(text, &n, second);
    sk_sha256(digest, (sk_str){ (const char *)text, n });
    memcpy(name.byte, digest, sizeof name.byte);
    return name;
}

/* ── reading ── */

static void
see(struct keeper_budget *b, const struct keeper_name *name, enum keeper_scope kind,
    const struct keeper_who *who, sk_when when)
{
    struct budget_scope *scope = budget_scope_make(b, name, kind, when);

    if (!scope || !budget_scope_see(b, scope, who, when)) b->blind_until = when + HOUR;
}

/* No record is from the future: if the clock was ahead then, it counts as of now. */
static sk_when
when_of(struct keeper_budget *b, const struct keeper_spent *s)
{
    return s->when < b->opened ? s->when : b->opened;
}

static void
take_replay(struct keeper_budget *b, const struct keeper_spent *s)
{
    struct keeper_who who = keeper_who_of(&s->id);
    sk_when when = budget_clock(b, when_of(b, s));

    for (int i = 0; i < KEEPER_SCOPES; i++)
        see(b, &s->name[i], (enum keeper_scope)i, &who, when);
}

static void
mark_replay(struct keeper_budget *b, const struct keeper_spent *s)
{
    struct budget_mark *mark = budget_mark_of(b, &s->name[0]);

    if (mark) mark->frozen = s->kind == KEEPER_SPENT_FROZEN;
}

/* In the order of the journal. Logs are in order of time; of a snapshot each scope is. */
void
spent_visit(void *ctx, const unsigned char *body)
{
    struct keeper_budget *b = ctx;
    struct keeper_spent s;
    struct keeper_who who;

    memcpy(&s, body, sizeof s);
    if (s.when < 0) return; /* nobody wrote this */
    switch ((enum keeper_spent_kind)s.kind) {
    case KEEPER_SPENT_TAKE:
        take_replay(b, &s);
        return;
    case KEEPER_SPENT_SEEN:
        who = keeper_who_of(&s.id);
        if (s.scope < KEEPER_SCOPES)
            see(b, &s.name[0], (enum keeper_scope)s.scope, &who, when_of(b, &s));
        return;
    case KEEPER_SPENT_FROZEN:
    case KEEPER_SPENT_THAWED:
        mark_replay(b, &s);
        return;
    case KEEPER_SPENT_BLIND:
        b->blind_until = s.when < b->opened + HOUR ? s.when : b->opened + HOUR;
        return;
    case KEEPER_SPENT_ASKED:
    case KEEPER_SPENT_OPENED:
    case KEEPER_SPENT_DRAWN:
    case KEEPER_SPENT_WORDS:
        budget_reserve_replay(b, &s);
        return;
    }
}

/* ── a snapshot ── */

struct snapshot {
    struct keeper_spent *spent;
    size_t count, size;
};

static void
put(struct snapshot *s, const struct keeper_spent *spent)
{
    if (s->count < s->size) s->spent[s->count++] = *spent;
}

static void
scope_put(struct snapshot *s, const struct budget_scope *scope)
{
    const struct keeper_people *p = &scope->people;

    for (uint32_t at = p->oldest; at; at = p->seen[at].after)
        put(s, &(struct keeper_spent){ .kind = KEEPER_SPENT_SEEN,
                                       .scope = (uint8_t)scope->kind,
                                       .when = p->seen[at].last,
                                       .name = { scope->name },
                                       .id = p->seen[at].id });
}

static void
reserve_put(struct snapshot *s, const struct budget_reserve *r)
{
    const struct keeper_people *p = &r->people;

    put(s, &(struct keeper_spent){
               .kind = KEEPER_SPENT_ASKED,
               .minutes = r->minutes,
               .when = r->until,
               .reserve = { .of = { r->purpose, r->tenant, r->asked_by }, .people = r->most },
               .id = r->id });
    for (size_t i = 0; i < RESERVE_PIECES; i++) {
        struct keeper_spent words = budget_reserve_words(r, i);

        put(s, &words);
    }
    if (r->open)
        put(s,
            &(struct keeper_spent){ .kind = KEEPER_SPENT_OPENED, .when = r->until, .id = r->id });
    for (uint32_t at = p->oldest; at; at = p->seen[at].after)
        put(s, &(struct keeper_spent){ .kind = KEEPER_SPENT_DRAWN,
                                       .when = p->seen[at].last,
                                       .drawn = { .id = r->id },
                                       .id = p->seen[at].id });
}

/* Scopes one by one: within each in order of time, which is all that reading needs. */
static sk_err
snapshot_make(struct snapshot *s, const struct keeper_budget *b)
{
    size_t size = b->seen + b->marks + 1;

    for (size_t i = 0; i < b->reserves; i++)
        size += 2 + RESERVE_PIECES + b->reserve[i].people.used;
    *s = (struct snapshot){ .spent = calloc(size, sizeof *s->spent), .size = size };
    if (!s->spent) return sk_fail(SK_FULL, "no memory for the journal's snapshot");
    for (int class = 0; class < CLASSES; class ++)
        for (const struct budget_scope *scope = b->oldest[class]; scope; scope = scope->after)
            scope_put(s, scope);
    for (size_t i = 0; i < b->reserves; i++)
        reserve_put(s, &b->reserve[i]);
    for (size_t i = 0; i < b->marks; i++)
        if (b->mark[i].frozen)
            put(s, &(struct keeper_spent){ .kind = KEEPER_SPENT_FROZEN,
                                           .name = { b->mark[i].purpose } });
    put(s, &(struct keeper_spent){ .kind = KEEPER_SPENT_BLIND, .when = b->blind_until });
    return sk_ok();
}

static sk_err
turn(struct snapshot *s, struct keeper_budget *b, sk_when now)
{
    sk_err e = sk_ok();

    pthread_mutex_lock(&b->lock);
    now = budget_clock(b, now);
    budget_scopes_sweep(b, now, KEEPER_SCOPES_MAX);
    budget_reserves_sweep(b, now);
    if (keeper_journal_length(b->journal) >= TURN_LEAST + TURN_EACH * b->seen) {
        e = snapshot_make(s, b);
        if (!sk_failed(e)) e = keeper_journal_turn(b->journal);
    }
    pthread_mutex_unlock(&b->lock);
    return e;
}

sk_err
keeper_budget_sync(struct keeper_budget *b)
{
    return b->journal ? keeper_journal_sync(b->journal) : sk_ok();
}

sk_err
keeper_budget_tend(struct keeper_budget *b, sk_when now)
{
    struct snapshot s = { 0 };
    sk_err e;

    if (!b->journal) return sk_ok();
    e = turn(&s, b, now);
    if (!sk_failed(e) && s.spent)
        e = keeper_journal_settle(b->journal, (const unsigned char *)s.spent, s.count);
    free(s.spent);
    return sk_failed(e) ? e : keeper_journal_sync(b->journal);
}
