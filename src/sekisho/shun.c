/* sekisho shun: who is shut out by the gate, and the owner's say in it. Asked over the gate's
 * status socket, which only this machine can reach. */
#include "base/file.h"
#include "base/json.h"
#include "base/net.h"
#include "base/when.h"
#include "part/ask.h"
#include "sekisho/house.h"
#include "sekisho/tongue.h"
#include "ticket/ticket.h"

#include <stdio.h>
#include <unistd.h>

enum { MINUTES_USUAL = 60 };

/* ── asking ── */

static sk_err
gate_ask(sk_json **answer, sk_str *text, sk_arena *mem, const struct verb_args *args,
         const char *method, sk_str target)
{
    struct part_answer got;
    struct house house;
    sk_err e;

    TRY(house_open(&house, mem, args));
    e = part_ask(&got, mem,
                 &(struct part_ask){ .path = house_path(&house, "run/status.sock"),
                                     .method = method,
                                     .target = target });
    if (e.kind == SK_MISSING)
        return sk_fail(SK_MISSING,
                       tongue("nothing runs with the state %s", "%s の状態では何も動いていません"),
                       house.state);
    TRY(e);
    TRY(sk_json_read(answer, sk_str_trim(got.body)));
    *text = sk_str_trim(got.body);
    if (got.status == 200) return sk_ok();
    return sk_fail(SK_BAD, "%.*s", SK_ARG(sk_json_get_str(*answer, "error")));
}

/* ── list ── */

static const struct {
    const char *why, *en, *ja;
} whys[] = {
    { "rules", "attacks", "攻撃" },
    { "admin", "tries at an admin area", "管理画面への試行" },
    { "login", "failed sign-ins", "サインインの失敗" },
    { "owner", "by hand", "手動" },
};

static const char *
why_said(sk_str why)
{
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++)
        if (sk_str_eq(why, sk_str_of(whys[i].why))) return tongue(whys[i].en, whys[i].ja);
    return "";
}

static sk_str
jst(sk_arena *mem, const sk_json *entry, const char *key)
{
    return sk_str_first(sk_when_jst(mem, sk_json_get_int(entry, key, 0) * 1000),
                        sizeof "2026-11-23 22:26:20" - 1);
}

static void
list_print(sk_arena *mem, const sk_json *answer)
{
    const sk_json *all = sk_json_get(answer, "shut_out");

    if (sk_json_count(all) == 0) {
        puts(tongue("Nobody is shut out.", "締め出されている接続元はありません。"));
        return;
    }
    for (size_t i = 0; i < sk_json_count(all); i++) {
        const sk_json *entry = sk_json_at(all, i);
        sk_str id = sk_json_get_str(entry, "id");

        printf(tongue("%.*s  until %.*s  since %.*s  %s  time %lld  %lld requests turned away",
                      "%.*s  %.*s まで  %.*s から  %s  %lld 回目  拒否 %lld 件"),
               SK_ARG(sk_json_get_str(entry, "who")), SK_ARG(jst(mem, entry, "until")),
               SK_ARG(jst(mem, entry, "since")), why_said(sk_json_get_str(entry, "why")),
               (long long)sk_json_get_int(entry, "times", 0),
               (long long)sk_json_get_int(entry, "turned_away", 0));
        if (id.n) printf("  (sekisho log --id %.*s)", SK_ARG(id));
        puts("");
    }
}

/* ── release and add ── */

static const char *
network(const struct verb_args *args)
{
    struct sk_net net;

    return args->count > 1 && sk_net_read(&net, sk_str_of(args->arg[1])) ? args->arg[1] : NULL;
}

/* "10m", "2h", "3d", or minutes. */
static sk_err
span_read(int64_t *seconds, const char *text)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
    sk_str s = sk_str_of(text);
    int64_t unit = 60, n;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (s.n > 1 && s.p[s.n - 1] == units[i].unit) {
            unit = units[i].seconds;
            s.n--;
            break;
        }
    if (!sk_str_to_i64(&n, s) || n < 1 || n > 366 * 1440 || n * unit > 366LL * 86400)
        return sk_fail(SK_BAD, "shun add: %s: expected a while such as 10m, 2h, 3d", text);
    *seconds = n * unit;
    return sk_ok();
}

/* The gate wants to know that we may read the key. */
static sk_err
ticket_of_ours(sk_str *ticket, sk_arena *mem, const struct verb_args *args)
{
    DEFER(ticket_key_wipe) struct ticket_key key = { 0 };
    struct house house;
    sk_str bytes;

    TRY(house_open(&house, mem, args));
    TRY(sk_file_read(&bytes, mem, house_path(&house, "keys/ticket.key"), TICKET_KEY));
    TRY(ticket_key_read(&key, bytes));
    *ticket = ticket_local(mem, &key, geteuid(), sk_now());
    return sk_ok();
}

static sk_err
target_make(sk_str *target, sk_arena *mem, const struct verb_args *args)
{
    bool add = strcmp(args->arg[0], "add") == 0;
    int64_t seconds = MINUTES_USUAL * 60;
    sk_str ticket;

    if (!network(args))
        return sk_fail(SK_BAD,
                       "shun %s: expected an address or a network, 192.0.2.7 or "
                       "2001:db8:1:2::/64",
                       args->arg[0]);
    if (add && args->count > 2) TRY(span_read(&seconds, args->arg[2]));
    TRY(ticket_of_ours(&ticket, mem, args));
    *target =
        add ? sk_str_printf(mem, "/shun?ticket=%.*s&add=%s&seconds=%lld", SK_ARG(ticket),
                            args->arg[1], (long long)seconds)
            : sk_str_printf(mem, "/shun?ticket=%.*s&release=%s", SK_ARG(ticket), args->arg[1]);
    return sk_ok();
}

static sk_err
change(sk_arena *mem, const struct verb_args *args)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    sk_str target, text;

    TRY(target_make(&target, mem, args));
    TRY(gate_ask(&answer, &text, mem, args, "POST", target));
    if (sk_json_get_int(answer, "changed", 0) == 0)
        return sk_fail(SK_MISSING, tongue("%s is not shut out", "%s は締め出されていません"),
                       args->arg[1]);
    if (args->json) printf("%.*s\n", SK_ARG(text));
    return sk_ok();
}

static sk_err
list(sk_arena *mem, const struct verb_args *args)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    sk_str text;

    TRY(gate_ask(&answer, &text, mem, args, "GET", SK_STR("/shun")));
    if (args->json)
        printf("%.*s\n", SK_ARG(text));
    else
        list_print(mem, answer);
    return sk_ok();
}

int
verb_shun(const struct verb_args *args)
{
    static const struct {
        const char *word;
        sk_err (*run)(sk_arena *mem, const struct verb_args *args);
    } words[] = { { "list", list }, { "release", change }, { "add", change } };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(args->arg[0], words[i].word) == 0) {
            sk_err e = words[i].run(mem, args);

            return sk_failed(e) ? verb_fail(e) : 0;
        }
    return verb_fail(sk_fail(SK_BAD, "shun %s: expected list, release or add", args->arg[0]));
}
