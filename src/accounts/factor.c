#include "accounts/factor.h"

#include "accounts/factor_row.h"
#include "accounts/id.h"

sk_err
accounts_factor_any(bool *any, struct part_store *store, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM factor WHERE account = ?1 AND state = 'active'"
                         " AND kind IN ('totp', 'passkey') LIMIT 1"));
    part_query_text(q, 1, account);
    TRY(part_query_step(any, q));
    part_query_done(q);
    return sk_ok();
}

static struct accounts_bound
label_bound(const struct accounts_owner *owner)
{
    return accounts_account_bound(owner->account, "factor.label");
}

sk_err
accounts_factor_list(struct accounts_factor list[ACCOUNTS_FACTORS_MAX], size_t *count,
                     const struct accounts_owner *owner)
{
    struct accounts_bound bound = label_bound(owner);
    struct part_query *q;
    bool row;
    *count = 0;
    TRY(part_store_query(&q, owner->store,
                         "SELECT id, kind = 'passkey', coalesce(label, ''), made,"
                         " coalesce(used, 0) FROM factor WHERE account = ?1 AND state = 'active'"
                         " AND kind IN ('totp', 'passkey') ORDER BY made, id LIMIT ?2"));
    part_query_text(q, 1, owner->account->id);
    part_query_int(q, 2, ACCOUNTS_FACTORS_MAX);
    TRY(part_query_step(&row, q));
    while (row) {
        struct accounts_factor *f = &list[(*count)++];
        *f = (struct accounts_factor){ .id = part_query_get_text(owner->mem, q, 0),
                                       .passkey = part_query_get_int(q, 1) != 0,
                                       .label = part_query_get_text(owner->mem, q, 2),
                                       .made = part_query_get_int(q, 3),
                                       .used = part_query_get_int(q, 4) };
        if (f->label.n) TRY(accounts_unseal(&f->label, owner->mem, owner->keys, &bound, f->label));
        TRY(part_query_step(&row, q));
    }
    return sk_ok();
}

sk_err
accounts_factor_rename(const struct accounts_owner *owner, sk_str id, sk_str label)
{
    struct accounts_bound bound = label_bound(owner);
    struct part_query *q;
    sk_str sealed;
    TRY(accounts_seal(&sealed, owner->mem, owner->keys, &bound, label));
    TRY(part_store_query(&q, owner->store,
                         "UPDATE factor SET label = ?3 WHERE id = ?1 AND account = ?2"
                         " AND state = 'active' AND kind IN ('totp', 'passkey')"));
    part_query_text(q, 1, id);
    part_query_text(q, 2, owner->account->id);
    part_query_text(q, 3, sealed);
    TRY(part_query_run(q));
    return part_store_changed(owner->store) ? sk_ok() : sk_fail(SK_MISSING, "no such factor");
}

sk_err
accounts_factor_remove(const struct accounts_owner *owner, sk_str id)
{
    struct part_query *q;
    TRY(part_store_query(&q, owner->store,
                         "DELETE FROM factor WHERE id = ?1 AND account = ?2"
                         " AND kind IN ('totp', 'passkey')"));
    part_query_text(q, 1, id);
    part_query_text(q, 2, owner->account->id);
    TRY(part_query_run(q));
    return part_store_changed(owner->store) ? sk_ok() : sk_fail(SK_MISSING, "no such factor");
}

/* --- for the kinds --- */

sk_err
accounts_factor_row_add(sk_str *id, const struct accounts_owner *owner,
                        const struct accounts_factor_row *row)
{
    struct accounts_bound bound = label_bound(owner);
    struct part_query *q;
    sk_str label = { 0 };
    if (row->label.n) TRY(accounts_seal(&label, owner->mem, owner->keys, &bound, row->label));
    *id = accounts_id_new(owner->mem, "fac");
    TRY(part_store_query(
        &q, owner->store,
        "INSERT INTO factor (id, account, kind, state, label, secret, credential,"
        " counter, made) VALUES (?1, ?2, ?3, ?4, nullif(?5, ''), ?6, ?7, ?8, ?9)"));
    part_query_text(q, 1, *id);
    part_query_text(q, 2, owner->account->id);
    part_query_text(q, 3, sk_str_of(row->kind));
    part_query_text(q, 4, sk_str_of(row->state));
    part_query_text(q, 5, label);
    part_query_text(q, 6, row->secret);
    if (row->credential.n)
        part_query_blob(q, 7, row->credential);
    else
        part_query_null(q, 7);
    part_query_int(q, 8, row->counter);
    part_query_int(q, 9, owner->now);
    return part_query_run(q);
}

sk_err
accounts_factor_row_use(struct part_store *store, sk_str id, int64_t counter, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE factor SET counter = ?2, used = ?3 WHERE id = ?1"));
    part_query_text(q, 1, id);
    part_query_int(q, 2, counter);
    part_query_int(q, 3, now);
    return part_query_run(q);
}

sk_err
accounts_factor_row_count(int64_t *count, const struct accounts_owner *owner, const char *kind)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, owner->store,
                         "SELECT count(*) FROM factor WHERE account = ?1 AND kind = ?2"
                         " AND state = 'active'"));
    part_query_text(q, 1, owner->account->id);
    part_query_text(q, 2, sk_str_of(kind));
    TRY(part_query_step(&row, q));
    *count = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return sk_ok();
}
