/* libseclang: the ModSecurity rule language (SecLang, OWASP Core Rule Set) as a library.
 *
 *     seclang_config ──▶ seclang_ruleset ──▶ seclang_thread ──▶ seclang_exchange
 *     files and texts    loaded, constant    one a thread       one request and its response
 *
 * The library opens no socket, starts no thread, sets no signal handler and keeps no global state.
 *
 * OWNERSHIP. What a function called _new gives is yours until you call the _free beside it; every
 * _free takes NULL. A pointer to const that a function returns is borrowed from the object it was
 * asked of, and lives as long. Whatever text you pass in is copied before the call returns.
 * A ruleset's memory lives until you and all threads made from it have let go: it may be freed
 * first. A thread must outlive its exchanges.
 *
 * THREADS. A config is for one thread. A ruleset is constant: any number of threads may use it at
 * once. A thread, and the exchanges made from it, belong to one thread of the program at a time;
 * several exchanges of one thread may be open side by side.
 *
 * UNITS. Lengths and limits are bytes, times are seconds since 1970, ports are numbers of the host.
 * Text is bytes with a length, not necessarily zero-terminated or UTF-8; where a length is taken,
 * SECLANG_ZERO_ENDED stands for strlen. What is returned as text is zero-terminated besides.
 *
 * ERRORS. Functions that return int give 0 or more when they worked and a negative SECLANG_E_ code
 * when not; nothing has changed then. Where memory is refused by the system the process ends with a
 * message: a judge that cannot judge must not let pass.
 *
 * STABILITY. Functions, fields and values of version 1 stay. Structs with a `size` grow at their
 * end: set it to sizeof the struct, and the library fills what your program knows. */
#ifndef LIBSECLANG_SECLANG_H
#define LIBSECLANG_SECLANG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SECLANG_VERSION       "1.0.0"
#define SECLANG_VERSION_MAJOR 1
#define SECLANG_VERSION_MINOR 0
#define SECLANG_VERSION_PATCH 0

/* The version of the library that runs: "1.0.0". Static. */
const char *seclang_version(void);

/* For any length of a text that ends in a zero. */
#define SECLANG_ZERO_ENDED ((size_t)-1)

enum {
    SECLANG_E_BAD = -1,     /* a rule or a request is wrong: the error says where and how to mend */
    SECLANG_E_MISSING = -2, /* a file is not there */
    SECLANG_E_DENIED = -3,  /* a file may not be read */
    SECLANG_E_LIMIT = -4,   /* more than a named maximum */
    SECLANG_E_BROKEN = -5,  /* of the library or the machine */
    SECLANG_E_ORDER = -6    /* called out of order, or with an argument that must not be NULL */
};

/* Filled when a function that takes one fails; yours, needs no freeing. */
typedef struct seclang_error {
    int code;        /* SECLANG_E_... */
    unsigned line;   /* from 1; 0: not about a place in a file */
    unsigned column; /* from 1, in bytes */
    char file[512];  /* empty where line is 0 */
    char what[1024]; /* a sentence: what is wrong, what was expected */
} seclang_error;

/* ── config: what to load, in order ── */

typedef struct seclang_config seclang_config;

seclang_config *seclang_config_new(void);
void seclang_config_free(seclang_config *config);
/* `path` may be a pattern ("901*.conf"). Nothing is read yet. SECLANG_E_LIMIT beyond 65536 entries.
 */
int seclang_config_add_file(seclang_config *config, const char *path);
/* Rules from memory; `name` and `line` say where they stand, for messages. */
int seclang_config_add_text(seclang_config *config, const char *text, size_t length,
                            const char *name, unsigned line);

/* A folder, made where missing, that keeps what is dear to compile, so that later loads are faster,
 * also of other processes. One for each config: what a load does not ask for goes in the end. It
 * must be for the program's user alone. NULL: none. */
int seclang_config_cache(seclang_config *config, const char *folder);

/* ── ruleset: loaded once, constant ── */

typedef struct seclang_ruleset seclang_ruleset;

/* Reads, links and compiles. *ruleset is NULL after a failure. The Core Rule Set takes a third of a
 * second. `error` may be NULL. */
int seclang_ruleset_new(seclang_ruleset **ruleset, const seclang_config *config,
                        seclang_error *error);
void seclang_ruleset_free(seclang_ruleset *ruleset);
/* How many rules were configured, members of chains included. */
size_t seclang_ruleset_count(const seclang_ruleset *ruleset);

/* SecRuleEngine as configured. */
enum { SECLANG_MODE_OFF = 0, SECLANG_MODE_DETECT = 1, SECLANG_MODE_ON = 2 };
int seclang_ruleset_mode(const seclang_ruleset *ruleset);

/* What loads but may not do what its author expects. `index` counts from 0; returns 1 and fills
 * *warning (its code is 0), or 0 when there are no more. */
int seclang_ruleset_warning(const seclang_ruleset *ruleset, size_t index, seclang_error *warning);

/* Zones that rules ask about the client's address by DNS (@rbl, RFC 5782); NULL when there are no
 * more. The library never looks up: see seclang_thread_lists. */
const char *seclang_ruleset_list(const seclang_ruleset *ruleset, size_t index);

/* ── thread: what one thread of the program needs besides ── */

typedef struct seclang_thread seclang_thread;

int seclang_thread_new(seclang_thread **thread, seclang_ruleset *ruleset, seclang_error *error);
void seclang_thread_free(seclang_thread *thread);

/* One line without its end for each match that logs, in ModSecurity's form, secrets masked. It is
 * called from inside of judging functions and must not call back. NULL: no log. */
typedef void seclang_log_line(void *context, const char *line, size_t length);
void seclang_thread_log(seclang_thread *thread, seclang_log_line *log, void *context);

/* Whether a name such as "7.2.0.192.list.example" is known to be listed: 1 or 0, at once, from what
 * the program has looked up before. NULL: nothing is known, @rbl matches nothing. */
typedef int seclang_is_listed(void *context, const char *name, size_t length);
void seclang_thread_lists(seclang_thread *thread, seclang_is_listed *is_listed, void *context);

/* Persistent collections (initcol). Without them collections live as long as their exchange. */
typedef void seclang_each_value(void *each_context, const char *name, size_t name_length,
                                const char *value, size_t value_length, int64_t expires);
typedef struct seclang_collections {
    size_t size; /* sizeof(seclang_collections) */
    void *context;
    /* Calls `each` for every value that has not expired. */
    void (*load)(void *context, const char *collection, size_t collection_length, const char *key,
                 size_t key_length, seclang_each_value *each, void *each_context);
    /* `value` NULL: remove. `add` 1: value is a signed decimal number to be added, atomically, to
     * what is there. `expires` 0: with its collection. */
    void (*save)(void *context, const char *collection, size_t collection_length, const char *key,
                 size_t key_length, const char *name, size_t name_length, const char *value,
                 size_t value_length, int add, int64_t expires);
} seclang_collections;
/* Copied. SECLANG_E_ORDER without load or save, or with a size that no version has had. */
int seclang_thread_collections(seclang_thread *thread, const seclang_collections *collections);

/* ── exchange: a request and its response, through the five phases ──
 *
 *     new ─ id? ─ connection? ─ request_line ─ request_header* ─ judge_request_headers
 *         ─ request_body* ─ judge_request ─ response_line ─ response_header*
 *         ─ judge_response_headers ─ response_body* ─ judge_response ─ finish ─ findings ─ free
 *
 * A function called before its turn or after it answers SECLANG_E_ORDER. After a refusal only
 * finish and what reads may follow. */

typedef struct seclang_exchange seclang_exchange;

seclang_exchange *seclang_exchange_new(seclang_thread *thread);
void seclang_exchange_free(seclang_exchange *exchange);

/* UNIQUE_ID; made at random where none is given. */
int seclang_exchange_id(seclang_exchange *exchange, const char *id, size_t length);
/* Addresses as text, "192.0.2.7" or "2001:db8::7". */
int seclang_exchange_connection(seclang_exchange *exchange, const char *client,
                                unsigned client_port, const char *server, unsigned server_port);
/* The line as it came, without its end: "GET /a?b HTTP/1.1". */
int seclang_exchange_request_line(seclang_exchange *exchange, const char *line, size_t length);
int seclang_exchange_request_header(seclang_exchange *exchange, const char *name,
                                    size_t name_length, const char *value, size_t value_length);

/* What the rules want done. Judging functions return one of these, or an error. */
enum {
    SECLANG_LET_PASS = 0,
    SECLANG_REFUSE = 1,  /* answer `status` */
    SECLANG_FORWARD = 2, /* answer `status` (30x) with Location: url */
    SECLANG_HANG_UP = 3  /* close the connection without an answer */
};
typedef struct seclang_answer {
    size_t size;     /* sizeof(seclang_answer) */
    int action;      /* as returned */
    int status;      /* HTTP status; 0 for SECLANG_LET_PASS */
    unsigned rule;   /* id of the rule that decided; 0: the engine, by a limit */
    const char *url; /* of SECLANG_FORWARD, else ""; borrowed from the exchange */
    size_t url_length;
} seclang_answer;

/* Phase 1. `answer` may be NULL, here and below. */
int seclang_exchange_judge_request_headers(seclang_exchange *exchange, seclang_answer *answer);

/* 1: the body is to be given. Ask after phase 1, since rules may switch it. */
int seclang_exchange_wants_request_body(const seclang_exchange *exchange);
enum {
    SECLANG_BODY_MORE = 0,      /* go on */
    SECLANG_BODY_ENOUGH = 1,    /* the rest need not be given */
    SECLANG_BODY_TOO_LARGE = 2, /* the limit says to refuse: answer 413; of a response 500 */
    SECLANG_BODY_REFUSED = 3    /* a window was refused: judge_request, or _response, says how */
};
/* A body past the limits is judged window by window while it comes, in memory that does not depend
 * on its size, rather than refused or left unread. Before its first byte; `length` is what the
 * client has announced, SECLANG_ZERO_ENDED where it has not. */
int seclang_exchange_request_windows(seclang_exchange *exchange, size_t length);
int seclang_exchange_response_windows(seclang_exchange *exchange);
/* Any pieces, in order. */
int seclang_exchange_request_body(seclang_exchange *exchange, const char *data, size_t length);
/* Phase 2: the request is complete. */
int seclang_exchange_judge_request(seclang_exchange *exchange, seclang_answer *answer);

/* `protocol`: "HTTP/1.1". */
int seclang_exchange_response_line(seclang_exchange *exchange, int status, const char *protocol);
int seclang_exchange_response_header(seclang_exchange *exchange, const char *name,
                                     size_t name_length, const char *value, size_t value_length);
/* Phase 3. */
int seclang_exchange_judge_response_headers(seclang_exchange *exchange, seclang_answer *answer);
/* 1: the body is to be held back and given. */
int seclang_exchange_wants_response_body(const seclang_exchange *exchange);
int seclang_exchange_response_body(seclang_exchange *exchange, const char *data, size_t length);
/* Phase 4. */
int seclang_exchange_judge_response(seclang_exchange *exchange, seclang_answer *answer);
/* Phase 5, once, also after a refusal: logging rules run and collections are saved. */
int seclang_exchange_finish(seclang_exchange *exchange);

/* All of a request at once, phases 1 and 2, from its bytes (lines may end in LF alone).
 * SECLANG_E_BAD when they are no HTTP/1 request. In place of request_line to judge_request. */
int seclang_exchange_judge_raw_request(seclang_exchange *exchange, const char *raw, size_t length,
                                       seclang_answer *answer);

/* ── what happened; all text is borrowed from the exchange ── */

typedef struct seclang_finding {
    size_t size;          /* sizeof(seclang_finding) */
    unsigned rule;        /* id */
    unsigned phase;       /* 1 to 5 */
    const char *file;     /* of the rule; "" for the engine's own */
    unsigned line;        /* of the rule */
    int decisive;         /* 1: this one decided, or would have when only detecting */
    const char *variable; /* "ARGS:q" */
    size_t variable_length;
    const char *value; /* what the operator saw, after transformations; masked where secret */
    size_t value_length;
    const char *message; /* msg */
    size_t message_length;
    const char *data; /* logdata */
    size_t data_length;
    const char *severity; /* "CRITICAL", "" */
} seclang_finding;

/* In the order of matching, from 0; returns 1 and fills *finding, or 0 when there are no more. */
int seclang_exchange_finding(seclang_exchange *exchange, size_t index, seclang_finding *finding);
/* The value of TX.name, such as "blocking_inbound_anomaly_score"; NULL when it is not set. */
const char *seclang_exchange_variable(seclang_exchange *exchange, const char *name, size_t *length);
/* 1: the rules want this exchange in the audit log. After finish. */
int seclang_exchange_wants_audit(const seclang_exchange *exchange);
/* One line of JSON with its end, secrets masked. `site` names the host, `status` is what the client
 * was answered. After finish; NULL before. */
const char *seclang_exchange_audit(seclang_exchange *exchange, const char *site, int status,
                                   size_t *length);

#ifdef __cplusplus
}
#endif

#endif
