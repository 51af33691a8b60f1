/* The operators' web pages. The gate proxies them on a listener of their own, for listed networks
 * and operators signed in with two factors; each request carries the gate's ticket. The console can
 * do nothing by itself: it reads the ledger and the gate's log, and hands the operator's ticket on
 * with each question, so that accounts decides. */
#ifndef SK_CONSOLE_CONSOLE_H
#define SK_CONSOLE_CONSOLE_H

#include "part/card.h"

/* Reads share:src/console and share:src/look, state:conf/console, state:ledger, state:log; asks
 * Unix sockets below state:run; writes state:console (the key of its forms). */
extern const struct part_card console_card;

/* Serves on place->listen_fd until SIGTERM or SIGINT; the exit code. Call part_start() before. */
int console_main(const struct part_place *place);

#endif
