#include "sekisho/explain.h"

#include "base/utf8.h"
#include "base/when.h"
#include "sekisho/render.h"
#include "sekisho/tongue.h"

#include <stdio.h>

enum { VALUE_SHOWN = 300, MATCHES_SHOWN = 20 };

void
explain_text(struct sk_buf *out, sk_str s, size_t most)
{
    size_t end = out->n + most;

    while (s.n) {
        uint32_t code = 0;
        unsigned n = sk_utf8_decode(&code, s);
        bool shown = n && code >= 0x20 && !(code >= 0x7f && code < 0xa0) &&
                     !(code >= 0x200b && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202e) &&
                     !(code >= 0x2066 && code <= 0x2069);

        if (out->n >= end) {
            sk_buf_add(out, SK_STR("..."));
            return;
        }
        if (shown) sk_buf_add(out, sk_str_first(s, n));
        for (unsigned i = 0; !shown && i < (n ? n : 1); i++)
            sk_buf_printf(out, "\\x%02x", (unsigned char)s.p[i]);
        s = sk_str_from(s, n ? n : 1);
    }
}

bool
explain_is_sum(int64_t rule)
{
    return rule / 1000 == 949 || rule / 1000 == 959 || rule / 1000 == 980;
}

static void
head_say(struct sk_buf *out, const sk_json *event)
{
    int64_t status = sk_json_get_int(event, "status", 0);
    sk_str action = sk_json_get_str(event, "action");
    bool refused = sk_str_eq(action, SK_STR("deny")) || sk_str_eq(action, SK_STR("drop")) ||
                   sk_str_eq(action, SK_STR("redirect"));

    sk_str time = sk_json_get_str(event, "time");
    sk_when when;

    if (sk_when_read(&when, time)) time = sk_when_jst(out->mem, when);
    explain_text(out, time, 40);
    sk_buf_printf(out,
                  refused ? tongue("  REFUSED with %lld", "  拒否（%lld）")
                          : tongue("  recorded, answered %lld", "  記録のみ（応答 %lld）"),
                  (long long)status);
    sk_buf_add(out, sk_str_of(tongue("  id ", "  番号 ")));
    explain_text(out, sk_json_get_str(event, "id"), 64);
    sk_buf_printf(out, "\n  %s", tongue("who    ", "誰が   "));
    explain_text(out, sk_json_get_str(event, "client"), 64);
    sk_buf_printf(out, "\n  %s", tongue("asked  ", "要求   "));
    explain_text(out, sk_json_get_str(event, "method"), 32);
    sk_buf_byte(out, ' ');
    explain_text(out, sk_json_get_str(event, "uri"), VALUE_SHOWN);
    sk_buf_add(out, sk_str_of(tongue("  of site ", "  サイト ")));
    explain_text(out, sk_json_get_str(event, "site"), 64);
    sk_buf_byte(out, '\n');
}

static void
match_say(struct sk_buf *out, const sk_json *match)
{
    sk_str msg = sk_json_get_str(match, "msg"), value = sk_json_get_str(match, "value");

    sk_buf_printf(out, tongue("  why    rule %lld", "  理由   規則 %lld"),
                  (long long)sk_json_get_int(match, "rule", 0));
    if (sk_json_get_str(match, "severity").n) {
        sk_buf_add(out, SK_STR(" ("));
        explain_text(out, sk_json_get_str(match, "severity"), 20);
        sk_buf_byte(out, ')');
    }
    sk_buf_add(out, sk_str_of(tongue(" on ", " 場所 ")));
    explain_text(out, sk_json_get_str(match, "variable"), 120);
    if (msg.n) {
        sk_buf_add(out, SK_STR(": "));
        explain_text(out, msg, 200);
    }
    if (value.n) {
        sk_buf_add(out, sk_str_of(tongue("\n         saw: ", "\n         値: ")));
        explain_text(out, value, VALUE_SHOWN);
    }
    if (sk_json_get_str(match, "data").n) {
        sk_buf_add(out, sk_str_of(tongue("\n         of it: ", "\n         該当: ")));
        explain_text(out, sk_json_get_str(match, "data"), VALUE_SHOWN);
    }
    sk_buf_byte(out, '\n');
}

static void
score_say(struct sk_buf *out, const struct explain *ex, const sk_json *event)
{
    const sk_json *scores = sk_json_get(event, "scores");
    int64_t in = sk_json_get_int(scores, "inbound", 0),
            back = sk_json_get_int(scores, "outbound", 0);

    if (!ex->conf || (in == 0 && back == 0)) return;
    sk_buf_printf(
        out,
        tongue("  score  request %lld (refused from %lld), response %lld (refused from %lld)\n",
               "  点数   要求 %lld（%lld から拒否）、応答 %lld（%lld から拒否）\n"),
        (long long)in, (long long)ex->conf->inbound, (long long)back,
        (long long)ex->conf->outbound);
}

/* ── what to do if it was a mistake ── */

static bool
is_selector(sk_str variable)
{
    for (size_t i = 0; i < variable.n; i++) {
        unsigned char c = (unsigned char)variable.p[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

        if (!word && !strchr("_-.:[]", c)) return false;
    }
    return variable.n > 0;
}

/* FNV-1a: the same event gives the same id, two rarely the same. */
static unsigned
own_id(sk_str path, int64_t rule, sk_str variable)
{
    uint32_t h = 2166136261u ^ (uint32_t)rule;

    for (size_t i = 0; i < path.n; i++)
        h = (h ^ (unsigned char)path.p[i]) * 16777619u;
    for (size_t i = 0; i < variable.n; i++)
        h = (h ^ (unsigned char)variable.p[i]) * 16777619u;
    return RULE_OWN + 1 + h % 9998;
}

static void
exclusion_say(struct sk_buf *out, sk_str path, const sk_json *match)
{
    sk_str variable = sk_json_get_str(match, "variable");
    int64_t rule = sk_json_get_int(match, "rule", 0);

    sk_buf_add(out, SK_STR("    SecRule REQUEST_FILENAME \"@rx ^"));
    render_literal(out, path);
    sk_buf_printf(out, "$\" \"id:%u,phase:1,t:none,pass,nolog,ctl:", own_id(path, rule, variable));
    if (is_selector(variable))
        sk_buf_printf(out, "ruleRemoveTargetById=%lld;%.*s\"\n", (long long)rule, SK_ARG(variable));
    else
        sk_buf_printf(out, "ruleRemoveById=%lld\"\n", (long long)rule);
}

static const char *
declared_advice(int64_t rule)
{
    if (rule >= RULE_INPUT && rule < RULE_OWN)
        return tongue(
            "correct the declaration in the `input` block of sekisho.conf, then `sekisho reload`",
            "sekisho.conf の input の宣言を直し、`sekisho reload` を実行してください");
    if (rule > RULE_SERVE && rule < RULE_SETUP)
        return tongue("add the path to serve.allow_files in sekisho.conf, then `sekisho reload`",
                      "sekisho.conf の serve.allow_files にこのパスを加え、`sekisho reload` "
                      "を実行してください");
    if (rule >= RULE_BASE && rule < RULE_SERVE)
        return tongue("the client sent a body that cannot be read: mend the client",
                      "送信側の本文が読み取れない形式です。送信側を直してください");
    return NULL;
}

static void
advice_say(struct sk_buf *out, const struct explain *ex, const sk_json *event)
{
    const sk_json *matches = sk_json_get(event, "matches");
    sk_str uri = sk_json_get_str(event, "uri");
    size_t query = sk_str_find_byte(uri, '?');
    sk_str path = query == SIZE_MAX ? uri : sk_str_first(uri, query);
    bool headed = false;

    for (size_t i = 0; i < sk_json_count(matches) && i < MATCHES_SHOWN; i++) {
        const sk_json *match = sk_json_at(matches, i);
        int64_t rule = sk_json_get_int(match, "rule", 0);
        const char *advice = declared_advice(rule);

        if (explain_is_sum(rule) || rule == 0) continue;
        if (advice) {
            sk_buf_printf(out, tongue("  If this was a mistake: %s.\n", "  誤検知の場合: %s。\n"),
                          advice);
            continue;
        }
        if (!headed)
            sk_buf_printf(out,
                          tongue("  If this was a mistake, put into %s/rules/exclusions.conf and "
                                 "`sekisho reload`:\n",
                                 "  誤検知の場合は %s/rules/exclusions.conf に次を加え、`sekisho "
                                 "reload` を実行してください:\n"),
                          ex->state);
        headed = true;
        exclusion_say(out, path, match);
    }
}

void
explain_event(struct sk_buf *out, const struct explain *ex, const sk_json *event)
{
    const sk_json *matches = sk_json_get(event, "matches");
    size_t count = sk_json_count(matches);

    head_say(out, event);
    for (size_t i = 0; i < count && i < MATCHES_SHOWN; i++) {
        const sk_json *match = sk_json_at(matches, i);

        if (!explain_is_sum(sk_json_get_int(match, "rule", 0))) match_say(out, match);
    }
    if (count > MATCHES_SHOWN)
        sk_buf_printf(out, tongue("         and %zu more\n", "         ほか %zu 件\n"),
                      count - MATCHES_SHOWN);
    if (count == 0)
        sk_buf_printf(out, "  %s\n",
                      tongue("why    no rule matched: the web server itself refused it, or the "
                             "application's answer was an error",
                             "理由   該当する規則なし。Web "
                             "サーバー自身が拒否したか、アプリケーションがエラーを返しました"));
    score_say(out, ex, event);
    advice_say(out, ex, event);
    sk_buf_byte(out, '\n');
}
