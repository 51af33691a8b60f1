/* A ledger that says "yes" to each line and keeps nothing: what the others cost by themselves. It
 * is no part of Sekisho, and nothing in a configuration leads to it. */
#ifndef SK_BENCHES_PLAYED_H
#define SK_BENCHES_PLAYED_H

/* Serves whoever connects, until it is killed. */
_Noreturn void played_ledger(int listen_fd);

#endif
