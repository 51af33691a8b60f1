#include "vault/policy.h"

#include <time.h>

enum { JST = 9 * 3600, DAY_S = 24 * 3600, DAYS_A_MONTH = 31 };

const struct vault_event_row vault_event_rows[VAULT_EVENTS] = {
    [VAULT_TRANSFER_COMPLETED] = { "transfer_completed", true, 1, 0, 31 },
    [VAULT_TRADE_COMPLETED] = { "trade_completed", true, 1, 0, 31 },
    [VAULT_ACCOUNT_CLOSED] = { "account_closed", false, 0, 0, 0 },
    /* 60 days with all copies, and copies of keys live another 7 */
    [VAULT_CONTRACT_ENDED] = { "contract_ended", false, 0, 30, 53 },
};

bool
vault_event_find(enum vault_event *event, sk_str name)
{
    for (unsigned i = 0; i < VAULT_EVENTS; i++) {
        if (!sk_str_eq(name, sk_str_of(vault_event_rows[i].name))) continue;
        *event = (enum vault_event)i;
        return true;
    }
    return false;
}

void
vault_policies_set(struct vault_policies *policies)
{
    for (unsigned i = 0; i < VAULT_EVENTS; i++)
        policies->span[i] =
            (struct vault_span){ vault_event_rows[i].months, vault_event_rows[i].days };
}

/* ── reading ── */

static const struct {
    const char *name;
    unsigned months, days;
} units[] = {
    { "month", 1, 0 },
    { "months", 1, 0 },
    { "day", 0, 1 },
    { "days", 0, 1 },
};

static bool
span_read(struct vault_span *span, sk_str text)
{
    sk_str number, unit = text;
    int64_t n;

    *span = (struct vault_span){ 0, 0 };
    if (sk_str_eq(text, SK_STR("now"))) return true;
    if (!sk_str_cut(&number, &unit, ' ') || !sk_str_to_i64(&n, number) || n < 0 || n > 366)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!sk_str_eq(sk_str_trim(unit), sk_str_of(units[i].name))) continue;
        *span = (struct vault_span){ (unsigned)n * units[i].months, (unsigned)n * units[i].days };
        return true;
    }
    return false;
}

sk_err
vault_policy_read(struct vault_policies *policies, sk_str line)
{
    sk_str name, rest = sk_str_trim(line);
    enum vault_event event;
    struct vault_span span;

    sk_str_cut(&name, &rest, ' ');
    if (!vault_event_find(&event, name))
        return sk_fail(SK_BAD, "keep: there is no event %.*s", SK_ARG(name));
    if (!span_read(&span, sk_str_trim(rest)))
        return sk_fail(SK_BAD, "keep: %.*s: expected \"1 month\", \"30 days\" or \"now\"",
                       SK_ARG(line));
    if (span.months * DAYS_A_MONTH + span.days > vault_event_rows[event].days_most)
        return sk_fail(SK_BAD, "keep: %.*s is longer than what is promised (%u days)", SK_ARG(line),
                       vault_event_rows[event].days_most);
    policies->span[event] = span;
    return sk_ok();
}

/* ── reckoning ── */

static int
month_length(int year, int month)
{
    struct tm next = { .tm_year = year, .tm_mon = month + 1, .tm_mday = 0 };

    (void)timegm(&next); /* day 0 of the next month is the last of this one */
    return next.tm_mday;
}

sk_when
vault_policy_due(const struct vault_policies *policies, enum vault_event event, sk_when when)
{
    const struct vault_span *span = &policies->span[event];
    time_t seconds = (time_t)(when / 1000) + JST;
    struct tm t;
    int last;

    if (!gmtime_r(&seconds, &t)) return when;
    t.tm_mon += (int)span->months;
    t.tm_year += t.tm_mon / 12;
    t.tm_mon %= 12;
    last = month_length(t.tm_year, t.tm_mon);
    if (t.tm_mday > last) t.tm_mday = last;
    seconds = timegm(&t) - JST + (time_t)span->days * DAY_S;
    return (sk_when)seconds * 1000 + when % 1000;
}
