/* Reserves: what two operators add to a purpose for some hours. */
#include "keeper/budget_inner.h"

enum { MINUTE = 60 * 1000 };

/* Nobody leaves it before its end. */
static const sk_when reserve_length[1] = {
    2 * (KEEPER_RESERVE_MINUTES_MAX + KEEPER_RESERVE_ASKED_MINUTES) * MINUTE
};

/* ── the list ── */

struct budget_reserve *
budget_reserve_get(struct keeper_budget *b, const struct keeper_id *id)
{
    for (size_t i = 0; i < b->reserves; i++)
        if (memcmp(&b->reserve[i].id, id, sizeof *id) == 0) return &b->reserve[i];
    return NULL;
}

void
budget_reserves_sweep(struct keeper_budget *b, sk_when now)
{
    size_t kept = 0;

    for (size_t i = 0; i < b->reserves; i++) {
        if (b->reserve[i].until <= now)
            keeper_people_clear(&b->reserve[i].people);
        else
            b->reserve[kept++] = b->reserve[i];
    }
    b->reserves = kept;
}

static bool
is_for(const struct budget_reserve *r, const struct keeper_name *purpose,
       const struct keeper_name *tenant, sk_when now)
{
    return r->open && r->until > now && keeper_name_eq(&r->purpose, purpose) &&
           keeper_name_eq(&r->tenant, tenant);
}

static bool
can_pay(const struct budget_reserve *r, const struct keeper_who *who, size_t count)
{
    size_t more = 0;

    for (size_t i = 0; i < count; i++)
        more += keeper_people_last(&r->people, &who[i]) == INT64_MIN;
    return r->people.count[0] + more <= r->most;
}

/* The name by which a reserve of this purpose and tenant is found; of no tenant: all tenants'. */
static struct keeper_name
tenant_name(sk_str purpose, sk_str tenant)
{
    return keeper_name_of("tenant", purpose, tenant);
}

struct budget_reserve *
budget_reserve_find(struct keeper_budget *b, const struct keeper_name *purpose,
                    const struct keeper_name *tenant, const struct keeper_name *all,
                    const struct keeper_who *who, size_t count, sk_when now)
{
    const struct keeper_name *whose[] = { tenant, all };

    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < b->reserves; i++)
            if (is_for(&b->reserve[i], purpose, whose[k], now) &&
                can_pay(&b->reserve[i], who, count))
                return &b->reserve[i];
    return NULL;
}

/* ── what it is called ── */

static bool
words_put(struct budget_reserve *r, const struct ticket *ticket,
          const struct keeper_reserve_ask *ask)
{
    const sk_str texts[] = { ask->purpose, ask->tenant, ticket->principal, ask->reason };
    size_t at = 0;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sk_str text = texts[i];

        if (at + text.n + 1 > RESERVE_WORDS) return false;
        if (text.p && text.n) {
            if (memchr(text.p, 0, text.n)) return false;
            memcpy(r->words + at, text.p, text.n);
        }
        at += text.n + 1;
    }
    return true;
}

static void
words_get(struct keeper_reserve_row *row, sk_arena *mem, const struct budget_reserve *r)
{
    sk_str *const texts[] = { &row->purpose, &row->tenant, &row->asked_by, &row->reason };
    sk_str rest = sk_str_copy(mem, (sk_str){ r->words, RESERVE_WORDS });

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!sk_str_cut(texts[i], &rest, 0)) *texts[i] = (sk_str){ 0 };
}

struct keeper_spent
budget_reserve_words(const struct budget_reserve *r, size_t piece)
{
    struct keeper_spent s = { .kind = KEEPER_SPENT_WORDS, .scope = (uint8_t)piece, .id = r->id };

    memcpy(s.words, r->words + piece * RESERVE_PIECE, RESERVE_PIECE);
    return s;
}

static void
row_get(struct keeper_reserve_row *row, sk_arena *mem, const struct budget_reserve *r)
{
    *row = (struct keeper_reserve_row){ .reserve_id = r->id,
                                        .people = r->most,
                                        .used = r->people.count[0],
                                        .minutes = r->minutes,
                                        .is_open = r->open,
                                        .until = (uint64_t)r->until };
    words_get(row, mem, r);
}

void
keeper_budget_reserves(struct keeper_reserves *reserves, sk_arena *mem, struct keeper_budget *b,
                       sk_when now)
{
    pthread_mutex_lock(&b->lock);
    budget_reserves_sweep(b, budget_clock(b, now));
    reserves->count = b->reserves;
    reserves->row = sk_array(mem, b->reserves + 1, sizeof *reserves->row);
    for (size_t i = 0; i < b->reserves; i++)
        row_get(&reserves->row[i], mem, &b->reserve[i]);
    pthread_mutex_unlock(&b->lock);
}

/* ── asking and opening ── */

static struct budget_reserve *
reserve_add(struct keeper_budget *b, const struct keeper_spent *s)
{
    struct budget_reserve *r;

    if (b->reserves == KEEPER_RESERVES_MAX) return NULL;
    r = &b->reserve[b->reserves++];
    *r = (struct budget_reserve){ .id = s->id,
                                  .purpose = s->reserve.of[0],
                                  .tenant = s->reserve.of[1],
                                  .asked_by = s->reserve.of[2],
                                  .most = s->reserve.people,
                                  .minutes = s->minutes,
                                  .until = s->when };
    keeper_people_init(&r->people, reserve_length, 1);
    return r;
}

static struct keeper_name
principal_name(const struct ticket *ticket)
{
    return keeper_name_of("operator", ticket->principal, (sk_str){ 0 });
}

/* One write for all of its records. */
static enum keeper_word
ask_locked(struct keeper_budget *b, struct keeper_spent *s, const struct budget_reserve *words,
           sk_when now)
{
    struct keeper_spent all[1 + RESERVE_PIECES];
    struct budget_reserve *r;

    s->when = now + KEEPER_RESERVE_ASKED_MINUTES * MINUTE;
    budget_reserves_sweep(b, now);
    if (b->reserves == KEEPER_RESERVES_MAX) return KEEPER_FULL;
    all[0] = *s;
    for (size_t i = 0; i < RESERVE_PIECES; i++)
        all[1 + i] = budget_reserve_words(words, i);
    if (sk_failed(budget_note(b, all, 1 + RESERVE_PIECES))) return KEEPER_FULL;
    r = reserve_add(b, s);
    if (r) memcpy(r->words, words->words, RESERVE_WORDS);
    return r ? KEEPER_OK : KEEPER_FULL;
}

enum keeper_word
keeper_budget_reserve_fits(const struct ticket *ticket, const struct keeper_reserve_ask *ask)
{
    struct budget_reserve words;

    if (!ticket_is_console(ticket)) return KEEPER_DENIED;
    if (ask->people == 0 || ask->people > KEEPER_LIMIT_MAX) return KEEPER_BAD;
    if (ask->minutes == 0 || ask->minutes > KEEPER_RESERVE_MINUTES_MAX) return KEEPER_BAD;
    if (sk_str_trim(ask->reason).n == 0) return KEEPER_BAD;
    return words_put(&words, ticket, ask) ? KEEPER_OK : KEEPER_BAD;
}

enum keeper_word
keeper_budget_reserve_ask(struct keeper_reserve *reserve, struct keeper_budget *b,
                          const struct ticket *ticket, const struct keeper_reserve_ask *ask,
                          sk_when now)
{
    struct keeper_spent s = {
        .kind = KEEPER_SPENT_ASKED,
        .minutes = ask->minutes,
        .reserve = { .of = { keeper_name_of("purpose", ask->purpose, (sk_str){ 0 }),
                             tenant_name(ask->purpose, ask->tenant), principal_name(ticket) },
                     .people = ask->people },
        .id = reserve->reserve_id,
    };
    struct budget_reserve words = { .id = s.id };
    enum keeper_word word = keeper_budget_reserve_fits(ticket, ask);

    if (word != KEEPER_OK || !words_put(&words, ticket, ask)) return word;
    pthread_mutex_lock(&b->lock);
    word = ask_locked(b, &s, &words, budget_clock(b, now));
    pthread_mutex_unlock(&b->lock);
    reserve->until = (uint64_t)s.when;
    return word;
}

static bool
is_local(sk_str principal)
{
    return sk_str_starts(principal, SK_STR("local:"));
}

/* local:0 is whoever can become root. */
static bool
is_another(sk_str one, sk_str other)
{
    const sk_str root = SK_STR("local:0");

    if (sk_str_eq(one, other)) return false;
    return !is_local(one) || !is_local(other) || (!sk_str_eq(one, root) && !sk_str_eq(other, root));
}

static enum keeper_word
opens_locked(struct budget_reserve **reserve, struct keeper_reserve_row *row, sk_arena *mem,
             struct keeper_budget *b, const struct ticket *ticket, const struct keeper_id *id)
{
    struct keeper_name by = principal_name(ticket);
    struct budget_reserve *r = *reserve = budget_reserve_get(b, id);

    if (!r || r->open) return KEEPER_MISSING;
    row_get(row, mem, r);
    return keeper_name_eq(&r->asked_by, &by) || !is_another(row->asked_by, ticket->principal)
               ? KEEPER_DENIED
               : KEEPER_OK;
}

enum keeper_word
keeper_budget_reserve_opens(struct keeper_reserve_row *row, sk_arena *mem, struct keeper_budget *b,
                            const struct ticket *ticket, const struct keeper_id *id, sk_when now)
{
    struct budget_reserve *r;
    enum keeper_word word;

    if (!ticket_is_console(ticket)) return KEEPER_DENIED;
    pthread_mutex_lock(&b->lock);
    budget_reserves_sweep(b, budget_clock(b, now));
    word = opens_locked(&r, row, mem, b, ticket, id);
    pthread_mutex_unlock(&b->lock);
    return word;
}

static enum keeper_word
open_locked(struct keeper_budget *b, struct keeper_spent *s, const struct ticket *ticket,
            sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_reserve_row row;
    struct budget_reserve *r;
    enum keeper_word word;

    budget_reserves_sweep(b, now);
    word = opens_locked(&r, &row, mem, b, ticket, &s->id);
    if (word != KEEPER_OK) return word;
    s->when = now + (sk_when)r->minutes * MINUTE;
    if (sk_failed(budget_note(b, s, 1))) return KEEPER_FULL;
    r->until = s->when;
    r->open = true;
    return KEEPER_OK;
}

enum keeper_word
keeper_budget_reserve_open(struct keeper_reserve *reserve, struct keeper_budget *b,
                           const struct ticket *ticket, struct keeper_id id, sk_when now)
{
    struct keeper_spent s = { .kind = KEEPER_SPENT_OPENED, .id = id };
    enum keeper_word word;

    if (!ticket_is_console(ticket)) return KEEPER_DENIED;
    pthread_mutex_lock(&b->lock);
    word = open_locked(b, &s, ticket, budget_clock(b, now));
    pthread_mutex_unlock(&b->lock);
    *reserve = (struct keeper_reserve){ id, (uint64_t)s.when };
    return word;
}

uint64_t
keeper_budget_reserved(struct keeper_budget *b, sk_str purpose, sk_str tenant, sk_when now)
{
    struct keeper_name name = keeper_name_of("purpose", purpose, (sk_str){ 0 }),
                       whose = tenant_name(purpose, tenant);
    uint64_t people = 0;

    pthread_mutex_lock(&b->lock);
    now = budget_clock(b, now);
    for (size_t i = 0; i < b->reserves; i++)
        if (is_for(&b->reserve[i], &name, &whose, now)) people += b->reserve[i].most;
    pthread_mutex_unlock(&b->lock);
    return people;
}

/* ── reading the journal ── */

static sk_when
until_of(const struct keeper_budget *b, const struct keeper_spent *s)
{
    sk_when latest = b->opened + (sk_when)KEEPER_RESERVE_MINUTES_MAX * MINUTE;

    return s->when < latest ? s->when : latest; /* if the clock was ahead then */
}

void
budget_reserve_replay(struct keeper_budget *b, const struct keeper_spent *s)
{
    const struct keeper_id *id = s->kind == KEEPER_SPENT_DRAWN ? &s->drawn.id : &s->id;
    struct budget_reserve *r = budget_reserve_get(b, id);
    struct keeper_who who = keeper_who_of(&s->id);
    bool fresh;

    if (s->kind == KEEPER_SPENT_ASKED) {
        budget_reserves_sweep(b, s->when - (sk_when)KEEPER_RESERVE_ASKED_MINUTES * MINUTE);
        r = r ? r : reserve_add(b, s);
        if (r) r->until = until_of(b, s);
        return;
    }
    if (!r) return;
    if (s->kind == KEEPER_SPENT_WORDS) {
        if (s->scope < RESERVE_PIECES)
            memcpy(r->words + s->scope * RESERVE_PIECE, s->words, RESERVE_PIECE);
    } else if (s->kind == KEEPER_SPENT_OPENED) {
        r->open = true;
        r->until = until_of(b, s);
    } else if (!keeper_people_see(&fresh, &r->people, &who, b->opened)) {
        r->until = 0; /* what cannot be counted is not given out */
    }
}
