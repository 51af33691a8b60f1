#include "sekisho/status_parts.h"

#include "base/file.h"
#include "ledger/ledger.h"
#include "part/ask.h"
#include "scribe/scribe.h"
#include "sekisho/folk.h"
#include "sekisho/tongue.h"

#include <stdio.h>

enum { PLACE_MOST = 512 };

/* --- asking --- */

static void
take(struct status_answer *answer, sk_err e, sk_str text)
{
    if (sk_failed(e) || sk_failed(sk_json_read(&answer->json, sk_str_trim(text)))) return;
    answer->text = sk_str_trim(text);
}

static void
ledger_get(struct status_answer *answer, sk_arena *mem, const char *state)
{
    struct ledger_link *link = NULL;
    sk_str text = { 0 };
    sk_err e = ledger_link_open(&link, state);

    if (!sk_failed(e)) e = ledger_ask(&text, mem, link, SK_STR("{\"do\":\"status\"}"));
    take(answer, e, text);
    ledger_link_close(link);
}

static void
post_get(struct status_answer *answer, sk_arena *mem, const char *state)
{
    struct part_answer got = { 0 };
    sk_err e = part_ask(&got, mem,
                        &(struct part_ask){ .path = sk_str_printf(mem, "%s/run/post.sock", state).p,
                                            .target = SK_STR("/v1/status") });

    if (!sk_failed(e) && got.status != 200) e = sk_fail(SK_DENIED, "post does not say");
    take(answer, e, got.body);
}

static void
accounts_get(struct status_answer *answer, sk_arena *mem, const char *state)
{
    sk_json *json = NULL;
    sk_str text = { 0 };

    if (sk_failed(folk_ask(&json, &text, mem, state, "/v1/accounts/status", SK_STR("{}")))) return;
    *answer = (struct status_answer){ sk_str_trim(text), json };
}

/* It hears nobody; its place says all. */
static void
scribe_get(struct status_answer *answer, sk_arena *mem, const char *state)
{
    struct scribe_place place = { 0 };
    sk_str text;
    sk_err e = sk_file_read(&text, mem, sk_str_printf(mem, "%s/scribe/told", state).p, PLACE_MOST);

    if (sk_failed(e) && e.kind != SK_MISSING) return;
    if (!sk_failed(e)) scribe_place_read(&place, text); /* else it begins */
    take(answer, sk_ok(),
         sk_str_printf(mem, "{\"backlog\":%lld,\"lost\":%lld}",
                       (long long)(place.seen - place.number), (long long)place.lost_ever));
}

void
status_parts_ask(struct status_parts *parts, sk_arena *mem, const char *state)
{
    *parts = (struct status_parts){ 0 };
    ledger_get(&parts->ledger, mem, state);
    post_get(&parts->post, mem, state);
    accounts_get(&parts->accounts, mem, state);
    scribe_get(&parts->scribe, mem, state);
}

void
status_parts_close(struct status_parts *parts)
{
    struct status_answer *all[] = { &parts->ledger, &parts->post, &parts->accounts,
                                    &parts->scribe };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sk_json_free(all[i]->json);
}

/* --- showing --- */

static long long
number(const sk_json *json, const char *key)
{
    return (long long)sk_json_get_int(json, key, 0);
}

static void
ledger_print(const sk_json *json)
{
    printf(tongue("  %lld records since %.*s, %lld of them signed, %lld bytes; disk: %.*s\n",
                  "  記録 %lld 件（%.*s から）、署名済み %lld 件、%lld バイト、ディスク: %.*s\n"),
           number(json, "records"), SK_ARG(sk_json_get_str(json, "since")),
           number(json, "published"), number(json, "bytes"),
           SK_ARG(sk_json_get_str(json, "state")));
}

static void
post_print(const sk_json *json)
{
    const sk_json *kinds = sk_json_get(json, "kinds");

    printf(tongue("  %lld messages wait (%.*s)\n", "  送信待ち %lld 件 (%.*s)\n"),
           number(json, "waiting"), SK_ARG(sk_json_get_str(json, "mode")));
    for (size_t i = 0; i < sk_json_count(kinds); i++) {
        const sk_json *kind = sk_json_at(kinds, i);

        printf(tongue("  %-6.*s today: %lld sent, %lld failed, %lld too late%s%.*s\n",
                      "  %-6.*s 本日: 送信 %lld 件、失敗 %lld 件、期限切れ %lld 件%s%.*s\n"),
               SK_ARG(sk_json_get_str(kind, "kind")), number(kind, "sent_day"),
               number(kind, "failed_day"), number(kind, "expired_day"),
               sk_json_get_str(kind, "fault").n ? "  " : "",
               SK_ARG(sk_json_get_str(kind, "fault")));
    }
}

static void
accounts_print(const sk_json *json)
{
    const sk_json *realms = sk_json_get(json, "realms");

    for (size_t i = 0; i < sk_json_count(realms); i++) {
        const sk_json *realm = sk_json_at(realms, i);

        printf(tongue("  %-9.*s %8lld people, %lld signed in\n",
                      "  %-9.*s %8lld 人、サインイン中 %lld\n"),
               SK_ARG(sk_json_get_str(realm, "realm")), number(realm, "people"),
               number(realm, "sessions"));
    }
    printf(tongue("  locks     %8lld\n", "  ロック    %8lld\n"), number(json, "locks"));
}

static void
scribe_print(const sk_json *json)
{
    printf(tongue("  %lld events of the gate wait for the ledger, %lld were lost\n",
                  "  台帳への記録待ち %lld 件、失われたもの %lld 件\n"),
           number(json, "backlog"), number(json, "lost"));
}

static void
part_print(const char *name, const struct status_answer *answer, void (*print)(const sk_json *))
{
    printf("\n%s\n", name);
    if (answer->text.n)
        print(answer->json);
    else
        printf("  %s\n", tongue("does not answer", "応答していません"));
}

void
status_parts_print(const struct status_parts *parts)
{
    part_print(tongue("ledger", "台帳"), &parts->ledger, ledger_print);
    part_print(tongue("post", "送信"), &parts->post, post_print);
    part_print(tongue("accounts", "アカウント"), &parts->accounts, accounts_print);
    part_print(tongue("scribe", "書記"), &parts->scribe, scribe_print);
}

void
status_parts_write(struct sk_buf *out, const struct status_parts *parts)
{
    const struct {
        const char *name;
        sk_str text;
    } rows[] = { { "ledger", parts->ledger.text },
                 { "post", parts->post.text },
                 { "accounts", parts->accounts.text },
                 { "scribe", parts->scribe.text } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_str text = rows[i].text.n ? rows[i].text : SK_STR("null");

        sk_buf_printf(out, "%s\"%s\":%.*s", i ? "," : "", rows[i].name, SK_ARG(text));
    }
}
