/* Authenticator apps: their secrets lie sealed, the step of the last code beside them. */
#include "accounts/factor_row.h"

/* A row of an app. */
struct app {
    sk_str id;
    struct accounts_totp totp;
    int64_t last;
};

static void
app_wipe(struct app *app)
{
    accounts_totp_wipe(&app->totp);
}

static sk_err
secret_read(struct accounts_totp *totp, const struct accounts_owner *owner, sk_str sealed)
{
    struct accounts_bound bound = accounts_account_bound(owner->account, "totp");
    sk_str bytes;
    TRY(accounts_unseal(&bytes, owner->mem, owner->keys, &bound, sealed));
    if (bytes.n != sizeof totp->secret) return sk_fail(SK_BROKEN, "an app's secret is broken");
    memcpy(totp->secret, bytes.p, bytes.n);
    explicit_bzero((void *)bytes.p, bytes.n);
    return sk_ok();
}

/* The secret that was offered and is still waiting; *app.id is empty when there is none. */
static sk_err
offer_find(struct app *app, const struct accounts_owner *owner)
{
    struct part_query *q;
    bool row;
    *app = (struct app){ 0 };
    TRY(part_store_query(&q, owner->store,
                         "SELECT id, secret FROM factor WHERE account = ?1 AND kind = 'totp'"
                         " AND state = 'pending' AND made > ?2"));
    part_query_text(q, 1, owner->account->id);
    part_query_int(q, 2, owner->now - ACCOUNTS_OFFER_LIFE);
    TRY(part_query_step(&row, q));
    if (!row) return sk_ok();
    app->id = part_query_get_text(owner->mem, q, 0);
    sk_str sealed = part_query_get_text(owner->mem, q, 1);
    part_query_done(q);
    return secret_read(&app->totp, owner, sealed);
}

static sk_err
offer_end(const struct accounts_owner *owner)
{
    struct part_query *q;
    TRY(part_store_query(&q, owner->store,
                         "DELETE FROM factor WHERE account = ?1 AND kind = 'totp'"
                         " AND state = 'pending'"));
    part_query_text(q, 1, owner->account->id);
    return part_query_run(q);
}

static sk_err
offer_make(struct accounts_totp *totp, const struct accounts_owner *owner)
{
    struct accounts_bound bound = accounts_account_bound(owner->account, "totp");
    struct accounts_factor_row row = { .kind = "totp", .state = "pending" };
    sk_str id;
    accounts_totp_new(totp);
    TRY(accounts_seal(&row.secret, owner->mem, owner->keys, &bound,
                      (sk_str){ (const char *)totp->secret, sizeof totp->secret }));
    TRY(offer_end(owner));
    return accounts_factor_row_add(&id, owner, &row);
}

sk_err
accounts_factor_app_offer(struct accounts_totp *totp, const struct accounts_owner *owner)
{
    DEFER(app_wipe) struct app app = { 0 };
    int64_t count;
    TRY(accounts_factor_row_count(&count, owner, "totp"));
    if (count >= ACCOUNTS_APPS_MAX) return sk_fail(SK_FULL, "no more apps for one account");
    TRY(offer_find(&app, owner));
    *totp = app.totp;
    return app.id.n ? sk_ok() : offer_make(totp, owner);
}

sk_err
accounts_factor_app_confirm(sk_str *id, const struct accounts_owner *owner, sk_str code,
                            sk_str label)
{
    DEFER(app_wipe) struct app app = { 0 };
    struct part_query *q;
    *id = (sk_str){ 0 };
    TRY(offer_find(&app, owner));
    if (!app.id.n || !accounts_totp_matches(&app.last, &app.totp, owner->now, code)) return sk_ok();
    TRY(part_store_query(&q, owner->store, "UPDATE factor SET state = 'active' WHERE id = ?1"));
    part_query_text(q, 1, app.id);
    TRY(part_query_run(q));
    TRY(accounts_factor_row_use(owner->store, app.id, app.last, owner->now));
    *id = app.id;
    return accounts_factor_rename(owner, app.id, label);
}

static sk_err
apps_read(struct app apps[ACCOUNTS_APPS_MAX], size_t *count, const struct accounts_owner *owner)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, owner->store,
                         "SELECT id, secret, counter FROM factor WHERE account = ?1"
                         " AND kind = 'totp' AND state = 'active' ORDER BY id LIMIT ?2"));
    part_query_text(q, 1, owner->account->id);
    part_query_int(q, 2, ACCOUNTS_APPS_MAX);
    TRY(part_query_step(&row, q));
    while (row) {
        struct app *app = &apps[(*count)++];
        app->id = part_query_get_text(owner->mem, q, 0);
        app->last = part_query_get_int(q, 2);
        TRY(secret_read(&app->totp, owner, part_query_get_text(owner->mem, q, 1)));
        TRY(part_query_step(&row, q));
    }
    return sk_ok();
}

static sk_err
apps_try(bool *right, struct app *apps, size_t count, const struct accounts_owner *owner,
         sk_str code)
{
    for (size_t i = 0; i < count && !*right; i++) {
        if (!accounts_totp_matches(&apps[i].last, &apps[i].totp, owner->now, code)) continue;
        TRY(accounts_factor_row_use(owner->store, apps[i].id, apps[i].last, owner->now));
        *right = true;
    }
    return sk_ok();
}

sk_err
accounts_factor_app_try(bool *right, const struct accounts_owner *owner, sk_str code)
{
    struct app apps[ACCOUNTS_APPS_MAX] = { 0 };
    size_t count = 0;
    *right = false;
    sk_err e = apps_read(apps, &count, owner);
    if (!sk_failed(e)) e = apps_try(right, apps, count, owner, code);
    explicit_bzero(apps, sizeof apps);
    return e;
}
