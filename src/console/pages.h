/* The handlers, by the file that has them. */
#ifndef SK_CONSOLE_PAGES_H
#define SK_CONSOLE_PAGES_H

#include "console/visit.h"

part_handler console_overview_get, console_invite_get, console_invite_post, console_remove_get,
    console_remove_post, console_rights_get, console_rights_ask, console_rights_decide,
    console_rights_take, console_reset_get, console_reset_post, console_shut_get, console_shut_add,
    console_shut_release, console_shut_lift, console_accounts_get, console_account_get,
    console_account_end, console_account_screens, console_sessions_get, console_sessions_end,
    console_account_lift, console_factors_get, console_factors_post, console_ledger_get,
    console_ledger_csv, console_refused_get, console_refused_csv, console_request_get,
    console_outbox_get, console_asset_get, console_health_get, console_vault_get,
    console_vault_freeze, console_vault_thaw_get, console_vault_thaw, console_reserves_get,
    console_reserves_ask, console_reserves_open, console_scope_get, console_scope_post,
    console_scope_list, console_scope_tables;

/* Sets what the part record-rows shows of a record. */
struct record_row;
void console_record_show(const struct console_visit *visit, struct part_value *row,
                         const struct record_row *record);

#endif
