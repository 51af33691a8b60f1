/* The request comes in: its line, its headers (phase 1), its body (phase 2). */
#include "base/hash.h"
#include "seclang/form_text.h"
#include "seclang/match.h"
#include "seclang/run.h"
#include "seclang/tx.h"
#include "seclang/window.h"
#include "seclang/worker.h"

#include <limits.h>

static bool
is_letter(char c)
{
    unsigned char low = sk_lower_byte((unsigned char)c);

    return low >= 'a' && low <= 'z';
}

/* Bytes of the scheme that the target begins with (RFC 3986, 3.1); 0: with none. */
static size_t
scheme_length(sk_str s)
{
    size_t n = 0;

    if (s.n == 0 || !is_letter(s.p[0])) return 0;
    while (n < s.n &&
           (is_letter(s.p[n]) || (s.p[n] >= '0' && s.p[n] <= '9') || memchr("+-.", s.p[n], 3)))
        n++;
    return n;
}

/* Behind "http://host" of an absolute target; s itself where it has none. The host ends as in
 * RFC 3986, 3.2: a slash may as well stand in the query. */
static sk_str
without_origin(sk_str s)
{
    size_t scheme = scheme_length(s), at;

    if (scheme == 0 || !sk_str_starts(sk_str_from(s, scheme), SK_STR("://"))) return s;
    for (at = scheme + 3; at < s.n && !memchr("/?#", s.p[at], 3);)
        at++;
    return sk_str_from(s, at);
}

void
seclang_tx_request_line(struct seclang_tx *tx, sk_str line, sk_str method, sk_str uri,
                        sk_str protocol)
{
    sk_str target = without_origin(uri);
    size_t question = sk_str_find_byte(target, '?');
    unsigned ignored = 0;

    tx->line = line;
    tx->method = method;
    tx->uri = uri;
    tx->protocol = protocol;
    tx->has_query = question != SIZE_MAX;
    tx->path = sk_str_first(target, question);
    tx->query = tx->has_query ? sk_str_from(target, question + 1) : SK_STR("");
    tx->filename = seclang_url_decode(tx->mem, tx->path, false, &ignored);
}

static void
fault(struct seclang_tx *tx, sk_str text)
{
    tx->body_error = true;
    if (tx->body_error_msg.n == 0) tx->body_error_msg = text;
}

void
seclang_tx_request_header(struct seclang_tx *tx, sk_str name, sk_str value)
{
    struct seclang_list *values = &tx->list[SECLANG_VAR_REQUEST_HEADERS];

    if (values->count >= SECLANG_HEADERS_MOST) {
        fault(tx, SK_STR("More request headers than the engine looks at."));
        return;
    }
    seclang_list_add(values, tx->mem, seclang_value_new(tx->mem, name, value));
    seclang_list_add(&tx->list[SECLANG_VAR_REQUEST_HEADERS_NAMES], tx->mem,
                     seclang_value_new(tx->mem, name, name));
}

/* Which lists an argument goes to: all share its two values, so that forms are made once. */
static void
add_view(struct seclang_tx *tx, sk_str name, sk_str text, bool post)
{
    struct seclang_value *value = seclang_value_new(tx->mem, name, text);
    struct seclang_value *named = seclang_value_new(tx->mem, name, name);

    value->post = named->post = post;
    value->old = named->old = tx->continues && !post;
    seclang_list_add(&tx->list[SECLANG_VAR_ARGS], tx->mem, value);
    seclang_list_add(&tx->list[post ? SECLANG_VAR_ARGS_POST : SECLANG_VAR_ARGS_GET], tx->mem,
                     value);
    seclang_list_add(&tx->list[SECLANG_VAR_ARGS_NAMES], tx->mem, named);
    seclang_list_add(&tx->list[post ? SECLANG_VAR_ARGS_POST_NAMES : SECLANG_VAR_ARGS_GET_NAMES],
                     tx->mem, named);
}

/* `of` knows the charset, `to` is who gets it. */
static void
add_argument(struct seclang_tx *to, struct seclang_tx *of, sk_str name, sk_str text, bool post)
{
    struct seclang_pair view[2];
    unsigned count =
        seclang_form_views(view, of, to->mem, (struct seclang_pair){ name, text }, post);

    for (unsigned i = 0; i < count; i++)
        add_view(to, view[i].name, view[i].value, post);
}

static void
take_query_argument(void *ctx, sk_str name, sk_str value)
{
    add_argument(ctx, ctx, name, value, false);
}

void
seclang_tx_read_query(struct seclang_tx *tx)
{
    char separator = tx->rules->argument_separator ? tx->rules->argument_separator : '&';

    if (!seclang_arguments_split(tx->mem, tx->query, separator, tx->rules->settings.arguments_limit,
                                 &tx->bad_encoding, take_query_argument, tx))
        fault(tx, SK_STR("More arguments than SecArgumentsLimit allows."));
}

/* By content type; JSON and XML are for rules to choose (ctl), as in mod_security 2. */
static sk_str
processor_of(sk_str content_type)
{
    if (sk_str_starts_nocase(content_type, SK_STR("application/x-www-form-urlencoded")))
        return SK_STR("URLENCODED");
    if (sk_str_starts_nocase(content_type, SK_STR("multipart/form-data")))
        return SK_STR("MULTIPART");
    return (sk_str){ 0 };
}

static void
make_id(struct seclang_tx *tx)
{
    unsigned char random[12];

    if (tx->id.n > 0) return;
    sk_random(random, sizeof(random));
    tx->id = sk_hex(tx->mem, (sk_str){ (const char *)random, sizeof(random) });
}

struct seclang_verdict
seclang_tx_request_headers(struct seclang_tx *tx)
{
    sk_str type;

    make_id(tx);
    if (tx->set.engine == SECLANG_OFF || tx->phase >= 1) return seclang_run_phase(tx, 1);
    type = seclang_tx_header(tx, SECLANG_VAR_REQUEST_HEADERS, SK_STR("content-type"));
    tx->processor = processor_of(type);
    seclang_form_begin(tx, type);
    seclang_tx_read_query(tx);
    return seclang_run_phase(tx, 1);
}

bool
seclang_tx_wants_request_body(const struct seclang_tx *tx)
{
    return tx->set.engine != SECLANG_OFF && tx->set.request_body_access && !tx->decision.made;
}

/* Where what is read now belongs: the window that is being filled. */
static struct seclang_tx *
into(struct seclang_tx *tx, sk_str name, sk_str text)
{
    if (!tx->window) return tx;
    seclang_window_count(tx->window, name, text);
    return seclang_window_tx(tx, tx->window);
}

static void
take_body_argument(void *ctx, sk_str name, sk_str value)
{
    struct seclang_tx *tx = ctx;

    if (tx->window) {
        add_argument(into(tx, name, value), tx, name, value, true);
        return;
    }
    if (tx->list[SECLANG_VAR_ARGS].count >= tx->rules->settings.arguments_limit) {
        fault(tx, SK_STR("More arguments than SecArgumentsLimit allows."));
        return;
    }
    add_argument(tx, tx, name, value, true);
}

static void
add_to(struct seclang_tx *tx, enum seclang_var var, sk_str name, sk_str text)
{
    seclang_list_add(&tx->list[var], tx->mem, seclang_value_new(tx->mem, name, text));
}

static void
take_file(void *ctx, sk_str field, sk_str filename, size_t size)
{
    struct seclang_tx *tx = into(ctx, field, filename);
    struct seclang_pair view[2];
    unsigned count =
        seclang_form_views(view, ctx, tx->mem, (struct seclang_pair){ field, filename }, true);

    for (unsigned i = 0; i < count; i++) {
        add_to(tx, SECLANG_VAR_FILES, view[i].name, view[i].value);
        add_to(tx, SECLANG_VAR_FILES_NAMES, view[i].name, view[i].name);
    }
    add_to(tx, SECLANG_VAR_FILES_SIZES, view[0].name, sk_str_printf(tx->mem, "%zu", size));
}

static void
take_part_header(void *ctx, sk_str part, sk_str line)
{
    struct seclang_tx *tx = into(ctx, part, line);
    struct seclang_pair view[2];
    unsigned count =
        seclang_form_views(view, ctx, tx->mem, (struct seclang_pair){ part, line }, true);

    for (unsigned i = 0; i < count; i++)
        add_to(tx, SECLANG_VAR_MULTIPART_PART_HEADERS, view[i].name, view[i].value);
}

/* The two expressions that rules may use; each value is named by its own. */
static void
take_xml(void *ctx, sk_str text, bool attribute)
{
    sk_str path = attribute ? SK_STR("//@*") : SK_STR("/*");

    add_to(into(ctx, path, text), SECLANG_VAR_XML, path, text);
}

static bool
within(size_t size, size_t limit)
{
    return limit == 0 || size <= limit;
}

/* REQUEST_BODY is there: see var/body.c. */
static bool
shows_body(const struct seclang_tx *tx)
{
    return tx->set.force_request_body || sk_str_eq(tx->processor, SK_STR("URLENCODED"));
}

/* A body that is within all limits is judged whole; of what is longer, or of unknown length, raw
 * text is kept only where rules will see it. */
static void
begin_windows(struct seclang_tx *tx)
{
    tx->window = seclang_window_new(tx, 2);
    if (within(tx->announced, tx->set.request_body_limit) &&
        within(tx->announced, tx->rules->settings.request_body_no_files_limit))
        return;
    tx->window->most = SECLANG_WINDOW;
    tx->keep_body &= shows_body(tx);
}

/* What is too much for one judgement goes into the next one. */
static void
limit_windows(struct seclang_body_limits *limits, const struct seclang_window *window)
{
    limits->arguments = UINT_MAX;
    if (window->most == SIZE_MAX) return;
    limits->no_files = 0;
    limits->piece = SECLANG_WINDOW;
    limits->overlap = SECLANG_WINDOW_OVERLAP;
}

void
seclang_tx_request_windows(struct seclang_tx *tx, size_t length)
{
    tx->wants_request_windows = true;
    tx->announced = length;
}

static void
begin_body(struct seclang_tx *tx)
{
    const struct seclang_settings *settings = &tx->rules->settings;
    struct seclang_body_limits *limits = SK_NEW(tx->mem, struct seclang_body_limits);
    struct seclang_body_sink *sink = SK_NEW(tx->mem, struct seclang_body_sink);

    tx->body_begun = true;
    tx->keep_body =
        tx->worker->reads_request_body && (shows_body(tx) || tx->worker->reads_any_body);
    if (tx->wants_request_windows) begin_windows(tx);
    if (tx->processor.n == 0) return;
    *sink =
        (struct seclang_body_sink){ tx, take_body_argument, take_file, take_part_header, take_xml };
    limits->arguments = settings->arguments_limit;
    limits->depth = settings->json_depth_limit;
    limits->no_files = settings->request_body_no_files_limit;
    limits->separator = tx->rules->argument_separator ? tx->rules->argument_separator : '&';
    if (tx->window) limit_windows(limits, tx->window);
    tx->body = seclang_body_begin(
        tx->mem, tx->processor,
        seclang_tx_header(tx, SECLANG_VAR_REQUEST_HEADERS, SK_STR("content-type")), limits, sink);
    if (!tx->body) fault(tx, SK_STR("Unknown request body processor."));
}

/* Too much: refused where the engine is on and the limit says Reject; else the rest goes unread. */
static enum seclang_feed
over_limit(struct seclang_tx *tx, const char *why)
{
    tx->inbound_data_error = true;
    if (tx->set.engine != SECLANG_ON ||
        tx->rules->settings.request_body_limit_action != SECLANG_REJECT)
        return SECLANG_ENOUGH;
    if (!tx->decision.made) seclang_match_refuse(tx, 413, why);
    return SECLANG_TOO_LARGE;
}

/* Of a multipart body its parser counts: files do not belong to it. */
static bool
over_no_files_limit(const struct seclang_tx *tx)
{
    size_t limit = tx->rules->settings.request_body_no_files_limit;

    return limit > 0 && tx->body_length > limit && tx->body &&
           strcmp(seclang_body_name(tx->body), "MULTIPART") != 0;
}

/* Before each slice the window is there that it goes into; behind it, it may be full. */
static enum seclang_feed
feed_windows(struct seclang_tx *tx, sk_str chunk)
{
    while (chunk.n > 0) {
        struct seclang_tx *in = seclang_window_tx(tx, tx->window);
        sk_str slice = sk_str_first(chunk, SECLANG_WINDOW_SLICE);

        tx->body_length += slice.n;
        if (tx->keep_body) sk_buf_add(&in->body_text, slice);
        if (tx->body) {
            seclang_body_report_on(tx->body, in->mem);
            seclang_body_feed(tx->body, slice);
        }
        if (seclang_window_full(tx, tx->window)) seclang_window_judge(tx, tx->window);
        if (tx->decision.made) return SECLANG_REFUSED;
        if (!seclang_tx_wants_request_body(tx)) return SECLANG_ENOUGH;
        chunk = sk_str_from(chunk, slice.n);
    }
    return SECLANG_MORE;
}

enum seclang_feed
seclang_tx_request_body(struct seclang_tx *tx, sk_str chunk)
{
    size_t limit = tx->set.request_body_limit, left;
    bool whole = true;

    if (!seclang_tx_wants_request_body(tx) || tx->body_done) return SECLANG_ENOUGH;
    if (!tx->body_begun) begin_body(tx);
    if (tx->window) return feed_windows(tx, chunk);
    if (limit > 0) {
        left = limit > tx->body_length ? limit - tx->body_length : 0;
        whole = chunk.n <= left;
        chunk = sk_str_first(chunk, left);
    }
    tx->body_length += chunk.n;
    if (over_no_files_limit(tx)) {
        fault(tx, SK_STR("Request body no files data length is larger than the configured limit."));
        return over_limit(tx, "Request body no files data length is larger than the configured "
                              "limit.");
    }
    if (tx->keep_body) sk_buf_add(&tx->body_text, chunk);
    if (tx->body) seclang_body_feed(tx->body, chunk);
    return whole ? SECLANG_MORE
                 : over_limit(tx, "Request body is larger than the configured limit.");
}

static void
finish_body(struct seclang_tx *tx)
{
    tx->body_done = true;
    if (!tx->body) return;
    seclang_body_report_on(tx->body, seclang_window_tx(tx, tx->window)->mem);
    seclang_body_finish(tx->body, &tx->report);
    if (tx->report.error.n > 0) fault(tx, tx->report.error);
    tx->bad_encoding += tx->report.bad_encoding;
    seclang_body_free(tx->body);
    tx->body = NULL;
}

/* A multipart body may be wrong before its first byte: in its Content-Type. Where headers say that
 * there is a body, it is one, however empty; as in mod_security 2. */
static bool
is_empty_multipart(const struct seclang_tx *tx)
{
    return !tx->body_begun && sk_str_eq(tx->processor, SK_STR("MULTIPART")) &&
           seclang_tx_wants_request_body(tx) &&
           (seclang_tx_header(tx, SECLANG_VAR_REQUEST_HEADERS, SK_STR("content-length")).p ||
            seclang_tx_header(tx, SECLANG_VAR_REQUEST_HEADERS, SK_STR("transfer-encoding")).p);
}

struct seclang_verdict
seclang_tx_request_done(struct seclang_tx *tx)
{
    bool last;

    if (is_empty_multipart(tx)) begin_body(tx);
    last = tx->body_begun && !tx->body_done;

    if (last) finish_body(tx);
    if (tx->window && tx->window->phase == 2 && last) return seclang_window_judge(tx, tx->window);
    return seclang_run_phase(tx, 2);
}
