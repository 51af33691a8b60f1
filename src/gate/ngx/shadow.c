/* What lies past the limit of a body, judged window by window.
 *
 *     body   ├── limit ──┤├─ window ─┤
 *                               ├─ window ─┤      GATE_OVERLAP is seen twice, so that an attack
 *                                     ├─ ...      across the border is seen whole
 *
 * The engine judges a body once. Each window is therefore a transaction of its own, on memory of
 * its own, with the head of the real one; what it refuses is an event of its own under the same
 * id. It costs a whole judgement per window: the price of not refusing long bodies outright. */
#include "gate/ngx/gate.h"

struct gate_shadow {
    struct gate_ctx *ctx;
    bool answer;
    size_t size;  /* of a window: never more than the engine takes at once */
    size_t fresh; /* bytes at the end of text that no window has held yet */
    size_t added; /* since the last flush */
    size_t n;
    char text[GATE_WINDOW];
};

static size_t
window_size(const struct seclang_settings *settings, bool answer)
{
    size_t size = answer ? settings->response_body_limit : settings->request_body_limit;

    if (!answer && settings->request_body_no_files_limit < size)
        size = settings->request_body_no_files_limit;
    return size < GATE_WINDOW ? size : GATE_WINDOW;
}

/* A small limit makes small windows, which then share a quarter. */
static size_t
window_overlap(const struct gate_shadow *shadow)
{
    return shadow->size / 4 < GATE_OVERLAP ? shadow->size / 4 : GATE_OVERLAP;
}

struct gate_shadow *
gate_shadow_new(struct gate_ctx *ctx, bool answer)
{
    struct gate_shadow *shadow = SK_NEW(ctx->mem, struct gate_shadow);

    shadow->ctx = ctx;
    shadow->answer = answer;
    shadow->size = window_size(ctx->conf->rules->settings, answer);
    return shadow;
}

static struct seclang_tx *
shadow_open(struct gate_shadow *shadow, sk_arena *mem)
{
    struct gate_ctx *ctx = shadow->ctx;
    struct seclang_host host = { .ctx = ctx,
                                 .log = gate_log_line,
                                 .log_refusals_only = !gate_log_warns(ctx) };
    const struct gate_rules *rules = ctx->conf->rules;
    struct seclang_tx *tx = seclang_tx_new(rules->worker, rules->rules, mem, &host);

    if (!tx) return NULL;
    seclang_tx_id(tx, ctx->id);
    gate_feed_request(tx, ctx->r, mem);
    (void)seclang_tx_request_headers(tx); /* the real one has decided on the head */
    return tx;
}

static struct seclang_verdict
shadow_run(struct gate_shadow *shadow, struct seclang_tx *tx, sk_arena *mem)
{
    sk_str text = { shadow->text, shadow->n };

    if (!shadow->answer) {
        (void)seclang_tx_request_body(tx, text);
        return seclang_tx_request_done(tx);
    }
    (void)seclang_tx_request_done(tx);
    gate_feed_answer(tx, shadow->ctx->r, mem);
    (void)seclang_tx_response_headers(tx);
    (void)seclang_tx_response_body(tx, text);
    return seclang_tx_response_done(tx);
}

/* True: the window passes. */
static bool
shadow_judge(struct seclang_verdict *verdict, struct gate_shadow *shadow)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(GATE_WINDOW);
    struct seclang_tx *tx = shadow_open(shadow, mem);
    size_t overlap = window_overlap(shadow), keep = shadow->n < overlap ? shadow->n : overlap;

    *verdict = (struct seclang_verdict){ .act = SECLANG_DENY, .status = 503 };
    if (!tx) return false;
    *verdict = shadow_run(shadow, tx, mem);
    if (verdict->act != SECLANG_PASS) {
        seclang_tx_logging(tx);
        gate_audit(shadow->ctx, tx, verdict->status);
    }
    seclang_tx_free(tx);
    memmove(shadow->text, shadow->text + shadow->n - keep, keep);
    shadow->n = keep;
    shadow->fresh = 0;
    return verdict->act == SECLANG_PASS;
}

bool
gate_shadow_add(struct seclang_verdict *verdict, struct gate_shadow *shadow, sk_str data)
{
    *verdict = (struct seclang_verdict){ .act = SECLANG_DENY, .status = 413 };
    if (shadow->size == 0) return false; /* a limit of nothing */
    while (data.n > 0) {
        size_t room = shadow->size - shadow->n, n = data.n < room ? data.n : room;

        memcpy(shadow->text + shadow->n, data.p, n);
        shadow->n += n;
        shadow->fresh += n;
        shadow->added += n;
        data = sk_str_from(data, n);
        if (shadow->n == shadow->size && !shadow_judge(verdict, shadow)) return false;
    }
    return true;
}

bool
gate_shadow_flush(struct seclang_verdict *verdict, struct gate_shadow *shadow)
{
    shadow->added = 0;
    return shadow->fresh == 0 || shadow_judge(verdict, shadow);
}

bool
gate_shadow_due(const struct gate_shadow *shadow)
{
    return shadow->added >= shadow->size;
}
