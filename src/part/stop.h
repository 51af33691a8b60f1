/* The signals that end a part: SIGTERM and SIGINT. To be called before there are threads, so that
 * no other takes them. */
#ifndef SK_PART_STOP_H
#define SK_PART_STOP_H

#include <signal.h>

/* Blocks them and SIGPIPE; the two are in *stop, for sigwait(). */
void part_stop_block(sigset_t *stop);
/* For who waits for more than them: a descriptor that is readable when one came (signalfd(2)),
 * yours; negative with errno. SIGPIPE and SIGXFSZ are passed over: a limit of file sizes is one
 * more way to be full. */
int part_stop_open(void);

#endif
