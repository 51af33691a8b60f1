/* What to do if a refusal was a mistake. */
#include "explain/explain.h"
#include "explain/own_rules.h"

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

static sk_str
exclusion_make(sk_arena *mem, sk_str path, const struct explain_match *match)
{
    struct sk_buf out = { .mem = mem };

    sk_buf_add(&out, SK_STR("SecRule REQUEST_FILENAME \"@rx ^"));
    explain_literal(&out, path);
    sk_buf_printf(&out, "$\" \"id:%u,phase:1,t:none,pass,nolog,ctl:",
                  own_id(path, match->rule, match->variable));
    if (is_selector(match->variable))
        sk_buf_printf(&out, "ruleRemoveTargetById=%lld;%.*s\"", (long long)match->rule,
                      SK_ARG(match->variable));
    else
        sk_buf_printf(&out, "ruleRemoveById=%lld\"", (long long)match->rule);
    return sk_buf_str(&out);
}

static const struct {
    int64_t from, to;
    struct explain_advice advice;
} declared[] = {
    { RULE_INPUT,
      RULE_OWN,
      { "correct the declaration in the `input` block of sekisho.conf, then `sekisho reload`",
        "sekisho.conf の input の宣言を直し、`sekisho reload` を実行してください",
        { 0 } } },
    { RULE_AREA + 1,
      RULE_AREA + 2,
      { "add the network to `networks` of the `admin` block in sekisho.conf, then `sekisho reload`",
        "sekisho.conf の admin の networks にこのネットワークを加え、`sekisho reload` "
        "を実行してください",
        { 0 } } },
    { RULE_AREA + 2,
      RULE_AREA + 3,
      { "the path was written so that readers may disagree about it: ask for it plainly",
        "読み方の分かれるパスです。別の書き方をせず、そのままのパスで開いてください",
        { 0 } } },
    { RULE_AREA + 3,
      RULE_AREA + 4,
      { "give the account the right, or let it set up a second factor: `sekisho accounts`",
        "アカウントに権限を与えるか、二要素認証を設定してもらってください（`sekisho accounts`）",
        { 0 } } },
    { RULE_AREA + 4, RULE_AREA + 5, { "sign in first", "先にサインインしてください", { 0 } } },
    { RULE_AREA + 5,
      RULE_AREA_END,
      { "see whether the part accounts runs: `sekisho status`",
        "accounts が動いているか `sekisho status` で確かめてください",
        { 0 } } },
    { RULE_LOGIN + 1,
      RULE_LOGIN + 2,
      { "wait for the window to pass, or raise the limit in the `login` block of sekisho.conf",
        "時間をおくか、sekisho.conf の login の上限を見直してください",
        { 0 } } },
    { RULE_LOGIN + 2,
      RULE_LOGIN_END,
      { "a program cannot solve the challenge: set `challenge` of the site, or sign in by a "
        "browser",
        "プログラムは確認の計算に応じられません。サイトの challenge の設定を見直すか、"
        "ブラウザーでサインインしてください",
        { 0 } } },
    { RULE_EXCHANGE + 1,
      RULE_EXCHANGE + 2,
      { "see whether the parts vault and keeper run: `sekisho status`",
        "vault と keeper が動いているか `sekisho status` で確かめてください",
        { 0 } } },
    { RULE_EXCHANGE + 2,
      RULE_EXCHANGE + 3,
      { "the client sent a body that readers may understand in different ways: mend the client",
        "読み方の分かれる本文です。送信側を直してください",
        { 0 } } },
    { RULE_EXCHANGE + 3,
      RULE_EXCHANGE_END,
      { "send less at once: 64 values, 1 MB of a form or of JSON",
        "一度に送る量を減らしてください（値は 64 個、フォームと JSON は 1 MB まで）",
        { 0 } } },
    { RULE_SERVE + 1,
      RULE_SETUP,
      { "add the path to serve.allow_files in sekisho.conf, then `sekisho reload`",
        "sekisho.conf の serve.allow_files にこのパスを加え、`sekisho reload` を実行してください",
        { 0 } } },
    { RULE_BASE,
      RULE_SERVE,
      { "the client sent a body that cannot be read: mend the client",
        "送信側の本文が読み取れない形式です。送信側を直してください",
        { 0 } } },
};

size_t
explain_advise(struct explain_advice advice[EXPLAIN_MATCHES_MAX], sk_arena *mem,
               const struct explain_event *event)
{
    sk_str path = sk_str_first(event->uri, sk_str_find_byte(event->uri, '?'));
    size_t count = 0, rows = sizeof declared / sizeof *declared;

    for (size_t i = 0; i < event->count; i++) {
        const struct explain_match *match = &event->match[i];
        size_t row = 0;

        if (match->rule == 0) continue;
        while (row < rows && (match->rule < declared[row].from || match->rule >= declared[row].to))
            row++;
        if (row < rows)
            advice[count++] = declared[row].advice;
        else
            advice[count++] = (struct explain_advice){ .rule = exclusion_make(mem, path, match) };
    }
    return count;
}
