/* The checks of the first page: is everything well? One row each. */
#ifndef SK_CONSOLE_OVERVIEW_H
#define SK_CONSOLE_OVERVIEW_H

#include "console/visit.h"

/* What one check found. Keys are of words; texts lie on the request's arena. */
struct check_result {
    enum look_state state;
    const char *word;  /* the state's word */
    sk_str value;      /* "12" */
    const char *unit;  /* NULL: none */
    sk_str trend;      /* a line below; empty: none */
    sk_when since;     /* 0: not told */
    const char *press; /* what to do, when something is to be done; NULL: none */
    const char *path;  /* where that is */
};

struct check {
    const char *name;
    struct check_result (*look)(struct console_visit *visit);
};

struct check_result check_parts(struct console_visit *visit);
struct check_result check_gate(struct console_visit *visit);
struct check_result check_ledger(struct console_visit *visit);
struct check_result check_locks(struct console_visit *visit);
struct check_result check_shut(struct console_visit *visit);
struct check_result check_vault(struct console_visit *visit);
struct check_result check_post(struct console_visit *visit);

/* What is told when a part does not answer. */
struct check_result check_away(void);

#endif
