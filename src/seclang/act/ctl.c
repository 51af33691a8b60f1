/* ctl: settings and rules of this transaction, from here on. */
#include "seclang/act/act.h"

static void
set_engine(struct seclang_tx *tx, const struct seclang_action *action)
{
    tx->set.engine = (enum seclang_engine)action->number;
}

static void
set_audit(struct seclang_tx *tx, const struct seclang_action *action)
{
    tx->set.audit = (enum seclang_audit)action->number;
}

static void
put_part(char parts[SECLANG_AUDIT_PARTS], char part)
{
    size_t n = strlen(parts);

    if (strchr(parts, part) || n + 1 >= SECLANG_AUDIT_PARTS) return;
    parts[n] = part;
    parts[n + 1] = 0;
}

static void
take_part(char *parts, char part)
{
    char *at = strchr(parts, part);

    if (at) memmove(at, at + 1, strlen(at));
}

/* number: 1 adds, -1 takes away, 0 sets. */
static void
set_audit_parts(struct seclang_tx *tx, const struct seclang_action *action)
{
    if (action->number == 0) tx->set.audit_parts[0] = 0;
    for (size_t i = 0; i < action->text.n; i++) {
        char part = action->text.p[i];

        if (part == 0) continue;
        if (action->number < 0)
            take_part(tx->set.audit_parts, part);
        else
            put_part(tx->set.audit_parts, part);
    }
}

static void
set_request_body_access(struct seclang_tx *tx, const struct seclang_action *action)
{
    tx->set.request_body_access = action->number != 0;
}

static void
set_request_body_limit(struct seclang_tx *tx, const struct seclang_action *action)
{
    if (action->number >= 0) tx->set.request_body_limit = (size_t)action->number;
}

static void
set_processor(struct seclang_tx *tx, const struct seclang_action *action)
{
    tx->processor = action->text;
}

static void
set_force_body(struct seclang_tx *tx, const struct seclang_action *action)
{
    tx->set.force_request_body = action->number != 0;
}

static void
set_response_body_access(struct seclang_tx *tx, const struct seclang_action *action)
{
    tx->set.response_body_access = action->number != 0;
}

static void
set_response_body_limit(struct seclang_tx *tx, const struct seclang_action *action)
{
    if (action->number >= 0) tx->set.response_body_limit = (size_t)action->number;
}

/* There is no debug log: what it would say, tests and `rules explain` say. */
static void
leave(struct seclang_tx *tx, const struct seclang_action *action)
{
    (void)tx;
    (void)action;
}

static void
remove_rules(struct seclang_tx *tx, const struct seclang_action *action)
{
    if (!tx->removed) tx->removed = sk_zalloc(tx->mem, tx->rules->rule_count + 1);
    for (size_t i = 0; i < action->rule_count; i++)
        tx->removed[action->rules[i]] = 1;
}

static void
remove_targets(struct seclang_tx *tx, const struct seclang_action *action)
{
    for (size_t i = 0; i < action->rule_count; i++)
        seclang_tx_lose(tx, action->rules[i], &action->target);
}

static void (*const setter[])(struct seclang_tx *tx, const struct seclang_action *action) = {
    [SECLANG_CTL_RULE_ENGINE] = set_engine,
    [SECLANG_CTL_AUDIT_ENGINE] = set_audit,
    [SECLANG_CTL_AUDIT_LOG_PARTS] = set_audit_parts,
    [SECLANG_CTL_REQUEST_BODY_ACCESS] = set_request_body_access,
    [SECLANG_CTL_REQUEST_BODY_LIMIT] = set_request_body_limit,
    [SECLANG_CTL_REQUEST_BODY_PROCESSOR] = set_processor,
    [SECLANG_CTL_FORCE_REQUEST_BODY_VARIABLE] = set_force_body,
    [SECLANG_CTL_RESPONSE_BODY_ACCESS] = set_response_body_access,
    [SECLANG_CTL_RESPONSE_BODY_LIMIT] = set_response_body_limit,
    [SECLANG_CTL_DEBUG_LOG_LEVEL] = leave,
    [SECLANG_CTL_REMOVE_RULES] = remove_rules,
    [SECLANG_CTL_REMOVE_TARGETS] = remove_targets,
};

void
seclang_do_ctl(struct seclang_tx *tx, const struct seclang_rule *rule,
               const struct seclang_action *action)
{
    (void)rule;
    setter[action->ctl](tx, action);
}
