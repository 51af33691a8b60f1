#include "keeper/keys_inner.h"

#include "base/file.h"
#include "base/hash.h"
#include "keeper/exposure.h"
#include "keeper/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct keeper_bound
keeper_bound_of(const char *fmt, ...)
{
    struct keeper_bound bound;
    va_list args;

    va_start(args, fmt);
    int n =
        vsnprintf(bound.text, sizeof bound.text, fmt, args); /* NOLINT(*-valist.Uninitialized) */
    va_end(args);
    if (n < 0 || n >= (int)sizeof bound.text) abort(); /* names and ids of bounded length */
    bound.n = (size_t)n;
    return bound;
}

void
keeper_bound_text(struct keeper_bound *bound, sk_str text)
{
    if (bound->n + 1 + text.n > sizeof bound->text) abort(); /* as above */
    if (bound->n) bound->text[bound->n++] = '|';
    if (text.n) memcpy(bound->text + bound->n, text.p, text.n);
    bound->n += text.n;
}

void
keeper_bound_number(struct keeper_bound *bound, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    keeper_bound_text(bound, (sk_str){ digits + at, sizeof digits - at });
}

static const struct {
    enum sk_kind kind;
    enum keeper_word word;
} words[] = {
    { SK_OK, KEEPER_OK },     { SK_BAD, KEEPER_BAD },         { SK_DENIED, KEEPER_DENIED },
    { SK_BUSY, KEEPER_BUSY }, { SK_MISSING, KEEPER_MISSING }, { SK_FULL, KEEPER_FULL },
};

enum keeper_word
keeper_word_of(sk_err e)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].kind == e.kind) return words[i].word;
    return KEEPER_BROKEN;
}

void
keeper_sealing_wipe(struct keeper_sealing *sealing)
{
    keeper_key_wipe(&sealing->key);
    keeper_key_wipe(&sealing->index);
}

/* ── notes ── */

sk_err
keeper_note_get(int64_t *value, struct part_store *store, const char *name)
{
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store, "SELECT value FROM note WHERE name = ?1"));
    part_query_text(q, 1, sk_str_of(name));
    TRY(part_query_step(&row, q));
    *value = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return sk_ok();
}

sk_err
keeper_note_put(struct part_store *store, const char *name, int64_t value)
{
    struct part_query *q;

    TRY(part_store_query(&q, store, "INSERT OR REPLACE INTO note (name, value) VALUES (?1, ?2)"));
    part_query_text(q, 1, sk_str_of(name));
    part_query_int(q, 2, value);
    return part_query_run(q);
}

sk_err
keeper_wrapped_get(struct keeper_wrapped *wrapped, const struct part_query *query, int column)
{
    return part_query_copy(wrapped->byte, sizeof wrapped->byte, query, column);
}

int64_t
keeper_number_new(uint64_t most)
{
    uint64_t number;

    sk_random(&number, sizeof number);
    return (int64_t)(number % most) + 1;
}

/* ── people ── */

struct keeper_bound
keeper_key_bound(int64_t tenant_key, sk_str person, sk_str file, uint32_t number)
{
    struct keeper_bound bound = { .n = 0 };

    if (!file.p[0]) file = (sk_str){ 0 }; /* of the account itself */
    keeper_bound_text(&bound, SK_STR("key"));
    keeper_bound_text(&bound, person);
    keeper_bound_text(&bound, file);
    keeper_bound_number(&bound, number);
    keeper_bound_number(&bound, (uint64_t)tenant_key); /* they are above 0 */
    return bound;
}

sk_err
keeper_key_new_row(uint32_t *number, struct keeper_key *key, struct keeper_keys *keys,
                   struct part_store *store, const struct keeper_whose *whose)
{
    DEFER(keeper_key_wipe) struct keeper_key by;
    sk_str person = keeper_id_blob(whose->person_id), file = keeper_id_blob(whose->case_id);
    struct keeper_wrapped wrapped;
    struct keeper_bound bound;
    struct part_query *q;
    int64_t tenant_key;

    TRY(keeper_tenant_key_newest(&tenant_key, store, whose->tenant));
    TRY(keeper_tenant_key(&by, keys, store, tenant_key));
    *number = (uint32_t)keeper_number_new(UINT32_MAX);
    keeper_key_new(key);
    bound = keeper_key_bound(tenant_key, person, file, *number);
    TRY(keeper_key_wrap(&wrapped, &by, keeper_bound_str(&bound), key));
    TRY(keeper_uses_add(store, tenant_key));
    TRY(part_store_query(&q, store,
                         "INSERT INTO key (person, file, number, made, tenant_key, wrapped, uses) "
                         "VALUES (?1, ?2, ?3, max(?4, ifnull((SELECT max(made) + 1 FROM key "
                         "WHERE person = ?1 AND file = ?2), 0)), ?5, ?6, 0)"));
    part_query_blob(q, 1, person);
    part_query_blob(q, 2, file);
    part_query_int(q, 3, *number);
    part_query_int(q, 4, keys->setting.now());
    part_query_int(q, 5, tenant_key);
    part_query_blob(q, 6, keeper_wrapped_str(&wrapped));
    return part_query_run(q);
}

static enum keeper_word
person_is_of(bool *there, bool *is_honey, struct part_store *store,
             const struct keeper_whose *whose)
{
    struct part_query *q;
    sk_err e = part_store_query(&q, store, "SELECT tenant, honey FROM person WHERE person = ?1");

    if (sk_failed(e)) return KEEPER_BROKEN;
    part_query_blob(q, 1, keeper_id_blob(whose->person_id));
    e = part_query_step(there, q);
    if (sk_failed(e)) return keeper_word_of(e);
    if (!*there) return KEEPER_OK;
    bool same = part_query_is(q, 0, whose->tenant);
    *is_honey = part_query_get_int(q, 1) != 0;
    part_query_done(q);
    return same ? KEEPER_OK : KEEPER_WRONG_TENANT;
}

enum keeper_word
keeper_keys_person(bool *is_honey, struct part_store *reader, const struct keeper_whose *whose)
{
    struct keeper_erased erased;
    bool there;
    enum keeper_word word = person_is_of(&there, is_honey, reader, whose);

    if (word != KEEPER_OK || there) return word;
    word = keeper_keys_erased(&erased, reader, whose);
    return word == KEEPER_OK ? KEEPER_ERASED : word;
}

sk_err
keeper_keys_crowd(struct keeper_crowd **crowd, size_t *count, sk_arena *mem,
                  struct part_store *reader, sk_str tenant)
{
    struct part_query *q;
    size_t size = 0;
    bool row;

    *crowd = NULL;
    *count = 0;
    TRY(part_store_query(&q, reader,
                         "SELECT tenant, count(*) FROM person WHERE ?1 IN ('', tenant) "
                         "GROUP BY tenant ORDER BY tenant"));
    part_query_text(q, 1, tenant);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        if (*count == size) {
            size_t more = size ? 2 * size : 16;

            *crowd = sk_grow(mem, *crowd, size * sizeof **crowd, more * sizeof **crowd);
            size = more;
        }
        (*crowd)[(*count)++] = (struct keeper_crowd){ part_query_get_text(mem, q, 0),
                                                      (uint64_t)part_query_get_int(q, 1) };
    }
}

/* ── taking a key to seal with ── */

struct take {
    struct keeper_keys *keys;
    const struct keeper_whose *whose;
    struct keeper_sealing *sealing;
    bool is_honey;
    uint32_t uses;
    enum keeper_word word;
};

static sk_err
person_make(const struct take *take, struct part_store *store)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "INSERT INTO person (person, tenant, honey) VALUES (?1, ?2, ?3)"));
    part_query_blob(q, 1, keeper_id_blob(take->whose->person_id));
    part_query_text(q, 2, take->whose->tenant);
    part_query_int(q, 3, take->is_honey);
    return part_query_run(q);
}

/* The newest key that is not used up. */
static sk_err
key_newest(bool *there, const struct take *take, struct part_store *store)
{
    DEFER(keeper_key_wipe) struct keeper_key by;
    const struct keeper_whose *whose = take->whose;
    sk_str person = keeper_id_blob(whose->person_id), file = keeper_id_blob(whose->case_id);
    struct keeper_wrapped wrapped;
    struct keeper_bound bound;
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT number, tenant_key, wrapped, uses FROM key "
                         "WHERE person = ?1 AND file = ?2 ORDER BY made DESC LIMIT 1"));
    part_query_blob(q, 1, person);
    part_query_blob(q, 2, file);
    TRY(part_query_step(there, q));
    if (!*there) return sk_ok();
    take->sealing->number = (uint32_t)part_query_get_int(q, 0);
    int64_t tenant_key = part_query_get_int(q, 1);
    sk_err e = keeper_wrapped_get(&wrapped, q, 2);
    *there = (uint64_t)part_query_get_int(q, 3) + take->uses <= KEEPER_USES_MAX;
    part_query_done(q);
    if (sk_failed(e) || !*there) return e;
    TRY(keeper_tenant_key(&by, take->keys, store, tenant_key));
    bound = keeper_key_bound(tenant_key, person, file, take->sealing->number);
    return keeper_key_unwrap(&take->sealing->key, &by, keeper_bound_str(&bound), &wrapped);
}

static sk_err
uses_count(const struct take *take, struct part_store *store)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "UPDATE key SET uses = uses + ?4 "
                         "WHERE person = ?1 AND file = ?2 AND number = ?3"));
    part_query_blob(q, 1, keeper_id_blob(take->whose->person_id));
    part_query_blob(q, 2, keeper_id_blob(take->whose->case_id));
    part_query_int(q, 3, take->sealing->number);
    part_query_int(q, 4, take->uses);
    return part_query_run(q);
}

static sk_err
take_work(void *ctx, struct part_store *store)
{
    struct take *take = ctx;
    struct keeper_erased erased;
    bool there, is_honey;
    int64_t tenant_key;

    take->word = keeper_keys_erased(&erased, store, take->whose);
    if (take->word != KEEPER_MISSING) {
        if (take->word == KEEPER_OK) take->word = KEEPER_ERASED;
        return sk_ok();
    }
    take->word = person_is_of(&there, &is_honey, store, take->whose);
    if (take->word != KEEPER_OK) return sk_ok();
    TRY(keeper_tenant_take(&tenant_key, &take->sealing->index, take->keys, store,
                           take->whose->tenant));
    if (!there) TRY(person_make(take, store));
    TRY(key_newest(&there, take, store));
    if (!there)
        TRY(keeper_key_new_row(&take->sealing->number, &take->sealing->key, take->keys, store,
                               take->whose));
    return uses_count(take, store);
}

enum keeper_word
keeper_keys_take(struct keeper_sealing *sealing, struct keeper_keys *keys,
                 const struct keeper_whose *whose, bool is_honey, uint32_t uses)
{
    struct take take = { keys, whose, sealing, is_honey, uses, KEEPER_BROKEN };
    sk_err e;

    if (keeper_root_is_sealed(keys->setting.root)) return KEEPER_SEALED;
    e = part_writer_run(keys->write, take_work, &take);
    return sk_failed(e) ? keeper_word_of(e) : take.word;
}

/* Why there is no such key. */
static enum keeper_word
key_lacks(struct part_store *reader, const struct keeper_whose *whose)
{
    struct keeper_erased erased;
    bool is_honey;
    enum keeper_word word = keeper_keys_person(&is_honey, reader, whose);

    if (word != KEEPER_OK) return word;
    word = keeper_keys_erased(&erased, reader, whose);
    return word == KEEPER_OK ? KEEPER_ERASED : word;
}

struct key_found {
    int64_t tenant_key;
    struct keeper_wrapped wrapped;
};

/* Whose it is the tenant's key says that wraps it: this is what a reading costs. */
static enum keeper_word
key_find(struct key_found *found, struct part_store *reader, const struct keeper_whose *whose,
         uint32_t number)
{
    struct part_query *q;
    bool row;

    if (sk_failed(part_store_query(&q, reader,
                                   "SELECT tenant_key, wrapped FROM key "
                                   "WHERE person = ?1 AND file = ?2 AND number = ?3")))
        return KEEPER_BROKEN;
    part_query_blob(q, 1, keeper_id_blob(whose->person_id));
    part_query_blob(q, 2, keeper_id_blob(whose->case_id));
    part_query_int(q, 3, number);
    sk_err e = part_query_step(&row, q);
    if (sk_failed(e)) return keeper_word_of(e);
    if (!row) return key_lacks(reader, whose);
    found->tenant_key = part_query_get_int(q, 0);
    e = keeper_wrapped_get(&found->wrapped, q, 1);
    part_query_done(q);
    return sk_failed(e) ? KEEPER_BROKEN : KEEPER_OK;
}

enum keeper_word
keeper_keys_get(struct keeper_key *key, struct keeper_keys *keys, struct part_store *reader,
                const struct keeper_whose *whose, uint32_t number)
{
    DEFER(keeper_key_wipe) struct keeper_key by = { { 0 } };
    struct keeper_bound bound;
    struct key_found found = { 0 };
    enum keeper_word word = key_find(&found, reader, whose, number);

    if (word != KEEPER_OK) return word;
    sk_err e = keeper_tenant_key_of(&by, keys, reader, found.tenant_key, whose->tenant);
    if (e.kind == SK_DENIED) return KEEPER_WRONG_TENANT;
    if (sk_failed(e)) return e.kind == SK_BUSY ? KEEPER_SEALED : KEEPER_BROKEN;
    bound = keeper_key_bound(found.tenant_key, keeper_id_blob(whose->person_id),
                             keeper_id_blob(whose->case_id), number);
    e = keeper_key_unwrap(key, &by, keeper_bound_str(&bound), &found.wrapped);
    return sk_failed(e) ? KEEPER_BROKEN : KEEPER_OK;
}

/* ── opening, closing ── */

/* What SQLite must promise us beyond what part/store.h does. */
static sk_err
store_open(struct part_store **store, const char *path)
{
    TRY(part_store_open(store, path));
    return part_store_exec(*store, "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;"
                                   "PRAGMA wal_autocheckpoint = 200");
}

sk_err
keeper_keys_reader(struct part_store **store, const struct keeper_keys *keys)
{
    return store_open(store, keys->path);
}

static char *
below(const char *folder, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", folder, name) < 0) abort();
    return path;
}

static void
text_free(char **text)
{
    free(*text);
}

static sk_err
open_all(struct keeper_keys *keys)
{
    DEFER(text_free) char *tombstones = below(keys->setting.folder, "tombstones");
    struct part_store *store;

    keys->path = below(keys->setting.folder, "keys.db");
    keys->tombstones = open(tombstones, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (keys->tombstones < 0)
        return sk_fail(SK_BROKEN, "cannot open %s: %s", tombstones, strerror(errno));
    TRY(store_open(&store, keys->path));
    keys->write = part_writer_new(store);
    TRY(part_store_migrate(store, keys->setting.sql));
    TRY(keeper_keys_begin(keys, store));
    return keeper_tombstones_replay(store, keys->tombstones);
}

sk_err
keeper_keys_open(struct keeper_keys **made, const struct keeper_keys_setting *setting)
{
    struct keeper_keys *keys = calloc(1, sizeof *keys);
    sk_err e;

    if (!keys) return sk_fail(SK_FULL, "no memory");
    keys->setting = *setting;
    keys->tombstones = -1;
    keys->cache = keeper_pages_new(KEEPER_CACHE * sizeof *keys->cache);
    pthread_mutex_init(&keys->cache_lock, NULL);
    pthread_mutex_init(&keys->root_lock, NULL);
    e = open_all(keys);
    *made = keys;
    if (sk_failed(e)) keeper_keys_close(made);
    return e;
}

void
keeper_keys_close(struct keeper_keys **keys)
{
    if (!*keys) return;
    part_writer_free((*keys)->write);
    keeper_pages_free((*keys)->cache, KEEPER_CACHE * sizeof *(*keys)->cache);
    pthread_mutex_destroy(&(*keys)->cache_lock);
    pthread_mutex_destroy(&(*keys)->root_lock);
    sk_fd_close(&(*keys)->tombstones);
    free((*keys)->path);
    free(*keys);
    *keys = NULL;
}
