/* The words of `sekisho accounts`: what each asks, and how its answer looks to people. */
#include "base/when.h"
#include "sekisho/folk.h"
#include "sekisho/tongue.h"

#include <stdio.h>

static void
put(struct sk_json_writer *w, const char *key, const char *value)
{
    if (value) sk_json_text(w, key, value);
}

static void
time_show(int64_t when)
{
    enum { TO_THE_MINUTE = 16 };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(256);
    if (when)
        printf("%.*s", TO_THE_MINUTE, sk_when_jst(mem, when).p);
    else
        printf("%-16s", "-");
}

static void
cell(const sk_json *row, const char *key, int width)
{
    sk_str text = sk_json_get_str(row, key);
    if (!text.n) text = SK_STR("-");
    printf("%-*.*s ", width, SK_ARG(text));
}

static void
screens_put(struct sk_json_writer *w, const char *names)
{
    sk_str one, rest = sk_str_of(names);
    if (!names) return;
    sk_json_array(w, "screens");
    while (sk_str_cut(&one, &rest, ','))
        if (one.n) sk_json_str(w, NULL, one);
    sk_json_end_array(w);
}

/* --- people --- */

static sk_err
list_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    put(w, "realm", args->realm);
    put(w, "tenant", args->tenant);
    put(w, "email", args->email);
    sk_json_int(w, "most", 200);
    put(w, "after", args->count ? args->arg[0] : NULL);
    return sk_ok();
}

static void
list_show(const sk_json *answer, const struct folk_args *args)
{
    const sk_json *list = sk_json_get(answer, "accounts");
    sk_str after = sk_json_get_str(answer, "after");
    (void)args;
    for (size_t i = 0; i < sk_json_count(list); i++) {
        const sk_json *row = sk_json_at(list, i);
        cell(row, "id", 24);
        cell(row, "realm", 8);
        cell(row, "tenant", 12);
        cell(row, "role", 8);
        cell(row, "state", 7);
        time_show(sk_json_get_int(row, "seen", 0));
        printf(" %.*s\n", SK_ARG(sk_json_get_str(row, "email")));
    }
    if (after.n)
        printf(tongue("more: sekisho accounts list %.*s\n", "続き: sekisho accounts list %.*s\n"),
               SK_ARG(after));
}

static sk_err
invite_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    if (!args->realm)
        return sk_fail(SK_BAD, "%s", tongue("--realm is needed", "--realm が必要です"));
    put(w, "realm", args->realm);
    put(w, "tenant", args->tenant);
    put(w, "role", args->role);
    put(w, "name", args->name);
    put(w, "lang", args->lang ? args->lang : tongue_is_ja() ? "ja" : "en");
    put(w, "email", args->arg[0]);
    screens_put(w, args->screens);
    return sk_ok();
}

static void
invite_show(const sk_json *answer, const struct folk_args *args)
{
    (void)args;
    printf("%.*s\n%s\n  %.*s\n", SK_ARG(sk_json_get_str(answer, "account")),
           tongue("This link sets the password. It works once, for 24 hours:",
                  "パスワードを設定するリンクです（24時間有効、一度だけ）:"),
           SK_ARG(sk_json_get_str(answer, "link")));
    if (!sk_json_get_bool(answer, "mailed", false))
        printf("%s\n", tongue("The mail could not be handed over: pass the link on yourself.",
                              "メールを渡せませんでした。リンクを直接お伝えください。"));
}

static sk_err
account_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    put(w, "account", args->count ? args->arg[0] : NULL);
    return sk_ok();
}

/* --- sessions --- */

static void
sessions_show(const sk_json *answer, const struct folk_args *args)
{
    const sk_json *list = sk_json_get(answer, "sessions");
    (void)args;
    for (size_t i = 0; i < sk_json_count(list); i++) {
        const sk_json *row = sk_json_at(list, i);
        cell(row, "id", 24);
        cell(row, "site", 10);
        time_show(sk_json_get_int(row, "used", 0));
        printf(" %lld ", (long long)sk_json_get_int(row, "level", 0));
        cell(row, "place", 18);
        printf("%.*s\n", SK_ARG(sk_json_get_str(row, "device")));
    }
}

static sk_err
end_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    put(w, "account", args->arg[0]);
    if (args->count > 1)
        put(w, "session", args->arg[1]);
    else
        sk_json_bool(w, "all", true);
    return sk_ok();
}

static void
end_show(const sk_json *answer, const struct folk_args *args)
{
    (void)args;
    printf(tongue("%lld ended\n", "%lld 件を終わらせました\n"),
           (long long)sk_json_get_int(answer, "ended", 0));
}

/* --- rights --- */

static void
rights_show(const sk_json *answer, const struct folk_args *args)
{
    const sk_json *held = sk_json_get(answer, "held"), *asked = sk_json_get(answer, "asked");
    (void)args;
    for (size_t i = 0; i < sk_json_count(held); i++) {
        const sk_json *row = sk_json_at(held, i);
        cell(row, "account", 24);
        cell(row, "name", 20);
        printf("%s ", tongue("until", "期限"));
        time_show(sk_json_get_int(row, "ends", 0));
        printf(" %s %.*s\n", tongue("by", "付与"), SK_ARG(sk_json_get_str(row, "given_by")));
    }
    for (size_t i = 0; i < sk_json_count(asked); i++) {
        const sk_json *row = sk_json_at(asked, i);
        cell(row, "id", 24);
        cell(row, "account", 24);
        cell(row, "name", 20);
        printf("%lld h  %.*s\n", (long long)sk_json_get_int(row, "hours", 0),
               SK_ARG(sk_json_get_str(row, "reason")));
    }
}

static sk_err
right_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    int64_t hours = 1;
    if (!args->reason)
        return sk_fail(SK_BAD, "%s", tongue("--reason is needed", "--reason が必要です"));
    if (args->hours && !sk_str_to_i64(&hours, sk_str_of(args->hours)))
        return sk_fail(SK_BAD, "%s", tongue("--hours: a number", "--hours は数値です"));
    put(w, "account", args->arg[0]);
    put(w, "name", args->arg[1]);
    put(w, "reason", args->reason);
    sk_json_int(w, "hours", hours);
    return sk_ok();
}

static void
request_show(const sk_json *answer, const struct folk_args *args)
{
    (void)args;
    printf("%.*s\n", SK_ARG(sk_json_get_str(answer, "request")));
}

static sk_err
approve_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    put(w, "request", args->arg[0]);
    sk_json_bool(w, "approve", true);
    return sk_ok();
}

static sk_err
refuse_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    put(w, "request", args->arg[0]);
    sk_json_bool(w, "approve", false);
    return sk_ok();
}

static sk_err
take_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    put(w, "account", args->arg[0]);
    put(w, "name", args->arg[1]);
    return sk_ok();
}

static sk_err
screens_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    put(w, "account", args->arg[0]);
    screens_put(w, args->count > 1 ? args->arg[1] : "");
    return sk_ok();
}

/* --- resets --- */

static sk_err
reset_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    if (!args->realm || !args->reason)
        return sk_fail(SK_BAD, "%s",
                       tongue("--realm and --reason are needed", "--realm と --reason が必要です"));
    put(w, "realm", args->realm);
    put(w, "tenant", args->tenant);
    put(w, "reason", args->reason);
    return sk_ok();
}

static void
reset_show(const sk_json *answer, const struct folk_args *args)
{
    (void)args;
    printf("%.*s\n", SK_ARG(sk_json_get_str(answer, "job")));
}

/* --- numbers --- */

static sk_err
status_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    (void)args;
    sk_json_bool(w, "passwords", true);
    return sk_ok();
}

static void
passwords_show(const sk_json *answer)
{
    const sk_json *list = sk_json_get(answer, "passwords");
    printf("\n%s\n", tongue("passwords are kept as", "パスワードの保存形式"));
    for (size_t i = 0; i < sk_json_count(list); i++) {
        const sk_json *row = sk_json_at(list, i);
        printf("  %-32.*s %8lld\n", SK_ARG(sk_json_get_str(row, "way")),
               (long long)sk_json_get_int(row, "count", 0));
    }
    printf("  %-32s %8lld\n", tongue("(accounts without one)", "(パスワードなし)"),
           (long long)sk_json_get_int(answer, "without_password", 0));
}

static void
status_show(const sk_json *answer, const struct folk_args *args)
{
    const sk_json *list = sk_json_get(answer, "realms");
    (void)args;
    printf("%-10s %8s %8s\n", tongue("realm", "領域"), tongue("people", "人数"),
           tongue("sessions", "サインイン中"));
    for (size_t i = 0; i < sk_json_count(list); i++) {
        const sk_json *row = sk_json_at(list, i);
        printf("%-10.*s %8lld %8lld\n", SK_ARG(sk_json_get_str(row, "realm")),
               (long long)sk_json_get_int(row, "people", 0),
               (long long)sk_json_get_int(row, "sessions", 0));
    }
    printf("%-10s %8lld\n", tongue("locks", "ロック"),
           (long long)sk_json_get_int(answer, "locks", 0));
    passwords_show(answer);
}

/* --- lost factors --- */

static sk_err
factors_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    if (!args->reason)
        return sk_fail(SK_BAD, "%s", tongue("--reason is needed", "--reason が必要です"));
    put(w, "account", args->arg[0]);
    put(w, "reason", args->reason);
    return sk_ok();
}

/* --- the key --- */

static sk_err
rekey_ask(struct sk_json_writer *w, const struct folk_args *args)
{
    int64_t days = 0;
    if (args->days && (!sk_str_to_i64(&days, sk_str_of(args->days)) || days < 1))
        return sk_fail(SK_BAD, "%s",
                       tongue("--void-after takes a number of days",
                              "--void-after には日数を指定してください"));
    if (days) sk_json_int(w, "days", days);
    return sk_ok();
}

static void
keys_show(const sk_json *answer, const struct folk_args *args)
{
    const sk_json *list = sk_json_get(answer, "keys");
    (void)args;
    for (size_t i = 0; i < sk_json_count(list); i++) {
        const sk_json *key = sk_json_at(list, i);
        long long number = sk_json_get_int(key, "number", 0);
        if (sk_json_get_bool(key, "newest", false))
            printf(tongue("key %lld: the newest\n", "鍵 %lld: 最新\n"), number);
        else
            printf(
                tongue(
                    "key %lld: still needed by %lld passwords and %lld recovery codes, which "
                    "wait for their owners, %lld links and codes under way, %lld accounts "
                    "still to be sealed anew\n",
                    "鍵 %lld: まだ必要（本人の次のサインインを待つパスワード %lld 件、予備コード "
                    "%lld 件、送信済みリンク・コード %lld 件、封じ直し待ちのアカウント %lld 件）"
                    "\n"),
                number, (long long)sk_json_get_int(key, "passwords", 0),
                (long long)sk_json_get_int(key, "codes", 0),
                (long long)sk_json_get_int(key, "passing", 0),
                (long long)sk_json_get_int(key, "sealed", 0));
    }
}

const struct folk_word folk_words[] = {
    { "list", "/v1/accounts/list", "[--realm R] [--tenant T] [--email ADDRESS] [AFTER]", 0, 1,
      list_ask, list_show },
    { "invite", "/v1/accounts/invite",
      "--realm R [--tenant T] [--role ROLE] [--screens A,B] [--name NAME] [--lang ja|en] ADDRESS",
      1, 1, invite_ask, invite_show },
    { "remove", "/v1/accounts/remove", "ACCOUNT", 1, 1, account_ask, NULL },
    { "sessions", "/v1/sessions/list", "ACCOUNT", 1, 1, account_ask, sessions_show },
    { "sessions end", "/v1/sessions/end", "ACCOUNT [SESSION]", 1, 2, end_ask, end_show },
    { "screens", "/v1/screens/set", "ACCOUNT [A,B]", 1, 2, screens_ask, NULL },
    { "rights", "/v1/rights/list", "[ACCOUNT]", 0, 1, account_ask, rights_show },
    { "rights ask", "/v1/rights/ask", "ACCOUNT NAME --reason TEXT [--hours N]", 2, 2, right_ask,
      request_show },
    { "rights approve", "/v1/rights/decide", "REQUEST", 1, 1, approve_ask, NULL },
    { "rights refuse", "/v1/rights/decide", "REQUEST", 1, 1, refuse_ask, NULL },
    { "rights take", "/v1/rights/take", "ACCOUNT NAME", 2, 2, take_ask, NULL },
    { "reset", "/v1/reset/start", "--realm R [--tenant T] --reason TEXT [--detach]", 0, 0,
      reset_ask, reset_show },
    { "reset list", "/v1/reset/list", "", 0, 0, NULL, folk_jobs_show },
    { "factors reset", "/v1/factors/reset", "ACCOUNT --reason TEXT", 1, 1, factors_ask, NULL },
    { "status", "/v1/accounts/status", "", 0, 0, status_ask, status_show },
    { "rotate-key", "/v1/keys/rotate", "[--void-after DAYS] [--detach]", 0, 0, rekey_ask,
      reset_show },
    { "keys", "/v1/keys/list", "", 0, 0, NULL, keys_show },
    { .name = NULL },
};
