/* Evidence: the promises, the probes that prove them, and what the probes saw.
 *
 * A promise is proven while the newest run of its probe succeeded and is not older than twice the
 * probe's interval. Everything else is said as it is: failing, stale, tested, attested,
 * open. */
#ifndef SEKISHO_EVIDENCE_H
#define SEKISHO_EVIDENCE_H

/* The verb `sekisho evidence`: argv[0] is "run" or "status" (then options and ids).
 *
 *     run [ID...] [--all] [--json] [--state DIR] [--controls DIR]
 *     status [--json] [--state DIR] [--controls DIR]
 *
 * Returns the exit code: 0; 1 when `run` saw a probe fail; 2 for wrong arguments, an unreadable
 * catalogue or no running instance. Prints to standard output, faults to standard error. */
int evidence_main(int argc, char **argv);

#endif
