/* Both audit formats, from whole transactions: what they tell, and what they must never tell. */
#include "seclang/mask.h"
#include "seclang/replay.h"
#include "seclang/tx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char RULES[] =
    "SecRuleEngine On\n"
    "SecRequestBodyAccess On\n"
    "SecResponseBodyAccess On\n"
    "SecAuditEngine On\n"
    "SecAuditLogParts ABCEFHIJKZ\n"
    "SecRule REQUEST_HEADERS:Content-Type \"@contains json\" "
    "\"id:1,phase:1,pass,nolog,noauditlog,ctl:requestBodyProcessor=JSON\"\n"
    "SecAction \"id:2,phase:2,pass,nolog,noauditlog,setvar:tx.anomaly_score=7,"
    "setvar:tx.outbound_anomaly_score=3,sanitiseArg:nick\"\n"
    "SecRule ARGS \"@contains evil\" \"id:10,phase:2,pass,log,auditlog,msg:'Evil found',"
    "logdata:'Matched %{MATCHED_VAR} within %{MATCHED_VAR_NAME}',severity:CRITICAL,"
    "tag:'attack-evil',ver:'T/1'\"\n"
    "SecRule ARGS:stop \"@streq now\" \"id:11,phase:2,deny,status:403,log,auditlog,msg:'Stop'\"\n"
    "SecRule REQUEST_COOKIES \"@contains evil\" \"id:12,phase:2,pass,log,auditlog,msg:'Cookie'\"\n"
    "SecRule REQUEST_URI \"@contains find\" \"id:13,phase:1,pass,log,auditlog,msg:'Uri',"
    "logdata:'%{MATCHED_VAR}'\"\n"
    "SecRule ARGS:quiet \"@streq 1\" \"id:14,phase:2,pass,nolog,noauditlog,msg:'Quiet'\"\n";

static struct seclang_rules *rules;
static struct seclang_worker *worker;
static sk_arena *mem;

static struct seclang_tx *
walk(const char *raw)
{
    static const struct seclang_host host = { 0 };
    struct seclang_replay request;
    struct seclang_tx *tx = seclang_tx_new(worker, rules, mem, &host);

    seclang_tx_id(tx, SK_STR("01JTEST"));
    seclang_tx_conn(tx, SK_STR("192.0.2.1"), 4711, SK_STR("192.0.2.2"), 443);
    sk_err e = seclang_replay_read_request(&request, sk_str_of(raw));
    if (sk_failed(e)) fail_msg("%s", e.why);
    (void)seclang_replay_request(tx, &request);
    return tx;
}

static void
answer(struct seclang_tx *tx, const char *raw)
{
    struct seclang_replay response;

    assert_false(sk_failed(seclang_replay_read_response(&response, sk_str_of(raw))));
    (void)seclang_replay_response(tx, &response);
}

static const struct seclang_audit_context context = { { "shop", 4 }, 403 };

static sk_str
json_of(struct seclang_tx *tx)
{
    struct sk_buf out = { .mem = mem };

    seclang_tx_logging(tx);
    seclang_audit_json(&out, tx, &context);
    return sk_buf_str(&out);
}

static sk_str
serial_of(struct seclang_tx *tx)
{
    struct sk_buf out = { .mem = mem };

    seclang_tx_logging(tx);
    seclang_audit_serial(&out, tx, &context);
    return sk_buf_str(&out);
}

static bool
has(sk_str text, const char *what)
{
    return sk_str_find(text, sk_str_of(what)) != SIZE_MAX;
}

static void
needs(sk_str text, const char *what)
{
    if (!has(text, what)) fail_msg("\"%s\" is missing in\n%.*s", what, SK_ARG(text));
}

/* Cuts out all that begins with `from`, up to the next `to`. */
static sk_str
without(sk_str text, sk_str from, sk_str to)
{
    struct sk_buf out = { .mem = mem };
    size_t at;

    while ((at = sk_str_find(text, from)) != SIZE_MAX) {
        sk_buf_add(&out, sk_str_first(text, at));
        text = sk_str_from(text, at + from.n);
        text = sk_str_from(text, sk_str_find(text, to));
    }
    sk_buf_add(&out, text);
    return sk_buf_str(&out);
}

/* Without what the clock and the dice say, where any few digits may stand. */
static sk_str
without_chance(sk_str text)
{
    if (sk_str_starts(text, SK_STR("--"))) text = without(text, sk_str_first(text, 10), SK_STR(""));
    text = without(text, SK_STR("\nStopwatch"), SK_STR("\n"));
    text = without(text, SK_STR("\n["), SK_STR("]"));
    text = without(text, SK_STR("\"time\":\""), SK_STR("\""));
    return without(text, SK_STR("\"duration_us\":"), SK_STR("}"));
}

static void
lacks(sk_str text, const char *what)
{
    text = without_chance(text);
    if (has(text, what)) fail_msg("\"%s\" is in\n%.*s", what, SK_ARG(text));
}

static const char REFUSED[] = "POST /buy?find=1&lang=ja HTTP/1.1\r\n"
                              "Host: localhost\r\n"
                              "X-Twice: 1\r\nX-Twice: 2\r\n"
                              "Content-Type: application/x-www-form-urlencoded\r\n"
                              "\r\n"
                              "a=evil+%E9%96%A2%E6%89%80&stop=now&quiet=1";

static void
json__is_one_line_that_tells_what_happened(void **unused)
{
    struct seclang_tx *tx = walk(REFUSED);
    sk_str line = json_of(tx);
    DEFER(sk_json_close) sk_json *root = NULL;

    (void)unused;
    assert_int_equal(sk_str_find_byte(line, '\n'), line.n - 1);
    assert_false(sk_failed(sk_json_read(&root, line)));
    assert_true(sk_str_eq(sk_json_get_str(root, "id"), SK_STR("01JTEST")));
    assert_true(sk_str_eq(sk_json_get_str(root, "site"), SK_STR("shop")));
    assert_true(sk_str_eq(sk_json_get_str(root, "client"), SK_STR("192.0.2.1")));
    assert_true(sk_str_eq(sk_json_get_str(root, "method"), SK_STR("POST")));
    assert_true(sk_str_eq(sk_json_get_str(root, "uri"), SK_STR("/buy?find=1&lang=ja")));
    assert_true(sk_str_eq(sk_json_get_str(root, "engine"), SK_STR("block")));
    assert_true(sk_str_eq(sk_json_get_str(root, "action"), SK_STR("deny")));
    assert_int_equal(sk_json_get_int(root, "status", 0), 403);
    assert_int_equal(sk_json_get_int(root, "rule", 0), 11);
    assert_int_equal(sk_json_get_int(sk_json_get(root, "scores"), "inbound", -1), 7);
    assert_int_equal(sk_json_get_int(sk_json_get(root, "scores"), "outbound", -1), 3);
    assert_int_equal(sk_json_get_int(root, "request_bytes", 0), 42);
    assert_true(sk_json_get_int(root, "duration_us", -1) >= 0);
    assert_true(
        sk_str_eq(sk_json_get_str(sk_json_get(root, "request"), "X-Twice"), SK_STR("1, 2")));
    seclang_tx_free(tx);
}

static void
json__lists_each_match_that_is_audited(void **unused)
{
    struct seclang_tx *tx = walk(REFUSED);
    sk_str line = json_of(tx);
    DEFER(sk_json_close) sk_json *root = NULL;

    (void)unused;
    assert_false(sk_failed(sk_json_read(&root, line)));
    const sk_json *matches = sk_json_get(root, "matches");
    const sk_json *evil = sk_json_at(matches, 1), *stop = sk_json_at(matches, 2);
    assert_int_equal(sk_json_count(matches), 3);
    assert_int_equal(sk_json_get_int(evil, "rule", 0), 10);
    assert_int_equal(sk_json_get_int(evil, "phase", 0), 2);
    assert_true(sk_str_eq(sk_json_get_str(evil, "variable"), SK_STR("ARGS:a")));
    assert_true(sk_str_eq(sk_json_get_str(evil, "value"), SK_STR("evil 関所")));
    assert_true(sk_str_eq(sk_json_get_str(evil, "msg"), SK_STR("Evil found")));
    assert_true(
        sk_str_eq(sk_json_get_str(evil, "data"), SK_STR("Matched evil 関所 within ARGS:a")));
    assert_true(sk_str_eq(sk_json_get_str(evil, "severity"), SK_STR("CRITICAL")));
    assert_true(
        sk_str_eq(sk_json_as_str(sk_json_at(sk_json_get(evil, "tags"), 0)), SK_STR("attack-evil")));
    assert_true(sk_str_eq(sk_json_get_str(evil, "file"), SK_STR("audit_test")));
    assert_false(sk_json_get_bool(evil, "decisive", true));
    assert_true(sk_json_get_bool(stop, "decisive", false));
    seclang_tx_free(tx);
}

static const char *const leaky[] = {
    "POST /find?password=hunter2evil&x=1 HTTP/1.1\r\nHost: localhost\r\n"
    "Authorization: Basic aHVudGVyMg==\r\nCookie: sid=evilsession; b=2\r\n"
    "Referer: http://localhost/?token=hunter2evil\r\nX-Echo: hunter2evil\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    "card_no=4111+1111+1111+1111&memo=evil+4111111111111111&nick=evilnick&again=hunter2evil"
    "&%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89=evilkotoba",
    "POST /find HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer aHVudGVyMg==\r\n"
    "Content-Type: application/json\r\n\r\n"
    "{\"user\":{\"password\":\"hunter2evil\",\"nick\":\"evilnick\"},\"nick\":\"evilnick\","
    "\"memo\":\"evil ４１１１１１１１１１１１１１１１\",\"パスワード\":\"evilkotoba\"}",
    "POST /find HTTP/1.1\r\nHost: localhost\r\nProxy-Authorization: aHVudGVyMg==\r\n"
    "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2evil\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"nick\"\r\n\r\nevilnick\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"memo\"\r\n\r\nevil 4111-1111-1111-1111\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"パスワード\"\r\n\r\nevilkotoba\r\n"
    "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"hunter2evil.txt\"\r\n\r\nx\r\n"
    "--b--\r\n",
};

static const char *const secrets[] = { "hunter2",  "aHVudGVyMg", "evilsession", "4111",
                                       "４１１１", "evilkotoba", "set-secret",  "1111" };

static void
logs__never_hold_a_secret(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof leaky / sizeof *leaky; i++) {
        struct seclang_tx *tx = walk(leaky[i]);
        answer(tx, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                   "Set-Cookie: sid=set-secret; Path=/\r\nLocation: /?token=set-secret\r\n\r\nok");
        sk_str json = json_of(tx), serial = serial_of(tx);
        for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++) {
            lacks(json, secrets[k]);
            lacks(serial, secrets[k]);
        }
        needs(json, "[masked ");
        needs(json, "\"rule\":10");
        needs(json, "sid=[masked 10]; Path=/");
        needs(serial, "sid=[masked 10]; Path=/");
        seclang_tx_free(tx);
    }
}

static void
logs__keep_what_is_no_secret(void **unused)
{
    struct seclang_tx *tx = walk(leaky[0]);
    sk_str json = json_of(tx), serial = serial_of(tx);

    (void)unused;
    needs(json, "\"uri\":\"/find?password=[masked 11]&x=1\"");
    needs(json, "\"Cookie\":\"sid=[masked 11]; b=[masked 1]\"");
    needs(json, "\"variable\":\"ARGS:memo\",\"value\":\"evil [masked 16]\"");
    needs(json, "\"variable\":\"ARGS:password\",\"value\":\"[masked 11]\"");
    needs(json, "\"variable\":\"REQUEST_COOKIES:sid\",\"value\":\"[masked 11]\"");
    needs(serial, "memo=evil+[masked+16]");
    seclang_tx_free(tx);
}

/* Longer than what is looked at: neither its end nor its length may leak or grow. */
static void
logs__cut_long_values_after_masking(void **unused)
{
    struct sk_buf raw = { .mem = mem };

    (void)unused;
    sk_buf_add(&raw, SK_STR("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                            "application/x-www-form-urlencoded\r\n\r\npassword="));
    for (int i = 0; i < 5000; i++)
        sk_buf_add(&raw, SK_STR("hunter2"));
    sk_buf_add(&raw, SK_STR("&a=evil"));
    for (int i = 0; i < 200; i++)
        sk_buf_add(&raw, SK_STR("関所1111111111111111関所4111111111111111"));
    struct seclang_tx *tx = walk(sk_str_zcopy(mem, sk_buf_str(&raw)));
    sk_str json = json_of(tx), serial = serial_of(tx);
    lacks(json, "hunter2");
    lacks(serial, "hunter2");
    lacks(json, "4111");
    lacks(serial, "4111");
    needs(json, "\"ARGS:a\"");
    assert_true(json.n < 16384);
    seclang_tx_free(tx);
}

static void
serial__has_its_parts_in_order(void **unused)
{
    struct seclang_tx *tx = walk(REFUSED);
    sk_str text = serial_of(tx);
    size_t at = 0;

    (void)unused;
    assert_true(sk_str_starts(text, SK_STR("--")));
    const char *boundary = sk_str_zcopy(mem, (sk_str){ text.p + 2, 8 });
    for (const char *part = "ABCFHKZ"; *part; part++) {
        sk_str mark = sk_str_printf(mem, "--%s-%c--\n", boundary, *part);
        size_t found = sk_str_find(sk_str_from(text, at), mark);
        if (found == SIZE_MAX)
            fail_msg("part %c is missing or misplaced:\n%.*s", *part, SK_ARG(text));
        at += found;
    }
    needs(text, "] 01JTEST 192.0.2.1 4711 192.0.2.2 443\n");
    needs(text, "POST /buy?find=1&lang=ja HTTP/1.1\nHost: localhost\n");
    needs(text, "a=evil+%e9%96%a2%e6%89%80&stop=now&quiet=1");
    needs(text, "Action: Intercepted (phase 2)\n");
    needs(text, "Message: Warning. ");
    needs(text, "[id \"10\"]");
    needs(text, "Message: Access denied with code 403 (phase 2). ");
    needs(text, "Engine-Mode: \"ENABLED\"\n");
    needs(text, "Stopwatch: ");
    needs(text, "Producer: ");
    needs(text, "HTTP/1.1 403\n");
    lacks(text, "Quiet");
    assert_true(sk_str_ends(text, SK_STR("-Z--\n\n")));
    seclang_tx_free(tx);
}

static void
serial__lists_files(void **unused)
{
    struct seclang_tx *tx = walk(leaky[2]);
    sk_str text = serial_of(tx);

    (void)unused;
    needs(text, "-I--\n");
    needs(text, "-J--\n1,1,\"[masked 11].txt\",");
    needs(text, "Total,1\n");
    needs(text, "Sanitised-Args: \"nick\".\n");
    seclang_tx_free(tx);
}

static void
serial__cannot_be_forged_by_line_ends(void **unused)
{
    struct seclang_tx *tx =
        walk("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\r\n"
             "{\"a\":\"evil\\n\\n--00000000-Z--\\nforged\",\"b\\nforged\":\"evil\"}");
    sk_str text = serial_of(tx);

    (void)unused;
    lacks(text, "\nforged");
    lacks(text, "\n--00000000-Z--");
    seclang_tx_free(tx);
}

static void
log_line__of_a_secret_tells_its_name_only(void **unused)
{
    struct seclang_tx *tx = walk("GET /?password=abc HTTP/1.1\r\nHost: localhost\r\n\r\n");
    struct seclang_match match = { .variable = SK_STR("ARGS:password"),
                                   .msg = SK_STR("M \"]"),
                                   .data = SK_STR("found abc") };
    sk_str line = seclang_mask_message(
        tx,
        SK_STR("Warning. Matched phrase \"abc\" at ARGS:password. [file \"x.conf\"] [line \"1\"] "
               "[id \"1\"] [msg \"M \\\"]\"] [data \"found abc\"] [severity \"ERROR\"]"),
        &match);

    (void)unused;
    assert_string_equal(sk_str_zcopy(mem, line),
                        "Warning. Match at ARGS:password. [file \"x.conf\"] [line \"1\"] "
                        "[id \"1\"] [msg \"M \\\"]\"] [data \"[masked 9]\"] [severity \"ERROR\"]");
    seclang_tx_free(tx);
}

static void
log_line__is_masked_before_it_is_escaped(void **unused)
{
    struct seclang_tx *tx = walk("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    struct seclang_match match = { .variable = SK_STR("ARGS:q"),
                                   .data = SK_STR("番号4111111111111111") };
    sk_str line = seclang_mask_message(
        tx,
        SK_STR("Access denied with code 403 (phase 2). Pattern match \"x\" at ARGS:q. [id \"1\"] "
               "[data \"\\xe7\\x95\\xaa\\xe5\\x8f\\xb74111111111111111\"] [tag \"t\"]"),
        &match);

    (void)unused;
    assert_string_equal(sk_str_zcopy(mem, line),
                        "Access denied with code 403 (phase 2). Pattern match \"x\" at ARGS:q. "
                        "[id \"1\"] [data \"\\xe7\\x95\\xaa\\xe5\\x8f\\xb7[masked 16]\"] "
                        "[tag \"t\"]");
    seclang_tx_free(tx);
}

static int
load(void **unused)
{
    struct seclang_source *source = seclang_source_new();

    (void)unused;
    mem = sk_arena_new(0);
    seclang_source_text(source, sk_str_of(RULES), "audit_test", 1);
    sk_err e = seclang_rules_new(&rules, source);
    if (sk_failed(e)) fail_msg("%s", e.why);
    seclang_source_free(source);
    assert_false(sk_failed(seclang_worker_new(&worker, rules)));
    return 0;
}

static int
unload(void **unused)
{
    (void)unused;
    seclang_worker_free(worker);
    seclang_rules_free(rules);
    sk_arena_free(mem);
    return 0;
}

/* 0 stands for any digit. */
static bool
looks_like(sk_str got, const char *pattern)
{
    if (strlen(pattern) != got.n) return false;
    for (size_t i = 0; i < got.n; i++) {
        char c = got.p[i];

        if (pattern[i] == '0' ? c < '0' || c > '9' : c != pattern[i]) return false;
    }
    return true;
}

static void
index__leads_to_a_file_of_the_events_own(void **unused)
{
    struct seclang_tx *tx = walk("GET /find?card=4111111111111111 HTTP/1.1\r\n"
                                 "Host: localhost\r\nUser-Agent: a \"b\"\r\n\r\n");
    struct sk_buf out = { .mem = mem };
    sk_str name, line;

    (void)unused;
    seclang_tx_logging(tx);
    name = seclang_audit_name(tx);
    assert_true(looks_like(name, "/00000000/00000000-0000/00000000-000000-01JTEST"));
    seclang_audit_index(&out, tx, &context, name, SK_STR("the event"));
    line = sk_buf_str(&out);
    needs(line, "shop 192.0.2.1 - - [");
    needs(line, " +0900] \"GET /find?card=");
    needs(line, " HTTP/1.1\" 403 - \"-\" \"a \\\"b\\\"\" 01JTEST \"-\" /2");
    lacks(line, "4111111111111111");
    assert_true(sk_str_ends(line, SK_STR("-01JTEST 0 9 md5:07af758b29ba1346142213298fbaa7ba\n")));
    assert_int_equal(sk_str_find_byte(line, '\n'), line.n - 1);
}

static void
index__an_id_of_the_hosts_choice_leads_nowhere_else(void **unused)
{
    struct seclang_tx *tx = walk("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    sk_str name;

    (void)unused;
    tx->id = SK_STR("../../etc/x\n y\x01会");
    name = seclang_audit_name(tx);
    assert_true(sk_str_ends(name, SK_STR("-______etc_x__y____")));
    tx->id = (sk_str){ memset(sk_alloc(mem, 500), 'a', 500), 500 };
    assert_true(seclang_audit_name(tx).n < 120);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json__is_one_line_that_tells_what_happened),
        cmocka_unit_test(json__lists_each_match_that_is_audited),
        cmocka_unit_test(logs__never_hold_a_secret),
        cmocka_unit_test(logs__keep_what_is_no_secret),
        cmocka_unit_test(logs__cut_long_values_after_masking),
        cmocka_unit_test(serial__has_its_parts_in_order),
        cmocka_unit_test(serial__lists_files),
        cmocka_unit_test(serial__cannot_be_forged_by_line_ends),
        cmocka_unit_test(index__leads_to_a_file_of_the_events_own),
        cmocka_unit_test(index__an_id_of_the_hosts_choice_leads_nowhere_else),
        cmocka_unit_test(log_line__of_a_secret_tells_its_name_only),
        cmocka_unit_test(log_line__is_masked_before_it_is_escaped),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
