/* sekisho log: what the gate refused, what the ledger recorded; checking, handing out, holding. */
#ifndef SEKISHO_LOG_H
#define SEKISHO_LOG_H

#include "base/when.h"
#include "sekisho/house.h"

struct log_times {
    sk_when since, until; /* 0: open */
};

static inline bool
log_times_have(const struct log_times *times, sk_when when)
{
    return when >= times->since && (!times->until || when < times->until);
}

/* "10m", "2h", "3d" ago, or a time of Japan's clock. `option` names it in errors. */
sk_err log_time_read(sk_when *when, const char *option, const char *text) SK_CHECKED;

/* Prints events of the gate that pass; with --follow never returns without an error. */
sk_err log_gate(unsigned *shown, const struct verb_args *args, const struct log_times *times,
                struct house *house) SK_CHECKED;
/* The same for records of the ledger; SK_MISSING: there is none. */
sk_err log_records(unsigned *shown, const struct verb_args *args, const struct log_times *times,
                   const struct house *house) SK_CHECKED;

sk_err log_verify(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err log_export(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err log_hold(const struct verb_args *args, const struct house *house) SK_CHECKED;

#endif
