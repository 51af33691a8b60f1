/* SecRule, SecAction, SecMarker, SecDefaultAction. */
#include "seclang/parse/directive.h"

/* ── ids ── */

struct seclang_id_set {
    struct slot {
        unsigned id;
        struct seclang_draft *draft;
    } * slot;
    size_t size, used; /* size: a power of two */
};

static struct slot *
slot_of(const struct seclang_id_set *ids, unsigned id)
{
    size_t i = (id * 2654435761u) & (ids->size - 1);
    while (ids->slot[i].draft && ids->slot[i].id != id)
        i = (i + 1) & (ids->size - 1);
    return &ids->slot[i];
}

struct seclang_draft *
seclang_id_find(const struct seclang_id_set *ids, unsigned id)
{
    return ids ? slot_of(ids, id)->draft : NULL;
}

static void
grow_ids(struct seclang_parser *p)
{
    struct seclang_id_set *larger = SK_NEW(p->scratch, struct seclang_id_set);
    larger->size = p->ids ? p->ids->size * 2 : 1024;
    larger->slot = sk_array(p->scratch, larger->size, sizeof *larger->slot);
    for (size_t i = 0; p->ids && i < p->ids->size; i++)
        if (p->ids->slot[i].draft) *slot_of(larger, p->ids->slot[i].id) = p->ids->slot[i];
    larger->used = p->ids ? p->ids->used : 0;
    p->ids = larger;
}

void
seclang_id_put(struct seclang_parser *p, unsigned id, struct seclang_draft *draft)
{
    if (!p->ids || p->ids->used * 2 >= p->ids->size) grow_ids(p);
    *slot_of(p->ids, id) = (struct slot){ id, draft };
    p->ids->used++;
}

/* ── a rule ── */

static sk_err
new_draft(struct seclang_draft **draft, const struct seclang_call *call)
{
    struct seclang_parser *p = call->p;
    if (p->draft_count == SECLANG_RULES_MOST)
        return seclang_place_fail(call->at, "more than 65536 rules and markers");
    p->draft = seclang_draft_room(p->scratch, p->draft, p->draft_count, sizeof *p->draft);
    *draft = p->draft[p->draft_count++] = SK_NEW(p->scratch, struct seclang_draft);
    (*draft)->at = call->at;
    return sk_ok();
}

/* What was said, in words: the first one by its row. */
static const char *
name_said(unsigned said)
{
    static const struct {
        unsigned said;
        const char *name;
    } names[] = {
        { SECLANG_SAID_ID, "id" },
        { SECLANG_SAID_PHASE, "phase" },
        { SECLANG_SAID_SEVERITY, "severity" },
        { SECLANG_SAID_MSG, "msg" },
        { SECLANG_SAID_LOGDATA, "logdata" },
        { SECLANG_SAID_VERSION, "ver" },
        { SECLANG_SAID_REVISION, "rev" },
        { SECLANG_SAID_MATURITY, "maturity" },
        { SECLANG_SAID_ACCURACY, "accuracy" },
        { SECLANG_SAID_DISRUPTIVE, "a disruptive action (pass, block, deny ...)" },
        { SECLANG_SAID_SKIP, "skip" },
        { SECLANG_SAID_SKIP_AFTER, "skipAfter" },
        { SECLANG_SAID_CHAIN, "chain" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (said & names[i].said) return names[i].name;
    return NULL;
}

static sk_err
refuse_said(const struct seclang_call *call, unsigned said, const char *why)
{
    const char *name = name_said(said);
    return name ? seclang_place_fail(call->at, "%s: %s", name, why) : sk_ok();
}

enum {
    NOT_OF_MEMBERS = SECLANG_SAID_ID | SECLANG_SAID_SEVERITY | SECLANG_SAID_MSG |
                     SECLANG_SAID_LOGDATA | SECLANG_SAID_VERSION | SECLANG_SAID_REVISION |
                     SECLANG_SAID_MATURITY | SECLANG_SAID_ACCURACY,
    NOT_IN_MEMBERS =
        SECLANG_SAID_PHASE | SECLANG_SAID_DISRUPTIVE | SECLANG_SAID_SKIP | SECLANG_SAID_SKIP_AFTER,
    NOT_IN_DEFAULTS = SECLANG_SAID_ID | SECLANG_SAID_MSG | SECLANG_SAID_VERSION |
                      SECLANG_SAID_REVISION | SECLANG_SAID_MATURITY | SECLANG_SAID_ACCURACY |
                      SECLANG_SAID_SKIP | SECLANG_SAID_SKIP_AFTER | SECLANG_SAID_CHAIN
};

/* Version 3 lets members of a chain describe themselves, where mod_security 2 refuses it. The first
 * rule's description holds for all; what the member would do otherwise is refused. */
static sk_err
trim_member(const struct seclang_call *call, struct seclang_wishes *member,
            const struct seclang_wishes *own, unsigned phase)
{
    const char *name = name_said(own->said & NOT_OF_MEMBERS);
    *member = *own;
    if (own->phase == phase) member->said &= ~(unsigned)SECLANG_SAID_PHASE;
    TRY(refuse_said(call, member->said & NOT_IN_MEMBERS,
                    "only the first rule of a chain may say this"));
    if (name)
        seclang_parse_warn(call->p, call->at, "%s: of a chain what the first rule says counts",
                           name);
    member->said &= ~(unsigned)NOT_OF_MEMBERS;
    member->id = 0;
    member->msg_text = (sk_str){ 0 };
    return sk_ok();
}

/* The default of a phase: its own; else the newest one, since in mod_security 2 the newest holds
 * for all phases and configurations rely on it (crs-setup.conf sets phases 1 and 2 only). */
static const struct seclang_wishes *
standard_of(const struct seclang_parser *p, unsigned phase)
{
    if (p->standard[phase]) return p->standard[phase];
    if (p->newest_standard) return p->standard[p->newest_standard];
    return seclang_wishes_standard();
}

static enum seclang_disruptive
disruptive_of(const struct seclang_wishes *standard, unsigned phase)
{
    if (phase == 5 || !(standard->said & SECLANG_SAID_DISRUPTIVE)) return SECLANG_DO_PASS;
    return standard->disruptive == SECLANG_DO_BLOCK ? SECLANG_DO_PASS : standard->disruptive;
}

static sk_err
check_head(const struct seclang_call *call, const struct seclang_wishes *own, unsigned phase)
{
    struct seclang_draft *other;
    if (!(own->said & SECLANG_SAID_ID))
        return seclang_place_fail(call->at, "this rule has no id; expected id:NUMBER among its "
                                            "actions");
    if ((other = seclang_id_find(call->p->ids, own->id)))
        return seclang_place_fail(call->at, "id %u is taken by the rule at %s:%u", own->id,
                                  other->at.file, other->at.line);
    if (phase == 5 && (own->said & SECLANG_SAID_DISRUPTIVE) && own->disruptive != SECLANG_DO_PASS &&
        own->disruptive != SECLANG_DO_ALLOW && own->disruptive != SECLANG_DO_ALLOW_REQUEST &&
        own->disruptive != SECLANG_DO_BLOCK)
        return seclang_place_fail(own->disruptive_at,
                                  "phase 5 comes after the answer: expected pass here");
    return sk_ok();
}

/* Fits the rule into what stands: chain, phase, defaults. */
static sk_err
join_rule(const struct seclang_call *call, struct seclang_draft *draft,
          const struct seclang_wishes *own)
{
    struct seclang_parser *p = call->p;
    struct seclang_draft *before = p->open_chain;
    struct seclang_wishes member;
    if (before) {
        TRY(trim_member(call, &member, own, before->head->phase));
        own = &member;
        before->chain = draft;
        draft->head = before->head;
        draft->phase = draft->head->phase;
    } else {
        draft->head = draft;
        draft->phase = own->said & SECLANG_SAID_PHASE ? own->phase
                       : p->newest_standard           ? p->newest_standard
                                                      : 2;
        TRY(check_head(call, own, draft->phase));
        seclang_id_put(p, own->id, draft);
    }
    const struct seclang_wishes *standard = standard_of(p, draft->phase);
    draft->otherwise = disruptive_of(standard, draft->phase);
    seclang_wishes_merge(p->scratch, &draft->wishes, standard, own, draft->otherwise);
    if (draft->phase == 5 && !(own->said & SECLANG_SAID_DISRUPTIVE))
        draft->wishes.disruptive = SECLANG_DO_PASS;
    p->open_chain = own->said & SECLANG_SAID_CHAIN ? draft : NULL;
    return sk_ok();
}

sk_err
seclang_set_rule(const struct seclang_call *call)
{
    struct seclang_parser *p = call->p;
    struct seclang_wishes own = { .severity = -1 };
    struct seclang_draft *draft;
    TRY(new_draft(&draft, call));
    TRY(seclang_parse_targets(p, &draft->target, &draft->target_count,
                              (struct seclang_part){ &call->arg[0], 0, call->arg[0].text }));
    TRY(seclang_parse_operator(p, draft, &call->arg[1]));
    if (call->count == 3) TRY(seclang_parse_actions(p, &own, &call->arg[2]));
    return join_rule(call, draft, &own);
}

sk_err
seclang_set_action(const struct seclang_call *call)
{
    struct seclang_wishes own;
    struct seclang_draft *draft;
    TRY(new_draft(&draft, call));
    draft->unconditional = true;
    TRY(seclang_parse_actions(call->p, &own, &call->arg[0]));
    return join_rule(call, draft, &own);
}

sk_err
seclang_set_marker(const struct seclang_call *call)
{
    struct seclang_draft *draft;
    if (!call->arg[0].text.n)
        return seclang_parse_fail(call->p, &call->arg[0], 0, "a marker needs a name");
    if (call->p->open_chain)
        return seclang_place_fail(call->at,
                                  "a chain waits for its next rule here; it began at line %u",
                                  call->p->open_chain->head->at.line);
    TRY(new_draft(&draft, call));
    draft->marker = call->arg[0].text;
    draft->head = draft;
    return sk_ok();
}

sk_err
seclang_set_default_action(const struct seclang_call *call)
{
    struct seclang_parser *p = call->p;
    struct seclang_wishes *own = SK_NEW(p->scratch, struct seclang_wishes);
    TRY(seclang_parse_actions(p, own, &call->arg[0]));
    TRY(refuse_said(call, own->said & NOT_IN_DEFAULTS, "SecDefaultAction may not say this"));
    if (!(own->said & SECLANG_SAID_PHASE))
        return seclang_parse_fail(p, &call->arg[0], 0, "SecDefaultAction needs phase:1 to phase:5");
    if (!(own->said & SECLANG_SAID_DISRUPTIVE))
        return seclang_parse_fail(
            p, &call->arg[0], 0,
            "SecDefaultAction needs a disruptive action: pass, deny, drop, redirect or allow");
    if (own->disruptive == SECLANG_DO_BLOCK)
        return seclang_place_fail(own->disruptive_at,
                                  "block means what SecDefaultAction says: say pass or deny here");
    if (own->tf_count)
        seclang_parse_warn(p, call->at,
                           "transformations in SecDefaultAction hold for every rule "
                           "that does not say t:none");
    /* log and auditlog are the built-in standard; so are they where this list is silent. */
    if (!(own->said & SECLANG_SAID_LOG)) own->log = true;
    if (!(own->said & SECLANG_SAID_AUDIT)) own->audit = true;
    own->said |= SECLANG_SAID_LOG | SECLANG_SAID_AUDIT;
    own->said &= ~(unsigned)SECLANG_SAID_PHASE;
    p->standard[own->phase] = own;
    p->newest_standard = own->phase;
    return sk_ok();
}
