#include "keeper/earned.h"

#include "keeper/journal.h"
#include "keeper/people.h"
#include "keeper/spent.h"

#include <pthread.h>
#include <stdlib.h>

enum { HEADS = 1024, TURN_LEAST = 1024, TURN_EACH = 2, VALUES_AT_ONCE = 64 };

/* One tenant's for one purpose. A value is earned for as long as it is in a window of that length,
 * and a person is as long as their newest value. */
struct group {
    struct keeper_name name;
    sk_when life;
    struct keeper_people values, people;
    struct group *chain;
};

struct keeper_earned {
    pthread_mutex_t lock;
    struct keeper_journal *journal; /* NULL: none */
    struct group *head[HEADS];
    size_t groups, values;
    sk_when opened, now;
};

enum kind { EARNED = 1, VALUE, PERSON };

/* One record: EARNED has a value and whose it is; a snapshot has them one by one. */
struct record {
    uint8_t kind; /* enum kind */
    uint8_t pad[7];
    sk_when when, life;
    struct keeper_name group;
    struct keeper_id value, person;
    unsigned char more[24];
};
_Static_assert(sizeof(struct record) == KEEPER_RECORD_BODY, "it is a record's body");

/* ── groups ── */

static struct group **
head_of(struct keeper_earned *e, const struct keeper_name *name)
{
    size_t hash;

    memcpy(&hash, name->byte, sizeof hash);
    return &e->head[hash % HEADS];
}

static struct group *
group_get(struct keeper_earned *e, const struct keeper_name *name)
{
    struct group *g = *head_of(e, name);

    while (g && !keeper_name_eq(&g->name, name))
        g = g->chain;
    return g;
}

static struct group *
group_make(struct keeper_earned *e, const struct keeper_name *name, sk_when life)
{
    struct group *g = group_get(e, name), **head = head_of(e, name);

    if (!g) {
        if (e->groups == KEEPER_EARNED_GROUPS_MAX) return NULL;
        g = calloc(1, sizeof *g);
        if (!g) return NULL;
        g->name = *name;
        keeper_people_init(&g->values, &g->life, 1);
        keeper_people_init(&g->people, &g->life, 1);
        g->chain = *head;
        *head = g;
        e->groups++;
    }
    g->life = life; /* the configuration's newest */
    return g;
}

static void
group_move(struct keeper_earned *e, struct group *g)
{
    e->values -= keeper_people_move(&g->values, e->now);
    keeper_people_move(&g->people, e->now);
}

static bool
person_see(struct group *g, const struct keeper_id *id, sk_when when)
{
    struct keeper_who who = keeper_who_of(id);
    bool fresh;

    return keeper_people_see(&fresh, &g->people, &who, when);
}

static bool
value_see(struct keeper_earned *e, struct group *g, const struct keeper_id *id, sk_when when)
{
    struct keeper_who who = keeper_who_of(id);
    bool fresh = false, seen = keeper_people_see(&fresh, &g->values, &who, when);

    e->values += fresh;
    return seen;
}

static struct keeper_name
name_of(const struct keeper_purpose *purpose, sk_str tenant)
{
    return keeper_name_of("earned", purpose->name, tenant);
}

/* Never goes back: what has expired stays so. */
static void
clock_set(struct keeper_earned *e, sk_when now)
{
    if (now > e->now) e->now = now;
}

/* ── its life ── */

static void
record_visit(void *ctx, const unsigned char *body)
{
    struct keeper_earned *e = ctx;
    struct record r;
    struct group *g;
    sk_when when;

    memcpy(&r, body, sizeof r);
    if (r.when < 0 || r.kind < EARNED || r.kind > PERSON) return; /* nobody wrote this */
    when = r.when < e->opened ? r.when : e->opened;
    if (r.life <= e->opened - when) return;
    g = group_make(e, &r.group, r.life);
    if (!g) return;
    if (r.kind != PERSON && !value_see(e, g, &r.value, when)) return;
    if (r.kind != VALUE && !person_see(g, &r.person, when)) return;
}

sk_err
keeper_earned_open(struct keeper_earned **earned, uint64_t *damaged, const char *folder,
                   sk_when now)
{
    struct keeper_earned *e = *earned = calloc(1, sizeof *e);
    struct keeper_journal_found found = { 0 };
    sk_err err = sk_ok();

    if (!e) return sk_fail(SK_FULL, "no memory for what is earned");
    pthread_mutex_init(&e->lock, NULL);
    e->opened = e->now = now;
    if (folder) err = keeper_journal_open(&e->journal, &found, folder, "earned", record_visit, e);
    *damaged = found.damaged;
    if (sk_failed(err)) keeper_earned_close(earned);
    return err;
}

void
keeper_earned_close(struct keeper_earned **earned)
{
    struct keeper_earned *e = *earned;

    if (!e) return;
    keeper_journal_close(&e->journal);
    for (size_t i = 0; i < HEADS; i++)
        for (struct group *g = e->head[i], *next; g; g = next) {
            next = g->chain;
            keeper_people_clear(&g->values);
            keeper_people_clear(&g->people);
            free(g);
        }
    pthread_mutex_destroy(&e->lock);
    free(e);
    *earned = NULL;
}

/* ── earning ── */

static sk_err
records_note(struct keeper_earned *e, const struct record *first, const struct keeper_id *value,
             size_t count)
{
    struct record records[VALUES_AT_ONCE];

    if (!e->journal) return sk_ok();
    for (size_t i = 0; i < count; i++) {
        records[i] = *first;
        records[i].value = value[i];
    }
    return keeper_journal_add(e->journal, (const unsigned char *)records, count);
}

static sk_err
add_locked(struct keeper_earned *e, struct record *r, const struct keeper_id *value, size_t count)
{
    struct group *g = group_make(e, &r->group, r->life);

    if (!g) return sk_fail(SK_FULL, "more than %d tenants and purposes", KEEPER_EARNED_GROUPS_MAX);
    group_move(e, g);
    if (g->values.count[0] + count > KEEPER_EARNED_MAX || e->values + count > KEEPER_EARNED_ALL_MAX)
        return sk_fail(SK_FULL, "more is earned than may be");
    r->when = e->now;
    TRY(records_note(e, r, value, count));
    for (size_t i = 0; i < count; i++)
        if (!value_see(e, g, &value[i], e->now)) return sk_fail(SK_FULL, "no memory");
    return person_see(g, &r->person, e->now) ? sk_ok() : sk_fail(SK_FULL, "no memory");
}

sk_err
keeper_earned_add(struct keeper_earned *e, const struct keeper_purpose *purpose, sk_str tenant,
                  const struct keeper_id *person, const struct keeper_id *value, size_t count,
                  sk_when now)
{
    struct record r = { .kind = EARNED,
                        .life = purpose->earned,
                        .group = name_of(purpose, tenant),
                        .person = *person };
    sk_err err;

    if (purpose->earned == 0 || count == 0) return sk_ok();
    if (count > VALUES_AT_ONCE) return sk_fail(SK_FULL, "more than %d values", VALUES_AT_ONCE);
    pthread_mutex_lock(&e->lock);
    clock_set(e, now);
    err = add_locked(e, &r, value, count);
    pthread_mutex_unlock(&e->lock);
    return err;
}

void
keeper_earned_which(bool *has, struct keeper_earned *e, const struct keeper_purpose *purpose,
                    sk_str tenant, const struct keeper_id *value, size_t count, sk_when now)
{
    struct keeper_name name;
    const struct group *g;

    memset(has, 0, count * sizeof *has);
    if (!purpose->earned) return;
    name = name_of(purpose, tenant);
    pthread_mutex_lock(&e->lock);
    clock_set(e, now);
    g = group_get(e, &name);
    for (size_t i = 0; g && i < count; i++) {
        struct keeper_who who = keeper_who_of(&value[i]);

        has[i] = keeper_people_last(&g->values, &who) > e->now - purpose->earned;
    }
    pthread_mutex_unlock(&e->lock);
}

bool
keeper_earned_has(struct keeper_earned *e, const struct keeper_purpose *purpose, sk_str tenant,
                  const struct keeper_id *value, sk_when now)
{
    bool has;

    keeper_earned_which(&has, e, purpose, tenant, value, 1, now);
    return has;
}

uint64_t
keeper_earned_people(struct keeper_earned *e, const struct keeper_purpose *purpose, sk_str tenant,
                     sk_when now)
{
    struct keeper_name name = name_of(purpose, tenant);
    struct group *g;
    uint64_t people = 0;

    pthread_mutex_lock(&e->lock);
    clock_set(e, now);
    g = group_get(e, &name);
    if (g) {
        group_move(e, g);
        people = g->people.count[0];
    }
    pthread_mutex_unlock(&e->lock);
    return people;
}

/* ── making the journal short ── */

struct snapshot {
    struct record *record;
    size_t count;
};

static void
people_put(struct snapshot *s, const struct group *g, const struct keeper_people *p, enum kind kind)
{
    for (uint32_t at = p->oldest; at; at = p->seen[at].after) {
        struct record *r = &s->record[s->count++];

        *r = (struct record){
            .kind = (uint8_t)kind, .when = p->seen[at].last, .life = g->life, .group = g->name
        };
        *(kind == VALUE ? &r->value : &r->person) = p->seen[at].id;
    }
}

static size_t
alive(struct keeper_earned *e)
{
    size_t size = 0;

    for (size_t i = 0; i < HEADS; i++)
        for (struct group *g = e->head[i]; g; g = g->chain) {
            group_move(e, g);
            size += g->values.count[0] + g->people.count[0];
        }
    return size;
}

static sk_err
turn_locked(struct snapshot *s, struct keeper_earned *e)
{
    size_t size = alive(e);

    if (keeper_journal_length(e->journal) < TURN_LEAST + TURN_EACH * size) return sk_ok();
    s->record = calloc(size + 1, sizeof *s->record);
    if (!s->record) return sk_fail(SK_FULL, "no memory for the journal's snapshot");
    for (size_t i = 0; i < HEADS; i++)
        for (const struct group *g = e->head[i]; g; g = g->chain) {
            people_put(s, g, &g->values, VALUE);
            people_put(s, g, &g->people, PERSON);
        }
    return keeper_journal_turn(e->journal);
}

sk_err
keeper_earned_sync(struct keeper_earned *e)
{
    return e->journal ? keeper_journal_sync(e->journal) : sk_ok();
}

sk_err
keeper_earned_tend(struct keeper_earned *e, sk_when now)
{
    struct snapshot s = { 0 };
    sk_err err;

    if (!e->journal) return sk_ok();
    pthread_mutex_lock(&e->lock);
    clock_set(e, now);
    err = turn_locked(&s, e);
    pthread_mutex_unlock(&e->lock);
    if (!sk_failed(err) && s.record)
        err = keeper_journal_settle(e->journal, (const unsigned char *)s.record, s.count);
    free(s.record);
    return sk_failed(err) ? err : keeper_journal_sync(e->journal);
}
