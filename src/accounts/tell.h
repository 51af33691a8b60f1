/* What the ledger is told. Only opaque ids and networks: no address of a person, no password. */
#ifndef SK_ACCOUNTS_TELL_H
#define SK_ACCOUNTS_TELL_H

#include "accounts/visitor.h"

/* About whom, and what happened. */
struct accounts_fact {
    const char *action;  /* a row of ledger/action.c */
    const char *outcome; /* "ok", "denied", "failed" */
    sk_str principal;    /* who acts; empty: nobody is signed in */
    sk_str role, tenant, object;
    sk_str method; /* "password+totp"; empty: not said */
    sk_str what;   /* names of rights or screens; empty: not said */
    sk_str reason; /* a word of ours, for what is ended or refused; empty: not said */
    int64_t count; /* 0: not said */
};

/* Returns once it is on disk. After a failure the caller refuses what must be recorded. */
sk_err accounts_tell(const struct accounts *house, sk_arena *mem,
                     const struct accounts_visitor *visitor,
                     const struct accounts_fact *fact) SK_CHECKED;

#endif
