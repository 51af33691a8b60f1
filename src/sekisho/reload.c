/* sekisho reload: asks the parent, waits until the gate's new workers serve, and says what is
 * different now. */
#include "sekisho/ask.h"
#include "sekisho/parent.h"
#include "sekisho/tongue.h"

#include <stdio.h>
#include <time.h>

enum {
    PAUSE_MS = 20,
    OLD_WORKERS_MS = 2000 /* they take new connections for 100 ms; longer on a busy machine */
};

static void
pause_shortly(void)
{
    struct timespec pause = { 0, PAUSE_MS * 1000 * 1000 };

    nanosleep(&pause, NULL);
}

/* What the gate tells on its status socket; NULL: nothing. */
static sk_json *
gate_status(const struct house *house)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_json *gate = NULL;
    sk_str text;

    if (sk_failed(ready_ask_local(&text, mem, house_path(house, "run/status.sock"))) ||
        sk_failed(sk_json_read(&gate, sk_str_trim(text))))
        return NULL;
    return gate;
}

static int64_t
workers(const sk_json *gate, const char *what)
{
    return sk_json_get_int(sk_json_get(gate, "workers"), what, 0);
}

/* What is in force now, as one of the newest workers tells it: old ones answer a little longer, and
 * know only what was in force before. NULL: the gate is away. */
static sk_json *
gate_now(const struct house *house)
{
    sk_json *gate = gate_status(house);

    for (int waited = 0; gate && waited < OLD_WORKERS_MS; waited += PAUSE_MS) {
        if (sk_json_get_int(gate, "generation", 0) >= workers(gate, "generation")) break;
        pause_shortly();
        sk_json_free(gate);
        gate = gate_status(house);
    }
    return gate;
}

/* All new workers have begun, and it is one of them that says so. */
static bool
is_served(const sk_json *gate, int64_t generation)
{
    int64_t wanted = workers(gate, "wanted");

    return sk_json_get_int(gate, "generation", 0) > generation && wanted > 0 &&
           workers(gate, "of_this_generation") >= wanted;
}

static sk_err
wait_for(sk_json **after, const struct house *house, int64_t generation)
{
    for (int waited = 0; waited < PARENT_READY_MS; waited += PAUSE_MS) {
        *after = gate_status(house);
        if (*after && is_served(*after, generation)) return sk_ok();
        sk_json_free(*after);
        *after = NULL;
        pause_shortly();
    }
    return sk_fail(SK_BROKEN, "the gate has not taken it over: see %s/log/gate-error.log",
                   house->state);
}

/* ── what is different ── */

static unsigned
parts_print(int64_t changed)
{
    unsigned lines = 0;

    for (unsigned mark = 0; mark < MARKS; mark++)
        if (changed & (1 << mark)) {
            printf(tongue("  changed: %s\n", "  変更: %s\n"), mark_name((enum mark)mark));
            lines++;
        }
    return lines;
}

static unsigned
rules_print(const sk_json *before, const sk_json *after)
{
    const sk_json *old = sk_json_get(before, "rules"), *new = sk_json_get(after, "rules");
    unsigned lines = 0;

    for (size_t i = 0; i < sk_json_count(new); i++) {
        int64_t had = sk_json_get_int(sk_json_at(old, i), "rules", 0);
        int64_t has = sk_json_get_int(sk_json_at(new, i), "rules", 0);

        if (had == has) continue;
        printf(tongue("  rule set %zu: %lld rules → %lld\n", "  規則 %zu: %lld 件 → %lld 件\n"),
               i + 1, (long long)had, (long long)has);
        lines++;
    }
    return lines;
}

sk_err
reload_house(const struct house *house)
{
    DEFER(sk_json_close) sk_json *before = gate_now(house), *answer = NULL, *after = NULL;
    sk_when begun = sk_monotonic();
    unsigned lines;

    TRY(ask_parent(&answer, house->mem, house, "reload"));
    TRY(ask_refusal(answer));
    TRY(wait_for(&after, house, workers(before, "generation")));
    printf(tongue("The configuration is in force: %lld new workers serve after %lld ms.\n",
                  "設定を反映しました。新しいワーカー %lld 個が応答しています（%lld ミリ秒）。\n"),
           (long long)workers(after, "wanted"), (long long)(sk_monotonic() - begun));
    lines = parts_print(sk_json_get_int(answer, "changed", 0)) + rules_print(before, after);
    if (!lines) puts(tongue("  nothing is different", "  変わった点はありません"));
    return sk_ok();
}

static sk_err
reload(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct house house;

    TRY(house_open(&house, mem, args));
    return reload_house(&house);
}

int
verb_reload(const struct verb_args *args)
{
    sk_err e = reload(args);

    return sk_failed(e) ? verb_fail(e) : 0;
}
