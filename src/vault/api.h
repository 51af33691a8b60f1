/* The API: who asks, which question, how it is answered. docs/protocol/vault.md. */
#ifndef SK_VAULT_API_H
#define SK_VAULT_API_H

#include "base/json.h"
#include "part/http.h"
#include "vault/due.h"
#include "vault/house.h"
#include "vault/word.h"

enum { VAULT_BODY_MAX = PART_HTTP_BODY_MAX, VAULT_EXPORT_VALUES_MAX = 10 * 1000 };

/* One question. Everything lies on the request's arena. */
struct vault_ask {
    struct vault *house;
    sk_arena *mem;
    const sk_json *body;
    struct sk_json_writer *answer; /* inside the answer's object */
    sk_str ticket;                 /* as it came; empty: none */
    sk_str tenant;                 /* whose data it is about; not proven before the keeper has seen
                                      the ticket */
    sk_str site;                   /* of the ticket; no more proven */
    const char *verb;              /* static text; NULL: there is no such question */
    sk_str principal, role;        /* of the ticket, too */
    bool is_proven;                /* the keeper has taken the ticket: vault_ask_judge */
    sk_str request;                /* id, for ledger and log */
    unsigned uid;
    bool local; /* the command line */
    int64_t at; /* which value of a list is meant by the error; -1: none */
};

enum vault_may {
    VAULT_MAY_ALL,    /* with a ticket, or locally */
    VAULT_MAY_TICKET, /* with a ticket */
    VAULT_MAY_GATE,   /* the gate, with a ticket */
    VAULT_MAY_LOCAL,  /* the command line */
    VAULT_MAY_LIST,   /* the same, and the console for its pages: no data, no change */
};

struct vault_verb {
    const char *name; /* behind /v1/ */
    enum vault_may may;
    sk_err (*run)(struct vault_ask *ask);
};
extern const struct vault_verb vault_verbs[]; /* ends with name NULL */

sk_err vault_api_post(struct part_response *response, struct part_request *request) SK_CHECKED;
/* Answers what never came to a question (too long, no such page), in the same form. */
void vault_api_error(struct part_response *response, struct part_request *request, sk_err why);
sk_err vault_api_status(struct part_response *response, struct part_request *request) SK_CHECKED;

/* ── for verbs ── */

/* A needed text. */
sk_err vault_ask_text(sk_str *text, const struct vault_ask *ask, const char *key) SK_CHECKED;
/* A needed name that may stand in the ledger: letters, digits and -_. only. */
sk_err vault_ask_name(sk_str *name, const struct vault_ask *ask, const char *key) SK_CHECKED;
/* An id of that kind; none where it is left out. The word "missing" where it is no id. */
sk_err vault_ask_id(struct keeper_id *id, const struct vault_ask *ask, const char *key,
                    const char *kind) SK_CHECKED;
/* The `person` or `case` that is named, of the asker's tenant. Words: missing, wrong_tenant. */
sk_err vault_ask_subject(struct vault_subject *subject, const struct vault_ask *ask) SK_CHECKED;
/* The same of a person by itself, whatever `case` says. */
sk_err vault_ask_person(struct vault_subject *subject, const struct vault_ask *ask,
                        const struct keeper_id *person_id) SK_CHECKED;
/* Lets the keeper say whether the ticket is good, and of this tenant; locally there is none. For
 * verbs that do not bring it to the keeper anyway. */
sk_err vault_ask_prove(struct vault_ask *ask) SK_CHECKED;
/* Lets the keeper say whether the ticket may read for this purpose; nothing is read, and no budget
 * used. Refusals are recorded by the keeper. */
sk_err vault_ask_judge(struct vault_ask *ask, sk_str purpose) SK_CHECKED;
/* A store for looking only; the answer's own transaction is the store's. */
sk_err vault_ask_store(struct part_store **store, const struct vault_ask *ask) SK_CHECKED;
void vault_ask_give(const struct vault_ask *ask, struct part_store *store);
/* Records that the question is refused; its error, or the word no_ledger. What vault_no of a word
 * of its own (api.c, is_told_here) answers is recorded by itself. */
sk_err vault_ask_refuse(const struct vault_ask *ask, unsigned word) SK_CHECKED;
/* Tells the ledger, as whoever the ticket names once it is proven, else as the command line or
 * nobody; success: it is on disk. The word no_ledger. */
sk_err vault_ask_tell(const struct vault_ask *ask, const char *action, sk_str tenant, sk_str object,
                      sk_str details) SK_CHECKED;

/* Each in the file of its name. */
sk_err vault_put(struct vault_ask *ask) SK_CHECKED;
sk_err vault_read(struct vault_ask *ask) SK_CHECKED;
sk_err vault_find(struct vault_ask *ask) SK_CHECKED;
sk_err vault_exchange_in(struct vault_ask *ask) SK_CHECKED;
sk_err vault_exchange_out(struct vault_ask *ask) SK_CHECKED;
sk_err vault_render(struct vault_ask *ask) SK_CHECKED;
sk_err vault_event(struct vault_ask *ask) SK_CHECKED;
sk_err vault_erase(struct vault_ask *ask) SK_CHECKED;
sk_err vault_erased(struct vault_ask *ask) SK_CHECKED;
sk_err vault_hold(struct vault_ask *ask) SK_CHECKED;
sk_err vault_release(struct vault_ask *ask) SK_CHECKED;
sk_err vault_list_holds(struct vault_ask *ask) SK_CHECKED;
sk_err vault_export(struct vault_ask *ask) SK_CHECKED;
sk_err vault_receipt(struct vault_ask *ask) SK_CHECKED;
sk_err vault_rotate(struct vault_ask *ask) SK_CHECKED;

#endif
