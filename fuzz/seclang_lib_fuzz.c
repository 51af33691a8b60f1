/* libseclang's calls in any order with any bytes: nothing crashes, and what is answered is one of
 * the values that the header names. */
#include "seclang/lib/seclang.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const rules =
    "SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 200\n"
    "SecResponseBodyAccess On\nSecResponseBodyMimeType text/plain\nSecResponseBodyLimit 100\n"
    "SecRule REQUEST_HEADERS:Content-Type \"@contains json\" "
    "\"id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON\"\n"
    "SecRule ARGS|REQUEST_HEADERS|REQUEST_URI \"@rx (att+ack)\" "
    "\"id:2,phase:2,t:urlDecodeUni,deny,capture,log,logdata:'%{TX.1}',setvar:tx.score=+1\"\n"
    "SecRule RESPONSE_BODY|RESPONSE_HEADERS \"@pm secret key\" \"id:3,phase:4,drop,log\"\n"
    "SecRule ARGS:password \"@rx .\" \"id:4,phase:5,pass,log,auditlog\"\n";

static seclang_thread *
thread(void)
{
    static seclang_thread *made;
    seclang_config *config;
    seclang_ruleset *ruleset;

    if (made) return made;
    config = seclang_config_new();
    (void)seclang_config_add_text(config, rules, SECLANG_ZERO_ENDED, "fuzz.conf", 1);
    if (seclang_ruleset_new(&ruleset, config, NULL) < 0 ||
        seclang_thread_new(&made, ruleset, NULL) < 0)
        abort();
    seclang_ruleset_free(ruleset);
    seclang_config_free(config);
    return made;
}

static void
expect(int got, int most)
{
    if (got < SECLANG_E_ORDER || got > most) abort();
}

/* A call: its number, the length of its bytes, its bytes. */
static void
call(seclang_exchange *x, unsigned which, const char *p, size_t n)
{
    seclang_answer answer = { sizeof(answer), 0, 0, 0, NULL, 0 };
    size_t half = n / 2;

    switch (which % 16) {
    case 0:
        expect(seclang_exchange_request_line(x, p, n), 0);
        break;
    case 1:
        expect(seclang_exchange_request_header(x, p, half, p + half, n - half), 0);
        break;
    case 2:
        expect(seclang_exchange_judge_request_headers(x, &answer), 3);
        break;
    case 3:
        expect(seclang_exchange_request_body(x, p, n), 3);
        break;
    case 4:
        expect(seclang_exchange_judge_request(x, &answer), 3);
        break;
    case 5:
        expect(seclang_exchange_response_line(x, (int)n, "HTTP/1.1"), 0);
        break;
    case 6:
        expect(seclang_exchange_response_header(x, p, half, p + half, n - half), 0);
        break;
    case 7:
        expect(seclang_exchange_judge_response_headers(x, &answer), 3);
        break;
    case 8:
        expect(seclang_exchange_response_body(x, p, n), 3);
        break;
    case 9:
        expect(seclang_exchange_judge_response(x, &answer), 3);
        break;
    case 10:
        expect(seclang_exchange_finish(x), 0);
        break;
    case 11:
        expect(seclang_exchange_judge_raw_request(x, p, n, &answer), 3);
        break;
    case 12:
        expect(seclang_exchange_id(x, p, n), 0);
        break;
    case 13:
        expect(seclang_exchange_request_windows(x, n), 0);
        break;
    case 14:
        expect(seclang_exchange_response_windows(x), 0);
        break;
    default:
        expect(seclang_exchange_connection(x, "192.0.2.7", 1, "192.0.2.1", 2), 0);
        break;
    }
}

static void
read_all(seclang_exchange *x)
{
    seclang_finding found = { .size = sizeof(found) };
    size_t length;

    for (size_t i = 0; seclang_exchange_finding(x, i, &found); i++)
        if (!found.variable || found.phase > 5) abort();
    (void)seclang_exchange_variable(x, "score", &length);
    (void)seclang_exchange_audit(x, "fuzz", 200, &length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seclang_exchange *x = seclang_exchange_new(thread());
    size_t at = 0;

    while (at + 2 <= size) {
        size_t n = data[at + 1], left = size - at - 2;

        if (n > left) n = left;
        call(x, data[at], (const char *)data + at + 2, n);
        at += 2 + n;
    }
    read_all(x);
    seclang_exchange_free(x);
    return 0;
}
