#include "mutate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { MUTATIONS_MOST = 4, COPIED_MOST = 60 };

/* A request as it is being changed; what belongs to one is a range of its bytes. */
struct draft {
    struct dice *d;
    sk_arena *mem;
    sk_str text, other;
};

/* Replaces `n` bytes at `at`. */
static void
put(struct draft *r, size_t at, size_t n, sk_str in)
{
    struct sk_buf out = { .mem = r->mem };

    if (at > r->text.n) at = r->text.n;
    if (n > r->text.n - at) n = r->text.n - at;
    sk_buf_add(&out, sk_str_first(r->text, at));
    sk_buf_add(&out, in);
    sk_buf_add(&out, sk_str_from(r->text, at + n));
    r->text = sk_buf_str(&out);
}

static size_t
below(struct draft *r, size_t n)
{
    return dice_below(r->d, (unsigned)n);
}

/* Where the body begins; the length of the text where there is none. */
static size_t
body_at(sk_str text)
{
    size_t at = sk_str_find(text, SK_STR("\r\n\r\n"));

    return at == SIZE_MAX ? text.n : at + 4;
}

/* Where the request line's target begins and ends. */
static void
target_of(sk_str text, size_t *from, size_t *to)
{
    sk_str line = sk_str_first(text, sk_str_find_byte(text, '\n'));

    *from = sk_str_find_byte(line, ' ');
    *from = *from == SIZE_MAX ? line.n : *from + 1;
    *to = *from +
          sk_str_first(sk_str_from(line, *from), sk_str_find_byte(sk_str_from(line, *from), ' ')).n;
}

/* A place where a value may be: in the target, behind a header's colon, in the body. */
static size_t
place(struct draft *r)
{
    size_t from, to, body = body_at(r->text);

    target_of(r->text, &from, &to);
    if (body < r->text.n && dice_one_in(r->d, 2)) return body + below(r, r->text.n - body + 1);
    if (to > from && !dice_one_in(r->d, 3)) return from + below(r, to - from + 1);
    return to + below(r, body - to + 1);
}

/* ── mutations ── */

static void
turn_byte(struct draft *r)
{
    size_t at = place(r);
    char c = (char)below(r, 256);

    if (c != '\0') put(r, at, 1, (sk_str){ &c, 1 });
}

static void
remove_bytes(struct draft *r)
{
    put(r, place(r), 1 + below(r, 8), (sk_str){ 0 });
}

static void
put_piece(struct draft *r)
{
    sk_str piece = dice_piece(r->d);

    if (sk_str_find_byte(piece, '\0') == SIZE_MAX && sk_str_find_byte(piece, '\n') == SIZE_MAX)
        put(r, place(r), 0, piece);
}

static void
put_token(struct draft *r)
{
    static const char *const tokens[] = { "<script>",
                                          "' OR 1=1--",
                                          "../../etc/passwd",
                                          "%00",
                                          "%0d%0aSet-Cookie:x",
                                          "${jndi:ldap://x}",
                                          ";cat /etc/passwd",
                                          "UNION SELECT",
                                          "<?php",
                                          "&a=b",
                                          "?x=1",
                                          "#",
                                          "%u3042",
                                          "\xe3\x81\x82",
                                          "\x8a\xbf\x8e\x9a",
                                          "a[b]=c",
                                          "[]",
                                          "=",
                                          ";",
                                          "javascript:alert(1)",
                                          "onerror=",
                                          "{{7*7}}",
                                          "$(id)",
                                          "`id`",
                                          "|id",
                                          "http://1.2.3.4/x?",
                                          "__proto__",
                                          "\xff",
                                          "%ff%fe",
                                          "/*!50000select*/",
                                          "char(0x41)",
                                          "&lt;script&gt;",
                                          "\\u003cscript",
                                          "%25%32%37",
                                          "+",
                                          "%",
                                          "%%",
                                          "0x41",
                                          "\t" };

    put(r, place(r), 0, sk_str_of(dice_word(r->d, tokens, COUNT(tokens))));
}

static void
copy_from_other(struct draft *r)
{
    size_t from = below(r, r->other.n), n = 1 + below(r, COPIED_MOST);
    sk_str piece = sk_str_first(sk_str_from(r->other, from), n);

    if (sk_str_find_byte(piece, '\n') == SIZE_MAX) put(r, place(r), 0, piece);
}

/* Percent-encodes some bytes, also percent signs. */
static void
encode(struct draft *r)
{
    size_t at = place(r), n = 1 + below(r, 12);
    struct sk_buf out = { .mem = r->mem };

    for (size_t i = at; i < at + n && i < r->text.n && r->text.p[i] != '\n'; i++)
        sk_buf_printf(&out, "%%%02x", (unsigned char)r->text.p[i]);
    if (out.n > 0) put(r, at, out.n / 3, sk_buf_str(&out));
}

/* Behind the request line, so that it stays a request. */
static void
put_header(struct draft *r)
{
    static const char *const headers[] = {
        "Content-Type: application/json\r\n",
        "Content-Type: text/xml\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: multipart/form-data; boundary=----edge\r\n",
        "Content-Type: text/plain\r\n",
        "Cookie: a=b; c\r\n",
        "Cookie: =x;y=1=2; z\r\n",
        "Host: 127.0.0.1\r\n",
        "User-Agent: nikto\r\n",
        "Referer: javascript:x\r\n",
        "Range: bytes=0-,1-\r\n",
        "X-Forwarded-For: 10.0.0.1\r\n",
        "Accept:\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Expect: 100-continue\r\n",
        "X-Filename: a.php\r\n",
        "Authorization: Basic Zm9vOmJhcg==\r\n",
        "Content-Encoding: gzip\r\n",
        "Cookie: \xe3\x81\x82=\x8a\xbf\r\n"
    };
    size_t line = sk_str_find_byte(r->text, '\n');

    if (line != SIZE_MAX) put(r, line + 1, 0, sk_str_of(dice_word(r->d, headers, COUNT(headers))));
}

/* A whole line, twice or not at all. */
static void
repeat_line(struct draft *r)
{
    size_t from = sk_str_find_byte(r->text, '\n'), to, at = place(r);
    sk_str line;

    for (size_t i = 0; i < at && i < r->text.n; i++)
        if (r->text.p[i] == '\n') from = i;
    if (from == SIZE_MAX) return;
    to = sk_str_find_byte(sk_str_from(r->text, from + 1), '\n');
    if (to == SIZE_MAX) return;
    line = sk_str_first(sk_str_from(r->text, from + 1), to + 1);
    if (line.n <= 2) return;
    if (dice_one_in(r->d, 2))
        put(r, from + 1, 0, line);
    else
        put(r, from + 1, line.n, (sk_str){ 0 });
}

static void
change_type(struct draft *r)
{
    static const char *const types[] = { "application/json",
                                         "text/xml",
                                         "application/x-www-form-urlencoded",
                                         "text/plain",
                                         "application/soap+xml",
                                         "multipart/form-data; boundary=----edge",
                                         "multipart/form-data",
                                         "APPLICATION/JSON; charset=utf-8",
                                         "application/x-www-form-urlencoded; charset=shift_jis",
                                         "multipart/form-data; boundary=\"a b\"" };
    sk_str name = SK_STR("\r\nContent-Type:");
    size_t at = sk_str_find_nocase(r->text, name), end;

    if (at == SIZE_MAX) return;
    at += name.n;
    end = sk_str_find_byte(sk_str_from(r->text, at), '\r');
    if (end == SIZE_MAX) return;
    put(r, at, end, sk_str_printf(r->mem, " %s", dice_word(r->d, types, COUNT(types))));
}

static void
new_body(struct draft *r)
{
    static const char *const bodies[] = {
        "{\"a\":{\"b\":[1,2,{\"c\":\"<script>\"}]},\"d\":\"' or 1=1\"}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":",
        "[]",
        "\"x\"",
        "{\"\":{\"\":1}}",
        "<?xml version=\"1.0\"?><a b=\"c\"><d>../../etc/passwd</d></a>",
        "<a><b></a>",
        "<a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "a=1&b=%zz&c&=d&&e=f=g",
        "a=%e3%81%82&b=%8a%bf%8e%9a",
        "a[]=1&a[]=2&a=<script>alert(1)</script>",
        "a=1;b=2",
        "------edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n------edge--\r\n",
        "------edge\r\nContent-Disposition: form-data; filename=\"x.php\"\r\n\r\n<?\r\n--",
        "------edge\nContent-Disposition: form-data; name=\"a\"\n\n1\n------edge--\n",
        "------edge\r\nContent-Disposition: form-data; name=a; name=\"b\"\r\n\r\n1\r\n------edge",
        "------edge\r\nContent-Disposition: form-data; name='a;b'\r\n\r\n1\r\n------edge--"
    };

    put(r, body_at(r->text), r->text.n, sk_str_of(dice_word(r->d, bodies, COUNT(bodies))));
}

static void
change_method(struct draft *r)
{
    static const char *const methods[] = { "GET", "POST",  "PUT", "HEAD", "OPTIONS",
                                           "get", "TRACE", "X",   "PATCH" };
    size_t blank = sk_str_find_byte(r->text, ' ');

    if (blank != SIZE_MAX) put(r, 0, blank, sk_str_of(dice_word(r->d, methods, COUNT(methods))));
}

static void (*const mutations[])(struct draft *r) = {
    turn_byte,       remove_bytes, put_piece,  put_piece,   put_token,   put_token, copy_from_other,
    copy_from_other, encode,       put_header, repeat_line, change_type, new_body,  change_method,
};

/* Mostly the length is told as it is: else nothing behind it would be read. */
static void
settle(struct draft *r)
{
    sk_str name = SK_STR("\r\nContent-Length:");
    size_t at = sk_str_find_nocase(r->text, name), body = body_at(r->text), end;

    if (at == SIZE_MAX || at > body || dice_one_in(r->d, 8)) return;
    at += name.n;
    end = sk_str_find_byte(sk_str_from(r->text, at), '\r');
    if (end != SIZE_MAX) put(r, at, end, sk_str_printf(r->mem, " %zu", r->text.n - body));
}

sk_str
mutate(struct dice *d, sk_arena *mem, sk_str request, sk_str other)
{
    struct draft r = { d, mem, request, other };

    for (unsigned n = 1 + dice_below(d, MUTATIONS_MOST); n > 0; n--)
        mutations[dice_below(d, COUNT(mutations))](&r);
    settle(&r);
    return r.text;
}
