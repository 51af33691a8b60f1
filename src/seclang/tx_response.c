/* The response goes out: its headers (phase 3), its body (phase 4). */
#include "seclang/match.h"
#include "seclang/run.h"
#include "seclang/tx.h"
#include "seclang/window.h"
#include "seclang/worker.h"

void
seclang_tx_response_line(struct seclang_tx *tx, int status, sk_str protocol)
{
    tx->status = status;
    tx->response_protocol = protocol;
}

void
seclang_tx_response_header(struct seclang_tx *tx, sk_str name, sk_str value)
{
    struct seclang_list *values = &tx->list[SECLANG_VAR_RESPONSE_HEADERS];

    if (values->count >= SECLANG_HEADERS_MOST) {
        tx->outbound_data_error = true;
        return;
    }
    seclang_list_add(values, tx->mem, seclang_value_new(tx->mem, name, value));
    seclang_list_add(&tx->list[SECLANG_VAR_RESPONSE_HEADERS_NAMES], tx->mem,
                     seclang_value_new(tx->mem, name, name));
}

struct seclang_verdict
seclang_tx_response_headers(struct seclang_tx *tx)
{
    return seclang_run_phase(tx, 3);
}

/* "text/html; charset=UTF-8" is of type text/html; no type at all is listed as "null". */
static bool
type_listed(const struct seclang_tx *tx)
{
    const struct seclang_settings *settings = &tx->rules->settings;
    sk_str type = seclang_tx_header(tx, SECLANG_VAR_RESPONSE_HEADERS, SK_STR("content-type"));

    type = sk_str_trim(sk_str_first(type, sk_str_find_byte(type, ';')));
    if (type.n == 0) type = SK_STR("null");
    for (size_t i = 0; i < settings->response_mime_type_count; i++)
        if (sk_str_eq_nocase(settings->response_mime_types[i], type)) return true;
    return false;
}

bool
seclang_tx_wants_response_body(const struct seclang_tx *tx)
{
    return tx->set.engine != SECLANG_OFF && tx->set.response_body_access && !tx->decision.made &&
           tx->allowed != SECLANG_DO_ALLOW && tx->worker->reads_response_body && type_listed(tx);
}

void
seclang_tx_response_windows(struct seclang_tx *tx)
{
    tx->wants_response_windows = true;
}

/* The first window is what the limit allows at once. */
static struct seclang_window *
window_of(struct seclang_tx *tx)
{
    if (tx->window && tx->window->phase == 4) return tx->window;
    seclang_window_free(tx->window);
    tx->window = seclang_window_new(tx, 4);
    if (tx->set.response_body_limit > 0) tx->window->most = tx->set.response_body_limit;
    return tx->window;
}

struct seclang_verdict
seclang_tx_response_window(struct seclang_tx *tx)
{
    struct seclang_window *window = window_of(tx);
    struct seclang_verdict verdict = seclang_window_judge(tx, window);

    tx->wants_response_windows = true; /* from now on, wherever the limit is */
    window->most = SECLANG_WINDOW_ANSWER + SECLANG_WINDOW_OVERLAP;
    tx->response_judged = tx->response_length;
    return verdict;
}

size_t
seclang_tx_response_judged(const struct seclang_tx *tx)
{
    return tx->response_judged;
}

static enum seclang_feed
feed_windows(struct seclang_tx *tx, sk_str chunk)
{
    struct seclang_window *window = window_of(tx);

    while (chunk.n > 0) {
        struct sk_buf *text = &seclang_window_tx(tx, window)->response_text;
        sk_str slice = sk_str_first(chunk, window->most - text->n);

        tx->response_kept = true;
        tx->response_length += slice.n;
        sk_buf_add(text, slice);
        if (text->n == window->most) (void)seclang_tx_response_window(tx);
        if (tx->decision.made) return SECLANG_REFUSED;
        chunk = sk_str_from(chunk, slice.n);
    }
    return SECLANG_MORE;
}

enum seclang_feed
seclang_tx_response_body(struct seclang_tx *tx, sk_str chunk)
{
    size_t limit = tx->set.response_body_limit;
    size_t left = limit > tx->response_length ? limit - tx->response_length : 0;
    bool whole = limit == 0 || chunk.n <= left;

    if (tx->decision.made) return SECLANG_ENOUGH;
    if (tx->wants_response_windows) return feed_windows(tx, chunk);
    if (tx->phase >= 4) return SECLANG_ENOUGH;
    if (!whole) chunk = sk_str_first(chunk, left);
    tx->response_kept = true;
    tx->response_length += chunk.n;
    sk_buf_add(&tx->response_text, chunk);
    if (whole) return SECLANG_MORE;
    tx->outbound_data_error = true;
    if (tx->set.engine != SECLANG_ON ||
        tx->rules->settings.response_body_limit_action != SECLANG_REJECT)
        return SECLANG_ENOUGH;
    seclang_match_refuse(tx, 500, "Response body is larger than the configured limit.");
    return SECLANG_TOO_LARGE;
}

struct seclang_verdict
seclang_tx_response_done(struct seclang_tx *tx)
{
    if (tx->window && tx->window->phase == 4 && tx->response_judged < tx->response_length)
        return seclang_tx_response_window(tx);
    return seclang_run_phase(tx, 4);
}
