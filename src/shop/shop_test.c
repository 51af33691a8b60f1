/* The whole shop in this process, over a Unix socket, as the gate meets it. */
#include "base/file.h"
#include "base/utf8.h"
#include "part/store.h"
#include "shop/catalog.h"
#include "shop/house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static sk_arena *mem;
static char folder[64];
static struct sockaddr_un address = { .sun_family = AF_UNIX };
static struct shop *shop;
static struct part_http *http;

struct answer {
    int status;
    sk_str head, body; /* zero-terminated */
};

static struct answer
talk(sk_str request)
{
    struct sk_buf text = { .mem = mem };
    struct answer a = { 0 };
    int64_t status = 0;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, request.p, request.n, MSG_NOSIGNAL), (ssize_t)request.n);
    for (ssize_t n; (n = read(fd, sk_buf_room(&text, 16384), 16384)) > 0;)
        text.n += (size_t)n;
    close(fd);
    size_t end = sk_str_find(sk_buf_str(&text), SK_STR("\r\n\r\n"));
    assert_true(end != SIZE_MAX);
    a.head = sk_str_copy(mem, sk_str_first(sk_buf_str(&text), end));
    a.body = sk_str_copy(mem, sk_str_from(sk_buf_str(&text), end + 4));
    assert_true(sk_str_to_i64(&status, sk_str_first(sk_str_from(a.head, 9), 3)));
    a.status = (int)status;
    return a;
}

static struct answer
get_with(const char *target, const char *headers)
{
    return talk(sk_str_printf(mem, "GET %s HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n%s\r\n",
                              target, headers));
}

static struct answer
get(const char *target)
{
    return get_with(target, "Accept-Language: ja\r\n");
}

#define has(answer, text)                                                                          \
    do {                                                                                           \
        if (!strstr((answer).body.p, text)) fail_msg("'%s' is not in: %s", text, (answer).body.p); \
    } while (0)
#define has_not(answer, text)                                                                      \
    do {                                                                                           \
        if (strstr((answer).body.p, text)) fail_msg("'%s' is in: %s", text, (answer).body.p);      \
    } while (0)

static sk_str
search_for(const char *words)
{
    struct sk_buf target = { .mem = mem };
    sk_buf_add(&target, SK_STR("/s/kamone/search?q="));
    part_url_escape(&target, sk_str_of(words));
    sk_buf_byte(&target, 0);
    return sk_buf_str(&target);
}

static struct part_store *
store_open(void)
{
    struct part_store *store = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/shop/shop.db", folder);
    assert_false(sk_failed(part_store_open(&store, path)));
    return store;
}

static int64_t
number_of(const char *sql)
{
    DEFER(part_store_close) struct part_store *store = store_open();
    struct part_query *q;
    bool row;
    assert_false(sk_failed(part_store_query(&q, store, sql)));
    assert_false(sk_failed(part_query_step(&row, q)));
    assert_true(row);
    return part_query_get_int(q, 0);
}

static void
pages__answer_in_both_languages_with_all_security_headers(void **state)
{
    (void)state;
    static const char *const pages[] = { "/",
                                         "/s/kamone/",
                                         "/s/ashibune/",
                                         "/s/kamone/category/tea",
                                         "/s/kamone/category/all?page=2&sort=dear",
                                         "/s/ashibune/legal",
                                         "/s/kamone/contact",
                                         "/s/kamone/search?q=matcha",
                                         "/s/kamone/search" };
    static const char *const headers[] = {
        "Content-Security-Policy: default-src 'self'; script-src 'none'",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: ",
        "X-Frame-Options: DENY",
        "Permissions-Policy: ",
        "Vary: Accept-Language, Cookie"
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct answer ja = get(pages[i]), en = get_with(pages[i], "Accept-Language: en\r\n");
        if (ja.status != 200 || en.status != 200) fail_msg("%s: %d", pages[i], ja.status);
        has(ja, "<html lang=\"ja\">");
        has(en, "<html lang=\"en\">");
        has(ja, "class=\"skip\"");
        has_not(ja, "<script");
        has_not(ja, "style=");
        assert_true(sk_utf8_valid(ja.body));
        assert_true(ja.body.n < 100 * 1024);
        for (size_t k = 0; k < sizeof headers / sizeof *headers; k++)
            if (!strstr(ja.head.p, headers[k])) fail_msg("%s: no %s", pages[i], headers[k]);
    }
}

static void
pages__exist_for_every_product_with_its_pictures(void **state)
{
    (void)state;
    static const char *const slugs[] = { "kamone", "ashibune" };
    int count = (int)number_of("SELECT count(*) FROM product");
    assert_true(count >= 30);
    for (int id = 1; id <= count; id++) {
        int shops = 0, at = 0;
        for (int i = 0; i < 2; i++) {
            bool here = get(sk_str_printf(mem, "/s/%s/product/%d", slugs[i], id).p).status == 200;
            shops += here;
            if (here) at = i;
        }
        assert_int_equal(shops, 1);
        struct answer page = get(sk_str_printf(mem, "/s/%s/product/%d", slugs[at], id).p);
        struct answer svg = get(sk_str_printf(mem, "/s/%s/picture/%d.svg?v=1", slugs[at], id).p);
        struct answer detail = get(sk_str_printf(mem, "/s/%s/picture/%d-2.svg", slugs[at], id).p);
        has(page, "税込");
        assert_int_equal(svg.status, 200);
        assert_int_equal(detail.status, 200);
        assert_non_null(strstr(svg.head.p, "Content-Type: image/svg+xml"));
        assert_non_null(strstr(svg.head.p, "immutable"));
        assert_null(strstr(detail.head.p, "immutable"));
    }
    assert_int_equal(get("/s/kamone/picture/cover.svg").status, 200);
    assert_int_equal(get("/s/ashibune/picture/mark.svg").status, 200);
}

static void
pages__missing_are_told_kindly_with_the_request_id(void **state)
{
    (void)state;
    static const char *const missing[] = { "/x",
                                           "/s/",
                                           "/s/none/",
                                           "/s/kamone/nothing",
                                           "/s/kamone/product/0",
                                           "/s/kamone/product/01",
                                           "/s/kamone/product/99999",
                                           "/s/kamone/product/-1",
                                           "/s/kamone/product/9999999999999999999",
                                           "/s/kamone/category/none",
                                           "/s/kamone/category/tea?page=9",
                                           "/s/kamone/category/tea?page=0",
                                           "/s/kamone/category/tea?sort=x",
                                           "/asset/none.css",
                                           "/s/kamone/picture/x.svg",
                                           "/s/kamone/contact/thanks",
                                           "/s/kamone/contact/thanks?number=AAAA-AAAA" };
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        struct answer a = get_with(missing[i], "X-Request-Id: 01TEST\r\nAccept-Language: ja\r\n");
        if (a.status != 404) fail_msg("%s: %d", missing[i], a.status);
        has(a, "ページが見つかりません");
        has(a, "01TEST");
    }
    assert_int_equal(get("/s/kamone/category/tea?page=%0a1").status, 400);
}

static void
language__follows_query_then_cookie_then_browser(void **state)
{
    (void)state;
    struct answer a = get_with("/s/kamone/?lang=en", "Accept-Language: ja\r\n");
    has(a, "lang=\"en\"");
    assert_non_null(strstr(a.head.p, "Set-Cookie: lang=en; Path=/; Max-Age=31536000; Secure; "
                                     "HttpOnly; SameSite=Lax"));
    a = get_with("/s/kamone/", "Cookie: lang=en\r\nAccept-Language: ja\r\n");
    has(a, "Kamone Tea");
    assert_null(strstr(a.head.p, "Set-Cookie"));
    a = get_with("/s/kamone/?lang=xx", "Accept-Language: ja\r\n");
    has(a, "京の茶舗");
    has(a, "hreflang=\"en\" href=\"/s/kamone/?lang=en\"");
}

static void
kept_pages__hold_nothing_of_an_earlier_reader(void **state)
{
    (void)state;
    get("/s/kamone/legal?q=SECRET&number=SECRET&lang=ja");
    struct answer a = get("/s/kamone/legal");
    has_not(a, "SECRET");
    a = get("/s/k%61mone/legal");
    has(a, "href=\"/s/kamone/legal?lang=en\"");
}

static void
conditional__requests_are_answered_by_304(void **state)
{
    (void)state;
    struct answer a = get("/s/kamone/");
    const char *tag = strstr(a.head.p, "ETag: ");
    assert_non_null(tag);
    sk_str line = sk_str_first(sk_str_of(tag + 6), sk_str_find_byte(sk_str_of(tag + 6), '\r'));
    a = get_with(
        "/s/kamone/",
        sk_str_printf(mem, "Accept-Language: ja\r\nIf-None-Match: %.*s\r\n", SK_ARG(line)).p);
    assert_int_equal(a.status, 304);
    assert_int_equal(a.body.n, 0);
    a = get_with(
        "/s/kamone/",
        sk_str_printf(mem, "Accept-Language: en\r\nIf-None-Match: %.*s\r\n", SK_ARG(line)).p);
    assert_int_equal(a.status, 200);
}

static void
search__finds_japanese_and_english_in_any_width(void **state)
{
    (void)state;
    static const struct {
        const char *words, *found;
    } rows[] = {
        { "抹茶", "若松の昔" },
        { "羊羹", "夜の川" },
        { "茶", "川霧" },
        { "まっちゃ", NULL },
        { "ﾐﾙｸ", "夕映え" },
        { "みるく", "夕映え" },
        { "ＭＡＴＣＨＡ", "若松" },
        { "matcha", "若松" },
        { "yokan river", "夜の川" },
        { "宇治煎茶", "川霧" },
        { "煎茶 風呂敷", "風呂敷包み" },
        { "５０", "月の雫" },
        { "%", NULL },
        { "_", NULL },
        { "zzzz", NULL },
        { "\" OR \"", NULL },
        { "NEAR(茶 煎)", NULL },
        { "name:抹茶", NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = get(search_for(rows[i].words).p);
        assert_int_equal(a.status, 200);
        const char *want = rows[i].found ? rows[i].found : "見つかりませんでした";
        if (!strstr(a.body.p, want)) fail_msg("%s: no %s", rows[i].words, want);
    }
    assert_null(strstr(get(search_for("和紙").p).body.p, "越前 手漉き")); /* of the other shop */
}

static void
search__escapes_what_was_asked(void **state)
{
    (void)state;
    struct answer a = get(search_for("\"><script>alert(1)</script>").p);
    assert_int_equal(a.status, 200);
    has_not(a, "<script");
    has(a, "value=\"&quot;&gt;&lt;script&gt;");
    struct sk_buf many = { .mem = mem };
    for (int i = 0; i < 101; i++)
        sk_buf_add(&many, SK_STR("茶"));
    sk_buf_byte(&many, 0);
    has(get(search_for(many.p).p), "長すぎます");
    assert_int_equal(get("/s/kamone/search?q=%ff").status, 400);
    assert_int_equal(get("/s/kamone/search?q=%1b").status, 400);
}

static void
names__of_hostile_products_are_escaped_everywhere(void **state)
{
    (void)state;
    struct part_store *store = store_open();
    assert_false(sk_failed(part_store_exec(
        store, "UPDATE product SET name_ja = '\"><img src=x onerror=alert(1)>',"
               " lead_ja = '<script>alert(2)</script>', mark = '<&\"' WHERE id = 1")));
    part_store_close(&store);
    shop->version_seen = -SHOP_VERSION_AGE; /* instead of waiting until it is old */
    bool tea = number_of("SELECT t.slug = 'kamone' FROM product p JOIN tenant t ON t.id = p.tenant"
                         " WHERE p.id = 1") == 1;
    const char *slug = tea ? "kamone" : "ashibune";
    static const char *const pages[] = { "", "/", "/product/1", "/category/all", "/picture/1.svg" };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        const char *target = i ? sk_str_printf(mem, "/s/%s%s", slug, pages[i]).p : "/";
        struct answer a = get(target);
        if (a.status != 200) fail_msg("%s: %d", target, a.status);
        has_not(a, "<img src=x");
        has_not(a, "<script");
    }
    struct answer page = get(sk_str_printf(mem, "/s/%s/product/1", slug).p);
    has(page, "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;");
}

/* --- contact --- */

static sk_str
between(sk_str text, const char *before, char end)
{
    size_t at = sk_str_find(text, sk_str_of(before));
    if (at == SIZE_MAX) fail_msg("no %s", before);
    sk_str rest = sk_str_from(text, at + strlen(before));
    return sk_str_copy(mem, sk_str_first(rest, sk_str_find_byte(rest, end)));
}

static struct answer
post(const char *cookie, const char *token, const char *fields)
{
    sk_str body = sk_str_printf(mem, "token=%s&%s", token, fields);
    return talk(sk_str_printf(mem,
                              "POST /s/kamone/contact HTTP/1.1\r\nHost: shop\r\n"
                              "Accept-Language: ja\r\nX-Request-Id: 01POST\r\n"
                              "Content-Type: application/x-www-form-urlencoded\r\n"
                              "Cookie: __Host-form=%s\r\nConnection: close\r\n"
                              "Content-Length: %zu\r\n\r\n%s",
                              cookie, body.n, body.p));
}

static const char good[] =
    "name=%E5%B1%B1%E7%94%B0%E8%8A%B1%E5%AD%90&email=hanako%40example.jp&phone="
    "&subject=%E5%95%8F%E3%81%84&message=%E3%81%93%E3%82%93%0D%0A2&website=";

static void
contact__is_stored_once_it_is_valid(void **state)
{
    (void)state;
    struct answer form = get("/s/kamone/contact?subject=%E3%81%8A%E8%8C%B6");
    has(form, "value=\"お茶\"");
    assert_non_null(strstr(form.head.p, "Secure; HttpOnly; SameSite=Strict"));
    assert_non_null(strstr(form.head.p, "Cache-Control: no-store"));
    sk_str cookie = between(form.head, "__Host-form=", ';');
    sk_str token = between(form.body, "name=\"token\" value=\"", '"');

    struct answer a = post(cookie.p, token.p, good);
    assert_int_equal(a.status, 303);
    sk_str place = between(a.head, "Location: ", '\r');
    struct answer thanks = get(place.p);
    assert_int_equal(thanks.status, 200);
    has(thanks, place.p + strlen("/s/kamone/contact/thanks?number="));
    assert_int_equal(number_of("SELECT count(*) FROM contact WHERE request = '01POST' AND"
                               " name = '山田花子' AND message = 'こん' || char(10) || '2'"),
                     1);
    sk_str elsewhere = sk_str_printf(mem, "/s/ashibune/%s", place.p + strlen("/s/kamone/"));
    assert_int_equal(get(elsewhere.p).status, 404);
}

static void
contact__thanks_by_tokens_and_by_nothing_else(void **state)
{
    static const char token[] = "skn0123456789abcdef",
                      mail[] = "ske0123456789abcdef@sekisho.invalid";
    (void)state;
    struct answer form = get("/s/kamone/contact");
    sk_str cookie = between(form.head, "__Host-form=", ';');
    sk_str csrf = between(form.body, "name=\"token\" value=\"", '"');
    sk_str fields = sk_str_printf(mem, "name=%s&email=%s&subject=s&message=m", token, mail);
    struct answer a = post(cookie.p, csrf.p, fields.p);
    assert_int_equal(a.status, 303);
    struct answer thanks = get(between(a.head, "Location: ", '\r').p);
    has(thanks, token);
    has(thanks, mail);
    a = post(cookie.p, csrf.p, good);
    assert_int_equal(a.status, 303);
    thanks = get(between(a.head, "Location: ", '\r').p);
    assert_null(strstr(thanks.body.p, "山田花子"));
    assert_null(strstr(thanks.body.p, "hanako@example.jp"));
}

static void
contact__is_refused_with_reasons_and_values_kept(void **state)
{
    (void)state;
    int64_t before = number_of("SELECT count(*) FROM contact");
    struct answer form = get("/s/kamone/contact");
    sk_str cookie = between(form.head, "__Host-form=", ';');
    sk_str token = between(form.body, "name=\"token\" value=\"", '"');
    struct answer a =
        post(cookie.p, token.p, "name=%3Cb%3E&email=nobody&phone=12&subject=&message=m&website=");
    assert_int_equal(a.status, 422);
    has(a, "次の項目をご確認ください");
    has(a, "href=\"#email\"");
    has(a, "value=\"&lt;b&gt;\"");
    has(a, "value=\"nobody\"");
    has(a, "aria-invalid=\"true\"");
    a = post(cookie.p, token.p, "name=a&email=a%40b.jp&subject=s&message=m&website=http");
    assert_int_equal(a.status, 422);
    assert_int_equal(post(cookie.p, "1.00", good).status, 403);
    assert_int_equal(post("00000000000000000000000000000000", token.p, good).status, 403);
    has(post(cookie.p, "", good), "山田花子");
    assert_int_equal(number_of("SELECT count(*) FROM contact"), before);
}

static void
contact__stops_at_the_hours_limit(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = store_open();
    char sql[512];
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
             " INSERT INTO contact (tenant, number, at, request, lang, name, email, phone, subject,"
             " message) SELECT (SELECT id FROM tenant WHERE slug = 'kamone'), 'T' || i, %lld, '',"
             " 'ja', '', '', '', '', '' FROM n",
             (long long)sk_now());
    assert_false(sk_failed(part_store_exec(store, sql)));
    struct answer form = get("/s/kamone/contact");
    sk_str cookie = between(form.head, "__Host-form=", ';');
    sk_str token = between(form.body, "name=\"token\" value=\"", '"');
    assert_int_equal(post(cookie.p, token.p, good).status, 503);
}

static void
second_instance__shares_store_and_form_key(void **state)
{
    (void)state;
    struct shop *second;
    sk_err e = shop_open(&second, folder, SOURCE_DIR);
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_memory_equal(&second->key, &shop->key, sizeof shop->key);
    shop_close(second);
    assert_int_equal(number_of("SELECT count(*) FROM tenant"), 2);
}

static int
start(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/shop-test-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    mem = sk_arena_new(1 << 20);
    sk_err e = shop_open(&shop, folder, SOURCE_DIR);
    if (sk_failed(e)) {
        fprintf(stderr, "%s\n", e.why);
        return -1;
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 16) != 0)
        return -1;
    struct part_service service = shop_service(shop, fd, 2);
    return sk_failed(part_http_start(&http, &service)) ? -1 : 0;
}

static int
stop(void **state)
{
    (void)state;
    part_http_stop(http);
    shop_close(shop);
    sk_arena_free(mem);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages__answer_in_both_languages_with_all_security_headers),
        cmocka_unit_test(pages__exist_for_every_product_with_its_pictures),
        cmocka_unit_test(pages__missing_are_told_kindly_with_the_request_id),
        cmocka_unit_test(language__follows_query_then_cookie_then_browser),
        cmocka_unit_test(kept_pages__hold_nothing_of_an_earlier_reader),
        cmocka_unit_test(conditional__requests_are_answered_by_304),
        cmocka_unit_test(search__finds_japanese_and_english_in_any_width),
        cmocka_unit_test(search__escapes_what_was_asked),
        cmocka_unit_test(names__of_hostile_products_are_escaped_everywhere),
        cmocka_unit_test(contact__is_stored_once_it_is_valid),
        cmocka_unit_test(contact__thanks_by_tokens_and_by_nothing_else),
        cmocka_unit_test(contact__is_refused_with_reasons_and_values_kept),
        cmocka_unit_test(contact__stops_at_the_hours_limit),
        cmocka_unit_test(second_instance__shares_store_and_form_key),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
