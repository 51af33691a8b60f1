/* Rules as they were written: what directives may still change before linking makes struct
 * seclang_rule of them. Drafts and their lists end with loading; texts and the parts of macros lie
 * in the rules' arena, since rules keep them. */
#ifndef SECLANG_PARSE_DRAFT_H
#define SECLANG_PARSE_DRAFT_H

#include "seclang/parse/conf_text.h"
#include "seclang/rule.h"

enum {
    SECLANG_RULES_MOST = 65536,  /* rules and markers of one rule set */
    SECLANG_TARGETS_MOST = 1024, /* of one rule, exclusions included */
    SECLANG_ACTIONS_MOST = 1024, /* of one rule, of each kind that may stand more than once */
    SECLANG_PARTS_MOST = 256     /* literal and macro parts of one text */
};

/* How ctl and SecRuleRemoveBy..., SecRuleUpdateTargetBy... name rules. */
enum seclang_pick_by { SECLANG_BY_ID, SECLANG_BY_TAG, SECLANG_BY_MSG };
struct seclang_picker {
    enum seclang_pick_by by;
    sk_str text; /* "920100" or "920100-920199", a regex for tag and msg */
    struct seclang_place at;
};

struct seclang_draft_action {
    struct seclang_action act;
    struct seclang_picker picker; /* of SECLANG_CTL_REMOVE_RULES and _TARGETS */
};

enum seclang_said {
    SECLANG_SAID_ID = 1 << 0,
    SECLANG_SAID_PHASE = 1 << 1,
    SECLANG_SAID_SEVERITY = 1 << 2,
    SECLANG_SAID_MSG = 1 << 3,
    SECLANG_SAID_LOGDATA = 1 << 4,
    SECLANG_SAID_VERSION = 1 << 5,
    SECLANG_SAID_REVISION = 1 << 6,
    SECLANG_SAID_MATURITY = 1 << 7,
    SECLANG_SAID_ACCURACY = 1 << 8,
    SECLANG_SAID_DISRUPTIVE = 1 << 9,
    SECLANG_SAID_STATUS = 1 << 10,
    SECLANG_SAID_LOG = 1 << 11,
    SECLANG_SAID_AUDIT = 1 << 12,
    SECLANG_SAID_SKIP = 1 << 13,
    SECLANG_SAID_SKIP_AFTER = 1 << 14,
    SECLANG_SAID_CHAIN = 1 << 15,
    SECLANG_SAID_CAPTURE = 1 << 16,
    SECLANG_SAID_MULTI_MATCH = 1 << 17,
    SECLANG_SAID_XMLNS = 1 << 18,
    SECLANG_SAID_TAG = 1 << 19,
    SECLANG_SAID_OTHER = 1 << 20
};

/* An action list, a rule's own or a default, or both merged. `said` tells which members count. */
struct seclang_wishes {
    unsigned said;
    unsigned id, phase;
    int severity, maturity, accuracy, status;
    enum seclang_disruptive disruptive;
    bool log, audit;
    struct seclang_macro url, msg, logdata;
    sk_str msg_text;
    const char *version, *revision;
    unsigned skip;
    sk_str skip_after, xmlns;
    bool tf_none; /* t:none was said: what stood before does not count */
    const struct seclang_tf **tf;
    size_t tf_count;
    struct seclang_macro *tag;
    sk_str *tag_text;
    size_t tag_count;
    struct seclang_draft_action *action;
    size_t action_count;
    struct seclang_place disruptive_at, chain_at;
};

struct seclang_draft_target {
    struct seclang_target target;
    bool excluded; /* !NAME */
    sk_str text;   /* "ARGS:foo", for comparing and dumping */
    struct seclang_place at;
};

struct seclang_draft {
    sk_str marker; /* SecMarker's label; p is NULL for rules */
    struct seclang_place at;
    bool gone; /* SecRuleRemoveBy... */
    struct seclang_place gone_at;

    bool unconditional; /* SecAction */
    struct seclang_draft_target *target;
    size_t target_count;
    const struct seclang_op *op;
    bool negated;
    sk_str op_text;
    struct seclang_macro argument;
    struct seclang_place op_at;

    struct seclang_wishes wishes;      /* merged with the default */
    enum seclang_disruptive otherwise; /* what block means here */
    unsigned phase;
    struct seclang_draft *head, *chain; /* head: itself for the first */

    /* linking */
    unsigned ordinal; /* among all rules that are not gone */
    struct seclang_rule *rule;
    bool foreseen; /* what it assigns, transactions begin with: not made, but in force */
};

/* Room for one more of `size` bytes: arrays double whenever count is 0 or a power of two. */
void *seclang_draft_room(sk_arena *mem, void *array, size_t count, size_t size);

#endif
