#include "accounts/factor.h"

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
