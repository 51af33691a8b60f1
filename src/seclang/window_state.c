/* What goes from window to window. A continuation borrows from its transaction, which outlives it;
 * what goes back is copied, into the same memory again where it fits. */
#include "seclang/mask.h"
#include "seclang/match.h"
#include "seclang/record.h"
#include "seclang/var/member.h"
#include "seclang/window.h"
#include "seclang/worker.h"

enum { OWN_LEAST = 32 /* bytes of a variable's own memory: numbers and short words */ };

/* In tx->removed. */
enum {
    REMOVED = 1,  /* by ctl */
    NOT_AGAIN = 2 /* not in this window */
};

/* ── there ── */

static void
lend_tx(struct seclang_tx *to, const struct seclang_tx *from, const struct seclang_window *window)
{
    const unsigned char *summed = from->worker->window->summed;

    for (size_t i = 0; i < from->rules->tx_slot_count; i++) {
        bool anew = window->restart && (summed[i] & window->phase);
        const struct seclang_member *m = seclang_tx_slot_at(from, i);
        struct seclang_member *mine = seclang_tx_slot_at(to, i);

        mine->set = anew ? window->was_set[i] : m->set;
        mine->value.text.s = anew ? window->restart[i] : m->value.text.s;
        seclang_tx_wake(to, i);
    }
    for (const struct seclang_member *m = from->tx_first; m; m = m->next) {
        struct seclang_member *mine = seclang_tx_member_add(to, m->value.name);

        seclang_value_set(&mine->value, m->value.text.s);
        mine->set = m->set;
    }
}

static void
lend_collection(struct seclang_tx *to, const struct seclang_collection *from)
{
    struct seclang_collection *into = SK_NEW(to->mem, struct seclang_collection);

    *into = *from;
    into->next = to->open_collections;
    to->open_collections = into;
    into->first = NULL;
    into->last = &into->first;
    for (const struct seclang_member *m = from->first; m; m = m->next) {
        struct seclang_member *copy = SK_NEW(to->mem, struct seclang_member);

        *copy = *m;
        copy->next = NULL;
        copy->own = NULL;
        copy->own_size = 0;
        seclang_value_set(&copy->value, m->value.text.s);
        *into->last = copy;
        into->last = &copy->next;
    }
}

static void
lend_rules(struct seclang_tx *to, const struct seclang_tx *from,
           const struct seclang_window *window)
{
    const struct seclang_rules *rules = from->rules;
    const unsigned char *run = from->worker->window->run;

    to->removed = sk_zalloc(to->mem, rules->rule_count + 1);
    for (size_t i = 0; i < rules->rule_count; i++) {
        bool once = rules->rule[i].head == &rules->rule[i] && run[i] == SECLANG_WINDOW_ONCE;

        if (from->removed && from->removed[i])
            to->removed[i] = REMOVED;
        else if (once || window->done[i])
            to->removed[i] = NOT_AGAIN;
    }
    if (!from->lost) return;
    to->lost = sk_array(to->mem, rules->rule_count + 1, sizeof(struct seclang_lost *));
    memcpy(to->lost, from->lost, rules->rule_count * sizeof(struct seclang_lost *));
}

static void
lend_names(struct seclang_names *to, sk_arena *mem, const struct seclang_names *from)
{
    for (unsigned i = 0; i < from->count; i++)
        seclang_names_add(to, mem, from->at[i]);
}

/* As a host gives them; the first phases are behind it. */
static void
lend_head(struct seclang_tx *to, const struct seclang_tx *from)
{
    const struct seclang_list *in = &from->list[SECLANG_VAR_REQUEST_HEADERS];
    const struct seclang_list *out = &from->list[SECLANG_VAR_RESPONSE_HEADERS];

    seclang_tx_id(to, from->id);
    seclang_tx_conn(to, from->client, from->client_port, from->server, from->server_port);
    seclang_tx_request_line(to, from->line, from->method, from->uri, from->protocol);
    for (unsigned i = 0; i < in->count; i++)
        seclang_tx_request_header(to, in->at[i]->name, in->at[i]->text.s);
    seclang_tx_read_query(to);
    if (from->phase < 3) return;
    seclang_tx_response_line(to, from->status, from->response_protocol);
    for (unsigned i = 0; i < out->count; i++)
        seclang_tx_response_header(to, out->at[i]->name, out->at[i]->text.s);
}

struct seclang_tx *
seclang_continue(struct seclang_tx *tx, const struct seclang_window *window, sk_arena *mem)
{
    struct seclang_tx *next = seclang_tx_new(tx->worker, tx->rules, mem, &tx->host);

    lend_head(next, tx);
    lend_tx(next, tx, window);
    for (const struct seclang_collection *c = tx->open_collections; c; c = c->next)
        lend_collection(next, c);
    lend_rules(next, tx, window);
    lend_names(&next->hidden_arguments, mem, &tx->hidden_arguments);
    lend_names(&next->hidden_request_headers, mem, &tx->hidden_request_headers);
    lend_names(&next->hidden_response_headers, mem, &tx->hidden_response_headers);
    if (!tx->listed) tx->listed = sk_zalloc(tx->mem, tx->rules->rule_count + 1);
    next->listed = tx->listed;
    next->continues = true;
    next->earlier = window->earlier;
    next->earlier_size = window->earlier_size;
    next->phase = window->phase - 1;
    next->begun = tx->begun;
    next->begun_us = tx->begun_us;
    next->set = tx->set;
    next->processor = tx->processor;
    next->bytes_only = tx->bytes_only;
    next->bytes_only = tx->bytes_only;
    next->session_id = tx->session_id;
    next->user_id = tx->user_id;
    next->highest_severity = tx->highest_severity;
    next->allowed = tx->allowed;
    if (tx->match_count >= SECLANG_MATCHES_MOST) next->host.log = NULL;
    return next;
}

/* ── and back ── */

static void
own_text(struct seclang_tx *tx, struct seclang_member *m, sk_str text)
{
    if (text.n > m->own_size) {
        m->own_size = text.n > OWN_LEAST ? 2 * text.n : OWN_LEAST;
        m->own = sk_alloc(tx->mem, m->own_size);
    }
    if (text.n > 0) memcpy(m->own, text.p, text.n);
    seclang_value_set(&m->value, text.n > 0 ? (sk_str){ m->own, text.n } : SK_STR(""));
}

static bool
same_place(sk_str a, sk_str b)
{
    return a.p == b.p && a.n == b.n;
}

/* Names without a slot stand in the same order here and there, new ones behind the others.
 * Texts may be other variables' (setvar:tx.a=%{tx.b}), whose memory is about to be written: all
 * that have changed are copied first. */
static void
settle_texts(struct seclang_tx *next, const struct seclang_tx *tx)
{
    const struct seclang_member *mine;

    for (size_t i = 0; i < tx->rules->tx_slot_count; i++) {
        struct seclang_member *m = seclang_tx_slot_at(next, i);

        if (!same_place(m->value.text.s, seclang_tx_slot_at(tx, i)->value.text.s))
            m->value.text.s = sk_str_copy(next->mem, m->value.text.s);
    }
    mine = tx->tx_first;
    for (struct seclang_member *m = next->tx_first; m; m = m->next) {
        if (!mine || !same_place(m->value.text.s, mine->value.text.s))
            m->value.text.s = sk_str_copy(next->mem, m->value.text.s);
        if (mine) mine = mine->next;
    }
}

static void
return_named(struct seclang_tx *tx, const struct seclang_window *window,
             const struct seclang_tx *next)
{
    bool full = seclang_window_kept(tx, window) >= SECLANG_WINDOW_KEPT;
    struct seclang_member *mine = tx->tx_first;

    for (const struct seclang_member *m = next->tx_first; m; m = m->next) {
        if (!mine && full) return;
        if (!mine) mine = seclang_tx_member_add(tx, sk_str_copy(tx->mem, m->value.name));
        mine->set = m->set;
        if (m->set && !same_place(mine->value.text.s, m->value.text.s))
            own_text(tx, mine, m->value.text.s);
        mine = mine->next;
    }
}

static void
return_tx(struct seclang_tx *tx, const struct seclang_window *window, struct seclang_tx *next)
{
    settle_texts(next, tx);
    for (size_t i = 0; i < tx->rules->tx_slot_count; i++) {
        struct seclang_member *m = seclang_tx_slot_at(tx, i);
        sk_str text = seclang_tx_slot_at(next, i)->value.text.s;

        m->set = seclang_tx_slot_at(next, i)->set;
        seclang_tx_wake(tx, i);
        if (m->set && !same_place(text, m->value.text.s)) own_text(tx, m, text);
    }
    return_named(tx, window, next);
}

static struct seclang_collection *
collection_for(struct seclang_tx *tx, const struct seclang_collection *from)
{
    for (struct seclang_collection *c = tx->open_collections; c; c = c->next)
        if (c->var == from->var) return c;
    return seclang_collection_add(tx, from->var, sk_str_copy(tx->mem, from->stored),
                                  sk_str_copy(tx->mem, from->key));
}

static void
return_collection(struct seclang_tx *tx, const struct seclang_collection *from)
{
    struct seclang_collection *into = collection_for(tx, from);
    struct seclang_member *mine = into->first;

    into->loaded = from->loaded;
    into->bare = from->bare;
    into->is_new = from->is_new;
    into->dirty = from->dirty;
    into->count = from->count;
    for (const struct seclang_member *m = from->first; m; m = m->next) {
        if (!mine) {
            mine = SK_NEW(tx->mem, struct seclang_member);
            mine->value.name = sk_str_copy(tx->mem, m->value.name);
            *into->last = mine;
            into->last = &mine->next;
        }
        mine->set = m->set;
        mine->dirty = m->dirty;
        mine->relative = m->relative;
        mine->original = m->original;
        mine->expires = m->expires;
        if (!same_place(m->value.text.s, mine->value.text.s))
            own_text(tx, mine, sk_str_copy(tx->mem, m->value.text.s));
        mine = mine->next;
    }
}

static void
return_lost(struct seclang_tx *tx, const struct seclang_tx *next)
{
    if (!next->lost) return;
    for (size_t i = 0; i < tx->rules->rule_count; i++)
        for (const struct seclang_lost *lost = next->lost[i];
             lost && (!tx->lost || lost != tx->lost[i]); lost = lost->next)
            seclang_tx_lose(tx, i, lost->target);
}

static void
return_rules(struct seclang_tx *tx, const struct seclang_tx *next)
{
    for (size_t i = 0; i < tx->rules->rule_count; i++) {
        if (next->removed[i] != REMOVED) continue;
        if (!tx->removed) tx->removed = sk_zalloc(tx->mem, tx->rules->rule_count + 1);
        tx->removed[i] = REMOVED;
    }
    return_lost(tx, next);
}

/* A record as it may be shown: what is secret about it, the continuation's arguments tell. */
static sk_str
kept_text(struct seclang_tx *tx, sk_str text)
{
    return text.n > 0 ? sk_str_copy(tx->mem, sk_str_first(text, SECLANG_MASK_MOST)) : text;
}

static const sk_str *
kept_tags(struct seclang_tx *tx, const struct seclang_record *record)
{
    const struct seclang_rule *head = record->rule->head;
    sk_str *tag;

    if (!record->tag || record->tag == head->tag_text) return record->tag;
    tag = sk_array(tx->mem, head->tag_count, sizeof(sk_str));
    for (size_t i = 0; i < head->tag_count; i++)
        tag[i] = kept_text(tx, record->tag[i]);
    return tag;
}

static struct seclang_record
kept_record(struct seclang_tx *tx, struct seclang_tx *next, const struct seclang_record *record)
{
    struct seclang_record kept = *record;
    sk_str variable = seclang_record_match(next, record).variable;

    kept.seen.name = kept_text(tx, record->seen.name);
    kept.seen.shown = kept_text(tx, record->seen.shown);
    kept.seen.text = kept_text(tx, seclang_mask_variable(next, variable, record->seen.text));
    kept.msg = kept_text(tx, seclang_mask_text(next, record->msg));
    kept.data = kept_text(tx, seclang_mask_text(next, record->data));
    kept.words = kept_text(tx, seclang_mask_text(next, record->words));
    kept.tag = kept_tags(tx, record);
    kept.verdict.url = kept_text(tx, record->verdict.url);
    return kept;
}

static void
return_matches(struct seclang_tx *tx, const struct seclang_window *window, struct seclang_tx *next)
{
    for (size_t i = 0; i < next->match_count; i++) {
        bool full = tx->match_count >= SECLANG_MATCHES_MOST ||
                    seclang_window_kept(tx, window) >= SECLANG_WINDOW_RECORDS;
        struct seclang_record kept;

        if (full && !next->match[i].disruptive) continue;
        kept = kept_record(tx, next, &next->match[i]);
        seclang_match_keep(tx, &kept);
    }
    if (!next->decision.noted || (tx->decision.noted && !next->decision.made)) return;
    tx->decision = next->decision;
    tx->decision.verdict.url = kept_text(tx, next->decision.verdict.url);
}

void
seclang_continue_end(struct seclang_tx *tx, const struct seclang_window *window,
                     struct seclang_tx *next)
{
    return_tx(tx, window, next);
    for (const struct seclang_collection *c = next->open_collections; c; c = c->next)
        return_collection(tx, c);
    return_rules(tx, next);
    return_matches(tx, window, next);
    lend_names(&tx->hidden_arguments, tx->mem, &next->hidden_arguments);
    lend_names(&tx->hidden_request_headers, tx->mem, &next->hidden_request_headers);
    lend_names(&tx->hidden_response_headers, tx->mem, &next->hidden_response_headers);
    tx->set = next->set;
    if (!same_place(tx->session_id, next->session_id))
        tx->session_id = sk_str_copy(tx->mem, next->session_id);
    if (!same_place(tx->user_id, next->user_id)) tx->user_id = sk_str_copy(tx->mem, next->user_id);
    tx->highest_severity = next->highest_severity;
    tx->allowed = next->allowed;
    tx->relevant |= next->relevant;
    tx->limit_hit |= next->limit_hit;
    tx->limit_refused |= next->limit_refused;
    tx->limit_told |= next->limit_told;
    tx->phase_us[window->phase] += next->phase_us[window->phase];
}
