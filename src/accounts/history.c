#include "accounts/history.h"

enum { HOUR = 3600 * 1000 };

/* Adds to the line of this hour; *done says whether there is one. */
static sk_err
merge(bool *done, struct part_store *store, const struct accounts_event *event)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE sign_in SET count = count + 1, at = ?2 WHERE id ="
                         " (SELECT id FROM sign_in WHERE account = ?1 AND at > ?3 AND outcome = ?4"
                         " AND method = ?5 AND device = ?6 AND place = ?7 LIMIT 1)"));
    part_query_text(q, 1, event->account);
    part_query_int(q, 2, event->at);
    part_query_int(q, 3, event->at - HOUR);
    part_query_text(q, 4, event->outcome);
    part_query_text(q, 5, event->method);
    part_query_text(q, 6, event->device);
    part_query_text(q, 7, event->place);
    TRY(part_query_run(q));
    *done = part_store_changed(store) > 0;
    return sk_ok();
}

static sk_err
insert(struct part_store *store, const struct accounts_event *event)
{
    struct part_query *q;
    TRY(part_store_query(
        &q, store,
        "INSERT INTO sign_in (account, at, outcome, method, device, place, fresh,"
        " session, told) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, ''), ?9)"));
    part_query_text(q, 1, event->account);
    part_query_int(q, 2, event->at);
    part_query_text(q, 3, event->outcome);
    part_query_text(q, 4, event->method);
    part_query_text(q, 5, event->device);
    part_query_text(q, 6, event->place);
    part_query_int(q, 7, event->fresh);
    part_query_text(q, 8, event->session);
    part_query_int(q, 9, !event->tell);
    return part_query_run(q);
}

/* Failures make room for what succeeded: who wants the history full of them cannot hide his
 * sign-in. */
static sk_err
make_room(struct part_store *store, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "DELETE FROM sign_in WHERE account = ?1 AND id NOT IN"
                         " (SELECT id FROM sign_in WHERE account = ?1"
                         " ORDER BY outcome = 'ok' DESC, at DESC LIMIT ?2)"));
    part_query_text(q, 1, account);
    part_query_int(q, 2, ACCOUNTS_HISTORY_MAX);
    return part_query_run(q);
}

sk_err
accounts_history_add(struct part_store *store, const struct accounts_event *event)
{
    bool done = false;
    if (sk_str_eq(event->outcome, SK_STR("failed"))) TRY(merge(&done, store, event));
    if (done) return sk_ok();
    TRY(insert(store, event));
    return make_room(store, event->account);
}

#define COLUMNS                                                                                    \
    "account, at, outcome, method, count, device, place, fresh, coalesce(session, ''), told = 0, " \
    "id"

static sk_err
read_rows(struct accounts_event *list, size_t *count, size_t most, sk_arena *mem,
          struct part_query *q)
{
    bool row;
    for (*count = 0; *count < most; (*count)++) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        list[*count] = (struct accounts_event){
            .account = part_query_get_text(mem, q, 0),
            .at = part_query_get_int(q, 1),
            .outcome = part_query_get_text(mem, q, 2),
            .method = part_query_get_text(mem, q, 3),
            .count = part_query_get_int(q, 4),
            .device = part_query_get_text(mem, q, 5),
            .place = part_query_get_text(mem, q, 6),
            .fresh = part_query_get_int(q, 7) != 0,
            .session = part_query_get_text(mem, q, 8),
            .tell = part_query_get_int(q, 9) != 0,
            .id = part_query_get_int(q, 10),
        };
    }
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_history_list(struct accounts_event *list, size_t *count, size_t most, sk_arena *mem,
                      struct part_store *store, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS " FROM sign_in WHERE account = ?1"
                         " ORDER BY at DESC, id DESC LIMIT ?2"));
    part_query_text(q, 1, account);
    part_query_int(q, 2, (int64_t)most);
    return read_rows(list, count, most, mem, q);
}

sk_err
accounts_history_untold(struct accounts_event *list, size_t *count, size_t most, sk_arena *mem,
                        struct part_store *store, int64_t after)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS " FROM sign_in WHERE told = 0 AND id > ?2"
                         " ORDER BY id LIMIT ?1"));
    part_query_int(q, 1, (int64_t)most);
    part_query_int(q, 2, after);
    return read_rows(list, count, most, mem, q);
}

sk_err
accounts_history_told(struct part_store *store, int64_t id)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE sign_in SET told = 1 WHERE id = ?1"));
    part_query_int(q, 1, id);
    return part_query_run(q);
}
