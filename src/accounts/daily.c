#include "accounts/daily.h"

enum { DAY = 24 * 3600 * 1000 };

sk_err
accounts_daily(int64_t *count, struct part_store *store, const char *kind, sk_str subject,
               sk_when now)
{
    struct part_query *q;
    bool row;
    sk_when day = now / DAY * DAY;
    TRY(part_store_query(&q, store,
                         "INSERT INTO tally (kind, subject, count, since, ends)"
                         " VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT (kind, subject) DO UPDATE SET"
                         " count = CASE since WHEN ?3 THEN count + 1 ELSE 1 END, since = ?3,"
                         " ends = ?4 RETURNING count"));
    part_query_text(q, 1, sk_str_of(kind));
    part_query_text(q, 2, subject);
    part_query_int(q, 3, day);
    part_query_int(q, 4, day + 2 * (sk_when)DAY);
    TRY(part_query_step(&row, q));
    *count = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}
