/* People: who there is, and the way to each. */
#include "console/pages.h"
#include "console/people.h"

static const struct console_sieve sieve[] = {
    { "email", "sieve.email", "search" },
    { "tenant", "sieve.tenant", "search" },
    { "realm", NULL, NULL }, /* a choice of its own */
};
enum { SIEVE = sizeof sieve / sizeof *sieve, TYPED = SIEVE - 1, ROWS = 50 };

static void
list_write(void *ctx, struct sk_json_writer *w)
{
    const struct console_visit *visit = ctx;
    static const char *const names[] = { "email", "tenant", "realm", "after" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sk_str value = console_asked(visit, names[i]);
        if (value.n) sk_json_str(w, names[i], value);
    }
    sk_json_int(w, "most", ROWS);
}

static void
pager_show(const struct console_visit *visit, size_t count, sk_str after)
{
    struct part_value *pager = part_set_object(visit->view.values, "pager");
    sk_str address = console_further(visit, sieve, SIEVE, "after", after);
    part_set_text(pager, "range", look_words_n(&visit->view, "accounts.shown", (int64_t)count));
    part_set_text(pager, "newer", (sk_str){ 0 });
    part_set_text(pager, "older", after.n ? address : (sk_str){ 0 });
}

/* An address that nobody can have finds nobody. */
static sk_err
list_ask(sk_json **root, struct console_visit *visit)
{
    sk_err e = people_ask(root, visit, "accounts/list", list_write, visit);
    return e.kind == SK_BAD ? sk_json_read(root, SK_STR("{}")) : e;
}

static sk_err
accounts_build(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str id = console_asked(visit, "email");
    if (people_is_id(id, "acc_")) { /* who pastes an id is led to it */
        part_response_see(visit->view.response,
                          sk_str_printf(visit->mem, "/accounts/%.*s", SK_ARG(id)));
        return sk_ok();
    }
    TRY(list_ask(&root, visit));
    const sk_json *accounts = sk_json_get(root, "accounts");
    struct part_value *list = part_set_list(visit->view.values, "rows");
    for (size_t i = 0; i < sk_json_count(accounts); i++)
        people_show(visit, part_list_add(list), sk_json_at(accounts, i));
    console_sieve_show(visit, sieve, TYPED);
    people_realms_show(visit, console_asked(visit, "realm"));
    pager_show(visit, sk_json_count(accounts), sk_json_get_str(root, "after"));
    part_set_flag(visit->view.values, "in_people", true);
    look_empty(&visit->view, LOOK_NONE, "accounts.none", "accounts.none.cure", "/accounts/invite",
               "accounts.invite");
    return console_show(visit, "accounts", "accounts.title");
}

sk_err
console_accounts_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, accounts_build);
}
