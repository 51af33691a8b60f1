/* The ModSecurity rule language (SecLang) as a library: parse, link, plan, run.
 *
 * Knows no server and opens no socket. A host (the gate, a test, a replay tool) loads rules once,
 * gives each thread a worker, and walks each request through the five phases:
 *
 *     seclang_tx_new ─ conn ─ request_line ─ request_header* ─ phase 1
 *        ─ request_body* ─ phase 2 ─ response_line ─ response_header* ─ phase 3
 *        ─ response_body* ─ phase 4 ─ phase 5 (always, also after a refusal) ─ audit ─ tx_free
 *
 * Semantics are those of mod_security 2 for Apache, the reference of the Core Rule Set: where it
 * and libmodsecurity 3 differ, the former is right. */
#ifndef SEKISHO_SECLANG_H
#define SEKISHO_SECLANG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

/* ── rules: loaded once, then constant; shared by threads and forked workers ── */

struct seclang_rules;
struct seclang_source; /* a list of files and texts, in order; not yet parsed */

/* Yours: seclang_source_free. */
struct seclang_source *seclang_source_new(void);
void seclang_source_free(struct seclang_source *source);
/* `path` may be a pattern (*.conf), as in Include. Nothing is read yet. */
void seclang_source_file(struct seclang_source *source, const char *path);
/* Text that stands in `name` from `line` on (both for messages): modsecurity_rules '...'. */
void seclang_source_text(struct seclang_source *source, sk_str text, const char *name,
                         unsigned line);
/* Appends what `from` holds: a location inherits its server's rules. */
void seclang_source_append(struct seclang_source *source, const struct seclang_source *from);
/* Equal lists of files and texts give equal keys: hosts load each distinct list once. */
void seclang_source_key(unsigned char key[32], const struct seclang_source *source);

/* What is dear to make of rules, kept in a folder, so that later loads, also of other processes,
 * need not make it again: Vectorscan's databases, filters and grams, each by the digest of what it
 * was made of. Rule files are read at each load; a changed rule or phrase has another digest, so
 * nothing old can be taken for new. What another build of this engine has made is not taken. One
 * for each load of a configuration. */
struct seclang_cache;
struct seclang_cache_facts {
    size_t taken, added; /* entries */
    size_t bytes;        /* of the file */
    const char *unread;  /* why the file that was there counts for nothing; NULL: it counts */
};
/* Makes the folder where it is missing. A file in it that is damaged, foreign or not to be trusted
 * is passed over, and replaced by the next save. SK_DENIED: the folder is not for us alone (see
 * cache/folder.h). Yours: seclang_cache_close. */
sk_err seclang_cache_open(struct seclang_cache **cache, const char *folder) SK_CHECKED;
void seclang_cache_close(struct seclang_cache *cache);
/* Loads with it then answer SK_BUSY where something is missing, rather than compile: for hosts that
 * compile in another process, and take what that one has saved by refreshing. */
void seclang_cache_only(struct seclang_cache *cache, bool only);
sk_err seclang_cache_refresh(struct seclang_cache *cache) SK_CHECKED;
/* Writes the file anew where something was added. `whole`: all rule sets of a configuration were
 * loaded with it; what none of them asked for grows older, and goes in the end. A failure harms
 * nothing that was loaded. */
sk_err seclang_cache_save(struct seclang_cache *cache, bool whole) SK_CHECKED;
/* Borrowed from the cache. */
struct seclang_cache_facts seclang_cache_facts(const struct seclang_cache *cache);

/* Parses, links and plans, taking from `cache` (NULL: none) what it has and adding what it has not.
 * Yours: seclang_rules_free. SK_BAD: "file:line:column: what is wrong, what was expected"; nothing
 * is kept then. Rule sets loaded at the same time share what they have in common. */
sk_err seclang_rules_load(struct seclang_rules **rules, const struct seclang_source *source,
                          struct seclang_cache *cache) SK_CHECKED;
/* The same without a cache. The Core Rule Set takes some tenths of a second of CPU, most of it in
 * Vectorscan's compiler. */
sk_err seclang_rules_new(struct seclang_rules **rules,
                         const struct seclang_source *source) SK_CHECKED;
void seclang_rules_free(struct seclang_rules *rules);

/* What was loaded, and what the directives ask of the host. Borrowed from the rules. */
enum seclang_engine { SECLANG_OFF, SECLANG_DETECT, SECLANG_ON };
enum seclang_limit_action { SECLANG_REJECT, SECLANG_PARTIAL };
/* Who answers @detectSQLi and @detectXSS. */
enum seclang_detector { SECLANG_OWN, SECLANG_LIBINJECTION, SECLANG_BOTH };
enum seclang_audit { SECLANG_AUDIT_OFF, SECLANG_AUDIT_RELEVANT, SECLANG_AUDIT_ON };
enum seclang_audit_type { SECLANG_SERIAL, SECLANG_CONCURRENT, SECLANG_HTTPS };
enum seclang_audit_format { SECLANG_NATIVE, SECLANG_JSON };

struct seclang_settings {
    enum seclang_engine engine;         /* SecRuleEngine */
    bool request_body_access;           /* SecRequestBodyAccess */
    size_t request_body_limit;          /* bytes; SecRequestBodyLimit */
    size_t request_body_no_files_limit; /* bytes; SecRequestBodyNoFilesLimit */
    enum seclang_limit_action request_body_limit_action;
    bool response_body_access;
    size_t response_body_limit; /* bytes */
    enum seclang_limit_action response_body_limit_action;
    const sk_str *response_mime_types; /* lower case; SecResponseBodyMimeType */
    size_t response_mime_type_count;
    unsigned arguments_limit;  /* SecArgumentsLimit */
    unsigned json_depth_limit; /* SecRequestBodyJsonDepthLimit */
    unsigned pcre_match_limit;
    enum seclang_detector detector; /* SekishoDetector */
    bool second_look;               /* SekishoSecondLook: characters cut into bytes are no match */
    enum seclang_audit audit;
    enum seclang_audit_type audit_type;
    enum seclang_audit_format audit_format;
    const char *audit_log;                        /* path or NULL */
    const char *audit_parts;                      /* "ABIJDEFHZ" */
    const char *audit_storage_dir;                /* of Concurrent; as written, or NULL */
    unsigned audit_dir_mode, audit_file_mode;     /* permissions; 0700 and 0600 when not said */
    const char *server_signature;                 /* NULL: leave */
    size_t rule_count, chain_count, folded_count; /* loaded; distinct transformation chains;
                                                     removed by linking */
};
const struct seclang_settings *seclang_rules_settings(const struct seclang_rules *rules);

/* What loads but may not do what its author expects: a macro that names nothing, a directive that
 * means nothing here. Borrowed from the rules. */
struct seclang_warning {
    const char *file;
    unsigned line, column;
    const char *text;
};
const struct seclang_warning *seclang_rules_warnings(const struct seclang_rules *rules,
                                                     size_t *count);
/* The rules as they run, in the order in which they run, one line each (members of a chain
 * indented): phase, id, targets, transformations, operator, actions. For tests and people. */
void seclang_rules_dump(struct sk_buf *out, const struct seclang_rules *rules);

/* ── worker: scratch memory of one thread (match data, Vectorscan scratch) ── */

struct seclang_worker;
sk_err seclang_worker_new(struct seclang_worker **worker,
                          const struct seclang_rules *rules) SK_CHECKED;
void seclang_worker_free(struct seclang_worker *worker);

/* ── what the host offers ── */

/* Persistent collections (initcol): values by (collection, key, name). All times in seconds since
 * 1970. A host without a store leaves the pointers NULL: collections then live for one request. */
struct seclang_store {
    void *ctx;
    /* Copies the collection's values onto mem, calling `each` for every one not yet expired. */
    void (*load)(void *ctx, sk_arena *mem, sk_str collection, sk_str key,
                 void (*each)(void *each_ctx, sk_str name, sk_str value, int64_t expires),
                 void *each_ctx);
    /* expires 0: with the collection. value.p NULL: remove. `add` true: value is a signed number
     * to be added atomically to what is there. */
    void (*save)(void *ctx, sk_str collection, sk_str key, sk_str name, sk_str value, bool add,
                 int64_t expires);
};

/* Lists of bad addresses that are asked by DNS (@rbl, RFC 5782). The engine never waits: the host
 * looks up what rules will ask about the client before phase 1, and answers from what it knows. */
enum { SECLANG_RBL_MOST = 8 }; /* zones of one rule set */
/* Which zones. Borrowed from the rules. */
const sk_str *seclang_rules_rbl_zones(const struct seclang_rules *rules, size_t *count);
/* The name to look up: "1.2.0.192.list.example"; IPv6 by nibbles. Empty: `address` is none. */
sk_str seclang_rbl_name(sk_arena *mem, sk_str zone, sk_str address);
/* Whether an A record says that the address is listed: within 127.0.0.0/8, but not in
 * 127.255.255.0/24, by which lists tell of errors. `record` as inet_pton writes it. */
bool seclang_rbl_lists(const unsigned char record[4]);

struct seclang_host {
    void *ctx;
    /* One line for the error log per matched rule that logs, in ModSecurity's form:
     * ModSecurity: Warning. ... [file "..."] [line "..."] [id "942100"] [msg "..."] ... */
    void (*log)(void *ctx, sk_str line);
    /* Lines about what does not refuse are not wanted: they are not even made. */
    bool log_refusals_only;
    struct seclang_store store;
    /* Whether the name is known to be listed. NULL: nothing is known, @rbl matches nothing. */
    bool (*listed)(void *ctx, sk_str name);
};

/* ── a transaction ── */

struct seclang_tx;

enum seclang_act {
    SECLANG_PASS,
    SECLANG_DENY,     /* answer `status` */
    SECLANG_REDIRECT, /* answer `status` (30x) with Location: url */
    SECLANG_DROP      /* close the connection without an answer */
};

struct seclang_verdict {
    enum seclang_act act;
    int status;
    sk_str url;
    unsigned rule; /* id of the rule that decided */
};

/* All memory comes from `mem`, which must live until seclang_tx_free; what strings the host passes
 * in are borrowed and must live as long, unless said otherwise. `host` is copied. */
struct seclang_tx *seclang_tx_new(struct seclang_worker *worker, const struct seclang_rules *rules,
                                  sk_arena *mem, const struct seclang_host *host);
/* Gives back what is not arena memory (XML parser state). */
void seclang_tx_free(struct seclang_tx *tx);

/* UNIQUE_ID; made at random if the host sets none. */
void seclang_tx_id(struct seclang_tx *tx, sk_str id);
sk_str seclang_tx_get_id(const struct seclang_tx *tx);
void seclang_tx_conn(struct seclang_tx *tx, sk_str client, unsigned client_port, sk_str server,
                     unsigned server_port);
/* `line` as it came ("GET /a?b HTTP/1.1"); `uri` is its raw target. */
void seclang_tx_request_line(struct seclang_tx *tx, sk_str line, sk_str method, sk_str uri,
                             sk_str protocol);
void seclang_tx_request_header(struct seclang_tx *tx, sk_str name, sk_str value);
struct seclang_verdict seclang_tx_request_headers(struct seclang_tx *tx); /* phase 1 */

/* Whether the body is to be given: read after phase 1, since rules may switch it by ctl. */
bool seclang_tx_wants_request_body(const struct seclang_tx *tx);

enum seclang_feed {
    SECLANG_MORE,      /* go on */
    SECLANG_ENOUGH,    /* limit reached, the rest needs not be given (ProcessPartial) */
    SECLANG_TOO_LARGE, /* limit reached, to be refused (Reject): answer 413 */
    SECLANG_REFUSED    /* a window was refused: seclang_tx_request_done and seclang_tx_response_done
                          say how */
};
/* What of a request's body is past a limit (SecRequestBodyLimit, SecRequestBodyNoFilesLimit,
 * SecArgumentsLimit) is neither refused nor left unread, but judged window by window while it
 * comes, in memory that does not depend on its size. To be said before the body's first byte;
 * `length` is what the client has announced, in bytes, SIZE_MAX where it has not. A body within the
 * limits is judged whole, at seclang_tx_request_done; of others windows of some 128 KB, as they are
 * full, with all of phase 2. Scores (TX) add up over windows; the first window's arguments are what
 * later phases and the audit log see. */
void seclang_tx_request_windows(struct seclang_tx *tx, size_t length);
/* The chunk is not kept: the caller may reuse it at once. */
enum seclang_feed seclang_tx_request_body(struct seclang_tx *tx, sk_str chunk);
struct seclang_verdict seclang_tx_request_done(struct seclang_tx *tx); /* phase 2 */

/* The host refuses for a reason of its own, whatever SecRuleEngine says: recorded, logged and
 * audited as the match of a rule `id`. `why` is a sentence, static; `data` says what it was about,
 * and must not be a secret. A refusal that stands already stays. */
struct seclang_verdict seclang_tx_refuse(struct seclang_tx *tx, unsigned id, int status,
                                         const char *why, sk_str data);
/* Calls `each` for every argument of the request's body that is called `name`, whatever the case of
 * its letters, as the body's processor has read it. After phase 2. */
void seclang_tx_body_arguments(const struct seclang_tx *tx, sk_str name,
                               void (*each)(void *ctx, sk_str value), void *ctx);

void seclang_tx_response_line(struct seclang_tx *tx, int status, sk_str protocol);
void seclang_tx_response_header(struct seclang_tx *tx, sk_str name, sk_str value);
struct seclang_verdict seclang_tx_response_headers(struct seclang_tx *tx); /* phase 3 */
/* Whether the body is to be held back and given: access on and type listed. */
bool seclang_tx_wants_response_body(const struct seclang_tx *tx);
/* The same for an answer past SecResponseBodyLimit; to be said before its first byte. */
void seclang_tx_response_windows(struct seclang_tx *tx);
/* Judges what has come of the answer since the last window, however little: for hosts that cannot
 * hold it any longer. What follows is judged in windows, the first of which begins with the end of
 * this one. The verdict so far. */
struct seclang_verdict seclang_tx_response_window(struct seclang_tx *tx);
/* How many bytes of the answer, from its first, lie in windows that were judged. */
size_t seclang_tx_response_judged(const struct seclang_tx *tx);
enum seclang_feed seclang_tx_response_body(struct seclang_tx *tx, sk_str chunk);
struct seclang_verdict seclang_tx_response_done(struct seclang_tx *tx); /* phase 4 */
void seclang_tx_logging(struct seclang_tx *tx);                         /* phase 5 */

/* ── what happened ── */

struct seclang_match {
    unsigned rule;
    const char *file;
    unsigned line;
    unsigned phase;
    sk_str variable; /* "ARGS:q" */
    sk_str value;    /* what the operator saw, after transformations; masked where sanitised */
    sk_str msg, data, severity, version; /* expanded; severity as a word, may be empty */
    const sk_str *tags;
    size_t tag_count;
    bool log, audit; /* false: nolog, noauditlog */
    bool disruptive; /* this one decided (or would have, when detecting) */
};
/* In the order of matching. */
const struct seclang_match *seclang_tx_matches(const struct seclang_tx *tx, size_t *count);
/* The value of TX.name, for scores; p NULL when unset. Of names with macros in them, those that
 * only the next rule of the chain looks at are not set where it cannot match. */
sk_str seclang_tx_get(const struct seclang_tx *tx, const char *name);
/* What setenv has set; p NULL when unset. */
sk_str seclang_tx_env(const struct seclang_tx *tx, sk_str name);
/* Decided at phase 5 by SecAuditEngine, SecAuditLogRelevantStatus, ctl and the matches. */
bool seclang_tx_audit_wanted(const struct seclang_tx *tx);
/* A PCRE2 match limit was hit: the request was not fully judged. The engine has already refused it
 * (SECLANG_ON) or recorded it (SECLANG_DETECT) as rule 0. */
bool seclang_tx_limit_hit(const struct seclang_tx *tx);
/* A rule that refuses has matched, whether the engine acts on it (SECLANG_ON) or not
 * (SECLANG_DETECT): one of seclang_tx_matches is disruptive. */
bool seclang_tx_would_refuse(const struct seclang_tx *tx);
/* Appends one line of JSON (with its newline), or ModSecurity's serial format (native, parts as
 * set). `site` and `outcome_status` are the host's. Secrets are masked: Authorization, Cookie and
 * Set-Cookie values, arguments whose names look like passwords or card data, sanitise* actions. */
struct seclang_audit_context {
    sk_str site;
    int status; /* what the client was answered */
};
void seclang_audit_json(struct sk_buf *out, const struct seclang_tx *tx,
                        const struct seclang_audit_context *context);
/* Concurrent: the file of this event, "/20261123/20261123-2226/20261123-222620-ID", below the
 * storage folder; and the index's line that leads to it (with its newline). */
sk_str seclang_audit_name(const struct seclang_tx *tx);
void seclang_audit_index(struct sk_buf *out, const struct seclang_tx *tx,
                         const struct seclang_audit_context *context, sk_str name, sk_str event);
void seclang_audit_serial(struct sk_buf *out, const struct seclang_tx *tx,
                          const struct seclang_audit_context *context);

#endif
