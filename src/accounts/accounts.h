/* People: who they are, how they prove it, where they are signed in, what they may do.
 *
 * Two services: pages below /.sekisho/, which the gate proxies, on the first socket; on the second
 * what gate, console, shop and command line ask (docs/protocol/accounts.md). They have threads of
 * their own, so that nobody who signs in slows down those who have. */
#ifndef SK_ACCOUNTS_ACCOUNTS_H
#define SK_ACCOUNTS_ACCOUNTS_H

#include "base/str.h"
#include "part/card.h"

/* Reads share:src/accounts, share:src/look and state:conf/accounts, writes state:accounts, asks
 * state:run/ledger.sock and state:run/post.sock. */
extern const struct part_card accounts_card;

/* Whether a configuration's text (accounts.json) can be served by; SK_BAD says what cannot. */
sk_err accounts_conf_check(sk_str json) SK_CHECKED;

/* Serves on place->listen_fd (pages) and place->second_fd (questions) until SIGTERM or SIGINT; the
 * exit code. Call part_start() before. */
int accounts_main(const struct part_place *place);

#endif
