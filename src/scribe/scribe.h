/* The scribe carries into the ledger what the gate has done by itself: whom it shut out, whom it
 * let in again. The gate's workers wait for nobody and hold no link to the ledger; they number what
 * happened and keep the last of it (gate/shun.h). The scribe asks for it every other second, tells
 * the ledger, and remembers how far it has come. Addresses stay with the gate: a record names the
 * request that was the last straw, by which the gate's own log is searched. */
#ifndef SK_SCRIBE_SCRIBE_H
#define SK_SCRIBE_SCRIBE_H

#include "base/json.h"
#include "ledger/ledger.h"
#include "part/card.h"

enum { SCRIBE_LIST_MAX = 64 };

extern const struct part_card scribe_card;
int scribe_main(const struct part_place *place);

/* How far it has come: the list's name, which changes when the gate begins a new one, the number of
 * the last event that is in the ledger, and that of the last one that was seen there. The gate
 * keeps some hundred events: while the ledger is away longer, or the gate begins anew, what was not
 * told is lost. How many that were is told in its place ("gate.lost"), as soon as anything can be.
 */
struct scribe_place {
    char list[SCRIBE_LIST_MAX]; /* zero-terminated; empty: none yet */
    int64_t number, seen;
    int64_t lost; /* not told yet that they were lost */
    int64_t lost_ever;
};

/* As one line of text, and back; what is not of that form is the beginning. */
sk_str scribe_place_text(sk_arena *mem, const struct scribe_place *place);
void scribe_place_read(struct scribe_place *place, sk_str text);
/* What the ledger is told of one of the gate's events. Texts are on mem or of the event. SK_BAD: it
 * is none that the scribe knows. */
sk_err scribe_event(struct ledger_event *told, sk_arena *mem, const sk_json *event) SK_CHECKED;
/* Tells all events of the gate's answer that lie behind the place, and moves it along. A failure
 * leaves it at the last one that was told. `tell` is ledger_tell but in tests. */
sk_err scribe_carry(struct scribe_place *place, const sk_json *answer,
                    sk_err (*tell)(void *ctx, const struct ledger_event *event),
                    void *ctx) SK_CHECKED;

#endif
