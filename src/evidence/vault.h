/* The vault, asked as the command line may ask it: for people whom a probe makes up, of two tenants
 * that are nobody's, under the house's own purpose. No real person is looked at, and who was made
 * up is erased at the end. Records of all this name the probe (principal "probe:…"). */
#ifndef EVIDENCE_VAULT_H
#define EVIDENCE_VAULT_H

#include "base/json.h"
#include "evidence/probe.h"
#include "part/store.h"
#include "ticket/ticket.h"

#define EVIDENCE_VAULT_TENANT  "sekisho.probe-a"
#define EVIDENCE_VAULT_OTHER   "sekisho.probe-b"
#define EVIDENCE_VAULT_PURPOSE "sekisho.probe"

enum {
    EVIDENCE_VAULT_PEOPLE = 3,       /* that the purpose shows one principal in an hour */
    EVIDENCE_VAULT_MADE_MAX = 16,    /* people of one probe */
    EVIDENCE_VAULT_ANSWERS_MAX = 64, /* questions of one probe */
    EVIDENCE_VAULT_VALUES_MAX = 16,  /* of one put */
    EVIDENCE_VAULT_WAIT = 15000,     /* ms until what is due must be gone */
};

struct evidence_vault {
    struct evidence_report *report;
    const struct evidence_instance *instance;
    struct ticket_key key;
    sk_when began;
    sk_str principal; /* of this run alone, so that its windows are empty */
    unsigned requests;
    sk_str person[EVIDENCE_VAULT_MADE_MAX];
    size_t people;
    sk_json *answer[EVIDENCE_VAULT_ANSWERS_MAX];
    size_t answers;
};

/* SK_MISSING, SK_DENIED: the key of tickets cannot be read. Yours, also after a failure:
 * evidence_vault_close, which erases whom the probe has made and reports who is left. */
sk_err evidence_vault_open(struct evidence_vault *v, struct evidence_report *report,
                           const struct evidence_instance *instance) SK_CHECKED;
void evidence_vault_close(struct evidence_vault *v); /* for DEFER */

/* As the command line makes them, with this run's principal and a request id of its own; to be
 * changed, and signed. */
struct ticket evidence_vault_ticket(struct evidence_vault *v);
sk_str evidence_vault_sign(const struct evidence_vault *v, const struct ticket *ticket);

struct evidence_said {
    int status;
    sk_str error; /* the stable word; empty: it was answered */
    const sk_json *json;
};
/* POST /v1/VERB; an empty ticket: none. Any answer is success. */
sk_err evidence_vault_ask(struct evidence_said *said, struct evidence_vault *v, const char *verb,
                          sk_str ticket, sk_str body) SK_CHECKED;
/* The same with {"tenant":…, KEY:VALUE, …} for a body; pairs end with NULL. The answer must be 200.
 */
sk_err evidence_vault_do(struct evidence_said *said, struct evidence_vault *v, const char *verb,
                         const char *const *pairs) SK_CHECKED;

struct evidence_value {
    const char *kind;
    sk_str text;
    sk_str token; /* once it is put */
};
struct evidence_person {
    sk_str person, in_case;
    struct evidence_value value[EVIDENCE_VAULT_VALUES_MAX];
    size_t count;
};
void evidence_person_add(struct evidence_person *p, const char *kind, sk_str text);
/* A new person, or the one whose id is set already; in a new case if `has_case`. */
sk_err evidence_vault_put(struct evidence_person *p, struct evidence_vault *v,
                          bool has_case) SK_CHECKED;
/* A new person who has a name that nobody has. */
sk_err evidence_vault_somebody(struct evidence_person *p, struct evidence_vault *v) SK_CHECKED;

/* POST /v1/read of at most EVIDENCE_VAULT_VALUES_MAX tokens. */
sk_err evidence_vault_read(struct evidence_said *said, struct evidence_vault *v, sk_str ticket,
                           const char *purpose, const sk_str *token, size_t count) SK_CHECKED;
/* What a token was shown as; empty: it was not. */
sk_str evidence_said_text(const struct evidence_said *said, sk_arena *mem, sk_str token);
/* Whether the person's first value is shown whole, by this ticket or, empty, one that may. */
sk_err evidence_vault_shows(bool *shown, struct evidence_vault *v, const struct evidence_person *p,
                            sk_str ticket) SK_CHECKED;

/* values.db or keys.db, to be looked at only. Yours: part_store_close. */
sk_err evidence_vault_store(struct part_store **store, const struct evidence_vault *v,
                            const char *file) SK_CHECKED;
/* The first column of the first row; ?1 and ?2 are texts, bytes where `is_blob`. */
sk_err evidence_vault_number(int64_t *number, struct part_store *store, const char *sql, sk_str one,
                             sk_str two, bool is_blob) SK_CHECKED;

/* How many records of the action are about this request and object (empty: any), since the probe
 * began; *details (NULL is allowed) are the last one's. Records are on disk before whoever asked is
 * answered. */
sk_err evidence_vault_records(uint64_t *count, sk_str *details, const struct evidence_vault *v,
                              const char *action, sk_str request, sk_str object) SK_CHECKED;

/* Text of letters, kana or kanji that nobody has chosen; on the arena. */
sk_str evidence_random_letters(sk_arena *mem, size_t count);
sk_str evidence_random_kana(sk_arena *mem, size_t count);
sk_str evidence_random_kanji(sk_arena *mem, size_t count);
unsigned evidence_random_below(unsigned most);

#endif
