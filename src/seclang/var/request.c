/* Variables of the connection, the request line and the headers. */
#include "seclang/var/fetch.h"

#define TEXT_ROW(function, member)                                                                 \
    static void function(struct seclang_tx *tx, struct seclang_list *list,                         \
                         const struct seclang_rule *rule)                                          \
    {                                                                                              \
        (void)rule;                                                                                \
        seclang_fetch_text(tx, list, tx->member);                                                  \
    }

TEXT_ROW(remote_addr, client)
TEXT_ROW(server_addr, server)
TEXT_ROW(request_line, line)
TEXT_ROW(request_method, method)
TEXT_ROW(request_protocol, protocol)
TEXT_ROW(request_uri_raw, uri)
TEXT_ROW(query_string, query)
TEXT_ROW(request_filename, filename)
TEXT_ROW(unique_id, id)
TEXT_ROW(processor, processor)

static void
empty(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, SK_STR(""));
}

static void
remote_port(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, tx->client_port);
}

static void
server_port(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, tx->server_port);
}

/* The Host header without its port; the address where there is none. */
static void
server_name(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    sk_str host = seclang_tx_header(tx, SECLANG_VAR_REQUEST_HEADERS, SK_STR("host"));
    size_t colon;

    (void)rule;
    if (!host.p) host = tx->server;
    colon = host.n > 0 && host.p[0] == '[' ? sk_str_find(host, SK_STR("]:")) + 1
                                           : sk_str_find_byte(host, ':');
    if (colon > 0 && colon < host.n) host = sk_str_first(host, colon);
    seclang_fetch_text(tx, list, host);
}

/* Path and query as they came; the scheme and host of an absolute target are left out. */
static void
request_uri(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    sk_str uri = tx->path;

    (void)rule;
    if (tx->has_query) uri.n += 1 + tx->query.n; /* they lie beside each other in the target */
    seclang_fetch_text(tx, list, uri);
}

static void
request_basename(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    sk_str name = tx->filename;

    (void)rule;
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
            name = sk_str_from(name, i);
            break;
        }
    seclang_fetch_text(tx, list, name);
}

struct cookie_sink {
    struct seclang_tx *tx;
    struct seclang_list *values, *names;
};

static void
take_cookie(void *ctx, sk_str name, sk_str value)
{
    struct cookie_sink *to = ctx;
    sk_arena *mem = to->tx->mem;

    seclang_list_add(to->values, mem, seclang_value_new(mem, name, value));
    seclang_list_add(to->names, mem, seclang_value_new(mem, name, name));
}

/* Both lists at once, whichever was asked for. */
static void
request_cookies(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    const struct seclang_list *headers = &tx->list[SECLANG_VAR_REQUEST_HEADERS];
    struct cookie_sink to = { tx, &tx->list[SECLANG_VAR_REQUEST_COOKIES],
                              &tx->list[SECLANG_VAR_REQUEST_COOKIES_NAMES] };

    (void)rule;
    (void)list;
    to.values->count = to.names->count = 0;
    to.values->screened = to.names->screened = 0;
    for (unsigned i = 0; i < headers->count; i++)
        if (sk_str_eq_nocase(headers->at[i]->name, SK_STR("cookie")))
            seclang_cookies_split(headers->at[i]->text.s, take_cookie, &to);
    seclang_fetch_built(tx, SECLANG_VAR_REQUEST_COOKIES);
    seclang_fetch_built(tx, SECLANG_VAR_REQUEST_COOKIES_NAMES);
}

static void
auth_type(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    sk_str scheme = seclang_tx_header(tx, SECLANG_VAR_REQUEST_HEADERS, SK_STR("authorization"));

    (void)rule;
    if (scheme.p) seclang_fetch_text(tx, list, sk_str_first(scheme, sk_str_find_byte(scheme, ' ')));
}

static void
web_app_id(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list,
                       sk_str_of(tx->rules->web_app_id ? tx->rules->web_app_id : "default"));
}

const struct seclang_fetch_row seclang_fetch_request[] = {
    { SECLANG_VAR_AUTH_TYPE, SECLANG_FETCH_ONCE, auth_type },
    { SECLANG_VAR_PATH_INFO, SECLANG_FETCH_ONCE, empty },
    { SECLANG_VAR_QUERY_STRING, SECLANG_FETCH_ONCE, query_string },
    { SECLANG_VAR_REMOTE_ADDR, SECLANG_FETCH_ONCE, remote_addr },
    { SECLANG_VAR_REMOTE_HOST, SECLANG_FETCH_ONCE, remote_addr },
    { SECLANG_VAR_REMOTE_PORT, SECLANG_FETCH_ONCE, remote_port },
    { SECLANG_VAR_REMOTE_USER, SECLANG_FETCH_ONCE, empty },
    { SECLANG_VAR_REQBODY_PROCESSOR, SECLANG_FETCH_ALWAYS, processor },
    { SECLANG_VAR_REQUEST_BASENAME, SECLANG_FETCH_ONCE, request_basename },
    { SECLANG_VAR_REQUEST_COOKIES, SECLANG_FETCH_ONCE, request_cookies },
    { SECLANG_VAR_REQUEST_COOKIES_NAMES, SECLANG_FETCH_ONCE, request_cookies },
    { SECLANG_VAR_REQUEST_FILENAME, SECLANG_FETCH_ONCE, request_filename },
    { SECLANG_VAR_REQUEST_LINE, SECLANG_FETCH_ONCE, request_line },
    { SECLANG_VAR_REQUEST_METHOD, SECLANG_FETCH_ONCE, request_method },
    { SECLANG_VAR_REQUEST_PROTOCOL, SECLANG_FETCH_ONCE, request_protocol },
    { SECLANG_VAR_REQUEST_URI, SECLANG_FETCH_ONCE, request_uri },
    { SECLANG_VAR_REQUEST_URI_RAW, SECLANG_FETCH_ONCE, request_uri_raw },
    { SECLANG_VAR_SERVER_ADDR, SECLANG_FETCH_ONCE, server_addr },
    { SECLANG_VAR_SERVER_NAME, SECLANG_FETCH_ONCE, server_name },
    { SECLANG_VAR_SERVER_PORT, SECLANG_FETCH_ONCE, server_port },
    { SECLANG_VAR_UNIQUE_ID, SECLANG_FETCH_ONCE, unique_id },
    { SECLANG_VAR_USERAGENT_IP, SECLANG_FETCH_ONCE, remote_addr },
    { SECLANG_VAR_WEBAPPID, SECLANG_FETCH_ONCE, web_app_id },
    { SECLANG_VAR_COUNT, SECLANG_FETCH_FILLED, NULL },
};
