#include "accounts/session.h"

#include <pthread.h>
#include <stdlib.h>

#define COLUMNS                                                                                    \
    "s.id, s.account, coalesce(a.tenant, ''), a.role, s.site, a.lang, s.level, s.wait, s.made,"    \
    " s.used, s.ends, s.device, s.place, coalesce(s.known, '')"

static struct accounts_session
session_read(sk_arena *mem, const struct part_query *q, enum accounts_realm realm)
{
    return (struct accounts_session){
        .id = part_query_get_text(mem, q, 0),
        .account = part_query_get_text(mem, q, 1),
        .tenant = part_query_get_text(mem, q, 2),
        .role = part_query_get_text(mem, q, 3),
        .site = part_query_get_text(mem, q, 4),
        .lang = part_query_get_text(mem, q, 5),
        .realm = realm,
        .level = (unsigned)part_query_get_int(q, 6),
        .wait = part_query_get_text(mem, q, 7),
        .made = part_query_get_int(q, 8),
        .used = part_query_get_int(q, 9),
        .ends = part_query_get_int(q, 10),
        .device = part_query_get_text(mem, q, 11),
        .place = part_query_get_text(mem, q, 12),
        .known = part_query_get_text(mem, q, 13),
    };
}

/* --- making --- */

/* So that nobody fills the store by signing in again and again. */
static sk_err
make_room(struct part_store *store, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(
        &q, store,
        "DELETE FROM session WHERE account = ?1 AND id NOT IN"
        " (SELECT id FROM session WHERE account = ?1 ORDER BY used DESC LIMIT ?2)"));
    part_query_text(q, 1, account);
    part_query_int(q, 2, ACCOUNTS_SESSIONS_MAX - 1);
    return part_query_run(q);
}

static sk_err
insert(struct part_store *store, const struct accounts_session_new *fresh, sk_str digest, sk_str id,
       sk_when now, sk_when ends)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "INSERT INTO session (token, id, account, realm, site, level, wait, made,"
                         " used, ends, device, place, known)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11,"
                         " nullif(?12, ''))"));
    part_query_blob(q, 1, digest);
    part_query_text(q, 2, id);
    part_query_text(q, 3, fresh->account);
    part_query_text(q, 4, sk_str_of(accounts_realms[fresh->realm].name));
    part_query_text(q, 5, fresh->site);
    part_query_int(q, 6, fresh->level);
    part_query_text(q, 7, fresh->wait);
    part_query_int(q, 8, now);
    part_query_int(q, 9, ends);
    part_query_text(q, 10, fresh->device);
    part_query_text(q, 11, fresh->place);
    part_query_text(q, 12, fresh->known);
    return part_query_run(q);
}

sk_err
accounts_session_make(struct accounts_session *session, sk_str *cookie, sk_arena *mem,
                      struct part_store *store, const struct accounts_conf *conf,
                      const struct accounts_session_new *fresh, sk_when now)
{
    struct accounts_secret secret = accounts_secret_new(mem);
    sk_str id = accounts_id_new(mem, "ses");
    sk_when life = fresh->wait.n ? ACCOUNTS_WAIT_LIFE : conf->realm[fresh->realm].longest;
    TRY(make_room(store, fresh->account));
    TRY(insert(store, fresh, secret.digest, id, now, now + life));
    *cookie = secret.text;
    return accounts_session_find(session, mem, store, conf, fresh->realm, fresh->site, secret.text,
                                 now);
}

sk_err
accounts_session_renew(struct accounts_session *session, sk_str *cookie, sk_arena *mem,
                       struct part_store *store, const struct accounts_conf *conf,
                       const struct accounts_session *old, unsigned level, sk_str wait, sk_when now)
{
    struct accounts_session_new fresh = {
        .account = old->account,
        .site = old->site,
        .wait = wait,
        .device = old->device,
        .place = old->place,
        .known = old->known,
        .realm = old->realm,
        .level = level,
    };
    TRY(accounts_session_end(store, old->account, old->id));
    return accounts_session_make(session, cookie, mem, store, conf, &fresh, now);
}

/* --- reading --- */

sk_err
accounts_session_find(struct accounts_session *session, sk_arena *mem, struct part_store *store,
                      const struct accounts_conf *conf, enum accounts_realm realm, sk_str site,
                      sk_str cookie, sk_when now)
{
    struct part_query *q;
    sk_str digest;
    bool row;
    if (!accounts_secret_read(&digest, mem, cookie)) return sk_fail(SK_MISSING, "no session");
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS
                         " FROM session AS s JOIN account AS a ON a.id = s.account"
                         " WHERE s.token = ?1 AND s.realm = ?2 AND s.site = ?3 AND s.ends > ?4"
                         " AND s.used > ?5 AND a.state = 'active'"));
    part_query_blob(q, 1, digest);
    part_query_text(q, 2, sk_str_of(accounts_realms[realm].name));
    part_query_text(q, 3, site);
    part_query_int(q, 4, now);
    part_query_int(q, 5, now - conf->realm[realm].idle);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no session");
    *session = session_read(mem, q, realm);
    part_query_done(q);
    return sk_ok();
}

static sk_err
realm_of(enum accounts_realm *realm, sk_arena *mem, struct part_store *store, sk_str account)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT realm FROM account WHERE id = ?1"));
    part_query_text(q, 1, account);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such account");
    sk_str name = part_query_get_text(mem, q, 0);
    part_query_done(q);
    return accounts_realm_find(realm, name) ? sk_ok() : sk_fail(SK_BROKEN, "an unknown realm");
}

sk_err
accounts_session_list(struct accounts_session list[ACCOUNTS_SESSIONS_MAX], size_t *count,
                      sk_arena *mem, struct part_store *store, const struct accounts_conf *conf,
                      sk_str account, sk_when now)
{
    enum accounts_realm realm;
    struct part_query *q;
    bool row;
    *count = 0;
    TRY(realm_of(&realm, mem, store, account));
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS
                         " FROM session AS s JOIN account AS a ON a.id = s.account"
                         " WHERE s.account = ?1 AND s.ends > ?2 AND s.used > ?3 AND s.wait = ''"
                         " ORDER BY s.used DESC, s.made DESC LIMIT ?4"));
    part_query_text(q, 1, account);
    part_query_int(q, 2, now);
    part_query_int(q, 3, now - conf->realm[realm].idle);
    part_query_int(q, 4, ACCOUNTS_SESSIONS_MAX);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row || *count == ACCOUNTS_SESSIONS_MAX) break;
        list[(*count)++] = session_read(mem, q, realm);
    }
    part_query_done(q);
    return sk_ok();
}

/* --- ending --- */

sk_err
accounts_session_end(struct part_store *store, sk_str account, sk_str id)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM session WHERE id = ?1 AND account = ?2"));
    part_query_text(q, 1, id);
    part_query_text(q, 2, account);
    TRY(part_query_run(q));
    return part_store_changed(store) ? sk_ok() : sk_fail(SK_MISSING, "no such session");
}

sk_err
accounts_session_end_all(int64_t *count, struct part_store *store, sk_str account, sk_str but)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM session WHERE account = ?1 AND id <> ?2"));
    part_query_text(q, 1, account);
    part_query_text(q, 2, but);
    TRY(part_query_run(q));
    *count = part_store_changed(store);
    return sk_ok();
}

static sk_err
sweep_realm(int64_t *count, struct part_store *store, const char *realm, sk_when now, sk_when idle)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "DELETE FROM session WHERE realm = ?1 AND (ends <= ?2 OR used <= ?3)"));
    part_query_text(q, 1, sk_str_of(realm));
    part_query_int(q, 2, now);
    part_query_int(q, 3, now - idle);
    TRY(part_query_run(q));
    *count += part_store_changed(store);
    return sk_ok();
}

sk_err
accounts_session_sweep(int64_t *count, struct part_store *store, const struct accounts_conf *conf,
                       sk_when now)
{
    *count = 0;
    for (int i = 0; i < ACCOUNTS_REALMS; i++)
        TRY(sweep_realm(count, store, accounts_realms[i].name, now, conf->realm[i].idle));
    return sk_ok();
}

/* --- cookies --- */

sk_str
accounts_session_cookie(const struct part_request *request, enum accounts_realm realm)
{
    return part_request_cookie(request, accounts_realms[realm].cookie);
}

#define COOKIE_END "; Path=/; Secure; HttpOnly; SameSite=Lax"

void
accounts_session_cookie_set(struct part_response *response, sk_arena *mem,
                            const struct accounts_conf *conf, enum accounts_realm realm,
                            sk_str cookie)
{
    enum { DAY = 24 * 3600 * 1000 };
    const struct accounts_realm_conf *c = &conf->realm[realm];
    /* Short ones end with the browser, too. */
    sk_str age = { 0 };
    if (c->idle > DAY) age = sk_str_printf(mem, "; Max-Age=%lld", (long long)(c->longest / 1000));
    part_response_header(response, "Set-Cookie",
                         sk_str_printf(mem, "%s=%.*s%.*s" COOKIE_END, accounts_realms[realm].cookie,
                                       SK_ARG(cookie), SK_ARG(age)));
}

void
accounts_session_cookie_clear(struct part_response *response, sk_arena *mem,
                              enum accounts_realm realm)
{
    part_response_header(
        response, "Set-Cookie",
        sk_str_printf(mem, "%s=; Max-Age=0" COOKIE_END, accounts_realms[realm].cookie));
}

/* --- last uses --- */

enum { SLOTS = 1024 };

struct touch {
    sk_when at; /* 0: the slot is free */
    unsigned char digest[SK_SHA256];
};

struct accounts_touches {
    pthread_mutex_t lock;
    struct touch slot[SLOTS];
};

struct accounts_touches *
accounts_touches_new(void)
{
    struct accounts_touches *touches = calloc(1, sizeof *touches);
    if (touches) pthread_mutex_init(&touches->lock, NULL);
    return touches;
}

void
accounts_touches_free(struct accounts_touches *touches)
{
    if (!touches) return;
    pthread_mutex_destroy(&touches->lock);
    free(touches);
}

void
accounts_touches_note(struct accounts_touches *touches, const struct accounts_conf *conf,
                      const struct accounts_session *session, sk_str cookie, sk_when now)
{
    sk_when period = conf->realm[session->realm].idle / 4;
    struct touch touch = { .at = now };
    if (period > ACCOUNTS_TOUCH_PERIOD) period = ACCOUNTS_TOUCH_PERIOD;
    if (now - session->used < period) return;
    sk_sha256(touch.digest, cookie);
    /* Where two meet, the second is noted at its next use after the first was written. */
    struct touch *slot = &touches->slot[(touch.digest[0] << 8 | touch.digest[1]) % SLOTS];
    pthread_mutex_lock(&touches->lock);
    if (!slot->at) *slot = touch;
    pthread_mutex_unlock(&touches->lock);
}

static sk_err
touches_write(void *ctx, struct part_store *store)
{
    const struct touch *slot = ctx;
    struct part_query *q;
    for (int i = 0; i < SLOTS; i++) {
        if (!slot[i].at) continue;
        TRY(part_store_query(&q, store,
                             "UPDATE session SET used = ?2 WHERE token = ?1 AND used < ?2"));
        part_query_blob(q, 1, (sk_str){ (const char *)slot[i].digest, SK_SHA256 });
        part_query_int(q, 2, slot[i].at);
        TRY(part_query_run(q));
    }
    return sk_ok();
}

sk_err
accounts_touches_write(struct accounts_touches *touches, struct part_store *store)
{
    struct touch *slot = calloc(SLOTS, sizeof *slot);
    bool some = false;
    if (!slot) return sk_fail(SK_FULL, "no memory");
    pthread_mutex_lock(&touches->lock);
    memcpy(slot, touches->slot, sizeof touches->slot);
    memset(touches->slot, 0, sizeof touches->slot);
    pthread_mutex_unlock(&touches->lock);
    for (int i = 0; i < SLOTS && !some; i++)
        some = slot[i].at != 0;
    sk_err e = some ? part_store_write(store, touches_write, slot) : sk_ok();
    free(slot);
    return e;
}
