#include "theirs.h"

#include <modsecurity/modsecurity.h>
#include <modsecurity/rules_set.h>
#include <modsecurity/transaction.h>
#include <stdlib.h>

struct theirs {
    ModSecurity *engine;
    RulesSet *rules;
};

struct listener {
    void (*each)(void *ctx, const char *line);
    void *ctx;
};

static const unsigned char *
bytes(sk_str s)
{
    return (const unsigned char *)(s.n ? s.p : "");
}

static void
hear(void *listener, const void *line)
{
    const struct listener *l = listener;

    if (l) l->each(l->ctx, line);
}

sk_err
theirs_new(struct theirs **t, const char *rules)
{
    const char *why = NULL;
    struct theirs *made = calloc(1, sizeof(*made));

    if (!made) return sk_fail(SK_BROKEN, "no memory");
    made->engine = msc_init();
    msc_set_log_cb(made->engine, hear);
    made->rules = msc_create_rules_set();
    if (msc_rules_add(made->rules, rules, &why) < 0) {
        sk_err e = sk_fail(SK_BAD, "libmodsecurity: %s", why ? why : "rules not read");

        theirs_free(made);
        return e;
    }
    *t = made;
    return sk_ok();
}

void
theirs_free(struct theirs *t)
{
    msc_rules_cleanup(t->rules);
    msc_cleanup(t->engine);
    free(t);
}

static void
request_headers(Transaction *tx, const struct seclang_replay *request)
{
    for (unsigned i = 0; i < request->header_count; i++) {
        sk_str name = request->header[i].name, value = request->header[i].value;

        msc_add_n_request_header(tx, bytes(name), name.n, bytes(value), value.n);
    }
    msc_process_request_headers(tx);
}

static void
response(Transaction *tx)
{
    msc_add_response_header(tx, (const unsigned char *)"Content-Type",
                            (const unsigned char *)"text/html");
    msc_process_response_headers(tx, 200, "HTTP/1.1");
    msc_process_response_body(tx);
}

void
theirs_run(struct theirs *t, const struct seclang_replay *request,
           void (*each)(void *ctx, const char *line), void *ctx)
{
    struct listener listener = { each, ctx };
    Transaction *tx = msc_new_transaction(t->engine, t->rules, &listener);
    sk_str version = request->protocol, slash = SK_STR("HTTP/");
    char method[64], uri[8192], number[16];

    if (sk_str_starts(version, slash)) version = sk_str_from(version, slash.n);
    snprintf(method, sizeof(method), "%.*s", SK_ARG(request->method));
    snprintf(uri, sizeof(uri), "%.*s", SK_ARG(request->uri));
    snprintf(number, sizeof(number), "%.*s", SK_ARG(version));
    msc_process_connection(tx, "127.0.0.1", 40000, "127.0.0.1", 443);
    msc_process_uri(tx, uri, method, number);
    request_headers(tx, request);
    if (request->body.n > 0) msc_append_request_body(tx, bytes(request->body), request->body.n);
    msc_process_request_body(tx);
    response(tx);
    msc_process_logging(tx);
    msc_transaction_cleanup(tx);
}

sk_str
theirs_line_field(const char *line, const char *name)
{
    char before[32];
    const char *at, *end;

    snprintf(before, sizeof(before), " [%s \"", name);
    at = strstr(line, before);
    if (!at) return (sk_str){ 0 };
    at += strlen(before);
    end = strstr(at, "\"]");
    return end ? (sk_str){ at, (size_t)(end - at) } : (sk_str){ 0 };
}

unsigned
theirs_line_id(const char *line)
{
    sk_str id = theirs_line_field(line, "id");

    return id.n ? (unsigned)strtoul(id.p, NULL, 10) : 0;
}

/* Lines of @detectSQLi and @detectXSS name no variable, but the rules' logdata does. */
static sk_str
variable_in_data(const char *line)
{
    sk_str data = theirs_line_field(line, "data"), within = SK_STR(" found within ");
    size_t at = sk_str_find(data, within);

    if (at == SIZE_MAX) return (sk_str){ 0 };
    data = sk_str_from(data, at + within.n);
    return sk_str_first(data, sk_str_find(data, SK_STR(": ")));
}

sk_str
theirs_line_variable(const char *line)
{
    static const char before[] = "against variable `", after[] = "' (Value: `";
    const char *at = strstr(line, before), *end;

    if (!at) return variable_in_data(line);
    at += sizeof(before) - 1;
    end = strstr(at, after);
    return end ? (sk_str){ at, (size_t)(end - at) } : (sk_str){ 0 };
}
