/* The command line: a table of verbs, each a file with the same shape. */
#ifndef SEKISHO_VERB_H
#define SEKISHO_VERB_H

#include "base/str.h"

enum { VERB_ARGS_MAX = 8 };

/* What was given, of all verbs' options. */
struct verb_args {
    const char *config, *state, *port, *upstream, *id, *since, *request, *response, *rules, *from,
        *keyring, *share, *number, *principal, *tenant, *action, *object, *outcome, *until, *out,
        *tiles, *reason, *purpose, *route, *authority;
    bool list, utc, detach, json, follow, check, undo, is_unsigned, help;
    const char *arg[VERB_ARGS_MAX]; /* what is no option */
    unsigned count;
};

struct verb_option {
    const char *name;  /* "--state" */
    const char *value; /* "DIR"; NULL: a switch */
    size_t offset;     /* of a const char * or bool in struct verb_args */
    const char *en, *ja;
};

struct verb {
    const char *name;
    const char *usage; /* behind the name: "FILE" */
    const char *en, *ja;
    const char *options; /* names of verb_options it takes, blanks between */
    const char *examples;
    unsigned least, most; /* other arguments */
    int (*run)(const struct verb_args *args);
    int (*raw)(int argc, char **argv); /* reads its own arguments, argv[0] being the first */
    bool internal;                     /* not for people */
};

extern const struct verb verbs[];               /* ends with name NULL */
extern const struct verb_option verb_options[]; /* ends with name NULL */

int verb_up(const struct verb_args *args);
int verb_stop(const struct verb_args *args);
int verb_check(const struct verb_args *args);
int verb_reload(const struct verb_args *args);
int verb_restart(const struct verb_args *args);
int verb_status(const struct verb_args *args);
int verb_shun(const struct verb_args *args);
int verb_log(const struct verb_args *args);
int verb_rules(const struct verb_args *args);
int verb_vault(const struct verb_args *args);
int verb_sweep(const struct verb_args *args);
int verb_part(const struct verb_args *args);

/* "sekisho: why" to standard error; returns the kind's exit code. */
int verb_fail(sk_err e);
/* Whether `name` stands in a list of names with blanks between. */
bool verb_takes(const struct verb *verb, const char *option);

#endif
