/* How many people's data may be read: distinct people in sliding windows of a second, an hour and a
 * day, for each ticket, principal, tenant and purpose at once. What does not fit in all of them
 * takes from none. Takings are written down before they count, so a killed keeper knows them when
 * it is back; reserves and frozen purposes too (spent.h).
 *
 * Somebody who is read again within a window does not count again in it. Beside the windows there
 * are earned values (earned.h) and reserves: a number of people that one operator has asked for and
 * another has opened, taken from when a window is full, until its end.
 *
 * One lock, held for microseconds; any thread. */
#ifndef SK_KEEPER_BUDGET_H
#define SK_KEEPER_BUDGET_H

#include "keeper/purpose.h"

enum {
    KEEPER_TAKE_MAX = KEEPER_VALUES_MAX,   /* people of one taking */
    KEEPER_SCOPES_MAX = 65536,             /* tickets, principals, tenants, purposes in use */
    KEEPER_SEEN_MAX = 1 << 20,             /* people in all of them; 56 bytes each */
    KEEPER_RESERVE_MINUTES_MAX = 8 * 60,   /* that one is open */
    KEEPER_RESERVE_ASKED_MINUTES = 8 * 60, /* that one waits for its second operator */
    KEEPER_FROZEN_MAX = 256,
    KEEPER_ALARM_PAUSE = 60000, /* ms between two alarms of a purpose's overruns */
};

struct keeper_budget;

/* What was found at the start, for the log. */
struct keeper_budget_found {
    uint64_t records, damaged; /* damaged: cut off or passed over */
    bool missing;              /* it should have been there, and was not */
};

/* `folder`: where the journal lies; NULL: nowhere, all is forgotten at the end. `expected`: this
 * keeper has run before, so there is a journal; if it is missing nobody knows what was spent, and
 * the windows count as full for an hour (earned values and reserves are read all the same).
 * SK_BROKEN: it cannot be read. Yours: keeper_budget_close. */
sk_err keeper_budget_open(struct keeper_budget **budget, struct keeper_budget_found *found,
                          const char *folder, bool expected, sk_when now) SK_CHECKED;
void keeper_budget_close(struct keeper_budget **budget); /* NULL is allowed */

struct keeper_take {
    const struct keeper_purpose *purpose;
    const struct ticket *ticket; /* verified, and allowed by the purpose */
    sk_str tenant;
    const struct keeper_id *person; /* whose values are not earned; may hold some twice */
    size_t count;                   /* at most KEEPER_TAKE_MAX; 0: only asks whether it is frozen */
};
struct keeper_taken {
    enum keeper_scope scope;  /* whose budget an overrun was */
    struct keeper_id reserve; /* that paid; none: the windows did */
    bool alarm;               /* the first overrun of the purpose in KEEPER_ALARM_PAUSE */
    bool froze;               /* this overrun has frozen it */
};
/* KEEPER_OK: taken, and written down. BUDGET_SECOND, _HOUR, _DAY: whose by `scope`; a ticket's own
 * limit is a matter of seconds. PURPOSE_FROZEN; FULL: the disk, or too many scopes or people. If
 * not OK nothing was taken. The clock may jump: a `now` before an earlier one counts as that. */
enum keeper_word keeper_budget_take(struct keeper_taken *taken, struct keeper_budget *budget,
                                    const struct keeper_take *take, sk_when now) SK_CHECKED;

/* Waits until the journal is on disk; once a second, so that little is lost with the power and much
 * is never written at once, for which the ledger would have to wait. */
sk_err keeper_budget_sync(struct keeper_budget *budget) SK_CHECKED;
/* Makes the journal short, and the same; once a minute, by the same thread. */
sk_err keeper_budget_tend(struct keeper_budget *budget, sk_when now) SK_CHECKED;

/* ── frozen purposes ── */

/* Nothing is read under it until somebody thaws it, earned or not, over restarts too. Any operator
 * (ticket_is_console; the caller's to check) may do both; the windows stay as full as they were.
 * KEEPER_MISSING: it is that already; FULL. */
enum keeper_word keeper_budget_freeze(struct keeper_budget *budget, sk_str purpose) SK_CHECKED;
enum keeper_word keeper_budget_thaw(struct keeper_budget *budget, sk_str purpose) SK_CHECKED;
bool keeper_budget_is_frozen(struct keeper_budget *budget, sk_str purpose);

/* ── reserves ── */

/* What can be told before anything is done. `ticket` must be the console's (ticket_is_console), or
 * DENIED; BAD: people or minutes are 0 or more than may be, or there is no reason. */
enum keeper_word keeper_budget_reserve_fits(const struct ticket *ticket,
                                            const struct keeper_reserve_ask *ask) SK_CHECKED;
/* The same, and FULL. The ask's own ticket is not looked at; *reserve has the id that it gets, and
 * gets `until`: when the asking lapses. */
enum keeper_word keeper_budget_reserve_ask(struct keeper_reserve *reserve,
                                           struct keeper_budget *budget,
                                           const struct ticket *ticket,
                                           const struct keeper_reserve_ask *ask,
                                           sk_when now) SK_CHECKED;
/* Whether it may be opened by this one, and what it is: *row lies on `mem`. MISSING: there is none,
 * or it is open. DENIED for the one who asked, and for two of the command line where either is
 * local:0: who acts as root without having signed in as somebody can be anybody, the other too. */
enum keeper_word keeper_budget_reserve_opens(struct keeper_reserve_row *row, sk_arena *mem,
                                             struct keeper_budget *budget,
                                             const struct ticket *ticket,
                                             const struct keeper_id *id, sk_when now) SK_CHECKED;
/* Opens it, of the same words. *until: its end. */
enum keeper_word keeper_budget_reserve_open(struct keeper_reserve *reserve,
                                            struct keeper_budget *budget,
                                            const struct ticket *ticket, struct keeper_id id,
                                            sk_when now) SK_CHECKED;
/* Those that wait or are open; on `mem`. */
void keeper_budget_reserves(struct keeper_reserves *reserves, sk_arena *mem,
                            struct keeper_budget *budget, sk_when now);
/* People that open reserves can pay for or have, for this purpose and tenant; of tenant "": those
 * that are for all tenants. */
uint64_t keeper_budget_reserved(struct keeper_budget *budget, sk_str purpose, sk_str tenant,
                                sk_when now);

/* ── windows ── */

/* The people in the windows of a purpose, or of it with a tenant. */
void keeper_budget_windows(uint32_t count[KEEPER_WINDOWS], struct keeper_budget *budget,
                           sk_str purpose, sk_str tenant, sk_when now);
/* Until when nobody knows what was spent, and windows count as full; 0: it is known. */
sk_when keeper_budget_blind_until(struct keeper_budget *budget, sk_when now);

#endif
