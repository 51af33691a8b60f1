/* What measures engines in process, each in a program of its own. The program loads rules and
 * messages once and then does slices of work as it is told, so that engines can take turns:
 *
 *     PROGRAM RULES PACK[=RESPONSES] ...
 *
 * The first line it prints is {"load_ms":...,"rules_mb":...}. Then, for each line
 * "N SECONDS" on its standard input, it goes on with the N-th pack (from 0) where it stopped the
 * last time, until SECONDS of CPU time are used, and prints {"tx":...,"us":...,"bytes":...,
 * "refused":...}: transactions, CPU time of one, bytes of all requests, how many were refused.
 * Request i is answered with response i of RESPONSES, a pack of HTML pages, or with none. */
#ifndef BENCHES_DRIVE_H
#define BENCHES_DRIVE_H

#include "seclang/replay.h"

struct drive_engine {
    sk_err (*load)(const char *rules);
    /* One whole transaction, all phases; true: it was refused. */
    bool (*one)(const struct seclang_replay *request, const struct seclang_replay *response);
    void (*unload)(void);
};

int drive_main(int argc, char **argv, const struct drive_engine *engine);

#endif
