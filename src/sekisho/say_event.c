#include "sekisho/say_event.h"

#include "explain/explain.h"
#include "sekisho/tongue.h"

enum { VALUE_SHOWN = 300 };

static void
head_say(struct sk_buf *out, const struct explain_event *event)
{
    sk_str time = event->at ? sk_when_jst(out->mem, event->at) : event->time;

    explain_text(out, time, 40);
    sk_buf_printf(out,
                  event->refused ? tongue("  REFUSED with %lld", "  拒否（%lld）")
                                 : tongue("  recorded, answered %lld", "  記録のみ（応答 %lld）"),
                  (long long)event->status);
    sk_buf_add(out, sk_str_of(tongue("  id ", "  番号 ")));
    explain_text(out, event->id, 64);
    sk_buf_printf(out, "\n  %s", tongue("who    ", "誰が   "));
    explain_text(out, event->client, 64);
    sk_buf_printf(out, "\n  %s", tongue("asked  ", "要求   "));
    explain_text(out, event->method, 32);
    sk_buf_byte(out, ' ');
    explain_text(out, event->uri, VALUE_SHOWN);
    sk_buf_add(out, sk_str_of(tongue("  of site ", "  サイト ")));
    explain_text(out, event->site, 64);
    sk_buf_byte(out, '\n');
}

static void
match_say(struct sk_buf *out, const struct explain_match *match)
{
    sk_buf_printf(out, tongue("  why    rule %lld", "  理由   規則 %lld"), (long long)match->rule);
    if (match->severity.n) {
        sk_buf_add(out, SK_STR(" ("));
        explain_text(out, match->severity, 20);
        sk_buf_byte(out, ')');
    }
    sk_buf_add(out, sk_str_of(tongue(" on ", " 場所 ")));
    explain_text(out, match->variable, 120);
    if (match->msg.n) {
        sk_buf_add(out, SK_STR(": "));
        explain_text(out, match->msg, 200);
    }
    if (match->value.n) {
        sk_buf_add(out, sk_str_of(tongue("\n         saw: ", "\n         値: ")));
        explain_text(out, match->value, VALUE_SHOWN);
    }
    if (match->data.n) {
        sk_buf_add(out, sk_str_of(tongue("\n         of it: ", "\n         該当: ")));
        explain_text(out, match->data, VALUE_SHOWN);
    }
    sk_buf_byte(out, '\n');
}

static void
score_say(struct sk_buf *out, const struct say_event *say, const struct explain_event *event)
{
    if (!say->conf || (event->inbound == 0 && event->outbound == 0)) return;
    sk_buf_printf(
        out,
        tongue("  score  request %lld (refused from %lld), response %lld (refused from %lld)\n",
               "  点数   要求 %lld（%lld から拒否）、応答 %lld（%lld から拒否）\n"),
        (long long)event->inbound, (long long)say->conf->inbound, (long long)event->outbound,
        (long long)say->conf->outbound);
}

static void
advice_say(struct sk_buf *out, const struct say_event *say, const struct explain_event *event)
{
    struct explain_advice advice[EXPLAIN_MATCHES_MAX];
    size_t count = explain_advise(advice, out->mem, event);
    bool headed = false;

    for (size_t i = 0; i < count; i++) {
        if (advice[i].en) {
            sk_buf_printf(out, tongue("  If this was a mistake: %s.\n", "  誤検知の場合: %s。\n"),
                          tongue(advice[i].en, advice[i].ja));
            continue;
        }
        if (!headed)
            sk_buf_printf(out,
                          tongue("  If this was a mistake, put into %s/rules/exclusions.conf and "
                                 "`sekisho reload`:\n",
                                 "  誤検知の場合は %s/rules/exclusions.conf に次を加え、`sekisho "
                                 "reload` を実行してください:\n"),
                          say->state);
        headed = true;
        sk_buf_printf(out, "    %.*s\n", SK_ARG(advice[i].rule));
    }
}

void
say_event(struct sk_buf *out, const struct say_event *say, const sk_json *line)
{
    struct explain_event event;

    explain_read(&event, line);
    head_say(out, &event);
    for (size_t i = 0; i < event.count; i++)
        match_say(out, &event.match[i]);
    if (event.more)
        sk_buf_printf(out, tongue("         and %zu more\n", "         ほか %zu 件\n"), event.more);
    if (sk_json_count(sk_json_get(line, "matches")) == 0)
        sk_buf_printf(out, "  %s\n",
                      tongue("why    no rule matched: the web server itself refused it, or the "
                             "application's answer was an error",
                             "理由   該当する規則なし。Web "
                             "サーバー自身が拒否したか、アプリケーションがエラーを返しました"));
    score_say(out, say, &event);
    advice_say(out, say, &event);
    sk_buf_byte(out, '\n');
}
