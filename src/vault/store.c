#include "vault/store.h"

#include "base/hash.h"
#include "vault/word.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { TOKEN_TRIES = 64, NAMES_MAX = KEEPER_NAMING * KEEPER_WORDS_MAX };

static const char zeros[KEEPER_ENTRY];

static sk_str
bytes_of(const void *p, size_t n)
{
    return (sk_str){ p, n };
}

/* ── opening ── */

sk_err
vault_store_open(struct part_store_pool **pool, sk_arena *mem, const char *state, const char *share)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    const char *folder = sk_str_printf(mem, "%s/vault", state).p;
    const char *path = sk_str_printf(mem, "%s/values.db", folder).p;

    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder, strerror(errno));
    TRY(part_store_open(&store, path));
    if (chmod(path, 0600) != 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    TRY(part_store_migrate(store, sk_str_printf(mem, "%s/src/vault/sql", share).p));
    /* What was answered must be there after the machine has lost its power, too. */
    return part_store_pool_new(pool, path, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
}

/* ── the index ── */

static sk_err
word_there(bool *there, struct part_store *store, const unsigned char naming[KEEPER_NAMING],
           uint32_t number)
{
    unsigned char name[KEEPER_NAMING];
    struct part_query *q;

    keeper_row_name(name, naming, number);
    TRY(part_store_query(&q, store, "SELECT 1 FROM word WHERE name = ?1"));
    part_query_blob(q, 1, bytes_of(name, sizeof name));
    TRY(part_query_step(there, q));
    part_query_done(q);
    return sk_ok();
}

/* Whether the word has so many rows exactly. */
static sk_err
word_has(bool *has, struct part_store *store, const unsigned char naming[KEEPER_NAMING],
         uint32_t count)
{
    bool there, more;

    TRY(word_there(&there, store, naming, count - 1));
    TRY(word_there(&more, store, naming, count));
    *has = there && !more;
    return sk_ok();
}

/* How many rows a word has. None is ever taken away, so that a search by halves finds the end: a
 * postal code may have thousands. */
static sk_err
word_count(uint32_t *count, struct part_store *store, const unsigned char naming[KEEPER_NAMING],
           uint32_t hint)
{
    uint32_t low = 0, high = 1; /* `low` rows are there at least, number `high` - 1 may be not */
    bool there = false;

    if (hint) TRY(word_has(&there, store, naming, hint));
    if (there) {
        *count = hint;
        return sk_ok();
    }
    for (;; high *= 2) {
        TRY(word_there(&there, store, naming, high - 1));
        if (!there) break;
        low = high;
    }
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;

        TRY(word_there(&there, store, naming, middle - 1));
        if (there)
            low = middle;
        else
            high = middle;
    }
    *count = low;
    return sk_ok();
}

/* Adds the entry behind the word's others; its name is left in `name`. */
static sk_err
word_add(unsigned char name[KEEPER_NAMING], struct part_store *store, struct vault_hints *hints,
         const struct keeper_row *row)
{
    struct part_query *q;
    uint32_t count;

    TRY(word_count(&count, store, row->naming, vault_hint_get(hints, row->naming)));
    vault_hint_set(hints, row->naming, count + 1);
    keeper_row_name(name, row->naming, count);
    TRY(part_store_query(&q, store, "INSERT INTO word (name, entry) VALUES (?1, ?2)"));
    part_query_blob(q, 1, bytes_of(name, KEEPER_NAMING));
    part_query_blob(q, 2, bytes_of(row->entry, sizeof row->entry));
    return part_query_run(q);
}

sk_err
vault_store_word(struct keeper_entry **entry, size_t *count, bool *more, sk_arena *mem,
                 struct part_store *store, const unsigned char naming[KEEPER_NAMING], size_t most)
{
    unsigned char name[KEEPER_NAMING];
    struct part_query *q;
    bool there;

    *entry = sk_array(mem, most, sizeof **entry);
    *count = 0;
    *more = false;
    for (uint32_t number = 0;; number++) {
        sk_str cell;

        keeper_row_name(name, naming, number);
        TRY(part_store_query(&q, store, "SELECT entry FROM word WHERE name = ?1"));
        part_query_blob(q, 1, bytes_of(name, sizeof name));
        TRY(part_query_step(&there, q));
        if (!there) return sk_ok();
        cell = part_query_get_blob(mem, q, 0);
        part_query_done(q);
        if (cell.n != KEEPER_ENTRY) return sk_fail(SK_BROKEN, "an index row of %zu bytes", cell.n);
        if (memcmp(cell.p, zeros, KEEPER_ENTRY) == 0) continue;
        *more = *count == most;
        if (*more) return sk_ok();
        memcpy((*entry)[(*count)++].entry, cell.p, KEEPER_ENTRY);
    }
}

/* ── putting ── */

struct put_work {
    struct vault_hints *hints;
    sk_str tenant;
    struct vault_put_value *value;
    size_t count;
};

static sk_err
token_taken(bool *taken, struct part_store *store, sk_str tenant, sk_str token)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM value WHERE tenant = ?1 AND token = ?2 UNION ALL"
                         " SELECT 1 FROM used WHERE tenant = ?1 AND token = ?2"));
    part_query_text(q, 1, tenant);
    part_query_text(q, 2, token);
    TRY(part_query_step(taken, q));
    part_query_done(q);
    return sk_ok();
}

/* Some shapes have few members. */
static sk_err
token_choose(struct vault_put_value *v, struct part_store *store, sk_str tenant)
{
    bool taken = true;

    for (int i = 0; i < TOKEN_TRIES; i++) {
        personal_token_make(&v->token, v->row.kind, v->random);
        v->row.token = personal_token_str(&v->token);
        if (v->row.kind == PERSONAL_EMAIL) return sk_ok();
        TRY(token_taken(&taken, store, tenant, v->row.token));
        if (!taken) return sk_ok();
        sk_random(v->random, sizeof v->random);
    }
    return sk_fail(SK_FULL, "no token of kind %s is free", personal_kind_rows[v->row.kind].name);
}

static sk_err
row_insert(struct part_store *store, sk_str tenant, const struct vault_row *row, sk_str names)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "INSERT INTO value (id, tenant, person, part, kind, version, token,"
                         " sealed, names, day) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
    part_query_text(q, 1, keeper_id_str(&row->value_id));
    part_query_text(q, 2, tenant);
    part_query_text(q, 3, keeper_id_str(&row->person_id));
    part_query_text(q, 4, keeper_id_str(&row->case_id));
    part_query_int(q, 5, row->kind);
    part_query_int(q, 6, row->version);
    part_query_text(q, 7, row->token);
    part_query_blob(q, 8, row->sealed);
    part_query_blob(q, 9, names);
    part_query_int(q, 10, sk_now() / VAULT_DAY);
    return part_query_run(q);
}

static sk_err
put_one(struct vault_put_value *v, struct part_store *store, const struct put_work *w)
{
    unsigned char names[NAMES_MAX];

    if (v->words > KEEPER_WORDS_MAX) return sk_fail(SK_BROKEN, "%zu index rows", v->words);
    TRY(token_choose(v, store, w->tenant));
    for (size_t i = 0; i < v->words; i++)
        TRY(word_add(names + i * KEEPER_NAMING, store, w->hints, &v->word[i]));
    return row_insert(store, w->tenant, &v->row, bytes_of(names, v->words * KEEPER_NAMING));
}

static sk_err
put_all(void *ctx, struct part_store *store)
{
    const struct put_work *w = ctx;

    for (size_t i = 0; i < w->count; i++)
        TRY(put_one(&w->value[i], store, w));
    return sk_ok();
}

sk_err
vault_store_put(struct part_store_pool *pool, struct vault_hints *hints, sk_str tenant,
                struct vault_put_value *value, size_t count)
{
    struct put_work w = { hints, tenant, value, count };

    return part_store_pool_write(pool, put_all, &w);
}

/* ── looking ── */

static sk_err
id_get(struct keeper_id *id, const char *kind, sk_arena *mem, const struct part_query *q,
       int column)
{
    if (keeper_id_read(id, kind, part_query_get_text(mem, q, column))) return sk_ok();
    return sk_fail(SK_BROKEN, "values.db has an id that is none, of %s", kind);
}

/* Columns: id, person, part, kind, version, token, sealed. */
static sk_err
row_get(struct vault_row *row, sk_arena *mem, const struct part_query *q)
{
    TRY(id_get(&row->value_id, "val", mem, q, 0));
    TRY(id_get(&row->person_id, "per", mem, q, 1));
    TRY(id_get(&row->case_id, "cas", mem, q, 2));
    row->kind = (enum personal_kind)part_query_get_int(q, 3);
    row->version = (uint32_t)part_query_get_int(q, 4);
    row->token = part_query_get_text(mem, q, 5);
    row->sealed = part_query_get_blob(mem, q, 6);
    return sk_ok();
}

sk_err
vault_store_by_token(bool *found, struct vault_row *row, sk_arena *mem, struct part_store *store,
                     sk_str tenant, sk_str token)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT id, person, part, kind, version, token, sealed FROM value"
                         " WHERE tenant = ?1 AND token = ?2 ORDER BY day DESC, id LIMIT 1"));
    part_query_text(q, 1, tenant);
    part_query_text(q, 2, token);
    TRY(part_query_step(found, q));
    if (*found) TRY(row_get(row, mem, q));
    part_query_done(q);
    return sk_ok();
}

sk_err
vault_store_by_owner(bool *found, struct vault_row *row, sk_arena *mem, struct part_store *store,
                     sk_str tenant, sk_str token, const struct keeper_id *person)
{
    struct part_query *q;

    TRY(part_store_query(
        &q, store,
        "SELECT id, person, part, kind, version, token, sealed FROM value"
        " WHERE tenant = ?1 AND token = ?2 AND person = ?3 ORDER BY day DESC, id LIMIT 1"));
    part_query_text(q, 1, tenant);
    part_query_text(q, 2, token);
    part_query_text(q, 3, keeper_id_str(person));
    TRY(part_query_step(found, q));
    if (*found) TRY(row_get(row, mem, q));
    part_query_done(q);
    return sk_ok();
}

sk_err
vault_store_token_of(sk_str *token, sk_arena *mem, struct part_store *store, sk_str tenant,
                     const struct keeper_id *value_id)
{
    struct part_query *q;
    bool found;

    TRY(part_store_query(&q, store, "SELECT token FROM value WHERE id = ?1 AND tenant = ?2"));
    part_query_text(q, 1, keeper_id_str(value_id));
    part_query_text(q, 2, tenant);
    TRY(part_query_step(&found, q));
    *token = found ? part_query_get_text(mem, q, 0) : (sk_str){ 0 };
    part_query_done(q);
    return sk_ok();
}

sk_err
vault_store_subject(bool *found, struct vault_subject *subject, sk_arena *mem,
                    struct part_store *store, const struct keeper_id *person_id,
                    const struct keeper_id *case_id)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT tenant, person FROM value WHERE part = ?2 AND part <> '' AND"
                         " (?1 = '' OR person = ?1) UNION ALL"
                         " SELECT tenant, person FROM value WHERE person = ?1 AND ?2 = ''"
                         " LIMIT 1"));
    part_query_text(q, 1, keeper_id_str(person_id));
    part_query_text(q, 2, keeper_id_str(case_id));
    TRY(part_query_step(found, q));
    if (*found) {
        *subject =
            (struct vault_subject){ .tenant = part_query_get_text(mem, q, 0), .case_id = *case_id };
        TRY(id_get(&subject->person_id, "per", mem, q, 1));
    }
    part_query_done(q);
    return sk_ok();
}

sk_err
vault_store_next(bool *found, struct vault_subject *subject, sk_arena *mem,
                 struct part_store *store, const struct vault_subject *after)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT tenant, person, part FROM value WHERE (person, part) > (?1, ?2)"
                         " ORDER BY person, part LIMIT 1"));
    part_query_text(q, 1, keeper_id_str(&after->person_id));
    part_query_text(q, 2, keeper_id_str(&after->case_id));
    TRY(part_query_step(found, q));
    if (*found) {
        subject->tenant = part_query_get_text(mem, q, 0);
        TRY(id_get(&subject->person_id, "per", mem, q, 1));
        TRY(id_get(&subject->case_id, "cas", mem, q, 2));
    }
    part_query_done(q);
    return sk_ok();
}

sk_err
vault_store_of(struct vault_row **row, size_t *count, sk_arena *mem, struct part_store *store,
               const struct vault_subject *subject, size_t most, const struct keeper_id *after)
{
    struct part_query *q;
    bool found;

    *row = sk_array(mem, most, sizeof **row);
    *count = 0;
    TRY(part_store_query(&q, store,
                         "SELECT id, person, part, kind, version, token, sealed FROM value"
                         " WHERE person = ?1 AND (?2 = '' OR part = ?2) AND tenant = ?3 AND id > ?4"
                         " ORDER BY id LIMIT ?5"));
    part_query_text(q, 1, keeper_id_str(&subject->person_id));
    part_query_text(q, 2, keeper_id_str(&subject->case_id));
    part_query_text(q, 3, subject->tenant);
    part_query_text(q, 4, keeper_id_str(after));
    part_query_int(q, 5, (int64_t)most);
    for (;;) {
        TRY(part_query_step(&found, q));
        if (!found) return sk_ok();
        TRY(row_get(&(*row)[(*count)++], mem, q));
    }
}

sk_err
vault_store_counts(struct vault_counts *counts, struct part_store *store)
{
    struct part_query *q;
    bool found;

    TRY(part_store_query(&q, store,
                         "SELECT (SELECT count(*) FROM value),"
                         " (SELECT count(DISTINCT person) FROM value),"
                         " (SELECT count(DISTINCT part) FROM value WHERE part <> ''),"
                         " (SELECT count(*) FROM due), (SELECT count(*) FROM held),"
                         " (SELECT count(*) FROM gone),"
                         " (SELECT count(DISTINCT record) FROM gone),"
                         " (SELECT ifnull(max(record), 0) FROM gone)"));
    TRY(part_query_step(&found, q));
    *counts = (struct vault_counts){
        part_query_get_int(q, 0), part_query_get_int(q, 1), part_query_get_int(q, 2),
        part_query_get_int(q, 3), part_query_get_int(q, 4), part_query_get_int(q, 5),
        part_query_get_int(q, 6), part_query_get_int(q, 7),
    };
    part_query_done(q);
    return sk_ok();
}

/* ── ends ── */

struct erase_work {
    const struct vault_subject *subject;
    struct vault_gone *gone;
    sk_arena *mem;
};

static sk_err
subject_run(struct part_store *store, const char *sql, const struct vault_subject *s)
{
    struct part_query *q;

    TRY(part_store_query(&q, store, sql));
    part_query_text(q, 1, keeper_id_str(&s->person_id));
    part_query_text(q, 2, keeper_id_str(&s->case_id));
    return part_query_run(q);
}

static sk_err
words_clear(struct part_store *store, sk_str names)
{
    struct part_query *q;

    for (; names.n >= KEEPER_NAMING; names = sk_str_from(names, KEEPER_NAMING)) {
        TRY(part_store_query(&q, store, "UPDATE word SET entry = ?2 WHERE name = ?1"));
        part_query_blob(q, 1, sk_str_first(names, KEEPER_NAMING));
        part_query_blob(q, 2, bytes_of(zeros, sizeof zeros));
        TRY(part_query_run(q));
    }
    return sk_ok();
}

static sk_err
entries_clear(struct erase_work *w, struct part_store *store)
{
    struct part_query *q;
    bool found;

    TRY(part_store_query(&q, store,
                         "SELECT names FROM value WHERE person = ?1 AND (?2 = '' OR part = ?2)"));
    part_query_text(q, 1, keeper_id_str(&w->subject->person_id));
    part_query_text(q, 2, keeper_id_str(&w->subject->case_id));
    for (;;) {
        TRY(part_query_step(&found, q));
        if (!found) return sk_ok();
        w->gone->rows++;
        TRY(words_clear(store, part_query_get_blob(w->mem, q, 0)));
    }
}

static sk_err
gone_insert(struct part_store *store, const struct vault_gone *gone,
            const struct vault_subject *subject)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "INSERT OR IGNORE INTO gone (id, tenant, person, rows, at, record)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
    part_query_text(q, 1, keeper_id_str(&gone->id));
    part_query_text(q, 2, subject->tenant);
    part_query_text(q, 3, keeper_id_str(&subject->person_id));
    part_query_int(q, 4, gone->rows);
    part_query_int(q, 5, gone->at);
    part_query_int(q, 6, (int64_t)gone->record);
    return part_query_run(q);
}

/* With a person go all cases, each with a receipt of its own. */
static sk_err
cases_gone(const struct erase_work *w, struct part_store *store)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "INSERT OR IGNORE INTO gone (id, tenant, person, rows, at, record)"
                         " SELECT part, tenant, person, count(*), ?3, ?4 FROM value"
                         " WHERE person = ?1 AND ?2 = '' AND part <> '' GROUP BY part"));
    part_query_text(q, 1, keeper_id_str(&w->subject->person_id));
    part_query_text(q, 2, keeper_id_str(&w->subject->case_id));
    part_query_int(q, 3, w->gone->at);
    part_query_int(q, 4, (int64_t)w->gone->record);
    return part_query_run(q);
}

static sk_err
erase_all(void *ctx, struct part_store *store)
{
    struct erase_work *w = ctx;

    w->gone->rows = 0; /* it may run twice */
    TRY(entries_clear(w, store));
    TRY(cases_gone(w, store));
    TRY(subject_run(store,
                    "INSERT OR IGNORE INTO used (tenant, token) SELECT tenant, token FROM value"
                    " WHERE kind IN (3, 6, 7) AND person = ?1 AND (?2 = '' OR part = ?2)",
                    w->subject));
    TRY(subject_run(store, "DELETE FROM value WHERE person = ?1 AND (?2 = '' OR part = ?2)",
                    w->subject));
    TRY(subject_run(store, "DELETE FROM due WHERE person = ?1 AND (?2 = '' OR part = ?2)",
                    w->subject));
    return gone_insert(store, w->gone, w->subject);
}

sk_err
vault_store_erase(struct vault_gone *gone, struct part_store_pool *pool,
                  const struct vault_subject *subject, sk_when at, uint64_t record)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct erase_work w = { subject, gone, mem };
    bool is_case = !keeper_id_is_none(&subject->case_id);

    *gone = (struct vault_gone){ .id = is_case ? subject->case_id : subject->person_id,
                                 .tenant = subject->tenant,
                                 .at = at,
                                 .record = record };
    return part_store_pool_write(pool, erase_all, &w);
}

sk_err
vault_store_gone(bool *found, struct vault_gone *gone, sk_arena *mem, struct part_store *store,
                 const struct keeper_id *id)
{
    struct part_query *q;

    TRY(part_store_query(&q, store, "SELECT tenant, rows, at, record FROM gone WHERE id = ?1"));
    part_query_text(q, 1, keeper_id_str(id));
    TRY(part_query_step(found, q));
    if (*found)
        *gone = (struct vault_gone){ .id = *id,
                                     .tenant = part_query_get_text(mem, q, 0),
                                     .rows = part_query_get_int(q, 1),
                                     .at = part_query_get_int(q, 2),
                                     .record = (uint64_t)part_query_get_int(q, 3) };
    part_query_done(q);
    return sk_ok();
}
