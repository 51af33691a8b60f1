/* Our own door: the page where buyers of the first site sign in. Wrong passwords are tried there
 * for an address that nobody has, from an address of this machine that nobody has used lately. */
#ifndef EVIDENCE_DOOR_H
#define EVIDENCE_DOOR_H

#include "evidence/probe.h"

/* Somewhere in 127.0.0.0/8. */
sk_str evidence_address_fresh(sk_arena *mem);

/* GATE-07: a challenge comes before long; a made-up solution does not pass, a right one does, once.
 */
sk_err evidence_door_challenge(struct evidence_report *report,
                               const struct evidence_instance *instance) SK_CHECKED;
/* GATE-08: also with challenges solved the tries are refused in the end, and it says until when. */
sk_err evidence_door_limit(struct evidence_report *report,
                           const struct evidence_instance *instance) SK_CHECKED;

#endif
