/* The vault's front: takes personal data, gives tokens; gives data for tokens where the keeper lets
 * it. It holds ciphertexts and parses what others say; keys are the keeper's (keeper/keeper.h).
 * docs/protocol/vault.md.
 *
 * Here: the client's bytes (pure: the gate carries them over nginx's events), and questions that
 * block, for everybody else. Questions that have no function here are written by base/json.h as the
 * protocol has them, and asked by vault_post. examples/c/vault.c. */
#ifndef SK_VAULT_VAULT_H
#define SK_VAULT_VAULT_H

#include "base/json.h"
#include "part/card.h"
#include "personal/personal.h"

enum {
    VAULT_ASK_VALUES_MAX = 64,  /* of one put */
    VAULT_ASK_TOKENS_MAX = 500, /* of one read */
    VAULT_PATIENCE = 10000,     /* ms of a question; the keeper waits for the ledger in it */
};

/* ── the questions' bytes; pure ── */

struct vault_value {
    enum personal_kind kind;
    sk_str text;
};

/* POST /v1/put. Empty texts are left out. */
struct vault_put_ask {
    sk_str tenant, person, in_case; /* in_case: "new", or the id of one */
    sk_str earns;
    const struct vault_value *value;
    size_t count;
};
void vault_put_write(struct sk_buf *out, const struct vault_put_ask *ask);

/* POST /v1/read. */
struct vault_read_ask {
    sk_str tenant, purpose;
    const sk_str *token;
    size_t count;
};
void vault_read_write(struct sk_buf *out, const struct vault_read_ask *ask);

/* POST /v1/find: the whole value, or its beginning; one of the two is empty. */
struct vault_find_ask {
    sk_str tenant, purpose;
    enum personal_kind kind;
    sk_str text, prefix;
};
void vault_find_write(struct sk_buf *out, const struct vault_find_ask *ask);

/* POST /v1/receipt, of whom the token belongs to; or, where it is empty, of the person. */
struct vault_receipt_ask {
    sk_str tenant, purpose, person, token;
    int64_t before; /* 0: the newest; else as the answer before said */
};
void vault_receipt_write(struct sk_buf *out, const struct vault_receipt_ask *ask);

/* ── the answers ── */

/* An answer as it came: success for 200, else an error of the status' kind whose text is the stable
 * word ("budget_hour"). The answer is yours in both cases: sk_json_free; NULL when it is no JSON.
 */
sk_err vault_answer_read(sk_json **answer, int status, sk_str body) SK_CHECKED;
/* Of a read: the token's text; empty where there is none, and *why then has the word. Borrowed from
 * the answer. */
sk_str vault_answer_text(sk_str *why, const sk_json *answer, const char *token);

/* ── over the socket ── */

/* POST /v1/VERB to STATE/run/vault.sock. `ticket`: the request's X-Sekisho-Ticket; empty for the
 * command line. The answer is yours (sk_json_free); `text`, which may be NULL, lies on `mem`.
 * Errors as vault_answer_read; SK_MISSING: nobody listens. */
sk_err vault_post(sk_json **answer, sk_str *text, sk_arena *mem, const char *state,
                  const char *verb, sk_str ticket, sk_str body) SK_CHECKED;

/* ── the part ── */

/* Reads state:conf/vault and the label's font, writes state:vault, asks keeper, ledger and post;
 * has no key of tickets. */
extern const struct part_card vault_card;
/* Serves on place->listen_fd until SIGTERM or SIGINT; the exit code. Call part_start() before. */
int vault_main(const struct part_place *place);
/* Whether vault.json's text would do; SK_BAD names the key. */
sk_err vault_conf_check(sk_str json) SK_CHECKED;

#endif
