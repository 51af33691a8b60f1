/* What is asked on the second socket: rows of verbs, each with the right that its asker needs. Who
 * asks is told by the ticket that the gate signed for the request at hand; the command line, which
 * has none, is known by its user. docs/protocol/accounts.md. */
#ifndef SK_ACCOUNTS_API_H
#define SK_ACCOUNTS_API_H

#include "accounts/visitor.h"
#include "base/json.h"

enum { ACCOUNTS_API_BODY_MAX = 64 * 1024, ACCOUNTS_API_LIST_MAX = 200 };

/* On the request's arena. */
struct accounts_caller {
    bool local; /* the command line: principal "local:UID", may do everything */
    sk_str principal, role, tenant, session;
    enum accounts_realm realm;
    unsigned level;
};

struct accounts_ask {
    struct accounts *house;
    sk_arena *mem;
    struct accounts_visitor visitor; /* whence the asker came, for the record */
    struct accounts_caller caller;
    const sk_json *body;
    struct sk_json_writer *answer; /* inside an object already */
};

/* Who may ask. */
enum accounts_may {
    ACCOUNTS_MAY_SELF,    /* whoever has signed in; the verb keeps to what is theirs */
    ACCOUNTS_MAY_PEOPLE,  /* operators with the screen "accounts"; merchants with "staff", who see
                             the merchant realm of their own tenant */
    ACCOUNTS_MAY_OPERATE, /* operators with the screen "accounts" */
};

typedef sk_err accounts_verb(struct accounts_ask *ask);

struct accounts_verb_row {
    const char *path; /* behind /v1/: "accounts/list" */
    enum accounts_may may;
    accounts_verb *run;
};
extern const struct accounts_verb_row accounts_verbs[]; /* ends with path NULL */

/* Answers POST /v1/{room}/{verb}: finds the row, the caller, the right, and runs it. Errors are
 * {"error": kind, "why": text}. */
part_handler accounts_api_post;
/* Answers GET /v1/session (api_session.c). */
part_handler accounts_api_session;

/* --- for verbs --- */

/* Whether the caller may do something to this account: its own, anybody for operators and the
 * command line, the staff of his tenant for a merchant. SK_DENIED; SK_MISSING, too, is told for
 * accounts of others, so that nobody can ask who exists. */
sk_err accounts_ask_may(const struct accounts_ask *ask, const struct account *account) SK_CHECKED;
/* Whether the caller holds a right of that name now. */
sk_err accounts_ask_has(bool *has, const struct accounts_ask *ask, const char *name) SK_CHECKED;
/* A required text of the body. SK_BAD names it. */
sk_err accounts_ask_text(sk_str *text, const struct accounts_ask *ask, const char *key) SK_CHECKED;

#endif
