/* Merging action lists: a rule's own over the default's, an update's over the rule's. */
#include "seclang/parse/parser.h"

const struct seclang_wishes *
seclang_wishes_standard(void)
{
    static const struct seclang_wishes standard = {
        .said = SECLANG_SAID_DISRUPTIVE | SECLANG_SAID_LOG | SECLANG_SAID_AUDIT,
        .disruptive = SECLANG_DO_PASS,
        .log = true,
        .audit = true,
        .severity = -1,
    };
    return &standard;
}

void *
seclang_draft_room(sk_arena *mem, void *array, size_t count, size_t size)
{
    if (count & (count - 1)) return array; /* neither 0 nor a power of two: there is room */
    if (!count) return sk_array(mem, 1, size);
    void *larger = sk_array(mem, count * 2, size);
    memcpy(larger, array, count * size);
    return larger;
}

/* Members of one word, in the order of what they are: copied when the child said them. */
static void
merge_scalars(struct seclang_wishes *m, const struct seclang_wishes *child)
{
    unsigned said = child->said;
    if (said & SECLANG_SAID_ID) m->id = child->id;
    if (said & SECLANG_SAID_PHASE) m->phase = child->phase;
    if (said & SECLANG_SAID_SEVERITY) m->severity = child->severity;
    if (said & SECLANG_SAID_MATURITY) m->maturity = child->maturity;
    if (said & SECLANG_SAID_ACCURACY) m->accuracy = child->accuracy;
    if (said & SECLANG_SAID_STATUS) m->status = child->status;
    if (said & SECLANG_SAID_LOG) m->log = child->log;
    if (said & SECLANG_SAID_AUDIT) m->audit = child->audit;
    if (said & SECLANG_SAID_VERSION) m->version = child->version;
    if (said & SECLANG_SAID_REVISION) m->revision = child->revision;
    if (said & SECLANG_SAID_SKIP) m->skip = child->skip;
    if (said & SECLANG_SAID_SKIP_AFTER) m->skip_after = child->skip_after;
    if (said & SECLANG_SAID_XMLNS) m->xmlns = child->xmlns;
    if (said & SECLANG_SAID_CHAIN) m->chain_at = child->chain_at;
}

static void
merge_texts(struct seclang_wishes *m, const struct seclang_wishes *child,
            enum seclang_disruptive otherwise)
{
    if (child->said & SECLANG_SAID_MSG) m->msg = child->msg, m->msg_text = child->msg_text;
    if (child->said & SECLANG_SAID_LOGDATA) m->logdata = child->logdata;
    if (!(child->said & SECLANG_SAID_DISRUPTIVE)) return;
    m->disruptive_at = child->disruptive_at;
    m->disruptive = child->disruptive;
    if (child->disruptive == SECLANG_DO_BLOCK)
        m->disruptive = otherwise; /* with the default's url and status, which are there already */
    else
        m->url = child->url;
}

static void *
join_arrays(sk_arena *mem, const void *a, size_t an, const void *b, size_t bn, size_t size)
{
    /* The next room() must see a power of two or know that there is place: keep its rule. */
    size_t room = 1;
    while (room < an + bn)
        room *= 2;
    char *both = sk_array(mem, room, size);
    if (an) memcpy(both, a, an * size);
    if (bn) memcpy(both + an * size, b, bn * size);
    return both;
}

static bool
stands_alone(enum seclang_act_kind kind)
{
    return kind == SECLANG_ACT_SETUID || kind == SECLANG_ACT_SETSID || kind == SECLANG_ACT_SETRSC;
}

/* setuid, setsid and setrsc may stand once: the child's replaces the parent's. */
static void
drop_replaced(struct seclang_wishes *m, const struct seclang_wishes *child)
{
    for (size_t c = 0; c < child->action_count; c++) {
        size_t kept = 0;
        if (!stands_alone(child->action[c].act.kind)) continue;
        for (size_t i = 0; i < m->action_count; i++)
            if (m->action[i].act.kind != child->action[c].act.kind)
                m->action[kept++] = m->action[i];
        m->action_count = kept;
    }
}

static void
merge_lists(sk_arena *mem, struct seclang_wishes *m, const struct seclang_wishes *child)
{
    if (child->tf_none) m->tf_count = 0, m->tf_none = true;
    m->tf = join_arrays(mem, m->tf, m->tf_count, child->tf, child->tf_count, sizeof *m->tf);
    m->tf_count += child->tf_count;
    m->tag_text = join_arrays(mem, m->tag_text, m->tag_count, child->tag_text, child->tag_count,
                              sizeof *m->tag_text);
    m->tag = join_arrays(mem, m->tag, m->tag_count, child->tag, child->tag_count, sizeof *m->tag);
    m->tag_count += child->tag_count;
    m->action = join_arrays(mem, m->action, m->action_count, NULL, 0, sizeof *m->action);
    drop_replaced(m, child);
    m->action = join_arrays(mem, m->action, m->action_count, child->action, child->action_count,
                            sizeof *m->action);
    m->action_count += child->action_count;
}

void
seclang_wishes_merge(sk_arena *mem, struct seclang_wishes *merged,
                     const struct seclang_wishes *parent, const struct seclang_wishes *child,
                     enum seclang_disruptive otherwise)
{
    *merged = *parent;
    merge_scalars(merged, child);
    merge_texts(merged, child, otherwise);
    merge_lists(mem, merged, child);
    merged->said |= child->said;
}
