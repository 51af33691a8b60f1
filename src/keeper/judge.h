/* Whether a ticket may read for a purpose: ticket, purpose, budgets, in this order; what was
 * refused is recorded. */
#ifndef SK_KEEPER_JUDGE_H
#define SK_KEEPER_JUDGE_H

#include "keeper/house.h"

struct keeper_judged {
    struct ticket ticket;
    sk_str tenant;
    const struct keeper_purpose *purpose; /* NULL: none was asked for, or it is refused */
};

/* The ticket, and the tenant that is asked for. TICKET_MISSING, _FORGED, _EXPIRED, WRONG_TENANT. */
enum keeper_word keeper_judge_ticket(struct keeper_judged *judged, const struct keeper_desk *desk,
                                     sk_str ticket, sk_str tenant) SK_CHECKED;
/* Whether the ticket may read for this purpose at all. */
enum keeper_word keeper_judge_purpose(struct keeper_judged *judged, const struct keeper_desk *desk,
                                      sk_str purpose) SK_CHECKED;
/* Takes from the budgets; alarm and frost that follow from an overrun are done when this returns.
 */
enum keeper_word keeper_judge_take(const struct keeper_judged *judged, struct keeper_desk *desk,
                                   const struct keeper_id *person, size_t count) SK_CHECKED;
/* Records a refusal; its word, or NO_LEDGER where it could not be recorded. */
enum keeper_word keeper_refuse(const struct keeper_judged *judged, const struct keeper_desk *desk,
                               sk_str purpose, enum keeper_word word, size_t people) SK_CHECKED;
/* A person who is nobody is about to be seen: alarm, and frost if the purpose is so, with the next
 * keeper_tell_all; whoever shows nobody after all forgets them (desk->honeys = 0). */
void keeper_honey_note(const struct keeper_judged *judged, struct keeper_desk *desk,
                       const struct keeper_id *person_id);

#endif
