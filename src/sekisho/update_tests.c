/* The release's own regression tests (tests/regression, the format of go-ftw), run in this process:
 * each stage is a request, whose answer is empty but for /reflect, which says what it wants to be.
 *
 * A transaction stands in for the web server, so tests of how a server answers (status, refused
 * connections) are not looked at, nor those that search the log for words; both are counted as
 * skipped. The settings are those that the project's own test run has: level 4, detecting only. */
#include "base/file.h"
#include "base/json.h"
#include "explain/explain.h"
#include "seclang/replay.h"
#include "sekisho/judge.h"
#include "sekisho/tongue.h"
#include "sekisho/update.h"
#include "sekisho/update_yaml.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOLD_MAX = 20, REPEAT_MOST = 200000, YAML_MOST = 4 << 20 };

static const char settings[] =
    "SecRuleEngine DetectionOnly\nSecRequestBodyAccess On\nSecRequestBodyLimit 13107200\n"
    "SecRequestBodyNoFilesLimit 131072\nSecRequestBodyLimitAction Reject\n"
    "SecRequestBodyJsonDepthLimit 512\nSecArgumentsLimit 1000\nSecPcreMatchLimit 100000\n"
    "SecResponseBodyAccess On\nSecResponseBodyMimeType text/plain text/html text/xml "
    "application/json\nSecResponseBodyLimit 524288\nSecResponseBodyLimitAction ProcessPartial\n"
    "SecArgumentSeparator &\nSecCookieFormat 0\nSecAuditEngine Off\n"
    "SecRule REQUEST_HEADERS:Content-Type \"^(?:application(?:/soap\\+|/)|text/)xml\" "
    "\"id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML\"\n"
    "SecRule REQUEST_HEADERS:Content-Type \"^application/json\" "
    "\"id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON\"\n";
static const char levels[] =
    "SecAction \"id:900003,phase:1,nolog,pass,t:none,setvar:tx.blocking_paranoia_level=4,"
    "setvar:tx.detection_paranoia_level=4\"\n"
    "SecAction \"id:900005,phase:1,nolog,pass,t:none,ctl:ruleRemoveById=910000,"
    "setvar:tx.crs_validate_utf8_encoding=1,setvar:tx.arg_name_length=100,"
    "setvar:tx.arg_length=400,setvar:tx.total_arg_length=64000,setvar:tx.max_num_args=255,"
    "setvar:tx.combined_file_sizes=65535,setvar:tx.max_file_size=64100,"
    "setvar:tx.crs_xml_attr_inspect=1\"\n";

enum result { PASSED, FAILED, SKIPPED };

struct runner {
    struct judge judge;
    const char *rule; /* of the file: "942100" */
    unsigned count[3], told;
};

/* ── the request's bytes ── */

struct header {
    sk_str name, value;
};

/* {{ "a" | repeat 3 }}, the one form of template that the tests use. */
static sk_str
repeat(sk_arena *mem, sk_str data)
{
    size_t at = sk_str_find(data, SK_STR("{{ \"")), end, bar;
    struct sk_buf out = { .mem = mem };
    int64_t times;
    sk_str inner, what;

    if (at == SIZE_MAX) return data;
    inner = sk_str_from(data, at + 4);
    end = sk_str_find(inner, SK_STR(" }}"));
    bar = sk_str_find(inner, SK_STR("\" | repeat "));
    if (end == SIZE_MAX || bar == SIZE_MAX || bar > end) return data;
    what = sk_str_first(inner, bar);
    if (!sk_str_to_i64(&times, sk_str_from(sk_str_first(inner, end), bar + 11)) || times < 0 ||
        times > REPEAT_MOST)
        return data;
    sk_buf_add(&out, sk_str_first(data, at));
    for (int64_t i = 0; i < times; i++)
        sk_buf_add(&out, what);
    sk_buf_add(&out, sk_str_from(inner, end + 3));
    return sk_buf_str(&out);
}

/* As the tests' own runner: data that decoding would not change is encoded. */
static sk_str
form_encode(sk_arena *mem, sk_str data)
{
    struct sk_buf out = { .mem = mem };
    bool value = false;

    if (sk_str_find_byte(data, '%') != SIZE_MAX || sk_str_find_byte(data, '+') != SIZE_MAX)
        return data;
    if (data.n && data.p[data.n - 1] == '&') data.n--; /* it drops one */
    for (size_t i = 0; i < data.n; i++) {
        unsigned char c = (unsigned char)data.p[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (c == '&' || (c == '=' && !value)) {
            sk_buf_byte(&out, (char)c);
            value = c == '=';
        } else if (word || strchr("_.-~", c)) {
            sk_buf_byte(&out, (char)c);
        } else if (c == ' ') {
            sk_buf_byte(&out, '+');
        } else {
            sk_buf_printf(&out, "%%%02X", c);
        }
    }
    return sk_buf_str(&out);
}

static sk_str
with_line_ends(sk_arena *mem, sk_str data)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < data.n; i++) {
        if (data.p[i] == '\n') sk_buf_byte(&out, '\r');
        sk_buf_byte(&out, data.p[i]);
    }
    return sk_buf_str(&out);
}

static sk_str
header_of(struct update_yaml headers, const char *name)
{
    sk_str key;
    struct update_yaml value;

    for (size_t i = 0; update_yaml_pair(&key, &value, headers, i); i++)
        if (sk_str_eq_nocase(key, sk_str_of(name))) return update_yaml_text(value);
    return (sk_str){ 0 };
}

static int
by_name(const void *a, const void *b)
{
    const struct header *x = a, *y = b;
    size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
    int order = memcmp(x->name.p, y->name.p, n);

    return order ? order : (x->name.n > y->name.n) - (x->name.n < y->name.n);
}

/* In the order of their names, so that the bytes are the same each time. */
static void
write_headers(struct sk_buf *out, struct update_yaml headers)
{
    struct header list[SECLANG_REPLAY_HEADERS_MOST];
    struct update_yaml value;
    size_t count = 0;

    for (size_t i = 0; count < SECLANG_REPLAY_HEADERS_MOST &&
                       update_yaml_pair(&list[count].name, &value, headers, i);
         i++)
        list[count++].value = update_yaml_text(value);
    qsort(list, count, sizeof(list[0]), by_name);
    for (size_t i = 0; i < count; i++)
        sk_buf_printf(out, "%.*s: %.*s\r\n", SK_ARG(list[i].name), SK_ARG(list[i].value));
}

static sk_str
text_or(struct update_yaml map, const char *key, sk_str otherwise)
{
    struct update_yaml value = update_yaml_get(map, key);

    return update_yaml_is(value) ? update_yaml_text(value) : otherwise;
}

static bool
takes_a_body(sk_str method)
{
    static const char *const names[] = { "POST", "PUT", "PATCH", "DELETE" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (sk_str_eq(method, sk_str_of(names[i]))) return true;
    return false;
}

/* What the runner completes unless told not to: type and length of the body, how the connection
 * ends. */
static sk_str
complete(struct sk_buf *out, struct update_yaml input, sk_str method, sk_str data)
{
    struct update_yaml headers = update_yaml_get(input, "headers");
    sk_str type = header_of(headers, "Content-Type");
    bool form = sk_str_eq_nocase(type, SK_STR("application/x-www-form-urlencoded"));

    if (sk_str_find_nocase(type, SK_STR("multipart/form-data;")) != SIZE_MAX)
        data = with_line_ends(out->mem, data);
    if (sk_str_eq(text_or(input, "autocomplete_headers", SK_STR("true")), SK_STR("false")))
        return data;
    if (data.n && !type.p) {
        sk_buf_add(out, SK_STR("Content-Type: application/x-www-form-urlencoded\r\n"));
        form = true;
    }
    if (form) data = form_encode(out->mem, data);
    if (!header_of(headers, "Connection").p) sk_buf_add(out, SK_STR("Connection: close\r\n"));
    if (!header_of(headers, "Content-Length").p && (data.n || takes_a_body(method)))
        sk_buf_printf(out, "Content-Length: %zu\r\n", data.n);
    return data;
}

static sk_str
request_of(sk_arena *mem, struct update_yaml input)
{
    struct sk_buf out = { .mem = mem };
    sk_str method = text_or(input, "method", SK_STR("GET"));
    sk_str data = repeat(mem, update_yaml_text(update_yaml_get(input, "data")));

    sk_buf_printf(&out, "%.*s %.*s %.*s\r\n", SK_ARG(method),
                  SK_ARG(text_or(input, "uri", SK_STR("/"))),
                  SK_ARG(text_or(input, "version", SK_STR("HTTP/1.1"))));
    write_headers(&out, update_yaml_get(input, "headers"));
    data = complete(&out, input, method, data);
    sk_buf_add(&out, SK_STR("\r\n"));
    sk_buf_add(&out, data);
    return sk_buf_str(&out);
}

/* ── the answer ── */

static void
give_header(void *ctx, const char *key, const sk_json *value)
{
    struct seclang_replay *response = ctx;

    if (response->header_count < SECLANG_REPLAY_HEADERS_MOST)
        response->header[response->header_count++] =
            (struct seclang_replay_header){ sk_str_of(key), sk_json_as_str(value) };
}

/* `spec` must live as long as the answer: false where /reflect was asked for what is not JSON. */
static void
answer_make(struct seclang_replay *response, sk_json **spec, const struct seclang_replay *request)
{
    *response = (struct seclang_replay){ .status = 200, .protocol = SK_STR("HTTP/1.1") };
    if (!sk_str_starts(request->uri, SK_STR("/reflect")) ||
        sk_failed(sk_json_read(spec, request->body)))
        return;
    response->status = (int)sk_json_get_int(*spec, "status", 200);
    response->body = sk_json_get_str(*spec, "body");
    sk_json_each(sk_json_get(*spec, "headers"), give_header, response);
    if (seclang_replay_header(response, SK_STR("Content-Type")).p) return;
    give_header(response, "Content-Type", NULL);
    response->header[response->header_count - 1].value = SK_STR("text/plain; charset=utf-8");
}

/* ── what is expected ── */

static bool
has_match(const struct seclang_match *match, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (match[i].rule == id && match[i].log) return true;
    return false;
}

/* All of a list are there, or none. */
static bool
agree(struct update_yaml ids, const struct seclang_match *match, size_t count, bool wanted)
{
    struct update_yaml id;
    int64_t number;

    for (size_t i = 0; update_yaml_item(&id, ids, i); i++)
        if (sk_str_to_i64(&number, update_yaml_text(id)) &&
            has_match(match, count, number) != wanted)
            return false;
    return true;
}

static bool
any_logged(const struct seclang_match *match, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (match[i].log && match[i].rule) return true;
    return false;
}

static enum result
judge_output(struct update_yaml output, const struct seclang_match *match, size_t count)
{
    struct update_yaml log = update_yaml_get(output, "log");
    struct update_yaml yes = update_yaml_get(log, "expect_ids"),
                       no = update_yaml_get(log, "no_expect_ids");
    sk_str silent = update_yaml_text(update_yaml_get(log, "no_match_regex"));

    if (sk_str_eq(silent, SK_STR("\\[id \"\\d+\"\\]")))
        return any_logged(match, count) ? FAILED : PASSED;
    if (!update_yaml_is(yes) && !update_yaml_is(no)) return SKIPPED; /* a status, words of a log */
    return agree(yes, match, count, true) && agree(no, match, count, false) ? PASSED : FAILED;
}

/* ── running ── */

/* What a web server reads and refuses before rules see it: bytes that are no request, how a body is
 * framed. */
static bool
is_the_servers(struct update_yaml input, struct update_yaml output)
{
    return update_yaml_is(update_yaml_get(input, "encoded_request")) ||
           update_yaml_is(update_yaml_get(output, "expect_error")) ||
           sk_str_eq(update_yaml_text(update_yaml_get(output, "status")), SK_STR("400")) ||
           header_of(update_yaml_get(input, "headers"), "Transfer-Encoding").p;
}

static enum result
stage_run(struct runner *r, struct update_yaml stage)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 14);
    DEFER(sk_json_close) sk_json *spec = NULL;
    struct update_yaml inner = update_yaml_get(stage, "stage"); /* the older format wraps it */
    struct update_yaml input = update_yaml_get(update_yaml_is(inner) ? inner : stage, "input");
    struct update_yaml output = update_yaml_get(update_yaml_is(inner) ? inner : stage, "output");
    struct seclang_replay *request = SK_NEW(mem, struct seclang_replay);
    struct seclang_replay *response = SK_NEW(mem, struct seclang_replay);
    const struct seclang_match *match;
    struct seclang_tx *tx;
    size_t count;
    enum result result;

    if (is_the_servers(input, output) ||
        sk_failed(seclang_replay_read_request(request, request_of(mem, input))))
        return SKIPPED;
    if (!seclang_replay_header(request, SK_STR("Content-Length")).p)
        request->body = (sk_str){ 0 }; /* what follows the head is no body then */
    tx = seclang_tx_new(r->judge.worker, r->judge.rules, mem, NULL);
    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 80);
    seclang_replay_request(tx, request);
    answer_make(response, &spec, request);
    seclang_replay_response(tx, response);
    seclang_tx_logging(tx);
    match = seclang_tx_matches(tx, &count);
    result = judge_output(output, match, count);
    seclang_tx_free(tx);
    return result;
}

static void
test_run(struct runner *r, struct update_yaml test)
{
    struct update_yaml stage;
    enum result result = PASSED;
    sk_str id = update_yaml_text(update_yaml_get(test, "test_id"));

    for (size_t i = 0; update_yaml_item(&stage, update_yaml_get(test, "stages"), i); i++) {
        enum result one = stage_run(r, stage);

        if (one == FAILED || result == PASSED) result = one;
        if (one == FAILED) break;
    }
    r->count[result]++;
    if (result == FAILED && r->told++ < TOLD_MAX)
        printf(tongue("      failed: test %s-%.*s\n", "      失敗: テスト %s-%.*s\n"), r->rule,
               SK_ARG(id));
}

static sk_err
file_run(struct runner *r, const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct update_yaml_document *document;
    struct update_yaml root, test;
    sk_str text;
    sk_err e;

    TRY(sk_file_read(&text, mem, path, YAML_MOST));
    e = update_yaml_read(&document, text);
    if (sk_failed(e)) return sk_fail(e.kind, "%s:%s", path, e.why);
    root = update_yaml_root(document);
    r->rule = sk_str_zcopy(mem, update_yaml_text(update_yaml_get(root, "rule_id")));
    for (size_t i = 0; update_yaml_item(&test, update_yaml_get(root, "tests"), i); i++)
        test_run(r, test);
    update_yaml_free(document);
    return sk_ok();
}

/* nftw's callback takes no context. */
static struct {
    struct runner *runner;
    sk_err e;
} walk;

static int
visit(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)s, (void)where;
    if (kind != FTW_F || !sk_str_ends(sk_str_of(path), SK_STR(".yaml"))) return 0;
    walk.e = file_run(walk.runner, path);
    return sk_failed(walk.e);
}

static sk_err
rules_open(struct runner *r, struct update *u)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, sk_str_of(settings), "tests", 1);
    seclang_source_file(source, sk_str_printf(u->mem, "%s/crs-setup.conf.example", u->fresh).p);
    seclang_source_text(source, sk_str_of(levels), "tests", 1);
    seclang_source_file(source, sk_str_printf(u->mem, "%s/rules/*.conf", u->fresh).p);
    e = judge_open_source(&r->judge, source);
    seclang_source_free(source);
    return e;
}

static sk_err
outcome(const struct runner *r)
{
    update_say(tongue("its tests", "テスト"),
               tongue("%u passed, %u failed, %u skipped", "合格 %u、失敗 %u、省略 %u"),
               r->count[PASSED], r->count[FAILED], r->count[SKIPPED]);
    if (r->count[FAILED] == 0) return sk_ok();
    return sk_fail(SK_BAD,
                   tongue("%u of the release's own tests fail. Nothing was changed",
                          "リリース付属のテスト %u 件が失敗しました。何も変更していません"),
                   r->count[FAILED]);
}

sk_err
update_tests(struct update *u)
{
    struct runner r = { 0 };
    const char *folder = sk_str_printf(u->mem, "%s/tests/regression/tests", u->tree).p;
    struct stat s;

    if (stat(folder, &s) != 0) {
        update_say(tongue("its tests", "テスト"), "%s",
                   tongue("the release brings none (a minimal archive)",
                          "このリリースには付属していません（minimal 版）"));
        return sk_ok();
    }
    TRY(rules_open(&r, u));
    walk.runner = &r;
    walk.e = sk_ok();
    (void)nftw(folder, visit, 32, FTW_PHYS);
    judge_close(&r.judge);
    TRY(walk.e);
    return outcome(&r);
}
