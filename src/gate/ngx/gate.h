/* The gate inside nginx: what its files share. This folder alone includes nginx's headers.
 *
 *     conf.c       configurations, merging, compiling each distinct rule list once
 *     directives.c what each directive does
 *     ctx.c        the context of a request, which survives internal redirects
 *     feed.c       requests and answers, given to the engine
 *     resolve.c    lists of bad addresses, by nginx's resolver
 *     request.c    phases 1 and 2, before anything is passed on
 *     response.c   phases 3 and 4, before the first byte leaves
 *     hold.c       what is held back of an answer
 *     area.c       areas that are for some networks and for those who have signed in
 *     session.c    who has: accounts is asked
 *     login.c      sign-ins of applications: failures recognised and limited
 *     challenge.c  a puzzle for those who may be no person
 *     human.c      a company's widget in its place, where one is configured
 *     shun.c       who is shut out, and the list of them
 *     claims.c     what a client may not say of itself, and the ticket that says it
 *     exchange.c      where fields are swapped for tokens and tokens shown: directives, requests
 *     exchange_in.c   bodies on their way in
 *     exchange_out.c  answers on their way out
 *     exchange_ask.c  the question to the vault
 *     refuse.c     the block page, redirects, closed connections
 *     log.c        phase 5, the error log
 *     log_words.c  what nginx's own error log says of a request, without its secrets
 *     audit.c      the audit log
 *     zone.c       counters and collections that workers share
 *     status.c     the status location
 *     vars.c       $sekisho_id and its sisters
 *     module.c     what nginx looks for */
#ifndef SEKISHO_GATE_NGX_GATE_H
#define SEKISHO_GATE_NGX_GATE_H

#include <ngx_config.h>

#include <ngx_core.h>
#include <ngx_http.h>

#include "base/net.h"
#include "gate/area.h"
#include "gate/exchange_wire.h"
#include "gate/id.h"
#include "gate/inflate.h"
#include "gate/limit.h"
#include "gate/outcome.h"
#include "gate/page.h"
#include "gate/rawhead.h"
#include "gate/shelf.h"
#include "gate/shun.h"
#include "gate/tally.h"
#include "seclang/seclang.h"
#include "ticket/ticket.h"

extern ngx_module_t ngx_http_sekisho_module;

enum {
    GATE_ARENA = 24576,    /* first chunk of a request's arena: one benign request */
    GATE_SLICE = 65536,    /* bytes of a spooled body that are read at a time */
    GATE_AUDITS = 8,       /* audit logs of one location */
    GATE_LINE = 8192,      /* bytes of an error log line; nginx alone would cut at 2048 */
    GATE_HOLD_BUF = 16384, /* bytes of an answer that are let go together */
    GATE_OVERLAP = 8192,   /* bytes of an answer that stay held behind what was judged */
    GATE_BUSY = 262144,    /* bytes on the way to a slow client before its source has to wait */
    GATE_BUFFERED = 0x08,  /* our bit of a connection's `buffered`; nginx's image filter has it too,
                              which takes types that nobody inspects */
    GATE_HOLD_MS = 1000,   /* of sekisho_hold, where it is not said */
    GATE_RETRY_MS = 100,   /* until a slow client is looked at again; nginx may come before */
    GATE_FRAME = 1024,    /* bytes by which compressed data may be longer than what it unpacks to */
    GATE_DRAIN = 1048576, /* bytes of a refused answer that are read before its source is left */
    GATE_AREAS = 64,      /* of a server */
    GATE_NETWORKS = 512,  /* of an area */
    GATE_SCREENS = 64,    /* of an area */
    GATE_LOGINS = 32,     /* of a server */
    GATE_ACCOUNTS = 4,    /* that one attempt may name; more are refused */
    GATE_PASS_USES = 10,  /* attempts that one challenge is good for */
    GATE_PASS_LIFE = 1800,
    GATE_PUZZLE_LIFE = 300,       /* seconds */
    GATE_PUZZLE = 100000,         /* a person's browser takes a second or less */
    GATE_PUZZLE_INSTEAD = 400000, /* the way around a company's widget is the dearer one */
    GATE_HUMAN_ASKS = 60,         /* tokens of one network that the company is asked about ... */
    GATE_HUMAN_WINDOW = 600,      /* ... within so many seconds */
    GATE_HUMAN_TOKEN_LIFE = 300,  /* seconds; no company's lives longer */
    GATE_HUMAN_REST = 60,         /* seconds without its widget once it was away */
    GATE_SPARED = 512,            /* networks that are never shut out */
    GATE_SHUN_STRIKES = 10,       /* of sekisho_shun, where it is not said */
    GATE_SHUN_LONGEST = 86400,    /* seconds */
    GATE_TARGET = 2048,           /* bytes of a target that signing in leads back to */
    GATE_EXCHANGES = 64,          /* places of a server where fields are swapped, or tokens shown */
    GATE_VAULT_MS = 2000,         /* of sekisho_vault, where it is not said */
    GATE_VAULT_IDLE = 8,          /* connections to the vault that a worker keeps */
    GATE_VAULT_HEAD = 8192,       /* bytes of the head of its answer */
    GATE_VAULT_ANSWER = 4 << 20,  /* bytes of the rest: every text of a window may be escaped */
    GATE_WINDOW_MS = 20           /* that tokens wait for others to be asked for with them */
};

/* ── configuration ── */

enum gate_mode {
    GATE_OFF,
    GATE_ON,      /* SecRuleEngine On, unless the rules say otherwise */
    GATE_DETECT,  /* SecRuleEngine DetectionOnly, whatever the rules say */
    GATE_AS_RULES /* modsecurity on: what the rules say */
};
enum gate_past { GATE_PAST_AS_RULES, GATE_PAST_REFUSE, GATE_PAST_WINDOWS };
enum gate_unseen { GATE_UNSEEN_REFUSE, GATE_UNSEEN_PASS };

/* One distinct list of rules; belongs to the main configuration, shared by all that equal it. */
struct gate_rules {
    unsigned char key[32];
    struct seclang_rules *rules;
    struct seclang_worker *worker; /* of this process; NULL in the master */
    const struct seclang_settings *settings;
    ngx_open_file_t *audit_file; /* SecAuditLog; NULL without */
    const char *audit_folder;    /* SecAuditLogStorageDir of Concurrent; NULL: Serial */
    bool resolver_missed;        /* it was said that @rbl has no resolver */
};

struct gate_audit {
    ngx_open_file_t *file;
    bool json;
};

struct gate_site_name {
    sk_str name;
    unsigned slot; /* on the board; GATE_SITES until the zone is there */
};

/* A place for some networks only, and for those who have signed in. */
struct gate_area_conf {
    sk_str path;
    sk_str realm;          /* empty: nobody has to sign in */
    int level;             /* that of the session must be at least so high */
    ngx_array_t *networks; /* of struct sk_net; a client must lie in one */
    ngx_array_t *screens;  /* of sk_str; a session must have one. Empty: any will do */
};

enum gate_challenge { GATE_CHALLENGE_OFF, GATE_CHALLENGE_ADAPTIVE, GATE_CHALLENGE_ALWAYS };
enum gate_of { GATE_OF_SOURCE, GATE_OF_NETWORK, GATE_OF_SITE, GATE_OF_ACCOUNT, GATE_OFS };

/* Where an application signs people in. */
struct gate_login_conf {
    sk_str path;
    sk_str account; /* the form's field; empty: accounts are not told apart */
    struct gate_outcome failed[GATE_OUTCOMES];
    unsigned failed_count;
    unsigned most[GATE_OFS]; /* failures within the window */
    int64_t window;          /* seconds */
    enum gate_challenge challenge;
};

/* An attempt that is on its way: counted as failed until its answer says otherwise. */
struct gate_attempt {
    const struct gate_login_conf *login; /* NULL: none */
    struct gate_limit_key key[GATE_OF_ACCOUNT + GATE_ACCOUNTS];
    unsigned keys;
    unsigned too_many : 1; /* accounts in one attempt */
};

/* A company's widget in place of the puzzle. */
struct gate_human_conf {
    struct gate_human human;
    ngx_str_t ask; /* the internal location at which tokens are asked about */
};

/* Where fields of requests are swapped for tokens. */
struct gate_exchange_conf {
    sk_str path;
    ngx_array_t *fields; /* of struct gate_exchange_field */
    sk_str earns;        /* the purpose under which the values may be read later; empty: none */
    unsigned tenant;     /* the segment of the path that names it, from 1; 0: none does */
    bool somebody_else;  /* the values are not of who types them */
    enum gate_charset charset; /* of the pages whose forms come here */
};

/* Where tokens of answers are shown. */
struct gate_show_conf {
    sk_str path;
    sk_str purpose;  /* empty: to the person whose they are */
    unsigned kinds;  /* bits; others are masked. 0: all */
    unsigned tenant; /* as above */
};

/* Where the vault listens. */
struct gate_vault {
    ngx_addr_t address;
    ngx_msec_t patience;
};

struct gate_main_conf {
    struct gate_vault *vault;      /* NULL: there is none */
    struct ticket_key *ticket_key; /* NULL: no tickets are made */
    struct gate_shun_rules shun;
    ngx_array_t *spared; /* of struct sk_net: never shut out; NULL: this machine alone */
    ngx_array_t *rules;  /* of struct gate_rules * */
    ngx_array_t *sites;  /* of struct gate_site_name * */
    ngx_shm_zone_t *zone;
    size_t zone_size;
    uint64_t generation;         /* the board's, when this configuration was loaded */
    const char *cache_folder;    /* NULL: none */
    struct seclang_cache *cache; /* while the configuration is read */
    struct gate_page *page;      /* the built-in one */
    struct gate_page *challenge; /* the page with the puzzle */
    struct gate_page *human;     /* the page with a company's widget */
    sk_arena *mem;               /* on the configuration's pool */
    unsigned cache_said : 1;
};

struct gate_loc_conf {
    ngx_int_t mode;                /* enum gate_mode or NGX_CONF_UNSET */
    struct seclang_source *own;    /* of this level; NULL without */
    struct seclang_source *source; /* of all levels down to this; NULL without */
    struct gate_rules *rules;      /* NULL: nothing is inspected here */
    struct gate_site_name *site;
    ngx_array_t *audits; /* of struct gate_audit; empty: off; NULL: SecAuditLog */
    ngx_flag_t use_error_log;
    ngx_http_complex_value_t *id;
    ngx_uint_t past_limit;       /* enum gate_past */
    ngx_msec_t hold;             /* an answer is held at most so long; 0: to its end or limit */
    ngx_uint_t unknown_encoding; /* enum gate_unseen */
    const struct gate_page *page;
    ngx_flag_t shun;               /* who attacks is shut out */
    ngx_array_t *logins;           /* of struct gate_login_conf; NULL: none */
    ngx_array_t *areas;            /* of struct gate_area_conf; NULL: none */
    struct gate_human_conf *human; /* NULL: none */
    ngx_str_t session_uri;  /* where accounts is asked; empty: nobody may enter where one must */
    ngx_array_t *exchanges; /* of struct gate_exchange_conf; NULL: none */
    ngx_array_t *shows;     /* of struct gate_show_conf; NULL: none */
};

/* directives.c */
extern ngx_command_t gate_commands[];
/* conf.c */
void *gate_main_conf_create(ngx_conf_t *cf);
char *gate_main_conf_init(ngx_conf_t *cf, void *conf);
void *gate_loc_conf_create(ngx_conf_t *cf);
char *gate_loc_conf_merge(ngx_conf_t *cf, void *parent, void *child);
struct seclang_source *gate_source_new(ngx_conf_t *cf);
/* cache.c */
char *gate_cache_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* As seclang_rules_new, through the cache where there is one. */
sk_err gate_rules_load(struct seclang_rules **rules, ngx_conf_t *cf, struct gate_main_conf *mcf,
                       const struct seclang_source *source) SK_CHECKED;
/* All rules are loaded: what was compiled is written, and the cache closed. */
void gate_cache_done(ngx_conf_t *cf, struct gate_main_conf *mcf);
/* An arena on the pool; goes with it. NULL without memory. */
sk_arena *gate_arena_new(ngx_pool_t *pool, size_t chunk);

/* ── a request ── */

/* Bytes that are held back, in buffers of our own; hold.c. On the request's pool. */
struct gate_hold {
    ngx_chain_t *first, **last, *tail;
    size_t size; /* bytes that are held */
    ngx_chain_t *busy, *free;
};

/* An answer whose body is judged. */
struct gate_answer {
    struct gate_hold hold;
    ngx_chain_t *in;              /* not yet looked at: the client is slower than the source */
    struct gate_inflate *inflate; /* NULL: not compressed */
    enum seclang_feed fed;
    size_t seen;   /* bytes given to the engine */
    size_t judged; /* of them, when something left for the last time */
    size_t busy;   /* bytes that have left the hold and not yet the process */
    ngx_event_t timer;
    unsigned broken : 1;  /* the compressed body is */
    unsigned at_once : 1; /* events: nothing is held for longer than it takes to judge it */
};

/* What a company says of somebody. */
enum gate_opinion { GATE_OPINION_AWAY, GATE_OPINION_NO, GATE_OPINION_PERSON };

/* Of a request where fields are swapped or tokens shown; on the request's pool. */
struct gate_exchange {
    const struct gate_exchange_conf *route; /* NULL: no fields are swapped */
    const struct gate_show_conf *show;      /* NULL: only the browser's own values are shown */
    sk_str self;                            /* the cookie that names the browser's person */
    sk_str set_self;                        /* its new value; empty: it stays as it is */
    int64_t age;                            /* of that one, seconds */
    struct gate_ask *ask;                   /* the question on its way; NULL: none */
    /* in */
    struct gate_exchange_in *in;
    sk_str *tokens;
    enum { GATE_IN_NEW, GATE_IN_READING, GATE_IN_ASKING, GATE_IN_ANSWERED, GATE_IN_DONE } step;
    enum sk_kind refusal; /* SK_OK: none */
    char why[128];        /* of it */
    /* out */
    struct gate_out *out; /* NULL: this answer is not looked at */
    struct gate_inflate *inflate;
    struct sk_buf unpacked; /* not yet in the window */
    size_t unpacked_at;
    ngx_chain_t *chain; /* not yet looked at */
    struct gate_hold hold;
    size_t busy;   /* bytes on the way to the client */
    sk_json *said; /* what the vault says of the window's tokens */
    ngx_event_t timer;
    unsigned last_seen : 1; /* the source has ended */
    unsigned ended : 1;     /* all of it is in the window, or sent */
    unsigned sent_end : 1;
    unsigned hurry : 1;    /* what is in the window has waited long enough */
    unsigned answered : 1; /* `said` is of this window, or the vault is away */
    unsigned alone : 1;    /* the purpose was refused: only the browser's own are asked for */
    unsigned away : 1;     /* the vault: of this answer nothing is shown any more */
    unsigned broken : 1;   /* the compressed answer is */
};

/* Who has signed in, as accounts says. Texts are empty where nobody has. */
struct gate_who {
    sk_str principal, role, tenant, session;
    sk_str screens; /* names with commas between; "*": all */
    int level;
};

struct gate_ctx {
    ngx_http_request_t *r; /* the main request */
    struct gate_loc_conf *conf;
    sk_arena *mem;
    struct seclang_tx *tx; /* NULL: nothing inspects this request */
    sk_str id;
    char made_id[GATE_ID];
    struct seclang_verdict verdict; /* of the refusal */
    int status;                     /* what the refused client is answered; 444: nothing */
    enum seclang_feed fed;          /* the request's body */
    struct gate_answer answer;
    struct gate_lookup *lookups; /* resolve.c: what was asked about the client */
    unsigned pending;            /* of them, not yet answered */
    size_t drained;
    struct gate_exchange *exchange;    /* NULL: nothing is swapped */
    const struct gate_area_conf *area; /* that the request goes into; NULL: none */
    struct gate_who who;
    ngx_uint_t session_status; /* what accounts answered; 0: nothing */
    struct gate_attempt attempt;
    int64_t retry_after;   /* seconds, told to the refused; 0: nothing */
    enum gate_cause cause; /* of a refusal of ours; GATE_CAUSES: as its status says */
    sk_str human_question; /* what the provider is asked */
    void (*human_then)(ngx_http_request_t *r, enum gate_opinion opinion);
    enum gate_opinion opinion; /* what it has answered */
    unsigned human_done : 1;   /* it has answered, or cannot */

    unsigned waits;             /* bits of those who hold something back: see gate_waits */
    unsigned shut_out : 1;      /* by the shun list: nothing else was looked at */
    unsigned session_asked : 1; /* accounts was asked for `area` */
    unsigned session_done : 1;  /* it has answered, or cannot */
    unsigned waiting : 1;       /* for the body, or for the resolver */
    unsigned reading : 1;       /* the body, which is judged as it arrives */
    unsigned asked : 1;         /* phase 1 is done */
    unsigned judged : 1;        /* phase 2 is done, or a refusal ended it */
    unsigned answering : 1;     /* the answer's header was seen */
    unsigned holding : 1;       /* the answer is held back */
    unsigned refused : 1;
    unsigned refused_answer : 1; /* it was the answer that was refused */
    unsigned swallowing : 1;     /* the refusal is sent; what the source still sends is dropped */
    unsigned page_due : 1;       /* in place of the page that nginx is about to send */
    unsigned past_limit : 1;
    unsigned answer_judged : 1; /* phase 4 is done */
    unsigned logged : 1;
};

static inline sk_str
gate_str(ngx_str_t s)
{
    return (sk_str){ (const char *)s.data, s.len };
}

static inline ngx_str_t
gate_ngx(sk_str s)
{
    return (ngx_str_t){ s.n, (u_char *)s.p };
}

/* ctx.c: of r's main request. _find gives NULL when there is none yet. */
struct gate_ctx *gate_ctx_find(ngx_http_request_t *r);
struct gate_ctx *gate_ctx_get(ngx_http_request_t *r);
/* Gives the context its memory and configuration where it has none. NGX_ERROR without memory. */
ngx_int_t gate_ctx_furnish(struct gate_ctx *ctx, struct gate_loc_conf *conf);
/* Gives the context a transaction under conf. NGX_ERROR when the worker has none to give. */
ngx_int_t gate_ctx_open(struct gate_ctx *ctx, struct gate_loc_conf *conf);

/* feed.c. Of a request that nginx refused before it had parsed it, the rest is read from the bytes
 * that came. */
void gate_feed_request(struct seclang_tx *tx, ngx_http_request_t *r, sk_arena *mem);
void gate_feed_answer(struct seclang_tx *tx, ngx_http_request_t *r, sk_arena *mem);
/* Gives a buffer's bytes, from memory or file, in slices until take answers false.
 * NGX_ERROR when the file cannot be read. */
ngx_int_t gate_feed_buf(const ngx_buf_t *b, ngx_log_t *log, bool (*take)(void *ctx, sk_str slice),
                        void *ctx);
/* The number of a header in a list, or NULL. */
ngx_table_elt_t *gate_header_find(ngx_list_t *headers, sk_str name);

/* area.c */
char *gate_area_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t gate_area_handler(ngx_http_request_t *r);
/* The client's address; false: it has none (a Unix socket). */
bool gate_client_net(struct sk_net *net, const ngx_http_request_t *r);
/* session.c: asks accounts about ctx->area; ctx->session_done afterwards. NGX_AGAIN: wait. */
ngx_int_t gate_session_ask(ngx_http_request_t *r, struct gate_ctx *ctx);
/* Where signing in for the area leads back to this request; on ctx->mem. */
sk_str gate_session_sign_in(const ngx_http_request_t *r, struct gate_ctx *ctx);
/* login.c */
char *gate_login_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* A request that the rules let pass. NGX_DECLINED: go on. */
ngx_int_t gate_login_judge(ngx_http_request_t *r);
void gate_login_answer(ngx_http_request_t *r, struct gate_ctx *ctx);
/* challenge.c */
enum { GATE_BODY = 4096, GATE_BODY_HUMAN = 16384 }; /* bytes of a solution's form, of a token's */
char *gate_challenge_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* Whether the client has solved one lately and has uses of it left, of which this is one. */
bool gate_challenge_passed(ngx_http_request_t *r, struct gate_ctx *ctx);
/* human.c */
char *gate_human_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* Whether the page shows the widget now: there is one, and it was not away lately. */
bool gate_human_shown(const struct gate_main_conf *mcf, const struct gate_loc_conf *conf);
/* Whether a token may be asked about: it is one, was not before, and its network (`place`) has not
 * had too many. */
bool gate_human_may_ask(const struct gate_main_conf *mcf, sk_str token, sk_str place);
/* Asks; `then` finishes the request. NGX_ERROR: it cannot be asked. */
ngx_int_t gate_human_ask(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str token,
                         void (*then)(ngx_http_request_t *r, enum gate_opinion opinion));
/* shun.c */
char *gate_shun_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *gate_shun_spare_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *gate_shun_list_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* NGX_DECLINED: the client is not shut out; else what it is answered. */
ngx_int_t gate_shun_judge(ngx_http_request_t *r, struct gate_loc_conf *conf);
/* An attack, or what looks like one, at the end of a request. */
void gate_shun_note(const struct gate_ctx *ctx);
/* claims.c */
char *gate_ticket_key_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* Takes away what the client says in our name: headers X-Sekisho-*. */
void gate_claims_strip(ngx_http_request_t *r);
/* A ticket for this request, on ctx->mem; empty without a key. */
sk_str gate_claims_ticket(struct gate_ctx *ctx);
/* The same on mem, for our own question to the vault: of a request in no area with the place's
 * path. */
sk_str gate_claims_ticket_at(sk_arena *mem, struct gate_ctx *ctx, sk_str path);
/* The value of a cookie that the client sent; empty: none, or two that differ. */
sk_str gate_claims_cookie_of(const ngx_http_request_t *r, sk_str name);
/* The client's cookies without our sessions, for the upstream; on ctx->mem. */
sk_str gate_claims_cookie(struct gate_ctx *ctx);
/* Removes cookies from an upstream's answer that would be our sessions. */
void gate_claims_answer(ngx_http_request_t *r);

/* request.c */
ngx_int_t gate_request_handler(ngx_http_request_t *r);
void gate_request_filter(void);
/* resolve.c: NGX_AGAIN: the request is to wait (ctx->waiting), and its phases are run again. */
ngx_int_t gate_resolve_client(struct gate_ctx *ctx);
void gate_resolve_cancel(struct gate_ctx *ctx);
bool gate_resolve_possible(const ngx_http_core_loc_conf_t *clcf);
bool gate_resolve_listed(void *ctx, sk_str name); /* seclang_host.listed */
/* response.c */
void gate_response_filters(void);
/* next.c: the filters behind ours. */
extern ngx_http_output_header_filter_pt gate_next_header;
extern ngx_http_output_body_filter_pt gate_next_body;
/* Puts ours in front of all that are there. */
void gate_next_behind(ngx_http_output_header_filter_pt header, ngx_http_output_body_filter_pt body);
/* refuse.c: answers a request in the rewrite phase; what it returns finishes the request. */
ngx_int_t gate_refuse_request(struct gate_ctx *ctx, struct seclang_verdict verdict);
/* Refuses for a reason of the gate's own, which the record tells under its number. */
struct gate_reason {
    unsigned rule;
    int status;
    enum gate_cause cause;
    const char *why; /* a sentence, for the record */
};
bool gate_refuse_leads_back(ngx_http_request_t *r); /* it is a page's, for a person */
ngx_int_t gate_refuse_own(ngx_http_request_t *r, const struct gate_reason *reason, sk_str about);
ngx_table_elt_t *gate_refuse_header(ngx_http_request_t *r, const char *name, sk_str value);
/* What the page of a refusal says; the cause is ctx->cause, or as the status says. */
struct gate_page_facts gate_refuse_facts(struct gate_ctx *ctx);
/* 303 with words for those who do not follow it. */
ngx_int_t gate_refuse_elsewhere(ngx_http_request_t *r, sk_str url, enum gate_cause cause);
/* The same while the body is being read: what it returns ends the reading, and nginx answers with
 * a page of its own, in whose place _instead puts ours (from the header filter). */
ngx_int_t gate_refuse_body(struct gate_ctx *ctx, struct seclang_verdict verdict);
ngx_int_t gate_refuse_instead(struct gate_ctx *ctx);
/* The same from a filter: what it returns is the filter's. */
ngx_int_t gate_refuse_answer(struct gate_ctx *ctx, struct seclang_verdict verdict);
/* log.c */
ngx_int_t gate_log_handler(ngx_http_request_t *r);
/* From here on nginx's error log masks what it says of the request. */
ngx_int_t gate_log_words_handler(ngx_http_request_t *r);
/* error_log.c */
void gate_error_log_line(void *ctx, sk_str line); /* seclang_host.log; ctx is a struct gate_ctx */
/* Whether it takes warnings here. */
bool gate_error_log_warns(const struct gate_ctx *ctx);
/* zone.c */
ngx_int_t gate_zone_add(ngx_conf_t *cf, struct gate_main_conf *mcf);
void gate_zone_count(const struct gate_ctx *ctx, const struct gate_loc_conf *conf,
                     enum gate_count what);
/* Counts which servers this request was given to: see gate_board's upstreams. */
void gate_zone_upstreams(ngx_http_request_t *r);
struct gate_board *gate_zone_board(const struct gate_main_conf *mcf);
/* Notes on the board of the configuration that runs why another was refused; nothing where none
 * runs. */
void gate_zone_refused(const char *why);
/* What lies there beside them, under the zone's lock; NULL where there is no zone. */
struct gate_limit *gate_zone_limit(const struct gate_main_conf *mcf);
struct gate_shun *gate_zone_shun(const struct gate_main_conf *mcf);
void gate_zone_lock(const struct gate_main_conf *mcf);
void gate_zone_unlock(const struct gate_main_conf *mcf);
/* How often this was used before within `window` seconds; it is once more now. */
unsigned gate_zone_use(const struct gate_main_conf *mcf, const char *kind, sk_str thing,
                       int64_t window);
void gate_zone_store(struct seclang_store *store, const struct gate_main_conf *mcf);
/* status.c */
/* Answers with a text of that type; both on the request's pool, or static. */
ngx_int_t gate_text_send(ngx_http_request_t *r, ngx_uint_t status, sk_str type, sk_str text);
char *gate_status_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* vars.c */
ngx_int_t gate_vars_add(ngx_conf_t *cf);
/* audit.c: writes tx's event into the audit logs of its place, if it is wanted there. */
void gate_audit(const struct gate_ctx *ctx, const struct seclang_tx *tx, int status);
/* hold.c */
void gate_hold_init(struct gate_hold *hold);
ngx_int_t gate_hold_add(ngx_http_request_t *r, struct gate_hold *hold, sk_str bytes);
/* Marks the end of the body behind what is held. */
ngx_int_t gate_hold_end(ngx_http_request_t *r, struct gate_hold *hold);
/* Takes off what may leave: whole buffers, so that at least the last `stay` bytes stay. */
ngx_chain_t *gate_hold_cut(struct gate_hold *hold, size_t stay);
/* `out` was given to the next filter: buffers that have left are used again. How many bytes have
 * not left yet. */
size_t gate_hold_sent(ngx_http_request_t *r, struct gate_hold *hold, ngx_chain_t *out);
/* nginx does not end a request while something waits, whoever of ours holds it. */
enum { GATE_WAITS_ENGINE = 1, GATE_WAITS_EXCHANGE = 2 };
void gate_waits(struct gate_ctx *ctx, unsigned who, bool waits);

/* exchange.c */
char *gate_vault_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *gate_exchange_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *gate_show_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
ngx_int_t gate_exchange_handler(ngx_http_request_t *r);
/* Ends what is on its way; what lies outside of the pool is given back. */
void gate_exchange_end(struct gate_ctx *ctx);
/* What the questions of this request say besides; on mem. */
struct gate_wire_about gate_exchange_about(sk_arena *mem, struct gate_ctx *ctx, unsigned tenant);
/* exchange_in.c: NGX_OK: the body is swapped, or has nothing to swap; NGX_AGAIN, NGX_DONE: wait. */
ngx_int_t gate_exchange_body(ngx_http_request_t *r, struct gate_ctx *ctx);
/* exchange_out.c */
void gate_exchange_filters(void);
/* exchange_ask.c */
/* `status` is HTTP's; 0: the vault is away, or too slow. The body is the callee's until it returns.
 */
typedef void gate_ask_done(void *ctx, int status, sk_str body);
/* POSTs the body; all texts are copied. `done` is called once, later, unless it is cancelled. NULL:
 * the vault is away. */
struct gate_ask *gate_ask(const struct gate_vault *vault, const char *path, sk_str ticket,
                          sk_str body, gate_ask_done *done, void *ctx);
void gate_ask_cancel(struct gate_ask *ask); /* NULL is allowed */

#endif
