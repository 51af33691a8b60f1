/* POST /v1/rotate: new keys, online. Of a person or case the keeper makes a new key, and what is
 * sealed under the old one is sealed anew; of tenant and root it wraps keys anew by itself. */
#include "vault/api.h"

struct resealing {
    const struct keeper_reseal *ask;
    const struct keeper_resealed *answer;
};

static sk_err
sealed_update(struct part_store *store, const struct keeper_sealed_value *v, sk_str sealed)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "UPDATE value SET sealed = ?1, version = ?2 + 1"
                         " WHERE id = ?3 AND version = ?2"));
    part_query_blob(q, 1, sealed);
    part_query_int(q, 2, v->version);
    part_query_text(q, 3, keeper_id_str(&v->value_id));
    return part_query_run(q);
}

static sk_err
update_all(void *ctx, struct part_store *store)
{
    const struct resealing *r = ctx;

    for (size_t i = 0; i < r->answer->count; i++)
        if (r->answer->value[i].word == KEEPER_OK && r->answer->value[i].sealed.n)
            TRY(sealed_update(store, &r->ask->value[i], r->answer->value[i].sealed));
    return sk_ok();
}

static sk_err
rows_reseal(int64_t *resealed, const struct vault_ask *ask, sk_str tenant,
            const struct vault_row *row, size_t count)
{
    struct keeper_reseal question = { .tenant = tenant, .count = count };
    struct keeper_resealed answer;
    struct resealing r = { &question, &answer };

    question.value = sk_array(ask->mem, count, sizeof *question.value);
    for (size_t i = 0; i < count; i++)
        question.value[i] =
            (struct keeper_sealed_value){ row[i].person_id, row[i].case_id, row[i].value_id,
                                          row[i].kind,      row[i].version, row[i].sealed };
    TRY(vault_no(keeper_reseal(&answer, ask->mem, ask->house->keeper, &question)));
    if (answer.count != count) return sk_fail(SK_BROKEN, "the keeper answered other values");
    for (size_t i = 0; i < count; i++)
        if (answer.value[i].word == KEEPER_OK && answer.value[i].sealed.n) ++*resealed;
    return part_store_pool_write(ask->house->stores, update_all, &r);
}

static sk_err
rows_next(struct vault_row **row, size_t *count, const struct vault_ask *ask,
          const struct vault_subject *subject, const struct keeper_id *after)
{
    struct part_store *store;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = vault_store_of(row, count, ask->mem, store, subject, KEEPER_VALUES_MAX, after);
    vault_ask_give(ask, store);
    return e;
}

static sk_err
all_reseal(int64_t *resealed, const struct vault_ask *ask, const struct vault_subject *subject)
{
    struct keeper_id after = { { 0 } };
    struct vault_row *row;
    size_t count;

    for (;;) {
        TRY(rows_next(&row, &count, ask, subject, &after));
        if (!count) return sk_ok();
        after = row[count - 1].value_id;
        TRY(rows_reseal(resealed, ask, subject->tenant, row, count));
    }
}

static sk_err
level_read(struct keeper_rotate *rotate, struct vault_subject *subject, const struct vault_ask *ask)
{
    static const char *const names[] = { "root", "tenant", "person" };
    enum { COUNT = sizeof names / sizeof *names };
    sk_str level;

    TRY(vault_ask_text(&level, ask, "level"));
    for (rotate->level = 0; rotate->level < COUNT; rotate->level++)
        if (sk_str_eq(level, sk_str_of(names[rotate->level]))) break;
    if (rotate->level == COUNT) return vault_no(KEEPER_BAD);
    rotate->tenant = ask->tenant;
    rotate->phrase = sk_json_get_str(ask->body, "phrase");
    if (rotate->level != KEEPER_ROTATE_PERSON) return sk_ok();
    TRY(vault_ask_subject(subject, ask));
    rotate->tenant = subject->tenant;
    rotate->person_id = subject->person_id;
    rotate->case_id = subject->case_id;
    return sk_ok();
}

sk_err
vault_rotate(struct vault_ask *ask)
{
    struct keeper_rotate rotate = { .ticket = ask->ticket };
    struct keeper_rotated rotated;
    struct vault_subject subject;
    int64_t resealed = 0;

    TRY(level_read(&rotate, &subject, ask));
    TRY(vault_no(keeper_rotate(&rotated, ask->mem, ask->house->keeper, &rotate)));
    if (rotate.level == KEEPER_ROTATE_PERSON) TRY(all_reseal(&resealed, ask, &subject));
    sk_json_int(ask->answer, "resealed", resealed);
    sk_json_int(ask->answer, "left", (int64_t)rotated.left);
    return sk_ok();
}
