/* A transaction from inside: what the engine's own files (variables, actions, audit writers) share.
 * Hosts see seclang.h only. Everything lies on tx->mem and goes with it. */
#ifndef SECLANG_TX_H
#define SECLANG_TX_H

#include "base/when.h"
#include "seclang/body/body.h"
#include "seclang/charset.h"
#include "seclang/rule.h"
#include "seclang/value.h"

enum { SECLANG_VAR_WORDS = SECLANG_VAR_COUNT / 64 + 1 };

/* Named maxima. What is beyond is refused or left out as the comment says. */
enum {
    SECLANG_HEADERS_MOST = 1000,      /* headers a side; more: REQBODY_ERROR, see tx_request.c */
    SECLANG_MATCHES_MOST = 2000,      /* recorded matches; later ones still act, but go unlisted */
    SECLANG_MATCHES_OF_RULE = 50,     /* of them, those of one rule; fits a byte */
    SECLANG_MATCHED_VARS_MOST = 4000, /* MATCHED_VARS of one chain */
    SECLANG_COLLECTION_MOST = 1000,   /* values in a persistent collection of one key */
    SECLANG_AUDIT_PARTS = 32
};

/* Settings of the rules as this transaction sees them: ctl changes them from that point on. */
struct seclang_tx_settings {
    enum seclang_engine engine;
    enum seclang_audit audit;
    char audit_parts[SECLANG_AUDIT_PARTS]; /* zero-terminated */
    bool request_body_access, response_body_access, force_request_body;
    size_t request_body_limit, response_body_limit;
};

/* Names whose values no log may show (sanitiseArg and its family), lower case. */
struct seclang_names {
    sk_str *at;
    unsigned count, size;
};

/* A variable of TX or of a persistent collection. */
struct seclang_member {
    struct seclang_value value; /* value.name: lower case for TX, as written elsewhere */
    char *own;                  /* memory of its own, for what windows leave; else NULL */
    size_t own_size;
    bool set;
    bool dirty, relative; /* persistent: changed; only by + and - */
    int64_t original;     /* persistent: the number before the first relative change */
    int64_t expires;      /* seconds since 1970; 0: with the collection */
    struct seclang_member *next;
    struct seclang_member *bucket;
    uint64_t hash; /* of its name, where it lies in a bucket */
    int slot;      /* of a TX variable whose name is known when loading; else -1 */
};

/* One that initcol has opened. */
struct seclang_collection {
    enum seclang_var var;
    struct seclang_collection *next; /* in tx->open_collections */
    bool loaded;                     /* when somebody first looks */
    bool bare;                       /* a new one: its frame is made when somebody looks at all */
    bool is_new;
    bool dirty;
    sk_str stored; /* its name in the store */
    sk_str key;
    struct seclang_member *first, **last;
    unsigned count;
};

enum { SECLANG_TX_BUCKETS = 32 }; /* at first; twice as many with each so many names */

/* A value as a rule saw it: kept by copy, since variables may change afterwards. */
struct seclang_seen {
    enum seclang_var var; /* SECLANG_VAR_COUNT: nothing has matched yet */
    bool count;           /* &VAR */
    sk_str name;          /* of the member; empty: scalar */
    sk_str shown;         /* MATCHED_VARS: the name of what had matched */
    sk_str text;          /* after transformations */
    bool post;
    const struct seclang_value *value; /* where it came from; NULL: a count, SecAction */
};

/* What decided, or would have when only detecting. */
struct seclang_decision {
    bool made;  /* verdict is the transaction's answer */
    bool noted; /* something disruptive matched (also when only detecting) */
    struct seclang_verdict verdict;
    unsigned phase;
};

struct seclang_window;

/* Values that must not be shown wherever they stand: found once, and again for what came since. */
struct seclang_secrets {
    sk_str *value;
    unsigned count;  /* SECLANG_MASK_SECRETS + 1: too many to be looked for */
    unsigned seen;   /* arguments looked at */
    unsigned hidden; /* names in hidden_arguments by then */
    bool any;        /* some argument's name is secret, whatever its value */
    sk_str name;     /* the last name asked about, which lies on tx->mem, */
    bool name_tells; /* and whether it is one of a secret; p NULL: none yet */
};

struct seclang_watch; /* watch.h */

struct seclang_tx {
    struct seclang_worker *worker;
    const struct seclang_rules *rules;
    sk_arena *mem;
    struct seclang_host host;
    struct seclang_tx_settings set;

    /* who and what */
    sk_str id;
    sk_str client, server;
    unsigned client_port, server_port;
    sk_str line, method, uri, protocol; /* uri: the raw target */
    sk_str path, query;                 /* of uri, raw, without scheme and host */
    sk_str filename;                    /* path, decoded */
    bool has_query;
    sk_when begun;                    /* milliseconds since 1970 */
    int64_t begun_us;                 /* monotonic, for DURATION */
    int64_t phase_us[SECLANG_PHASES]; /* time spent in each phase */
    unsigned phase;                   /* the last one begun */

    /* the request's body */
    bool bytes_only;   /* its charset is none that we decode: no second look */
    bool charset_said; /* by the form: charset counts */
    enum seclang_charset charset;
    sk_str processor;          /* REQBODY_PROCESSOR: URLENCODED, MULTIPART, XML, JSON, "" */
    struct seclang_body *body; /* while it is read; NULL: nobody reads it */
    bool body_begun, body_done, keep_body;
    struct sk_buf body_text; /* REQUEST_BODY: only where keep_body */
    size_t body_length;      /* bytes given, also where the text is not kept */
    struct seclang_body_report report;
    bool body_error; /* REQBODY_ERROR */
    sk_str body_error_msg;
    unsigned bad_encoding; /* URLENCODED_ERROR */
    bool inbound_data_error, outbound_data_error;
    sk_str xml_text;

    /* bodies in windows (window.h) */
    bool wants_request_windows, wants_response_windows;
    size_t announced;              /* bytes of the request's body; SIZE_MAX: unknown */
    struct seclang_window *window; /* of the body that is being read; NULL: it is whole */
    bool continues;                /* judges a window that is not the first */
    const unsigned *earlier;       /* by variable: values in windows before; NULL: none */
    size_t earlier_size;

    /* the response */
    int status;
    sk_str response_protocol;
    struct sk_buf response_text;
    size_t response_length;
    size_t response_judged; /* of it, in windows that were judged */
    bool response_kept;
    const struct seclang_screen *screen; /* of this phase, or the last that had one */
    uint64_t *hot;                 /* a bit a step of the phase: what is to be walked; NULL: all */
    struct seclang_bulk_hit *bulk; /* of rules->bulk, by rule->bulk; NULL: not scanned */

    /* variables: lists that are filled (headers, arguments, files) or built when first asked for.
     * Of use to audit writers: REQUEST_HEADERS, RESPONSE_HEADERS, ARGS_GET, ARGS_POST, FILES:
     * list[SECLANG_VAR_...].at[i]->name and ->text.s, as they came. */
    struct seclang_list list[SECLANG_VAR_COUNT];
    uint64_t built[SECLANG_VAR_WORDS]; /* a bit a variable: fetch.c */

    struct seclang_member **tx_slot;   /* by slot; NULL: as the transaction begins. Read by
                                          seclang_tx_slot_at; .set tells whether it is set */
    uint64_t *tx_woken;                /* a bit a slot: changed since the beginning; NULL: none */
    struct seclang_member **tx_bucket; /* names not known when loading; NULL: none was set */
    size_t tx_buckets, tx_named;       /* a power of two; members in them */
    struct seclang_member *tx_first, **tx_last;
    struct seclang_collection *open_collections; /* NULL: none */
    sk_str session_id, user_id;

    struct seclang_outside outside; /* what operators ask beside values: outside.c */

    /* matching */
    struct seclang_seen matched;     /* MATCHED_VAR */
    bool phase_over;                 /* interrupted, or allowed: no more rules in this phase */
    int highest_severity;            /* 255: none */
    unsigned char *removed;          /* by rule index: not 0 when it is taken away; NULL: none */
    struct seclang_lost **lost;      /* by rule index: targets taken away by ctl; NULL: none */
    enum seclang_disruptive allowed; /* SECLANG_DO_ALLOW*: what `allow` left out; else DO_NONE */
    bool limit_hit, limit_told, limit_refused;
    bool relevant; /* for the audit log */

    struct seclang_record *match; /* in the order of matching; record.h */
    size_t match_count, match_size;
    unsigned char *listed; /* by rule index: records of it; NULL: none yet */
    struct seclang_decision decision;

    struct seclang_watch *watch; /* NULL: nobody wants to know how rules match */

    struct seclang_names hidden_arguments, hidden_request_headers, hidden_response_headers;
    struct seclang_secrets *secrets; /* mask_tx.c */
};

struct seclang_lost {
    const struct seclang_target *target;
    struct seclang_lost *next;
};

/* From now on the rule, by its index, does not look at this target. The same action may run for
 * each of many matches: what is lost is lost once. */
void seclang_tx_lose(struct seclang_tx *tx, size_t rule, const struct seclang_target *target);

/* The query's arguments. */
void seclang_tx_read_query(struct seclang_tx *tx);
/* Microseconds on a clock that never jumps. */
int64_t seclang_tx_clock(void);
/* "Content-Type" among REQUEST_HEADERS or RESPONSE_HEADERS; p NULL: none. */
sk_str seclang_tx_header(const struct seclang_tx *tx, enum seclang_var headers, sk_str name);
bool seclang_names_has(const struct seclang_names *names, sk_str name);
void seclang_names_add(struct seclang_names *names, sk_arena *mem, sk_str name);

#endif
