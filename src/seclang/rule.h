/* A rule set as it runs: what parsing and linking make and the runtime reads. Constant after
 * loading; all of it lies in the rule set's arena.
 *
 *     rules ── phase[1..5] ── step, step, step ...       a step is a rule or a marker
 *                               │
 *                               └ rule ─ chain ─▶ rule ─ chain ─▶ rule      (a chain of rules)
 *                                   ├ targets, exclusions   which values
 *                                   ├ form                  which transformation chain
 *                                   ├ filter, op, state     the question
 *                                   └ actions, messages     what follows
 */
#ifndef SECLANG_RULE_H
#define SECLANG_RULE_H

#include "seclang/charset.h"
#include "seclang/geo.h"
#include "seclang/op/op.h"
#include "seclang/seclang.h"
#include "seclang/tf/tf.h"
#include "seclang/var/var.h"

enum { SECLANG_PHASES = 6 }; /* [1..5] are used */

/* ── texts with %{macros} ── */

struct seclang_macro_part {
    sk_str literal; /* counts when var is SECLANG_VAR_COUNT */
    enum seclang_var var;
    sk_str name; /* lower case: the member of a collection; empty for scalars */
    int tx_slot; /* for TX names that are known when loading; else -1 */
    sk_str text; /* as written, "%{tx.foo}": kept where it names nothing */
};
struct seclang_macro {
    const struct seclang_macro_part *part;
    size_t count; /* 0: no text. One literal part: constant. */
};
static inline bool
seclang_macro_constant(const struct seclang_macro *macro)
{
    return macro->count == 0 || (macro->count == 1 && macro->part[0].var == SECLANG_VAR_COUNT);
}

/* ── which values ── */

enum seclang_pick { SECLANG_PICK_ALL, SECLANG_PICK_NAME, SECLANG_PICK_REGEX };

struct seclang_selector {
    enum seclang_pick pick;
    sk_str name;                 /* lower case for NAME; the pattern for REGEX; XML's XPath */
    const struct seclang_op *rx; /* REGEX: the row of @rx and its state, not case sensitive */
    void *rx_state;
    sk_str prefix;        /* REGEX: what takes the same, where the pattern is ^ and a plain word */
    const unsigned *slot; /* REGEX on TX: the slots whose names it takes, ascending */
    size_t slot_count;
    int tx_slot; /* TX:name; else -1 */
};
struct seclang_target {
    enum seclang_var var;
    bool count; /* &ARGS */
    struct seclang_selector selector;
};
/* !ARGS:foo, SecRuleUpdateTarget*, ctl:ruleRemoveTarget*: same shape, taken away. An exclusion of
 * ARGS also takes away from ARGS_GET and ARGS_POST, and the other way round, as mod_security 2. */

/* ── transformation chains: a tree; node 0 is the text as it is ── */

struct seclang_form {
    unsigned parent;
    const struct seclang_tf *tf; /* NULL for node 0 */
    unsigned depth;
};

/* ── actions that are not settings of the rule ── */

enum seclang_act_kind {
    SECLANG_ACT_SETVAR,
    SECLANG_ACT_EXPIREVAR,
    SECLANG_ACT_DEPRECATEVAR,
    SECLANG_ACT_INITCOL,
    SECLANG_ACT_SETUID,
    SECLANG_ACT_SETSID,
    SECLANG_ACT_SETRSC,
    SECLANG_ACT_SETENV,
    SECLANG_ACT_CTL,
    SECLANG_ACT_SANITISE_ARG,
    SECLANG_ACT_SANITISE_MATCHED,
    SECLANG_ACT_SANITISE_REQUEST_HEADER,
    SECLANG_ACT_SANITISE_RESPONSE_HEADER
};
enum seclang_setvar_kind { SECLANG_SET, SECLANG_ADD, SECLANG_SUBTRACT, SECLANG_DELETE };

enum seclang_ctl_kind {
    SECLANG_CTL_RULE_ENGINE,
    SECLANG_CTL_AUDIT_ENGINE,
    SECLANG_CTL_AUDIT_LOG_PARTS,
    SECLANG_CTL_REQUEST_BODY_ACCESS,
    SECLANG_CTL_REQUEST_BODY_LIMIT,
    SECLANG_CTL_REQUEST_BODY_PROCESSOR,
    SECLANG_CTL_FORCE_REQUEST_BODY_VARIABLE,
    SECLANG_CTL_RESPONSE_BODY_ACCESS,
    SECLANG_CTL_RESPONSE_BODY_LIMIT,
    SECLANG_CTL_DEBUG_LOG_LEVEL,
    SECLANG_CTL_REMOVE_RULES,  /* ruleRemoveById/ByTag/ByMsg: resolved to `rules` */
    SECLANG_CTL_REMOVE_TARGETS /* ruleRemoveTargetById/ByTag/ByMsg: `rules` lose `target` */
};

struct seclang_action {
    enum seclang_act_kind kind;
    enum seclang_var collection; /* setvar, expirevar: TX or a persistent one; initcol: which */
    struct seclang_macro name;   /* setvar's variable; header, argument or environment name */
    int tx_slot;                 /* setvar of a TX name known when loading; else -1 */
    enum seclang_setvar_kind set;
    struct seclang_macro value; /* setvar's value, expirevar's seconds, initcol's key, setuid ... */
    enum seclang_ctl_kind ctl;
    int number;            /* ctl: an enum value, a limit, a flag, plus(1)/minus(-1)/set(0) */
    sk_str text;           /* ctl: audit parts, body processor's name */
    const unsigned *rules; /* ctl: indexes into rules->rule, ascending */
    size_t rule_count;
    struct seclang_target target; /* ctl: what they lose */
};

/* ── a rule ── */

enum seclang_disruptive {
    SECLANG_DO_PASS,
    SECLANG_DO_BLOCK, /* what SecDefaultAction says; resolved when linking */
    SECLANG_DO_DENY,
    SECLANG_DO_DROP,
    SECLANG_DO_REDIRECT,
    SECLANG_DO_ALLOW,
    SECLANG_DO_ALLOW_PHASE,
    SECLANG_DO_ALLOW_REQUEST,
    SECLANG_DO_NONE
};

struct seclang_rule {
    /* what walking the rules looks at, together: it is read for each request */
    const struct seclang_rule *chain; /* next member, NULL for the last */
    const struct seclang_rule *head;  /* first member (itself, where it is the first) */
    const struct seclang_target *target;
    size_t target_count;
    const struct seclang_op *op;
    void *op_state;
    struct seclang_macro argument;
    unsigned index; /* place in rules->rule; heads and members alike */
    unsigned form;  /* node in rules->form */
    int question;   /* its bit in the screen of its phase; -1: it is walked (screen.h) */
    int relayed;    /* of a relay's first: a second bit, whether its chain may match; else -1 */
    const struct seclang_relay *relay; /* relay.h; NULL: it is none */
    bool unconditional;                /* SecAction */
    bool multi_match;
    bool negated;
    bool filtered; /* filter counts (never for negated operators) */
    bool capture, log, audit;
    bool silent;    /* of a chain's first: its matches are neither logged nor audited nor refuse */
    bool remembers; /* of a chain's first: a later member looks at MATCHED_VARS */
    enum seclang_disruptive disruptive;
    unsigned skip_to; /* skip, skipAfter: index in the phase's steps to go on with after a match;
                         0: no skip. Beyond the last step when the marker does not exist */
    int severity;     /* 0..7, -1 none */
    unsigned phase;
    const struct seclang_action *action;
    size_t action_count;
    int bulk; /* phase 4: its index in rules->bulk, else -1 */
    struct seclang_filter filter;

    unsigned id; /* 0: none given (members of a chain) */
    unsigned line;
    const char *file;
    const struct seclang_target *exclusion;
    size_t exclusion_count;
    int status; /* of deny and redirect; 403 when not said */
    struct seclang_macro url, msg, logdata;
    const struct seclang_macro *tag;
    size_t tag_count;
    const sk_str *tag_text; /* the tags where none has a macro; else NULL */
    const char *version, *revision;
    int maturity, accuracy;
    sk_str xmlns; /* unused by the engine: kept for the audit log */
};

/* Whether the rule looks at the variable: by target, in its argument, its texts or its actions. */
bool seclang_rule_reads(const struct seclang_rule *rule, enum seclang_var var);
/* Whether it looks at all members of the variable, by whatever name. */
bool seclang_rule_reads_whole(const struct seclang_rule *rule, enum seclang_var var);

struct seclang_step {
    const struct seclang_rule *rule;
};

struct seclang_owned {
    const struct seclang_op *op;
    void *state;
};

struct seclang_rules {
    sk_arena *mem;
    struct seclang_settings settings;
    struct seclang_rule *rule; /* all, by index */
    size_t rule_count;
    struct {
        const struct seclang_step *step;
        size_t count;
        const struct seclang_screen *screen; /* NULL: all steps are walked */
    } phase[SECLANG_PHASES];
    const struct seclang_form *form;
    size_t form_count;
    const sk_str *tx_name; /* of the slots; lower case. Slots 0 to 9 are TX:0 to TX:9 */
    size_t tx_slot_count;
    const sk_str *tx_value;    /* by slot: what a transaction begins with; p NULL: unset */
    struct seclang_bulk *bulk; /* what rules ask of RESPONSE_BODY (link/plan.c); NULL: none */
    size_t bulk_count;
    const struct seclang_unicode_map *unicode_map;
    struct seclang_geo *geo; /* SecGeoLookupDb; NULL: none */
    const sk_str *rbl_zone;  /* lower case, each once: what @rbl asks about the client */
    size_t rbl_zone_count;
    struct seclang_audit_filter {
        const struct seclang_op *rx; /* SecAuditLogRelevantStatus; NULL: any 4xx but 404, any 5xx */
        void *state;
    } relevant_status;
    unsigned collection_timeout; /* seconds; SecCollectionTimeout, default 3600 */
    char argument_separator;
    unsigned form_charsets; /* SekishoFormCharset, by seclang_charset_bit; 0: nothing is decoded */
    enum seclang_charset form_charset; /* of forms that do not say */
    int cookie_format;
    const char *web_app_id;
    unsigned char key[32]; /* names the generation: hash of the sources */
    struct seclang_warning *warning;
    size_t warning_count;
    struct seclang_owned *owned; /* compiled states, each once: what seclang_rules_free frees */
    size_t owned_count;
};

#endif
