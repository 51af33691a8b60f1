#include "accounts/sent.h"

#include "accounts/id.h"

enum { HOUR = 3600 * 1000 };

/* Where there is no account, the browser's flow stands for it; for all tenants of a site, the site.
 */
static struct accounts_bound
bound_of(sk_arena *mem, const struct accounts_sent *sent, sk_str digest)
{
    return (struct accounts_bound){ .kind = sk_str_of(sent->purpose),
                                    .tenant = sent->site,
                                    .account =
                                        sent->account.n ? sent->account : sk_hex(mem, digest) };
}

static sk_err
check_pace(struct part_store *store, const struct accounts_sent *sent, sk_when now)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT count(*) FROM code WHERE purpose = ?1 AND subject = ?2"
                         " AND made > ?3"));
    part_query_text(q, 1, sk_str_of(sent->purpose));
    part_query_text(q, 2, sent->subject);
    part_query_int(q, 3, now - HOUR);
    TRY(part_query_step(&row, q));
    int64_t count = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return count < ACCOUNTS_SENT_PER_HOUR ? sk_ok() : sk_fail(SK_BUSY, "too many codes in an hour");
}

static sk_err
insert(struct part_store *store, const struct accounts_sent *sent, sk_str digest, sk_str hash,
       sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(
        &q, store,
        "INSERT INTO code (flow, purpose, account, subject, hash, data, made, ends)"
        " VALUES (?1, ?2, nullif(?3, ''), ?4, ?5, ?6, ?7, ?8)"));
    part_query_blob(q, 1, digest);
    part_query_text(q, 2, sk_str_of(sent->purpose));
    part_query_text(q, 3, sent->account);
    part_query_text(q, 4, sent->subject);
    part_query_text(q, 5, hash);
    part_query_text(q, 6, sent->data);
    part_query_int(q, 7, now);
    part_query_int(q, 8, now + HOUR); /* counted so long */
    return part_query_run(q);
}

sk_err
accounts_sent_make(sk_str *code, sk_str *flow, sk_arena *mem, struct part_store *store,
                   const struct accounts_keys *keys, const struct accounts_sent *sent, sk_when now)
{
    struct accounts_secret secret = accounts_secret_new(mem);
    struct accounts_bound bound = bound_of(mem, sent, secret.digest);
    sk_str hash, text = accounts_code_new(mem, ACCOUNTS_SENT_DIGITS);
    if (sent->data.n > ACCOUNTS_SENT_DATA_MAX) return sk_fail(SK_FULL, "too much data of a code");
    TRY(check_pace(store, sent, now));
    TRY(accounts_code_hash(&hash, mem, keys, &bound, text));
    TRY(insert(store, sent, secret.digest, hash, now));
    *code = text;
    *flow = secret.text;
    return sk_ok();
}

static sk_err
read_row(struct accounts_code *row, bool *some, struct accounts_sent *sent, sk_arena *mem,
         struct part_store *store, sk_str digest)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT coalesce(account, ''), subject, data, hash, made, tries, used"
                         " FROM code WHERE flow = ?1 AND purpose = ?2"));
    part_query_blob(q, 1, digest);
    part_query_text(q, 2, sk_str_of(sent->purpose));
    TRY(part_query_step(some, q));
    if (!*some) return sk_ok();
    sent->account = part_query_get_text(mem, q, 0);
    sent->subject = part_query_get_text(mem, q, 1);
    sent->data = part_query_get_text(mem, q, 2);
    *row = (struct accounts_code){ .hash = part_query_get_text(mem, q, 3),
                                   .made = part_query_get_int(q, 4),
                                   .tries = (int)part_query_get_int(q, 5),
                                   .used = part_query_get_int(q, 6) != 0 };
    part_query_done(q);
    return sk_ok();
}

static sk_err
write_row(const struct accounts_code *row, struct part_store *store, sk_str digest)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE code SET tries = ?2, used = ?3 WHERE flow = ?1"));
    part_query_blob(q, 1, digest);
    part_query_int(q, 2, row->tries);
    part_query_int(q, 3, row->used);
    return part_query_run(q);
}

sk_err
accounts_sent_try(enum accounts_code_verdict *verdict, struct accounts_sent *sent, sk_arena *mem,
                  struct part_store *store, const struct accounts_keys *keys, sk_str flow,
                  sk_str typed, sk_when now)
{
    struct accounts_code row;
    sk_str digest = { 0 };
    bool some;
    *verdict = ACCOUNTS_CODE_OVER;
    if (!accounts_secret_read(&digest, mem, flow)) return sk_ok();
    TRY(read_row(&row, &some, sent, mem, store, digest));
    if (!some) return sk_ok();
    struct accounts_bound bound = bound_of(mem, sent, digest);
    *verdict = accounts_code_try(&row, keys, &bound, typed, now);
    return write_row(&row, store, digest);
}

sk_err
accounts_sent_sweep(struct part_store *store, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM code WHERE ends <= ?1"));
    part_query_int(q, 1, now);
    return part_query_run(q);
}

void
accounts_flow_cookie_set(struct part_response *response, sk_arena *mem, sk_str flow)
{
    part_response_header(
        response, "Set-Cookie",
        sk_str_printf(
            mem, ACCOUNTS_FLOW_COOKIE "=%.*s; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax",
            SK_ARG(flow)));
}
