/* sekisho status: what the parent, the gate and the parts say, for people or as JSON. */
#include "base/json.h"
#include "part/control.h"
#include "sekisho/house.h"
#include "sekisho/parent.h"
#include "sekisho/status_parts.h"
#include "sekisho/tongue.h"

#include <stdio.h>

struct seen {
    struct house house;
    sk_str parent_text, gate_text;
    sk_json *parent, *gate; /* gate NULL: it does not answer */
    struct status_parts parts;
};

static void
seen_close(struct seen *seen)
{
    sk_json_free(seen->parent);
    sk_json_free(seen->gate);
    status_parts_close(&seen->parts);
}

static sk_err
look(struct seen *seen, sk_arena *mem, const struct verb_args *args)
{
    sk_err e;

    TRY(house_open(&seen->house, mem, args));
    e = part_control_ask(&seen->parent_text, mem, house_path(&seen->house, "run/control.sock"),
                         "status", PARENT_PATIENCE_MS);
    if (e.kind == SK_MISSING)
        return sk_fail(SK_MISSING,
                       tongue("nothing runs with the state %s", "%s の状態では何も動いていません"),
                       seen->house.state);
    TRY(e);
    TRY(sk_json_read(&seen->parent, seen->parent_text));
    e = ready_ask_local(&seen->gate_text, mem, house_path(&seen->house, "run/status.sock"));
    if (sk_failed(e) || sk_failed(sk_json_read(&seen->gate, sk_str_trim(seen->gate_text))))
        seen->gate = NULL; /* a gate that does not answer is shown as such */
    status_parts_ask(&seen->parts, mem, seen->house.state);
    return sk_ok();
}

static void
span(char *out, size_t size, int64_t ms)
{
    int64_t s = ms / 1000;

    if (s < 120)
        snprintf(out, size, "%lld s", (long long)s);
    else if (s < 7200)
        snprintf(out, size, "%lld min", (long long)s / 60);
    else if (s < 172800)
        snprintf(out, size, "%lld h", (long long)s / 3600);
    else
        snprintf(out, size, "%lld d", (long long)s / 86400);
}

static void
parts_print(const sk_json *parts)
{
    printf("\n%-10s %8s %9s %9s  %s\n", tongue("part", "部品"), tongue("process", "プロセス"),
           tongue("restarts", "再起動"), tongue("uptime", "稼働"),
           tongue("last end", "前回の終了"));
    for (size_t i = 0; i < sk_json_count(parts); i++) {
        const sk_json *part = sk_json_at(parts, i);
        int64_t pid = sk_json_get_int(part, "pid", 0);
        char up[32];

        span(up, sizeof(up), sk_json_get_int(part, "uptime_ms", 0));
        printf("%-10.*s %8lld %9lld %9s  %.*s\n", SK_ARG(sk_json_get_str(part, "name")),
               (long long)pid, (long long)sk_json_get_int(part, "restarts", 0),
               pid ? up : tongue("away", "停止中"), SK_ARG(sk_json_get_str(part, "last_end")));
    }
}

static void
sites_print(const sk_json *parent)
{
    const sk_json *sites = sk_json_get(parent, "sites");

    printf("\n%s\n", tongue("sites", "サイト"));
    for (size_t i = 0; i < sk_json_count(sites); i++) {
        const sk_json *site = sk_json_at(sites, i), *upstreams = sk_json_get(site, "upstreams");

        printf("  %-10.*s https://%.*s:%lld/  ->", SK_ARG(sk_json_get_str(site, "name")),
               SK_ARG(sk_json_as_str(sk_json_at(sk_json_get(site, "names"), 0))),
               (long long)sk_json_get_int(parent, "https", 0));
        for (size_t u = 0; u < sk_json_count(upstreams); u++)
            printf(" %.*s", SK_ARG(sk_json_as_str(sk_json_at(upstreams, u))));
        puts("");
    }
}

static void
rules_print(const sk_json *gate)
{
    const sk_json *rules = sk_json_get(gate, "rules");

    for (size_t i = 0; i < sk_json_count(rules); i++)
        printf(tongue("  rule set %zu: %lld rules in %lld chains, engine %.*s\n",
                      "  規則 %zu: %lld 件、変換 %lld 種、動作 %.*s\n"),
               i + 1, (long long)sk_json_get_int(sk_json_at(rules, i), "rules", 0),
               (long long)sk_json_get_int(sk_json_at(rules, i), "chains", 0),
               SK_ARG(sk_json_get_str(sk_json_at(rules, i), "engine")));
}

struct block {
    const char *name;
    const sk_json *object;
};

static void
count_print(void *ctx, const char *key, const sk_json *value)
{
    const struct block *block = ctx;

    (void)value;
    printf("  %-9s %-18s %lld\n", block->name, key,
           (long long)sk_json_get_int(block->object, key, 0));
}

static void
gate_print(const sk_json *gate)
{
    static const char *const names[] = { "requests", "workers" };

    if (!gate) {
        printf("\n%s\n", tongue("The gate does not answer on its status socket.",
                                "ゲートが状態の問い合わせに応答していません。"));
        return;
    }
    printf("\n%s\n", tongue("gate", "ゲート"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct block block = { names[i], sk_json_get(gate, names[i]) };

        sk_json_each(block.object, count_print, &block);
    }
    rules_print(gate);
}

static void
people_print(const struct seen *seen)
{
    const sk_json *p = seen->parent;
    sk_str remark = sk_json_get_str(p, "remark");
    char up[32];

    span(up, sizeof(up), sk_json_get_int(p, "uptime_ms", 0));
    printf("sekisho %.*s  %s %.*s  %s %lld  %s %s  %s %lld\n",
           SK_ARG(sk_json_get_str(p, "version")), tongue("state", "状態"),
           SK_ARG(sk_json_get_str(p, "state")), tongue("process", "プロセス"),
           (long long)sk_json_get_int(p, "pid", 0), tongue("up", "稼働"), up,
           tongue("reloads", "再読込"), (long long)sk_json_get_int(p, "reloads", 0));
    printf("%s %.*s:%lld (https), :%lld (http)\n", tongue("listens on", "待ち受け"),
           SK_ARG(sk_json_get_str(p, "address")), (long long)sk_json_get_int(p, "https", 0),
           (long long)sk_json_get_int(p, "http", 0));
    if (sk_json_get(p, "refused_reload"))
        printf(
            tongue(
                "the last reload was refused, the configuration before it is in force:\n  %.*s\n",
                "前回の再読込は拒否され、以前の設定のままです:\n  %.*s\n"),
            SK_ARG(sk_json_get_str(sk_json_get(p, "refused_reload"), "why")));
    if (remark.n) printf(tongue("look here: %.*s\n", "要確認: %.*s\n"), SK_ARG(remark));
    sites_print(p);
    parts_print(sk_json_get(p, "parts"));
    gate_print(seen->gate);
    status_parts_print(&seen->parts);
}

int
verb_status(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(seen_close) struct seen seen = { 0 };
    sk_err e = look(&seen, mem, args);

    if (sk_failed(e)) return verb_fail(e);
    if (!args->json) {
        people_print(&seen);
        return 0;
    }
    struct sk_buf parts = { .mem = mem };
    status_parts_write(&parts, &seen.parts);
    printf("{\"parent\":%.*s,\"gate\":%.*s,%.*s}\n", SK_ARG(seen.parent_text),
           seen.gate ? (int)sk_str_trim(seen.gate_text).n : 4,
           seen.gate ? seen.gate_text.p : "null", SK_ARG(sk_buf_str(&parts)));
    return 0;
}
