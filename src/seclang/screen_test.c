/* The screen is not seen: the Core Rule Set at its highest level, walked with the screen and
 * without, finds the same in requests that are put together at random from pieces of Japanese text,
 * attacks, spellings and drawings. The same worker meets all of them, so that what it remembers is
 * tried, too. */
#include "base/pick_test.h"
#include "seclang/replay.h"
#include "seclang/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define CRS "/usr/share/modsecurity-crs/"

enum { REQUESTS = 1500 };

static const char *const piece[] = {
    "大阪市北区梅田三丁目1番3号",
    "東京都千代田区丸の内一丁目９番１号",
    "会社",
    "明細",
    "大津市浜大津",
    "メールします",
    "鹿沼市御成橋",
    "贈り物用に包装をお願いします。",
    "（株）山田商店",
    "山田　太郎",
    "ｶﾅ",
    "１２３－４５６７",
    "「特選」お茶",
    "、",
    "・",
    "12,770円",
    "注文番号 #1234",
    "<(_ _)>",
    "(^^;",
    "m(_ _)m",
    "----",
    "\n===\n",
    "> 引用",
    "%E5%A4%A7",
    "%u5927",
    "&#x5927;",
    "\\u5927",
    "\\5927 ",
    "%",
    "&",
    "+",
    "' or '1'='1",
    "union select",
    "1; drop table x--",
    "<script>alert(1)</script>",
    "onload=",
    "＜script＞",
    "‘ or 1=1",
    "../../etc/passwd",
    "/etc/passwd",
    "; cat /etc/hosts",
    "$(id)",
    "`id`",
    "php://input",
    "${jndi:ldap://x}",
    "javascript:",
    "expect://",
    "() { :; };",
    "\r\nSet-Cookie: a=b",
    "http://192.0.2.1/x.txt?",
    "@import",
    "O:8:\"stdClass\":0:{}",
    "KT-123456",
    "red",
    "2026-11-26",
    "user@mail.example",
    "a.b.c",
    "0x41424344",
    "YWxlcnQoMSk=",
    " ",
    "  ",
    "\t",
    "\"",
    "'",
    "\\",
    "(",
    ")",
    "=",
    "--",
    "/*",
    "*/",
    "#",
    "\x80\xff",
    "\xe5\xa4",
    "\xa0",
    "Ａ",
    "é",
    "нет",
    "🍵",
    "\x01",
};

static const char *const name[] = { "q", "name", "address", "memo", "items.sku", "会社", "a[b]" };

static void
add_pieces(struct sk_buf *out)
{
    for (unsigned i = 1 + pick(4); i > 0; i--)
        sk_buf_add(out, sk_str_of(piece[pick(sizeof piece / sizeof *piece)]));
}

/* Bytes that would end a header or an argument are percent-encoded. */
static void
add_encoded(struct sk_buf *out, sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c > ' ' && c < 0x7f && !strchr("%&+=#?", c))
            sk_buf_byte(out, (char)c);
        else
            sk_buf_printf(out, "%%%02X", c);
    }
}

static void
add_argument(struct sk_buf *out)
{
    struct sk_buf text = { .mem = out->mem };

    add_pieces(&text);
    add_encoded(out, sk_str_of(name[pick(sizeof name / sizeof *name)]));
    sk_buf_byte(out, '=');
    add_encoded(out, sk_buf_str(&text));
}

static void
add_header(struct sk_buf *out, const char *header)
{
    struct sk_buf text = { .mem = out->mem };

    add_pieces(&text);
    sk_buf_printf(out, "%s: ", header);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\r' && text.p[i] != '\n') sk_buf_byte(out, text.p[i]);
    sk_buf_add(out, SK_STR("\r\n"));
}

/* Of names that the rules restrict, count, or would stumble over. */
static void
add_odd_header(struct sk_buf *out)
{
    static const char *const odd[] = { "Proxy",          "IF",      "Lock-Token", "Accept-Charset",
                                       "Paramcounter_q", "X-Proxy", "Content-",   "X'or'1" };

    add_header(out, odd[pick(sizeof odd / sizeof *odd)]);
}

static sk_str
request(sk_arena *mem)
{
    struct sk_buf out = { .mem = mem }, body = { .mem = mem };

    for (unsigned i = pick(5); i > 0; i--) {
        if (body.n) sk_buf_byte(&body, '&');
        add_argument(&body);
    }
    sk_buf_add(&out, SK_STR("POST /shop/"));
    add_encoded(&out, sk_str_of(name[pick(sizeof name / sizeof *name)]));
    sk_buf_byte(&out, '?');
    add_argument(&out);
    sk_buf_add(&out, SK_STR(" HTTP/1.1\r\nHost: shop.example\r\n"));
    add_header(&out, "User-Agent");
    if (pick(2)) add_header(&out, "Referer");
    if (pick(2)) add_header(&out, "Cookie");
    if (pick(3) == 0) add_header(&out, "Accept");
    if (pick(6) == 0) add_odd_header(&out);
    sk_buf_printf(&out,
                  "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n",
                  body.n);
    sk_buf_add(&out, sk_buf_str(&body));
    return sk_buf_str(&out);
}

/* ── the two ways ── */

struct way {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
};

static void
open_way(struct way *way, const char *before)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, sk_str_of(before), "before", 1);
    seclang_source_text(
        source,
        SK_STR("SecRuleEngine DetectionOnly\nSecRequestBodyAccess On\n"
               "SecDefaultAction \"phase:1,log,auditlog,pass\"\n"
               "SecDefaultAction \"phase:2,log,auditlog,pass\"\n"
               "SecAction \"id:900000,phase:1,nolog,pass,setvar:tx.crs_setup_version=334,"
               "setvar:tx.paranoia_level=4\"\n"),
        "setup", 1);
    seclang_source_file(source, CRS "rules/*.conf");
    e = seclang_rules_new(&way->rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_false(sk_failed(seclang_worker_new(&way->worker, way->rules)));
}

static void
close_way(struct way *way)
{
    seclang_worker_free(way->worker);
    seclang_rules_free(way->rules);
}

static sk_str
found(sk_arena *mem, const struct way *way, sk_str raw, size_t *count)
{
    static const struct seclang_host host;
    struct seclang_tx *tx = seclang_tx_new(way->worker, way->rules, mem, &host);
    struct seclang_replay message;
    const struct seclang_match *match;
    struct sk_buf out = { .mem = mem };

    seclang_tx_conn(tx, SK_STR("192.0.2.7"), 40000, SK_STR("192.0.2.1"), 443);
    assert_false(sk_failed(seclang_replay_read_request(&message, raw)));
    (void)seclang_replay_request(tx, &message);
    seclang_tx_logging(tx);
    match = seclang_tx_matches(tx, count);
    for (size_t i = 0; i < *count; i++)
        sk_buf_printf(&out, "%u %.*s=%.*s %.*s\n", match[i].rule, SK_ARG(match[i].variable),
                      SK_ARG(match[i].value), SK_ARG(match[i].data));
    for (char digit[] = "0"; digit[0] <= '9'; digit[0]++)
        sk_buf_printf(&out, "%s=%.*s\n", digit, SK_ARG(seclang_tx_get(tx, digit)));
    sk_buf_printf(&out, "score %.*s limit %d\n", SK_ARG(seclang_tx_get(tx, "anomaly_score")),
                  seclang_tx_limit_hit(tx));
    seclang_tx_free(tx);
    return sk_buf_str(&out);
}

static void
screen__finds_what_walking_every_rule_finds(void **unused)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct way screened, walked;
    size_t all = 0, count, same;

    (void)unused;
    if (access(CRS "rules", R_OK)) skip();
    open_way(&screened, "SekishoScreen On\n");
    open_way(&walked, "SekishoScreen Off\n");
    for (unsigned i = 0; i < REQUESTS; i++) {
        sk_str raw = request(mem);
        sk_str a = found(mem, &screened, raw, &count), b = found(mem, &walked, raw, &same);

        all += count;
        if (!sk_str_eq(a, b))
            fail_msg("%.*s\n\nscreened:\n%.*s\nwalked:\n%.*s", SK_ARG(raw), SK_ARG(a), SK_ARG(b));
        sk_arena_reset(mem);
    }
    assert_true(all > 10 * REQUESTS);
    close_way(&screened);
    close_way(&walked);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screen__finds_what_walking_every_rule_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
