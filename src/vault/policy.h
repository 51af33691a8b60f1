/* When what is erased: so long after what event. Configuration: vault.json's `keep`, a list of
 * "trade_completed 1 month". */
#ifndef SK_VAULT_POLICY_H
#define SK_VAULT_POLICY_H

#include "base/str.h"
#include "base/when.h"

enum vault_event {
    VAULT_TRANSFER_COMPLETED, /* a case */
    VAULT_TRADE_COMPLETED,    /* a case */
    VAULT_ACCOUNT_CLOSED,     /* a person */
    VAULT_CONTRACT_ENDED,     /* a person */
    VAULT_EVENTS
};

struct vault_event_row {
    const char *name;
    bool of_case;          /* else of a person with all cases */
    unsigned months, days; /* unless configured otherwise */
    unsigned days_most;    /* what is promised: no configuration keeps longer */
};
extern const struct vault_event_row vault_event_rows[VAULT_EVENTS];

/* What is due sooner asks for the right to erase: nobody would see in time what a planted program
 * has told about everybody, and take it back. */
enum { VAULT_SOON_DAYS = 7 };

struct vault_span {
    unsigned months, days;
};
struct vault_policies {
    struct vault_span span[VAULT_EVENTS];
};

/* False: there is no such event. */
bool vault_event_find(enum vault_event *event, sk_str name);
void vault_policies_set(struct vault_policies *policies);
/* One line, "trade_completed 1 month", "contract_ended 30 days", "account_closed now". SK_BAD says
 * what is wrong; longer than is promised is wrong, too. */
sk_err vault_policy_read(struct vault_policies *policies, sk_str line) SK_CHECKED;
/* The moment at which what `event` at `when` allows is over. A month is that of Japan's calendar:
 * to the same day at the same time, or the month's last. */
sk_when vault_policy_due(const struct vault_policies *policies, enum vault_event event,
                         sk_when when);

#endif
