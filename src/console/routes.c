/* Every address of the console. */
#include "console/pages.h"

enum { FORM_MAX = 16 * 1024 };

static const struct part_route routes[] = {
    { PART_GET, "/", console_overview_get, 0, NULL },
    { PART_GET, "/accounts", console_accounts_get, 0, NULL },
    { PART_GET, "/accounts/invite", console_invite_get, 0, NULL },
    { PART_POST, "/accounts/invite", console_invite_post, FORM_MAX, NULL },
    { PART_GET, "/accounts/rights", console_rights_get, 0, NULL },
    { PART_POST, "/accounts/rights", console_rights_ask, FORM_MAX, NULL },
    { PART_POST, "/accounts/rights/decide", console_rights_decide, FORM_MAX, NULL },
    { PART_POST, "/accounts/rights/take", console_rights_take, FORM_MAX, NULL },
    { PART_GET, "/accounts/reset", console_reset_get, 0, NULL },
    { PART_POST, "/accounts/reset", console_reset_post, FORM_MAX, NULL },
    { PART_GET, "/accounts/{id}/remove", console_remove_get, 0, NULL },
    { PART_POST, "/accounts/{id}/remove", console_remove_post, FORM_MAX, NULL },
    { PART_GET, "/accounts/{id}/factors", console_factors_get, 0, NULL },
    { PART_POST, "/accounts/{id}/factors", console_factors_post, FORM_MAX, NULL },
    { PART_GET, "/accounts/{id}", console_account_get, 0, NULL },
    { PART_POST, "/accounts/{id}/end", console_account_end, FORM_MAX, NULL },
    { PART_POST, "/accounts/{id}/screens", console_account_screens, FORM_MAX, NULL },
    { PART_POST, "/accounts/{id}/lift", console_account_lift, FORM_MAX, NULL },
    { PART_GET, "/sessions", console_sessions_get, 0, NULL },
    { PART_POST, "/sessions", console_sessions_end, FORM_MAX, NULL },
    { PART_GET, "/shut", console_shut_get, 0, NULL },
    { PART_POST, "/shut", console_shut_add, FORM_MAX, NULL },
    { PART_POST, "/shut/release", console_shut_release, FORM_MAX, NULL },
    { PART_POST, "/shut/lift", console_shut_lift, FORM_MAX, NULL },
    { PART_GET, "/vault", console_vault_get, 0, NULL },
    { PART_POST, "/vault/freeze", console_vault_freeze, FORM_MAX, NULL },
    { PART_GET, "/vault/thaw", console_vault_thaw_get, 0, NULL },
    { PART_POST, "/vault/thaw", console_vault_thaw, FORM_MAX, NULL },
    { PART_GET, "/vault/reserves", console_reserves_get, 0, NULL },
    { PART_POST, "/vault/reserves", console_reserves_ask, FORM_MAX, NULL },
    { PART_POST, "/vault/reserves/open", console_reserves_open, FORM_MAX, NULL },
    { PART_GET, "/vault/scope", console_scope_get, 0, NULL },
    { PART_POST, "/vault/scope", console_scope_post, FORM_MAX, NULL },
    { PART_GET, "/vault/scope/people.tsv", console_scope_list, 0, NULL },
    { PART_GET, "/vault/scope/tables.json", console_scope_tables, 0, NULL },
    { PART_GET, "/events", console_ledger_get, 0, NULL },
    { PART_GET, "/events.csv", console_ledger_csv, 0, NULL },
    { PART_GET, "/events/refused", console_refused_get, 0, NULL },
    { PART_GET, "/events/refused.csv", console_refused_csv, 0, NULL },
    { PART_GET, "/events/request", console_request_get, 0, NULL },
    { PART_GET, "/outbox", console_outbox_get, 0, NULL },
    { PART_GET, "/asset/{name}", console_asset_get, 0, NULL },
    { PART_GET, "/health", console_health_get, 0, NULL },
};

struct part_service
console_service(struct console *console, int listen_fd, unsigned threads)
{
    return (struct part_service){ .listen_fd = listen_fd,
                                  .threads = threads,
                                  .routes = routes,
                                  .count = sizeof routes / sizeof *routes,
                                  .ctx = console,
                                  .error_page = console_error,
                                  .headers = look_headers,
                                  .header_count = LOOK_HEADERS,
                                  .peers = &console->peers };
}

/* The look's own files: they tell nothing, and the page of a refusal needs them, too. */
sk_err
console_asset_get(struct part_response *response, struct part_request *request)
{
    const struct console *console = request->ctx;
    return look_asset_answer(response, request, console->look);
}

/* For whoever watches. */
sk_err
console_health_get(struct part_response *response, struct part_request *request)
{
    (void)request;
    response->status = 204;
    return sk_ok();
}
