/* login "/path" { ... }: where an application signs people in (GATE-08). */
#include "sekisho/conf.h"

#define LOGIN(member) offsetof(struct conf_login, member)

const struct conf_row conf_login_rows[] = {
    { "", "account", CONF_TEXT, LOGIN(account), "", NULL, 0, 0,
      "The form's field that names the account; of JSON a.b for nested members. Left out: accounts "
      "are not told apart." },
    { "", "failed", CONF_LIST, LOGIN(failed), NULL, NULL, 0, 0,
      "How the application says that it has failed: status 200, status 401, location /login?error "
      "(the beginning of where it leads)." },
    { "", "minutes", CONF_NUMBER, LOGIN(minutes), "15", NULL, 1, 1440,
      "The window in which failures are counted." },
    { "", "per_account", CONF_NUMBER, LOGIN(per_account), "10", NULL, 1, 1000000,
      "Failures of an account." },
    { "", "per_source", CONF_NUMBER, LOGIN(per_source), "20", NULL, 1, 1000000,
      "Failures of an address, of IPv6 a /64." },
    { "", "per_network", CONF_NUMBER, LOGIN(per_network), "60", NULL, 1, 1000000,
      "Failures of a /24, of IPv6 a /48." },
    { "", "per_site", CONF_NUMBER, LOGIN(per_site), "1000", NULL, 1, 1000000, "Failures in all." },
    { .key = NULL },
};

/* "status 401" or "location /path": as the gate reads it, with a colon between. */
static bool
failed_is_right(sk_str text)
{
    int64_t status;

    if (sk_str_starts(text, SK_STR("location /")))
        return conf_is_plain(sk_str_from(text, 9), "-_.~/?&=%+");
    return sk_str_starts(text, SK_STR("status ")) && text.n == 10 &&
           sk_str_to_i64(&status, sk_str_from(text, 7)) && status >= 200 && status <= 599;
}

static void
login_check(const struct conf_login *login, const struct part_ucl *block, const struct conf *conf,
            struct conf_faults *faults)
{
    for (size_t i = 0; i < login->failed.count; i++)
        if (!failed_is_right(login->failed.item[i]))
            conf_fault(faults, conf, block->line, block->column,
                       "failed: %.*s: expected \"status 401\" or \"location /login?error\"",
                       SK_ARG(login->failed.item[i]));
    if (login->failed.count == 0 || login->failed.count > 8)
        conf_fault(faults, conf, block->line, block->column,
                   "login %.*s: failed: expected one to eight of \"status 401\", \"location "
                   "/login?error\"",
                   SK_ARG(login->path));
    if (login->account.n > 0 && !conf_is_plain(login->account, "-_.[]"))
        conf_fault(faults, conf, block->line, block->column,
                   "account: %.*s: a field's name holds letters, digits and _ - . [ ]",
                   SK_ARG(login->account));
}

void
conf_login_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                struct conf_faults *faults)
{
    struct conf_login *login = &site->login[site->login_count];

    if (site->login_count == CONF_LOGINS_MAX) {
        conf_fault(faults, conf, block->line, block->column, "more than %d login blocks",
                   CONF_LOGINS_MAX);
        return;
    }
    if (!conf_path_check(block, conf, faults)) return;
    login->path = block->name;
    conf_block_read(login, conf_login_rows, block, conf, faults);
    login_check(login, block, conf, faults);
    site->login_count++;
}
