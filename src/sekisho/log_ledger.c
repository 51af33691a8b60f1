/* sekisho log verify, export, hold. */
#include "base/file.h"
#include "base/json.h"
#include "ledger/export.h"
#include "ledger/ledger.h"
#include "ledger/verify.h"
#include "sekisho/log.h"
#include "sekisho/tongue.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_MS = 1000, KEY_MAX = 64 * 1024 };

/* ── verify ── */

struct told {
    struct sk_json_writer *json; /* NULL: for people */
    sk_when begun, said;
};

static void
damage_tell(void *ctx, const char *text)
{
    const struct told *told = ctx;

    if (told->json)
        sk_json_text(told->json, NULL, text);
    else
        printf("%s %s\n", tongue("DAMAGED", "損傷"), text);
}

static void
progress_tell(void *ctx, uint64_t done, uint64_t all)
{
    struct told *told = ctx;
    sk_when now = sk_monotonic();

    if (now - told->said < PROGRESS_MS || done == 0 || done >= all) return;
    told->said = now;
    fprintf(stderr, tongue("  %llu of %llu MB, %lld s to go\n", "  %llu / %llu MB、残り %lld 秒\n"),
            (unsigned long long)done >> 20, (unsigned long long)all >> 20,
            (long long)((now - told->begun) * (sk_when)(all - done) / (sk_when)done / 1000));
}

static void
verdict_json(struct sk_json_writer *w, const struct ledger_verdict *v, sk_when ms)
{
    sk_json_text(w, "origin", v->origin);
    sk_json_int(w, "records", (int64_t)v->records);
    sk_json_int(w, "signed", (int64_t)v->signed_size);
    sk_json_int(w, "newer", (int64_t)v->unsigned_records);
    sk_json_int(w, "pruned", (int64_t)v->pruned);
    sk_json_int(w, "tiles", (int64_t)v->tiles);
    sk_json_int(w, "bytes", (int64_t)v->bytes);
    sk_json_int(w, "ms", ms);
}

static void
verdict_print(const struct ledger_verdict *v, sk_when ms)
{
    printf(tongue("%s: %llu records (%llu MB) in %lld ms, %llu of them signed; %llu older ones "
                  "past their keeping; %llu tiles\n",
                  "%s: 記録 %llu 件（%llu MB）を %lld ミリ秒で検査。署名済み %llu 件、保存期間を"
                  "過ぎて削除済み %llu 件、タイル %llu 個\n"),
           v->origin, (unsigned long long)v->records, (unsigned long long)v->bytes >> 20,
           (long long)ms, (unsigned long long)(v->records - v->unsigned_records),
           (unsigned long long)v->pruned, (unsigned long long)v->tiles);
}

static sk_err
ledger_check(const struct verb_args *args, const struct house *house)
{
    struct sk_buf out = { .mem = house->mem };
    struct sk_json_writer w = { .out = &out };
    struct told told = { .json = args->json ? &w : NULL, .begun = sk_monotonic() };
    struct ledger_verdict v;
    const struct ledger_watcher watcher = { damage_tell, progress_tell, &told };

    told.said = told.begun;
    sk_json_object(&w, NULL);
    sk_json_array(&w, "damages");
    TRY(ledger_verify(&v, house_path(house, "ledger"), &watcher));
    sk_json_end_array(&w);
    verdict_json(&w, &v, sk_monotonic() - told.begun);
    sk_json_end_object(&w);
    if (args->json)
        printf("%.*s\n", (int)out.n, out.p);
    else
        verdict_print(&v, sk_monotonic() - told.begun);
    if (v.damages)
        return sk_fail(
            SK_BROKEN,
            tongue("the ledger is damaged in %llu places", "台帳に %llu か所の損傷があります"),
            (unsigned long long)v.damages);
    if (!args->json)
        puts(
            tongue("All is as it was written and signed.", "すべて書き込まれ署名された通りです。"));
    return sk_ok();
}

static sk_err
export_check(const struct verb_args *args, const struct house *house)
{
    struct ledger_exported x;
    sk_str vkey = { 0 };

    if (args->keyring) TRY(sk_file_read(&vkey, house->mem, args->keyring, KEY_MAX));
    TRY(ledger_export_check(&x, args->arg[1], vkey));
    printf(
        tongue(
            "%llu records, from the tenant's number %llu to record %llu: none is missing, none "
            "is changed.\n",
            "記録 %llu 件（テナントの %llu 件目から記録 %llu まで）: 欠けも変更もありません。\n"),
        (unsigned long long)x.records, (unsigned long long)x.first_nth, (unsigned long long)x.last);
    return sk_ok();
}

sk_err
log_verify(const struct verb_args *args, const struct house *house)
{
    return args->count > 1 ? export_check(args, house) : ledger_check(args, house);
}

/* ── export ── */

sk_err
log_export(const struct verb_args *args, const struct house *house)
{
    struct ledger_exported x;

    if (args->tiles) {
        TRY(ledger_export_tiles(&x, house->state, args->tiles));
        printf(tongue("%s: the tree of %llu records, %llu of them with their entries.\n",
                      "%s: 記録 %llu 件の木（うち本文のあるもの %llu 件）。\n"),
               args->tiles, (unsigned long long)x.size, (unsigned long long)x.records);
        return sk_ok();
    }
    if (!args->tenant || !args->tenant[0] || !args->out)
        return sk_fail(SK_BAD,
                       tongue("usage: sekisho log export --tenant T --out DIR, or --tiles DIR",
                              "使い方: sekisho log export --tenant T --out DIR、または "
                              "--tiles DIR"));
    TRY(ledger_export_tenant(&x, house->state, sk_str_of(args->tenant), args->out));
    printf(tongue("%s: %llu records of %s with their proofs, to record %llu. Check: sekisho log "
                  "verify %s\n",
                  "%s: 記録 %llu 件（%s）と証明、記録 %llu まで。確認: sekisho log verify %s\n"),
           args->out, (unsigned long long)x.records, args->tenant, (unsigned long long)x.last,
           args->out);
    return sk_ok();
}

/* ── hold ── */

static void
holds_print(sk_arena *mem, const sk_json *holds)
{
    if (sk_json_count(holds) == 0) puts(tongue("There is no hold.", "保全はありません。"));
    for (size_t i = 0; i < sk_json_count(holds); i++) {
        const sk_json *hold = sk_json_at(holds, i);
        sk_str tenant = sk_json_get_str(hold, "tenant");
        sk_when since = 0;

        if (!sk_when_read(&since, sk_json_get_str(hold, "since"))) continue;
        printf("%.*s  %.*s  %.*s%s%.*s\n", SK_ARG(sk_when_jst(mem, since)),
               SK_ARG(sk_json_get_str(hold, "name")), SK_ARG(tenant), tenant.n ? "  " : "",
               SK_ARG(sk_json_get_str(hold, "reason")));
    }
}

static sk_str
hold_question(const struct verb_args *args, sk_arena *mem, const char *what)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_text(&w, "do", what);
    if (args->count > 2) sk_json_text(&w, "name", args->arg[2]);
    if (args->tenant) sk_json_text(&w, "tenant", args->tenant);
    if (args->reason) sk_json_text(&w, "reason", args->reason);
    sk_json_end_object(&w);
    return sk_buf_str(&out);
}

static sk_err
hold_ask(sk_str *answer, const struct verb_args *args, const struct house *house, const char *what)
{
    struct ledger_link *link;
    sk_err e = ledger_link_open(&link, house->state);

    if (sk_failed(e)) return e;
    e = ledger_ask(answer, house->mem, link, hold_question(args, house->mem, what));
    ledger_link_close(link);
    return e;
}

sk_err
log_hold(const struct verb_args *args, const struct house *house)
{
    static const struct {
        const char *word, *what;
        unsigned count;
    } words[] = { { "add", "hold", 3 }, { "release", "release", 3 }, { "list", "holds", 2 } };
    DEFER(sk_json_close) sk_json *read = NULL;
    sk_str answer;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, args->arg[1]) != 0 || args->count != words[i].count) continue;
        TRY(hold_ask(&answer, args, house, words[i].what));
        TRY(sk_json_read(&read, answer));
        if (args->json)
            printf("%.*s\n", SK_ARG(answer));
        else if (words[i].count == 2)
            holds_print(house->mem, sk_json_get(read, "holds"));
        else
            printf(tongue("Done: record %lld.\n", "完了: 記録 %lld。\n"),
                   (long long)sk_json_get_int(read, "seq", 0));
        return sk_ok();
    }
    return sk_fail(SK_BAD,
                   tongue("usage: sekisho log hold add NAME [--tenant T] [--reason R] | list "
                          "| release NAME",
                          "使い方: sekisho log hold add NAME [--tenant T] [--reason R] | list "
                          "| release NAME"));
}
