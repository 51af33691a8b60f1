/* Rules that explain themselves: what a rule set says (survey, portrait), what is wrong with it
 * (notes), how a request met it (sightings). For the command line and for tests; a gate that serves
 * requests needs none of it, and pays for none of it. */
#ifndef SECLANG_INSPECT_H
#define SECLANG_INSPECT_H

#include "seclang/seclang.h"

/* ── how a request met the rules ── */

enum { SECLANG_SIGHTINGS_MOST = 1000 }; /* of one transaction; later ones go untold */

/* A value after one transformation; the first is the value as it came, with tf NULL. Steps that
 * changed nothing are there as well: their text is that of the step before. */
struct seclang_step_text {
    const char *tf;
    sk_str text;
};
/* A variable of TX before and after a rule's actions; p NULL: not set. */
struct seclang_change {
    sk_str name;
    sk_str before, after;
    bool adds; /* by + or - */
};

/* One rule, or one member of a chain, that matched one value. */
struct seclang_sighting {
    unsigned rule;   /* id of the chain's first */
    unsigned member; /* place in the chain, from 0 */
    unsigned phase;
    const char *file;
    unsigned line;
    bool always;     /* SecAction: no value, no operator */
    sk_str variable; /* "ARGS:q" */
    const struct seclang_step_text *step;
    size_t step_count;
    const char *op; /* "rx" */
    bool negated;
    sk_str argument; /* expanded */
    sk_str part;     /* of a pattern: what of it the value needed; else empty */
    bool located;    /* the operator says where: [from, to) of the last step's text */
    size_t from, to;
    bool traced; /* [raw_from, raw_to) of the value as it came is enough for the match */
    size_t raw_from, raw_to;
    bool secret;   /* values are masked, nothing is located */
    bool complete; /* the last of its chain: the rule as a whole has matched */
    bool log;      /* the rule says log */
    bool decisive; /* it decided, or would have when only detecting */
    sk_str msg, severity;
    const struct seclang_change *change;
    size_t change_count;
};

/* From now on. Costs memory and time for each match. */
void seclang_tx_watch(struct seclang_tx *tx);
/* In the order of matching, with secrets masked as in the audit log. On the transaction's arena. */
const struct seclang_sighting *seclang_tx_sightings(struct seclang_tx *tx, size_t *count);

/* ── what a rule set says ── */

struct seclang_survey;

/* Reads what `source` lists and goes on after faults where that is sound. Yours:
 * seclang_survey_free. */
struct seclang_survey *seclang_survey_new(const struct seclang_source *source);
void seclang_survey_free(struct seclang_survey *survey);
/* Borrowed; NULL when there were faults. */
const struct seclang_rules *seclang_survey_rules(const struct seclang_survey *survey);
/* What is wrong, as texts "file:line:column: what"; how many. Borrowed. */
size_t seclang_survey_faults(const struct seclang_survey *survey, const char *const **fault);
size_t seclang_survey_count(const struct seclang_survey *survey);

enum seclang_note_kind {
    SECLANG_NOTE_FAULT,      /* nothing is loaded with it; `text` says it */
    SECLANG_NOTE_WARNING,    /* loads; `text` says what may be wrong */
    SECLANG_NOTE_SLOW,       /* `subject`: the part of the pattern that repeats; and `slow` */
    SECLANG_NOTE_NEVER_RUNS, /* what is configured keeps it from ever matching */
    SECLANG_NOTE_NEVER_SET,  /* `subject`: a variable of TX that nothing sets */
    SECLANG_NOTE_INHERITS    /* `subject`: transformations of SecDefaultAction, no t:none said */
};
struct seclang_note {
    enum seclang_note_kind kind;
    const char *file; /* "" where it has no place */
    unsigned line, column;
    unsigned rule; /* 0: of none */
    sk_str subject, text;
    struct {
        sk_str before, pump, behind; /* the value: before pump pump pump ... behind */
        unsigned times;              /* with so many pumps it takes more than a million steps */
        unsigned power; /* steps grow with this power of the length; SECLANG_POWER_EXPONENTIAL */
    } slow;
};
enum { SECLANG_POWER_EXPONENTIAL = 99, SECLANG_NOTES_MOST = 10000 };
/* Looks for everything: faults, warnings, then rule by rule. A pattern takes up to a second;
 * `progress` (may be NULL) is told how many rules are done. Borrowed from the survey. */
const struct seclang_note *seclang_survey_notes(struct seclang_survey *survey, size_t *count,
                                                void (*progress)(void *ctx, size_t done, size_t of),
                                                void *ctx);

/* ── one rule ── */

struct seclang_portrait_target {
    sk_str text; /* "ARGS:q", "&REQUEST_HEADERS:Host" */
    bool excluded;
    bool added; /* by a directive outside of the rule, which stands at: */
    const char *file;
    unsigned line;
};
struct seclang_portrait_act {
    sk_str text;    /* "setvar:TX.score += %{tx.critical}" */
    sk_str meaning; /* of a setvar whose value the configuration fixes: "5"; else empty */
};
struct seclang_portrait_rule {
    const char *file;
    unsigned line, column;
    bool always; /* SecAction */
    bool negated, capture, multi_match;
    const struct seclang_portrait_target *target;
    size_t target_count;
    const char *const *tf;
    size_t tf_count;
    const char *op;
    sk_str argument; /* as written */
    const struct seclang_portrait_act *act;
    size_t act_count;
};
enum seclang_touch {
    SECLANG_REMOVED,    /* SecRuleRemoveBy...: the rule is not there */
    SECLANG_MAY_REMOVE, /* ctl of rule `by`: the rule does not run when that one matches */
    SECLANG_MAY_EXCLUDE /* ctl of rule `by`: `target` is not looked at then */
};
struct seclang_portrait_touch {
    enum seclang_touch touch;
    unsigned by;
    const char *file;
    unsigned line;
    sk_str target;
};
struct seclang_portrait {
    unsigned id, phase;
    const struct seclang_portrait_rule *member; /* its chain; a single one mostly */
    size_t member_count;
    const char *does; /* "block" is told as what it means here: "deny", "pass" */
    int status;       /* of deny and redirect */
    bool log, audit;
    int severity; /* 0..7, -1 none */
    sk_str msg, logdata;
    const char *version; /* NULL: none */
    const sk_str *tag;
    size_t tag_count;
    bool never_runs; /* with what is configured */
    const struct seclang_portrait_touch *touch;
    size_t touch_count;
};
/* False: there is no such rule. Lies on the survey's memory. */
bool seclang_survey_portrait(struct seclang_portrait *portrait, struct seclang_survey *survey,
                             unsigned id);
/* The ids that are nearest, for "did you mean"; at most `most`. */
size_t seclang_survey_near(unsigned *id, size_t most, const struct seclang_survey *survey,
                           unsigned wanted);

/* A pattern in lines of at most `width` bytes where it can be broken: alternatives of a group stand
 * below each other, `indent` blanks deeper. Not to be read by a machine. */
void seclang_pattern_write(struct sk_buf *out, sk_str pattern, size_t width, unsigned indent);

#endif
