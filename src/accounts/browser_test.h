/* For tests: a browser with cookies, in front of the two services, without sockets. */
#ifndef SK_ACCOUNTS_BROWSER_TEST_H
#define SK_ACCOUNTS_BROWSER_TEST_H

#include "accounts/carrier.h"
#include "accounts/house_test.h"
#include "accounts/routes.h"

enum { BROWSER_COOKIES = 16 };

struct browser {
    struct test_house *t;
    const char *site, *address, *agent;
    struct {
        sk_str name, value;
    } cookie[BROWSER_COOKIES];
    size_t cookies;
    /* of one request */
    sk_str cookie_text, realm, ticket;
    /* of its answer */
    unsigned status;
    sk_str body, location, head; /* head: all headers, a line each */
};

static struct browser
browser_new(struct test_house *t, const char *address)
{
    return (struct browser){ .t = t, .site = "shop", .address = address, .agent = "Firefox/1" };
}

static sk_str
browser_header(const struct part_request *request, const char *name)
{
    const struct browser *b = request->peer;
    if (strcmp(name, "Cookie") == 0) return b->cookie_text;
    if (strcmp(name, "X-Sekisho-Site") == 0) return sk_str_of(b->site);
    if (strcmp(name, "X-Real-IP") == 0) return sk_str_of(b->address);
    if (strcmp(name, "User-Agent") == 0) return sk_str_of(b->agent);
    if (strcmp(name, "X-Sekisho-Realm") == 0) return b->realm;
    if (strcmp(name, "X-Sekisho-Ticket") == 0) return b->ticket;
    if (strcmp(name, "Accept-Language") == 0) return SK_STR("en");
    if (strcmp(name, "Content-Type") == 0)
        return b->realm.n || b->ticket.n ? SK_STR("application/json")
                                         : SK_STR("application/x-www-form-urlencoded");
    return (sk_str){ 0 };
}

static inline sk_str
browser_cookie(const struct browser *b, const char *name)
{
    for (size_t i = 0; i < b->cookies; i++)
        if (sk_str_eq(b->cookie[i].name, sk_str_of(name))) return b->cookie[i].value;
    return (sk_str){ 0 };
}

static void
browser_cookie_put(struct browser *b, sk_str name, sk_str value)
{
    size_t i = 0;
    while (i < b->cookies && !sk_str_eq(b->cookie[i].name, name))
        i++;
    assert_true(i < BROWSER_COOKIES);
    if (i == b->cookies) b->cookie[b->cookies++].name = sk_str_copy(b->t->mem, name);
    b->cookie[i].value = sk_str_copy(b->t->mem, value);
}

/* Every one of ours has these. */
static void
browser_cookie_take(struct browser *b, sk_str line)
{
    sk_str name, rest = line;
    sk_str_cut(&name, &rest, '=');
    sk_str value = sk_str_first(rest, sk_str_find_byte(rest, ';'));
    assert_true(sk_str_find(line, SK_STR("; Path=/")) != SIZE_MAX);
    assert_true(sk_str_find(line, SK_STR("; Secure")) != SIZE_MAX);
    assert_true(sk_str_find(line, SK_STR("; HttpOnly")) != SIZE_MAX);
    browser_cookie_put(b, name, value);
}

static void
browser_ask(struct browser *b, const struct part_service *service, const char *method,
            const char *target, sk_str body)
{
    struct sk_buf cookies = { .mem = b->t->mem }, head = { .mem = b->t->mem };
    struct part_request request = {
        .mem = b->t->mem, .ctx = b->t->house, .peer = b, .header = browser_header, .body = body
    };
    struct part_response response = { 0 };
    for (size_t i = 0; i < b->cookies; i++)
        sk_buf_printf(&cookies, "%s%.*s=%.*s", i ? "; " : "", SK_ARG(b->cookie[i].name),
                      SK_ARG(b->cookie[i].value));
    b->cookie_text = sk_buf_str(&cookies);
    request.id = part_id_new(b->t->mem);
    request.uid = PART_PEER_NOBODY;
    must(part_request_target(&request, sk_str_copy(b->t->mem, sk_str_of(target))));
    part_service_answer(&response, &request, service, sk_str_of(method), body);
    b->location = (sk_str){ 0 };
    for (size_t i = 0; i < response.count; i++) {
        const struct part_header *h = &response.header[i];
        sk_buf_printf(&head, "%s: %.*s\n", h->name, SK_ARG(h->value));
        if (strcmp(h->name, "Set-Cookie") == 0) browser_cookie_take(b, h->value);
        if (strcmp(h->name, "Location") == 0) b->location = h->value;
    }
    b->status = response.status;
    b->body = sk_str_copy(b->t->mem, response.body);
    b->head = sk_str_copy(b->t->mem, sk_buf_str(&head));
}

static inline void
browser_get(struct browser *b, const char *target)
{
    struct part_service pages = accounts_pages_service(b->t->house, -1);
    browser_ask(b, &pages, "GET", target, (sk_str){ 0 });
}

/* A value of a hidden field in the page at hand. */
static sk_str
browser_hidden(const struct browser *b, const char *name)
{
    sk_str mark = sk_str_printf(b->t->mem, "name=\"%s\" value=\"", name);
    size_t at = sk_str_find(b->body, mark);
    if (at == SIZE_MAX) return (sk_str){ 0 };
    sk_str rest = sk_str_from(b->body, at + mark.n);
    return sk_str_first(rest, sk_str_find_byte(rest, '"'));
}

/* Posts fields (encoded already), with the token of the page at hand. */
static inline void
browser_post(struct browser *b, const char *target, const char *fields)
{
    struct part_service pages = accounts_pages_service(b->t->house, -1);
    sk_str body =
        sk_str_printf(b->t->mem, "token=%.*s&%s", SK_ARG(browser_hidden(b, "token")), fields);
    browser_ask(b, &pages, "POST", target, body);
}

/* Opens the form and posts it. */
static inline void
browser_fill(struct browser *b, const char *target, const char *fields)
{
    browser_get(b, target);
    browser_post(b, target, fields);
}

/* What the gate would ask for this browser: the status. */
static inline unsigned
browser_session(struct browser *b, const char *realm)
{
    struct part_service questions = accounts_api_service(b->t->house, -1);
    b->realm = sk_str_of(realm);
    browser_ask(b, &questions, "GET", "/v1/session", (sk_str){ 0 });
    b->realm = (sk_str){ 0 };
    return b->status;
}

#define browser_has(b, text)                                                                       \
    do {                                                                                           \
        if (sk_str_find((b)->body, SK_STR(text)) == SIZE_MAX)                                      \
            fail_msg("'%s' is not in: %.*s", text, SK_ARG((b)->body));                             \
    } while (0)

#endif
