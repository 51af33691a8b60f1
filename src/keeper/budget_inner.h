/* What the files of the budget share. */
#ifndef SK_KEEPER_BUDGET_INNER_H
#define SK_KEEPER_BUDGET_INNER_H

#include "keeper/budget.h"
#include "keeper/journal.h"
#include "keeper/people.h"
#include "keeper/spent.h"

#include <pthread.h>

enum { SCOPE_HEADS = 16384, CLASSES = 2 };

/* Whom people are counted for. In a list by the last taking: those of tickets, which are gone in
 * seconds, in one, all others in another. */
struct budget_scope {
    struct keeper_name name;
    enum keeper_scope kind;
    struct keeper_people people;
    struct budget_scope *chain, *before, *after;
};

/* Purpose, tenant, asker and reason of a reserve, a zero byte between: for people. What is counted
 * goes by the names. */
enum {
    RESERVE_PIECE = 64, /* bytes in one record of the journal */
    RESERVE_PIECES = 13,
    RESERVE_WORDS = RESERVE_PIECE * RESERVE_PIECES
};
_Static_assert(RESERVE_WORDS >= 2 * KEEPER_NAME_MAX + KEEPER_PRINCIPAL_MAX + KEEPER_REASON_MAX + 4,
               "all words fit");

struct budget_reserve {
    struct keeper_id id;
    char words[RESERVE_WORDS]; /* zeros behind */
    struct keeper_name purpose, tenant, asked_by;
    uint32_t most, minutes;
    sk_when until;
    bool open;
    struct keeper_people people;
};

/* A purpose that was frozen, or has overrun. */
struct budget_mark {
    struct keeper_name purpose;
    bool frozen;
    sk_when alarmed;
};

struct keeper_budget {
    pthread_mutex_t lock;
    struct keeper_journal *journal; /* NULL: none */
    sk_when opened, now, ahead;     /* ahead: of the system's clock, since that once went back */
    sk_when blind_until;
    struct budget_scope *head[SCOPE_HEADS];
    struct budget_scope *oldest[CLASSES], *newest[CLASSES];
    size_t scopes, seen;
    struct budget_reserve reserve[KEEPER_RESERVES_MAX];
    size_t reserves;
    struct budget_mark mark[KEEPER_FROZEN_MAX];
    size_t marks;
};

/* The clock under the lock: it never goes back, and goes on where the system's did. */
sk_when budget_clock(struct keeper_budget *budget, sk_when now);
/* What the journal's records say; ctx: the budget. */
void spent_visit(void *ctx, const unsigned char *body);
/* Appends to the journal, if there is one. */
sk_err budget_note(struct keeper_budget *budget, const struct keeper_spent *spent,
                   size_t count) SK_CHECKED;

/* ── scopes ── */

/* NULL: there is none. Moved on to `now` otherwise. */
struct budget_scope *budget_scope_get(struct keeper_budget *budget, const struct keeper_name *name,
                                      sk_when now);
/* The same, made if there is none; NULL: too many, or no memory. */
struct budget_scope *budget_scope_make(struct keeper_budget *budget, const struct keeper_name *name,
                                       enum keeper_scope kind, sk_when now);
/* False: no memory. */
bool budget_scope_see(struct keeper_budget *budget, struct budget_scope *scope,
                      const struct keeper_who *who, sk_when now) SK_CHECKED;
/* Frees scopes whose windows are all empty, at most `most` of a class. */
void budget_scopes_sweep(struct keeper_budget *budget, sk_when now, size_t most);
void budget_scopes_free(struct keeper_budget *budget);

/* ── reserves ── */

/* One of the tenant, or of all tenants, that can pay for all of `who`; NULL: none. */
struct budget_reserve *budget_reserve_find(struct keeper_budget *budget,
                                           const struct keeper_name *purpose,
                                           const struct keeper_name *tenant,
                                           const struct keeper_name *all,
                                           const struct keeper_who *who, size_t count, sk_when now);
struct budget_reserve *budget_reserve_get(struct keeper_budget *budget, const struct keeper_id *id);
/* The record of its words number `piece`. */
struct keeper_spent budget_reserve_words(const struct budget_reserve *reserve, size_t piece);
void budget_reserves_sweep(struct keeper_budget *budget, sk_when now);
/* Applies what a journal's record says. */
void budget_reserve_replay(struct keeper_budget *budget, const struct keeper_spent *spent);

/* ── marks ── */

/* NULL: there is none. */
struct budget_mark *budget_mark_get(struct keeper_budget *budget,
                                    const struct keeper_name *purpose);
/* Made if there is none; NULL: too many. */
struct budget_mark *budget_mark_of(struct keeper_budget *budget, const struct keeper_name *purpose);

#endif
