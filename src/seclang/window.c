/* Filling windows and judging them. */
#include "seclang/window.h"

#include "seclang/match.h"
#include "seclang/record.h"
#include "seclang/run.h"
#include "seclang/var/member.h"
#include "seclang/worker.h"

enum { NEXT_CHUNK = 65536 /* bytes of a continuation's arena at a time */ };

struct seclang_window *
seclang_window_new(struct seclang_tx *tx, unsigned phase)
{
    struct seclang_window *window = SK_NEW(tx->mem, struct seclang_window);

    window->phase = phase;
    window->most = SIZE_MAX;
    window->most_values = tx->rules->settings.arguments_limit;
    window->done = sk_zalloc(tx->mem, tx->rules->rule_count + 1);
    window->tail = sk_alloc(tx->mem, SECLANG_WINDOW_OVERLAP);
    return window;
}

struct seclang_tx *
seclang_window_tx(struct seclang_tx *tx, struct seclang_window *window)
{
    struct sk_buf *raw;
    sk_arena *mem;

    if (!window || !window->begun) return tx;
    if (window->next) return window->next;
    mem = sk_arena_new(NEXT_CHUNK);
    window->next = seclang_continue(tx, window, mem);
    raw = window->phase == 2 ? &window->next->body_text : &window->next->response_text;
    if (window->tail_n > 0) {
        if (window->most != SIZE_MAX) (void)sk_buf_room(raw, window->most + SECLANG_WINDOW_SLICE);
        sk_buf_add(raw, (sk_str){ window->tail, window->tail_n });
    }
    return window->next;
}

void
seclang_window_count(struct seclang_window *window, sk_str name, sk_str text)
{
    window->bytes += name.n + text.n;
    window->values++;
}

static const struct sk_buf *
raw_of(const struct seclang_tx *tx, const struct seclang_window *window)
{
    return window->phase == 2 ? &tx->body_text : &tx->response_text;
}

bool
seclang_window_full(const struct seclang_tx *tx, const struct seclang_window *window)
{
    const struct seclang_tx *in = window->begun ? window->next : tx;

    return window->bytes >= window->most || window->values >= window->most_values ||
           raw_of(in, window)->n >= window->most;
}

/* What the rules of the phase will make anew in each window. */
static void
keep_sums(struct seclang_tx *tx, struct seclang_window *window)
{
    size_t count = tx->rules->tx_slot_count;

    window->restart = sk_array(tx->mem, count + 1, sizeof(sk_str));
    window->was_set = sk_array(tx->mem, count + 1, sizeof(bool));
    for (size_t i = 0; i < count; i++) {
        const struct seclang_member *m = seclang_tx_slot_at(tx, i);

        window->was_set[i] = m->set;
        window->restart[i] = m->value.text.s;
    }
}

/* Rules that only look at what the others have made have said what they say: once is enough. */
static void
note_done(struct seclang_tx *tx, struct seclang_window *window, size_t from)
{
    const unsigned char *run = tx->worker->window->run;

    for (size_t i = 0; i < tx->rules->rule_count; i++) {
        const struct seclang_rule *rule = &tx->rules->rule[i];

        if (rule->head != rule || run[i] != SECLANG_WINDOW_STATE || !rule->log) continue;
        for (size_t j = from; j < tx->match_count; j++)
            if (tx->match[j].rule->head == rule) window->done[i] = 1;
    }
}

/* What &ARGS and ARGS_COMBINED_SIZE add in the next windows. The query's arguments are in each. */
static void
count_values(struct seclang_window *window, const struct seclang_tx *in)
{
    static const enum seclang_var counted[] = {
        SECLANG_VAR_ARGS,        SECLANG_VAR_ARGS_NAMES,  SECLANG_VAR_ARGS_POST,
        SECLANG_VAR_FILES,       SECLANG_VAR_FILES_NAMES, SECLANG_VAR_ARGS_POST_NAMES,
        SECLANG_VAR_FILES_SIZES, SECLANG_VAR_XML,         SECLANG_VAR_MULTIPART_PART_HEADERS,
    };
    const struct seclang_list *post = &in->list[SECLANG_VAR_ARGS_POST];

    for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
        window->earlier[counted[i]] += in->list[counted[i]].count;
    window->earlier[SECLANG_VAR_ARGS] -= in->list[SECLANG_VAR_ARGS_GET].count;
    window->earlier[SECLANG_VAR_ARGS_NAMES] -= in->list[SECLANG_VAR_ARGS_GET].count;
    for (unsigned i = 0; i < post->count; i++)
        window->earlier_size += post->at[i]->name.n + post->at[i]->text.s.n;
}

/* What the window leaves for the next one to begin with. */
static void
leave(struct seclang_window *window, const struct seclang_tx *in)
{
    sk_str raw = sk_buf_str(raw_of(in, window));
    size_t n = raw.n < SECLANG_WINDOW_OVERLAP ? raw.n : SECLANG_WINDOW_OVERLAP;

    if (n > 0) memmove(window->tail, raw.p + raw.n - n, n);
    window->tail_n = n;
    if (window->phase == 2) count_values(window, in);
    window->bytes = 0;
    window->values = 0;
}

/* Rules that keep something of every window must not make it grow without bound. */
static void
refuse_growth(struct seclang_tx *tx, struct seclang_window *window)
{
    if (seclang_window_kept(tx, window) < SECLANG_WINDOW_KEPT) return;
    if (tx->decision.noted) return;
    seclang_match_refuse(tx, 413, "The rules keep more of the body than fits.");
}

static void
judge_next(struct seclang_tx *tx, struct seclang_window *window)
{
    struct seclang_tx *next = seclang_window_tx(tx, window);
    size_t from = tx->match_count;

    next->body_begun = tx->body_begun;
    next->body_done = tx->body_done;
    next->body_length = tx->body_length;
    next->keep_body = tx->keep_body;
    next->report = tx->report;
    next->body_error = tx->body_error;
    next->body_error_msg = tx->body_error_msg;
    next->bad_encoding = tx->bad_encoding;
    next->response_kept = tx->response_kept;
    next->response_length = tx->response_length;
    next->outbound_data_error = tx->outbound_data_error;
    seclang_run_phase(next, window->phase);
    seclang_continue_end(tx, window, next);
    note_done(tx, window, from);
    leave(window, next);
    seclang_window_free(window);
    refuse_growth(tx, window);
}

struct seclang_verdict
seclang_window_judge(struct seclang_tx *tx, struct seclang_window *window)
{
    if (!window->begun) {
        keep_sums(tx, window);
        seclang_run_phase(tx, window->phase);
        note_done(tx, window, 0);
        leave(window, tx);
        window->kept_before = sk_arena_used(tx->mem);
        window->begun = true;
    } else if (!tx->decision.made) {
        judge_next(tx, window);
    }
    return tx->decision.made ? tx->decision.verdict : (struct seclang_verdict){ 0 };
}

void
seclang_window_free(struct seclang_window *window)
{
    sk_arena *mem;

    if (!window || !window->next) return;
    mem = window->next->mem;
    seclang_tx_free(window->next);
    window->next = NULL;
    sk_arena_free(mem);
}
