#include "vault/scope.h"

#include "base/hash.h"
#include "ledger/reader.h"

#include <stdlib.h>

/* One of the people. Ids are 20 digits of base 32: ten of them in each of hi and lo. */
struct entry {
    uint64_t hi, lo;
    uint64_t first, last;
    uint32_t tenant; /* 1 + its place; 0: nobody is here */
    uint16_t kinds[VAULT_SHOWN];
    uint32_t showings[VAULT_SHOWN];
};

struct vault_scope {
    sk_arena *mem;
    const struct vault_scope_ask *ask; /* while it is read */
    struct vault_scope_sum sum;
    uint64_t people_most;
    struct entry *entry; /* a power of two of them, at most 2/3 filled */
    size_t size;
    struct vault_scope_tenant *tenant;
    size_t tenant_room;
    uint32_t *index; /* of tenants by name: 1 + place; twice tenant_room */
    uint32_t last_tenant;
    uint64_t sequence; /* of the record at hand */
    enum vault_shown shown;
    bool stranger; /* a name in the record is no person's */
    sk_err fault;
};

enum { ENTRIES_FIRST = 1 << 12, TENANTS_FIRST = 64, DIGITS = 10 };

/* ── people ── */

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Of each byte: its value as a digit, 0x80 where it is none. Made once. */
static unsigned char value_of[256];

static void __attribute__((constructor)) digits_make(void)
{
    memset(value_of, 0x80, sizeof value_of);
    for (unsigned i = 0; i < 32; i++)
        value_of[(unsigned char)digits[i]] = (unsigned char)i;
}

static bool
half_read(uint64_t *half, const char *text)
{
    unsigned char bad = 0;

    *half = 0;
    for (int i = 0; i < DIGITS; i++) {
        unsigned char value = value_of[(unsigned char)text[i]];

        bad |= value;
        *half = *half << 5 | (value & 31);
    }
    return !(bad & 0x80);
}

static void
half_write(char *text, uint64_t half)
{
    for (int i = DIGITS; i-- > 0; half >>= 5)
        text[i] = digits[half & 31];
}

static size_t
place_of(const struct vault_scope *s, const struct entry *e)
{
    uint64_t mixed = (e->hi ^ e->lo * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;

    return (mixed ^ mixed >> 31) & (s->size - 1);
}

/* Its entry, or the free place where it belongs. A person is of one tenant; should the ledger say
 * two, there are two entries, and both tenants are told. */
static struct entry *
entry_find(const struct vault_scope *s, const struct entry *key)
{
    size_t i = place_of(s, key);

    while (s->entry[i].tenant && (s->entry[i].hi != key->hi || s->entry[i].lo != key->lo ||
                                  s->entry[i].tenant != key->tenant))
        i = (i + 1) & (s->size - 1);
    return &s->entry[i];
}

static void
entries_grow(struct vault_scope *s)
{
    struct entry *old = s->entry;
    size_t count = s->size;

    s->size = count ? 2 * count : ENTRIES_FIRST;
    s->entry = calloc(s->size, sizeof *s->entry);
    if (!s->entry) abort();
    for (size_t i = 0; i < count; i++)
        if (old[i].tenant) *entry_find(s, &old[i]) = old[i];
    free(old);
}

static struct entry *
entry_take(struct vault_scope *s, const struct entry *key)
{
    struct entry *e;

    if (3 * s->sum.people >= 2 * s->size) entries_grow(s);
    e = entry_find(s, key);
    if (e->tenant) return e;
    if (s->sum.people == s->people_most) return NULL;
    s->sum.people++;
    *e = *key;
    e->first = s->sequence;
    return e;
}

static void
person_seen(void *ctx, sk_str person, unsigned kinds)
{
    struct vault_scope *s = ctx;
    struct entry key = { .tenant = s->last_tenant }, *e;

    if (person.n != VAULT_PERSON || !sk_str_starts(person, SK_STR("per_")) ||
        !half_read(&key.hi, person.p + 4) || !half_read(&key.lo, person.p + 4 + DIGITS)) {
        s->stranger = true;
        return;
    }
    e = entry_take(s, &key);
    if (!e) {
        s->fault = sk_fail(SK_FULL, "more than %llu people", (unsigned long long)s->people_most);
        return;
    }
    e->kinds[s->shown] = (uint16_t)(e->kinds[s->shown] | kinds);
    e->showings[s->shown]++;
    e->last = s->sequence;
}

/* ── tenants ── */

static uint32_t *
tenant_slot(const struct vault_scope *s, sk_str name)
{
    size_t i = sk_hash(name) & (2 * s->tenant_room - 1);

    while (s->index[i] && !sk_str_eq(s->tenant[s->index[i] - 1].name, name))
        i = (i + 1) & (2 * s->tenant_room - 1);
    return &s->index[i];
}

static void
tenants_grow(struct vault_scope *s)
{
    s->tenant_room = s->tenant_room ? 2 * s->tenant_room : TENANTS_FIRST;
    s->tenant = realloc(s->tenant, s->tenant_room * sizeof *s->tenant);
    free(s->index);
    s->index = calloc(2 * s->tenant_room, sizeof *s->index);
    if (!s->tenant || !s->index) abort();
    for (size_t i = 0; i < s->sum.tenants; i++)
        *tenant_slot(s, s->tenant[i].name) = (uint32_t)i + 1;
}

static bool
tenant_take(struct vault_scope *s, sk_str name)
{
    uint32_t *slot;

    if (s->last_tenant && sk_str_eq(s->tenant[s->last_tenant - 1].name, name)) return true;
    if (s->sum.tenants == s->tenant_room) tenants_grow(s);
    slot = tenant_slot(s, name);
    if (!*slot) {
        if (s->sum.tenants == VAULT_SCOPE_TENANTS_MAX) return false;
        s->tenant[s->sum.tenants] =
            (struct vault_scope_tenant){ .name = sk_str_copy(s->mem, name) };
        *slot = (uint32_t)++s->sum.tenants;
    }
    s->last_tenant = *slot;
    return true;
}

/* ── the fold ── */

static bool
is_asked(sk_str wanted, sk_str there)
{
    return wanted.n == 0 || sk_str_eq(wanted, there);
}

static bool
record_seen(void *ctx, const struct ledger_record *record)
{
    struct vault_scope *s = ctx;
    struct vault_seen seen;

    if (sk_failed(vault_seen_read(&seen, record->event.details))) {
        s->sum.unreadable++;
        return true;
    }
    if (!is_asked(s->ask->purpose, seen.purpose) || !is_asked(s->ask->route, seen.route))
        return true;
    if (!tenant_take(s, record->event.tenant)) {
        s->fault = sk_fail(SK_FULL, "more than %d tenants", VAULT_SCOPE_TENANTS_MAX);
        return false;
    }
    s->sequence = record->sequence;
    s->shown = seen.shown;
    s->stranger = false;
    if (sk_failed(vault_seen_each(&seen, person_seen, s)) || s->stranger) s->sum.unreadable++;
    s->sum.records++;
    s->sum.values += seen.values;
    s->tenant[s->last_tenant - 1].records++;
    if (!s->sum.first) s->sum.first = s->sequence;
    s->sum.last = s->sequence;
    return !sk_failed(s->fault);
}

/* ── tables ── */

static struct vault_scope_row *
row_take(struct vault_scope *s, struct vault_scope_tenant *t, enum vault_shown shown,
         unsigned kinds)
{
    struct vault_scope_row *row = t->rows;

    while (row && (row->shown != shown || row->kinds != kinds))
        row = row->next;
    if (row) return row;
    row = sk_alloc(s->mem, sizeof *row);
    *row = (struct vault_scope_row){ .shown = shown, .kinds = kinds, .next = t->rows };
    t->rows = row;
    return row;
}

static void
entry_count(struct vault_scope *s, const struct entry *e)
{
    struct vault_scope_tenant *t = &s->tenant[e->tenant - 1];

    t->people++;
    if (e->kinds[VAULT_PLAIN]) t->plain++;
    for (unsigned i = 0; i < VAULT_SHOWN; i++) {
        struct vault_scope_row *row;

        if (!e->kinds[i]) continue;
        row = row_take(s, t, (enum vault_shown)i, e->kinds[i]);
        row->people++;
        row->showings += e->showings[i];
    }
}

static bool
row_before(const struct vault_scope_row *a, const struct vault_scope_row *b)
{
    if (a->shown != b->shown) return a->shown < b->shown;
    if (a->people != b->people) return a->people > b->people;
    return a->kinds < b->kinds;
}

/* A table has a few rows, hundreds at the very most. */
static void
rows_sort(struct vault_scope_tenant *t)
{
    struct vault_scope_row *sorted = NULL, *row, **at;

    while ((row = t->rows)) {
        t->rows = row->next;
        for (at = &sorted; *at && row_before(*at, row);)
            at = &(*at)->next;
        row->next = *at;
        *at = row;
    }
    t->rows = sorted;
}

static void
tables_make(struct vault_scope *s)
{
    for (size_t i = 0; i < s->size; i++)
        if (s->entry[i].tenant) entry_count(s, &s->entry[i]);
    for (size_t i = 0; i < s->sum.tenants; i++)
        rows_sort(&s->tenant[i]);
}

static struct ledger_filter
filter_of(const struct vault_scope_ask *ask)
{
    return (struct ledger_filter){ .tenant = ask->tenant,
                                   .principal = ask->principal,
                                   .request = ask->ticket,
                                   .action = SK_STR("vault.read"),
                                   .outcome = SK_STR("ok"),
                                   .since = ask->since,
                                   .until = ask->until,
                                   .progress = ask->progress };
}

uint64_t
vault_scope_bytes(const char *state, const struct vault_scope_ask *ask)
{
    const struct ledger_filter filter = filter_of(ask);

    return ledger_read_bytes(state, &filter);
}

sk_err
vault_scope_read(struct vault_scope **scope, const char *state, const struct vault_scope_ask *ask)
{
    const struct ledger_filter filter = filter_of(ask);
    DEFER(vault_scope_close) struct vault_scope *s = calloc(1, sizeof *s);

    if (!s) abort();
    s->mem = sk_arena_new(0);
    s->ask = ask;
    s->people_most = ask->people_most ? ask->people_most : VAULT_SCOPE_PEOPLE_MAX;
    TRY(ledger_read(state, &filter, record_seen, s));
    TRY(s->fault);
    s->ask = NULL;
    tables_make(s);
    *scope = s;
    s = NULL;
    return sk_ok();
}

void
vault_scope_free(struct vault_scope *s)
{
    if (!s) return;
    free(s->entry);
    free(s->tenant);
    free(s->index);
    sk_arena_free(s->mem);
    free(s);
}

void
vault_scope_close(struct vault_scope **scope)
{
    vault_scope_free(*scope);
}

/* ── what callers see ── */

struct vault_scope_sum
vault_scope_sum(const struct vault_scope *scope)
{
    return scope->sum;
}

const struct vault_scope_tenant *
vault_scope_tenant(const struct vault_scope *scope, size_t i)
{
    return i < scope->sum.tenants ? &scope->tenant[i] : NULL;
}

void
vault_scope_people(const struct vault_scope *s,
                   void (*visit)(void *ctx, const struct vault_scope_person *person), void *ctx)
{
    for (size_t i = 0; i < s->size; i++) {
        const struct entry *e = &s->entry[i];
        struct vault_scope_person person = { .id = "per_", .first = e->first, .last = e->last };

        if (!e->tenant) continue;
        half_write(person.id + 4, e->hi);
        half_write(person.id + 4 + DIGITS, e->lo);
        person.tenant = s->tenant[e->tenant - 1].name;
        for (unsigned k = 0; k < VAULT_SHOWN; k++)
            person.kinds[k] = e->kinds[k];
        visit(ctx, &person);
    }
}
