/* The keeper: the process that holds the keys of personal data and judges who may see it. It is
 * asked over the Unix socket STATE/run/keeper.sock, by the vault's front, the console and the
 * command line; docs/protocol/keeper.md. It has no data: ciphertexts come with the question.
 *
 * Here: the questions and answers, their bytes (pure), and a link that blocks. Texts of a question
 * or answer are borrowed; those that were read lie in the bytes or on the arena they were read
 * with. */
#ifndef SEKISHO_KEEPER_KEEPER_H
#define SEKISHO_KEEPER_KEEPER_H

#include "base/str.h"
#include "base/when.h"
#include "part/card.h"
#include "personal/personal.h"

enum {
    KEEPER_NAME_MAX = 64,                    /* bytes of a tenant's, purpose's or site's name */
    KEEPER_TICKET_MAX = 2048,                /* TICKET_TEXT */
    KEEPER_TEXT_MAX = 4096,                  /* of a value: PERSONAL_VALUE_MAX */
    KEEPER_PADDED_MAX = KEEPER_TEXT_MAX + 2, /* of a value's text when it is sealed */
    KEEPER_SEALED_MORE = 33, /* a sealed value is that much longer than its padded text */
    KEEPER_SEALED_MAX = KEEPER_PADDED_MAX + KEEPER_SEALED_MORE,
    KEEPER_VALUES_MAX = 500,       /* values of one OPEN, RESEAL or FOUND */
    KEEPER_PUT_MAX = 64,           /* values of one PUT */
    KEEPER_WORDS_MAX = 32,         /* index rows of one value */
    KEEPER_WORD_MAX = 1024,        /* bytes of a word that is looked for */
    KEEPER_NAMING = 32,            /* bytes of a word's naming key */
    KEEPER_ENTRY = 76,             /* bytes of every sealed index row */
    KEEPER_TOKEN = 16,             /* bytes that a token is made from */
    KEEPER_SELF_MAX = 256,         /* bytes of what names a browser's own person */
    KEEPER_SELF_LIFE = 60 * 60000, /* ms */
    KEEPER_PHRASE_MAX = 1024,      /* bytes of a passphrase */
    KEEPER_PHRASE_LEAST = 16,
    KEEPER_ROWS_MAX = 2000,             /* of an exposure, or of windows */
    KEEPER_PRINCIPAL_MAX = 256,         /* bytes of a principal's name: TICKET_FIELD */
    KEEPER_REASON_MAX = 400,            /* bytes of why a reserve is asked for */
    KEEPER_RESERVES_MAX = 64,           /* asked for or open */
    KEEPER_FRAME_MAX = 3 * 1024 * 1024, /* bytes of a question or answer, without its length */
    KEEPER_LINKS_MAX = 32,              /* connections that one link holds */
    KEEPER_CONNECTIONS_MAX = 64,        /* that the keeper serves at a time, a thread each */
    KEEPER_PATIENCE = 10000,            /* ms that a question may take */
};

/* per_, cas_, val_, rsv_ and 20 characters; all zero bytes: none. The case of the account itself is
 * none. */
struct keeper_id {
    char text[24];
};

bool keeper_id_is_none(const struct keeper_id *id);
static inline sk_str
keeper_id_str(const struct keeper_id *id)
{
    return (sk_str){ id->text, keeper_id_is_none(id) ? 0 : sizeof id->text };
}
/* `kind` is "per", "cas", "val" or "rsv". False: it is no id of that kind; the empty text is none.
 */
bool keeper_id_read(struct keeper_id *id, const char *kind, sk_str text) SK_CHECKED;
struct keeper_id keeper_id_new(const char *kind);

/* The house's own purpose: live probes overrun it, for people whom they make up. The dot is in no
 * name of sekisho.conf, so its alarms are nobody else's, and call nobody. */
#define KEEPER_PURPOSE_PROBE "sekisho.probe"

/* How a question ended, and why a value is not shown. On the wire by number: never renumber. */
enum keeper_word {
    KEEPER_OK,
    KEEPER_BAD,
    KEEPER_DENIED,
    KEEPER_BUSY,
    KEEPER_FULL,
    KEEPER_BROKEN,
    KEEPER_MISSING,
    KEEPER_SEALED,
    KEEPER_NO_LEDGER,
    KEEPER_NO_KEEPER, /* only the link says so */
    KEEPER_ERASED,
    KEEPER_UNKNOWN_KIND,
    KEEPER_UNFIT_VALUE,
    KEEPER_TOO_LONG,
    KEEPER_WRONG_TENANT,
    KEEPER_TICKET_MISSING,
    KEEPER_TICKET_FORGED,
    KEEPER_TICKET_EXPIRED,
    KEEPER_TICKET_FOREIGN,
    KEEPER_PURPOSE_UNKNOWN,
    KEEPER_PURPOSE_FROZEN,
    KEEPER_ROLE_DENIED,
    KEEPER_ROUTE_DENIED,
    KEEPER_KIND_DENIED,
    KEEPER_BUDGET_SECOND,
    KEEPER_BUDGET_HOUR,
    KEEPER_BUDGET_DAY,
    KEEPER_WORDS
};
struct keeper_word_row {
    const char *name; /* "budget_hour": stable, for programs */
    const char *why;  /* one sentence */
    enum sk_kind kind;
};
extern const struct keeper_word_row keeper_word_rows[KEEPER_WORDS];

/* How a value is shown. KEEPER_SHOW_RENDER: whole, to the front alone, which makes a label or a
 * letter of it. KEEPER_SHOW_SELF: whole, to the browser whose own it is. KEEPER_SHOW_LETTER, of a
 * purpose alone: to the front for letters, never for labels. Never renumber. */
enum keeper_show {
    KEEPER_SHOW_MASKED,
    KEEPER_SHOW_PLAIN,
    KEEPER_SHOW_RENDER,
    KEEPER_SHOW_SELF,
    KEEPER_SHOW_ERASE, /* of a purpose only: nothing is shown, people are erased */
    KEEPER_SHOW_LETTER,
    KEEPER_SHOWS
};
extern const char *const keeper_show_names[KEEPER_SHOWS];
/* Whether an application can come to read what is shown so: on a label, too, a picture of it. */
static inline bool
keeper_show_exposes(uint32_t show)
{
    return show == KEEPER_SHOW_PLAIN || show == KEEPER_SHOW_RENDER;
}

/* What the front wants values for. All but KEEPER_USE_SHOW are all or nothing: nothing is read, nor
 * recorded as read, where one of them may not be. Never renumber. */
enum keeper_use {
    KEEPER_USE_SHOW,
    KEEPER_USE_LABEL,  /* which the application gets, and can read */
    KEEPER_USE_LETTER, /* to the person */
    KEEPER_USE_COPY,   /* an export: whole texts alone; what was erased is left out */
    KEEPER_USES
};

enum keeper_verb {
    KEEPER_VERB_NONE,
    KEEPER_PUT,
    KEEPER_OPEN,
    KEEPER_RESEAL,
    KEEPER_FIND,
    KEEPER_FOUND,
    KEEPER_SELF,
    KEEPER_ERASE,
    KEEPER_ASK_ERASED,
    KEEPER_RESERVE_ASK,
    KEEPER_RESERVE_OPEN,
    KEEPER_FREEZE,
    KEEPER_THAW,
    KEEPER_EXPOSURE,
    KEEPER_ROTATE,
    KEEPER_STATUS,
    KEEPER_UNSEAL,
    KEEPER_BACKUP,
    KEEPER_RESTORE,
    KEEPER_ASK_WINDOWS,
    KEEPER_ASK_RESERVES,
    KEEPER_VERBS
};

/* What lies behind an answer without members. */
struct keeper_none {
    unsigned char nothing;
};

/* ── PUT: texts in, ciphertexts out ── */

struct keeper_text {
    sk_str text;
};
/* The front has read and judged the text: whoever has the keys parses none. */
struct keeper_put_value {
    struct keeper_id value_id; /* the front's to choose */
    uint32_t kind, version;    /* enum personal_kind; 1.. */
    sk_str text;               /* as personal_read shows it */
    struct keeper_text *word;  /* as personal_words: the exact one first */
    size_t count;
};

/* The person and the case are made if they are new. All or nothing. */
struct keeper_put {
    sk_str ticket; /* of the request that brings them; empty: the front's own */
    sk_str tenant;
    struct keeper_id person_id, case_id;
    uint32_t is_honey; /* this new person is nobody: reading it is an alarm */
    sk_str earns;      /* the purpose under which these may be read beside its budgets; or empty */
    sk_str self_site;  /* the site whose browser typed them, for `self`; or empty */
    struct keeper_put_value *value;
    size_t count;
};

/* The index: word's entry number 0, 1, 2 ... has the name keeper_row_name(naming, number). The
 * front adds `entry` under the first free one. */
struct keeper_row {
    unsigned char naming[KEEPER_NAMING];
    unsigned char entry[KEEPER_ENTRY];
};
void keeper_row_name(unsigned char name[KEEPER_NAMING], const unsigned char naming[KEEPER_NAMING],
                     uint32_t number);

struct keeper_kept_value {
    sk_str sealed;
    unsigned char token[KEEPER_TOKEN]; /* random; of an e-mail address: its own within a tenant */
    struct keeper_row *row;
    size_t count;
};
struct keeper_kept {
    struct keeper_kept_value *value; /* in order of the question's */
    size_t count;
    sk_str self; /* of the browser; empty where self_site was */
};

/* ── OPEN: ciphertexts in, texts out, if the ticket, the purpose and its budgets allow ── */

struct keeper_sealed_value {
    struct keeper_id person_id, case_id, value_id;
    uint32_t kind, version;
    sk_str sealed;
};
struct keeper_open {
    sk_str ticket;
    sk_str purpose; /* empty: only what is the browser's own */
    sk_str tenant;  /* an application's ticket has its own, which this must then be; may be empty */
    sk_str self;    /* may be empty */
    uint32_t use;
    struct keeper_sealed_value *value;
    size_t count;
};
struct keeper_shown_value {
    uint32_t word; /* KEEPER_OK: shown */
    uint32_t show;
    sk_str text;
};
struct keeper_shown {
    uint32_t refused; /* why nothing is shown but the browser's own; or KEEPER_OK */
    struct keeper_shown_value *value;
    size_t count;
};

/* ── RESEAL: under the newest key of person and case, as version + 1; no text leaves ── */

struct keeper_reseal {
    sk_str tenant;
    struct keeper_sealed_value *value;
    size_t count;
};
struct keeper_resealed_value {
    uint32_t word; /* KEEPER_OK, or why it was not */
    sk_str sealed; /* empty: it is under the newest already */
};
struct keeper_resealed {
    struct keeper_resealed_value *value;
    size_t count;
};

/* ── FIND: the names of a word's index rows; FOUND: what stands in them ──
 * Each word that is looked for counts as one person in the purpose's budgets, found or not: asking
 * whether somebody is here is reading, too. FOUND is recorded. */

struct keeper_find {
    sk_str ticket, purpose, tenant;
    uint32_t kind;
    sk_str word; /* one of personal_words */
};
struct keeper_naming {
    unsigned char naming[KEEPER_NAMING];
};
struct keeper_entry {
    unsigned char entry[KEEPER_ENTRY];
};
struct keeper_found_ask {
    struct keeper_find find;
    struct keeper_entry *entry;
    size_t count;
};
struct keeper_found_value {
    struct keeper_id person_id, value_id; /* none: this row is no entry of the word */
};
struct keeper_found {
    struct keeper_found_value *value;
    size_t count;
};

/* ── SELF: whose browser it is ── */

struct keeper_self {
    sk_str tenant, site, self;
};
struct keeper_person {
    struct keeper_id person_id;
};

/* ── erasing ── */

/* No case: the person with all cases. Without a ticket it is the front's own, by retention. With
 * one that is not an operator's of the console it needs a purpose that erases, and counts in its
 * budgets. `later`: it is only judged, taken and recorded, and the front will do it by retention;
 * `at` is now. */
struct keeper_erase {
    sk_str ticket, purpose, tenant;
    struct keeper_id person_id, case_id;
    uint32_t later;
};
/* Also answers ASK_ERASED, of which only the ids are read; KEEPER_MISSING: it was not. */
struct keeper_erased {
    uint64_t at, sequence; /* ms; of the ledger's record */
};

/* ── administration: with an operator's ticket of the console, or by the superuser without one ──
 */

/* `tenant` may be empty: all. `reason` is for whoever opens it, and may not be empty. */
struct keeper_reserve_ask {
    sk_str ticket, purpose, tenant, reason;
    uint32_t people, minutes;
};
struct keeper_reserve {
    struct keeper_id reserve_id;
    uint64_t until; /* ms: until when it can be opened, or is open */
};
struct keeper_reserve_open {
    sk_str ticket;
    struct keeper_id reserve_id;
};
/* RESERVES: those that wait for their second operator, and those that are open. */
struct keeper_ticket {
    sk_str ticket;
};
struct keeper_reserve_row {
    struct keeper_id reserve_id;
    sk_str purpose, tenant, asked_by, reason;
    uint32_t people, used, minutes, is_open;
    uint64_t until; /* ms, as above */
};
struct keeper_reserves {
    struct keeper_reserve_row *row;
    size_t count;
};
/* FREEZE, THAW. */
struct keeper_purpose_ask {
    sk_str ticket, purpose;
};
struct keeper_exposure_ask {
    sk_str ticket, tenant; /* empty: all */
};
/* How many people's data of these kinds could be read in the next hour under this purpose; of one
 * that erases (no kinds), how many people could be erased. */
struct keeper_exposure_row {
    sk_str tenant, purpose;
    uint32_t kinds, show;
    uint64_t people; /* by budgets, reserves that are open included */
    uint64_t earned; /* people of whom something is earned, beside them */
    uint32_t is_frozen;
};
struct keeper_exposure {
    uint64_t people; /* by all purposes */
    struct keeper_exposure_row *row;
    size_t count;
};

/* WINDOWS: how many people each purpose was read for, and how many it may be. */
struct keeper_window_row {
    sk_str purpose, tenant; /* no tenant: the purpose over all of them */
    uint32_t kinds, show, is_frozen;
    uint32_t freezes; /* an overrun freezes it */
    uint32_t second, hour, day, second_most, hour_most, day_most;
};
struct keeper_windows {
    uint64_t blind_until;          /* ms: until then all windows count as full; 0: they do not */
    uint64_t alarmed;              /* ms: the last alarm since the keeper began; 0: none */
    struct keeper_window_row *row; /* each purpose, then its tenants of whom anybody was read */
    size_t count;
};

/* ROOT takes a new passphrase where there is one (empty: the same). PERSON: of one case, or with
 * none of the account; the front then reseals all of it, and says so: DROP. */
enum keeper_level {
    KEEPER_ROTATE_ROOT,
    KEEPER_ROTATE_TENANT,
    KEEPER_ROTATE_PERSON,
    KEEPER_ROTATE_DROP, /* keys of the case that are older than its newest */
    KEEPER_LEVELS
};
struct keeper_rotate {
    sk_str ticket;
    uint32_t level;
    sk_str tenant;
    struct keeper_id person_id, case_id;
    sk_str phrase;
};
struct keeper_rotated {
    uint64_t left; /* keys that are still to be wrapped anew, in the background */
};

struct keeper_status {
    uint32_t is_sealed;
    sk_str root;                    /* "file", "passphrase", "pkcs11" */
    sk_str why;                     /* what is wrong; empty: nothing */
    uint64_t tenants, people, keys; /* 0 while sealed */
    uint64_t erased, left;          /* `left` as above */
    uint64_t last_erased;           /* the ledger's sequence of the newest erasure; 0: none */
    uint64_t most_uses;             /* of one key, of 2^32 that GCM allows (SP 800-38D, 8.3) */
    uint64_t backed_up;             /* ms; 0: never */
    uint64_t tenant_made;           /* ms: of the tenants' newest keys the oldest; 0: none */
    uint64_t key_made;              /* the oldest of people's keys; 0: none */
    uint32_t purposes, frozen;
    uint32_t memory_locked;
};

struct keeper_unseal {
    sk_str phrase;
};
struct keeper_backup {
    sk_str file; /* below STATE/keeper/backup */
};
/* RESTORE takes STATE/keeper/restore.db, which whoever asks has put there. */
struct keeper_restored {
    uint64_t keys, erased; /* taken from it; left out since they were erased */
};

/* ── bytes ──
 * A frame is its length (4 bytes, of what follows), and a verb, or in an answer a keeper_word (1
 * byte), and the members in the order of the struct; an answer of another word than KEEPER_OK ends
 * there. */

struct keeper_shape; /* how a struct stands in bytes */
struct keeper_verb_row {
    const char *name;
    const struct keeper_shape *question, *answer;
};
extern const struct keeper_verb_row keeper_verb_rows[KEEPER_VERBS];

/* Appends a whole frame. SK_FULL: a text or list is longer than may be. */
sk_err keeper_question_write(struct sk_buf *out, enum keeper_verb verb,
                             const void *question) SK_CHECKED;
sk_err keeper_answer_write(struct sk_buf *out, enum keeper_verb verb, enum keeper_word word,
                           const void *answer) SK_CHECKED;
/* Of a frame without its length. SK_BAD: it is not of the form; SK_FULL: longer than may be. The
 * struct lies on `mem`, its texts in `bytes`. */
sk_err keeper_question_read(enum keeper_verb *verb, void **question, sk_arena *mem,
                            sk_str bytes) SK_CHECKED;
/* Into the verb's answer struct, which is cleared first. */
sk_err keeper_answer_read(enum keeper_word *word, void *answer, sk_arena *mem,
                          enum keeper_verb verb, sk_str bytes) SK_CHECKED;

/* ── the link ── */

/* Connections to the keeper of one state folder, for any number of threads. */
struct keeper_link;
/* Connects to nobody yet. SK_FULL when the socket's path is too long. Yours: keeper_link_close. */
sk_err keeper_link_open(struct keeper_link **link, const char *state) SK_CHECKED;
void keeper_link_close(struct keeper_link *link); /* no thread may be in it; NULL is allowed */

/* One question, one answer, on `mem`. Nothing is asked twice but where the connection ended before
 * an answer began, which PUT, OPEN and all others bear. Returns within KEEPER_PATIENCE;
 * KEEPER_NO_KEEPER: nobody answers; KEEPER_TOO_LONG: a text or list of the question. */
enum keeper_word keeper_ask(void *answer, sk_arena *mem, struct keeper_link *link,
                            enum keeper_verb verb, const void *question) SK_CHECKED;

#define KEEPER_CALL(name, verb, question_type, answer_type)                                        \
    SK_CHECKED static inline enum keeper_word name(struct answer_type *answer, sk_arena *mem,      \
                                                   struct keeper_link *link,                       \
                                                   const struct question_type *question)           \
    {                                                                                              \
        return keeper_ask(answer, mem, link, verb, question);                                      \
    }
KEEPER_CALL(keeper_put, KEEPER_PUT, keeper_put, keeper_kept)
KEEPER_CALL(keeper_open, KEEPER_OPEN, keeper_open, keeper_shown)
KEEPER_CALL(keeper_reseal, KEEPER_RESEAL, keeper_reseal, keeper_resealed)
KEEPER_CALL(keeper_find, KEEPER_FIND, keeper_find, keeper_naming)
KEEPER_CALL(keeper_found, KEEPER_FOUND, keeper_found_ask, keeper_found)
KEEPER_CALL(keeper_self, KEEPER_SELF, keeper_self, keeper_person)
KEEPER_CALL(keeper_erase, KEEPER_ERASE, keeper_erase, keeper_erased)
KEEPER_CALL(keeper_ask_erased, KEEPER_ASK_ERASED, keeper_erase, keeper_erased)
KEEPER_CALL(keeper_reserve_ask, KEEPER_RESERVE_ASK, keeper_reserve_ask, keeper_reserve)
KEEPER_CALL(keeper_reserve_open, KEEPER_RESERVE_OPEN, keeper_reserve_open, keeper_reserve)
KEEPER_CALL(keeper_freeze, KEEPER_FREEZE, keeper_purpose_ask, keeper_none)
KEEPER_CALL(keeper_thaw, KEEPER_THAW, keeper_purpose_ask, keeper_none)
KEEPER_CALL(keeper_exposure, KEEPER_EXPOSURE, keeper_exposure_ask, keeper_exposure)
KEEPER_CALL(keeper_rotate, KEEPER_ROTATE, keeper_rotate, keeper_rotated)
KEEPER_CALL(keeper_status, KEEPER_STATUS, keeper_none, keeper_status)
KEEPER_CALL(keeper_unseal, KEEPER_UNSEAL, keeper_unseal, keeper_none)
KEEPER_CALL(keeper_backup, KEEPER_BACKUP, keeper_none, keeper_backup)
KEEPER_CALL(keeper_restore, KEEPER_RESTORE, keeper_none, keeper_restored)
KEEPER_CALL(keeper_windows, KEEPER_ASK_WINDOWS, keeper_ticket, keeper_windows)
KEEPER_CALL(keeper_reserves, KEEPER_ASK_RESERVES, keeper_ticket, keeper_reserves)
#undef KEEPER_CALL

/* ── the process ── */

/* Reads state:conf/keeper, writes state:keeper, asks the ledger; its memory is locked. */
extern const struct part_card keeper_card;
/* Serves on place->listen_fd until SIGTERM or SIGINT; the exit code. Call part_start() before. */
int keeper_main(const struct part_place *place);

#endif
