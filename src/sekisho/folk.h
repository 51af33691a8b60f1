/* sekisho accounts: the command line's questions to the accounts part, over its API's socket. */
#ifndef SEKISHO_FOLK_H
#define SEKISHO_FOLK_H

#include "base/json.h"

/* What was given. */
struct folk_args {
    const char *state, *realm, *tenant, *email, *name, *role, *screens, *reason, *hours, *lang,
        *days;
    bool json, detach;
    const char *arg[4];
    unsigned count;
};

/* A word of the verb: makes the question's members, and shows the answer to people. */
struct folk_word {
    const char *name;   /* "invite", "rights ask" */
    const char *target; /* "/v1/accounts/invite" */
    const char *usage;  /* behind the name */
    unsigned least, most;
    sk_err (*ask)(struct sk_json_writer *w, const struct folk_args *args);
    void (*show)(const sk_json *answer, const struct folk_args *args); /* NULL: "done" */
};
extern const struct folk_word folk_words[]; /* ends with name NULL */

/* One question; the answer is yours (sk_json_free), `text` lies on `mem`. Errors are the part's. */
sk_err folk_ask(sk_json **answer, sk_str *text, sk_arena *mem, const char *state,
                const char *target, sk_str body) SK_CHECKED;

/* folk_reset.c: shows how far a job is until it is done. */
sk_err folk_follow(const struct folk_args *args, sk_str job) SK_CHECKED;
void folk_jobs_show(const sk_json *answer, const struct folk_args *args);

/* The verb; argv[0] is the first word behind it. */
int folk_main(int argc, char **argv);

#endif
