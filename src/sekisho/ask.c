/* stop, restart: one question to the parent that runs. */
#include "sekisho/ask.h"

#include "part/control.h"
#include "part/lock.h"
#include "sekisho/parent.h"
#include "sekisho/tongue.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

sk_err
ask_parent(sk_json **answer, sk_arena *mem, const struct house *house, const char *line)
{
    sk_str text;
    sk_err e = part_control_ask(&text, mem, house_path(house, "run/control.sock"), line,
                                PARENT_PATIENCE_MS);

    if (e.kind == SK_MISSING)
        return sk_fail(
            SK_MISSING,
            tongue("nothing runs with the state %s: start it with `sekisho up "
                   "--state %s`",
                   "%s の状態では何も動いていません。`sekisho up --state %s` で起動してください"),
            house->state, house->state);
    TRY(e);
    return sk_json_read(answer, text);
}

sk_err
ask_refusal(const sk_json *answer)
{
    sk_str why = sk_json_get_str(answer, "why"), kind = sk_json_get_str(answer, "kind");

    if (sk_json_get_bool(answer, "ok", false)) return sk_ok();
    for (unsigned k = 0; k < SK_KINDS; k++)
        if (sk_str_eq(sk_str_of(sk_kind_rows[k].name), kind))
            return sk_fail((enum sk_kind)k, "%.*s", SK_ARG(why));
    return sk_fail(SK_BROKEN, "%.*s", SK_ARG(why));
}

static sk_err
one_question(int *pid, const struct verb_args *args, const char *line, const char **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *answer = NULL;
    static char kept[4096];
    struct house house;

    TRY(house_open(&house, mem, args));
    snprintf(kept, sizeof(kept), "%s", house.state);
    *state = kept;
    TRY(ask_parent(&answer, mem, &house, line));
    *pid = (int)sk_json_get_int(answer, "pid", 0);
    return ask_refusal(answer);
}

int
verb_restart(const struct verb_args *args)
{
    char line[128];
    const char *state;
    int pid;
    sk_err e;

    snprintf(line, sizeof(line), "restart %s", args->arg[0]);
    e = one_question(&pid, args, line, &state);
    if (sk_failed(e)) return verb_fail(e);
    printf(tongue("%s (process %d) starts again.\n", "%s（プロセス %d）を起動し直します。\n"),
           args->arg[0], pid);
    return 0;
}

int
verb_stop(const struct verb_args *args)
{
    struct timespec pause = { 0, 20 * 1000 * 1000 };
    char path[4200];
    const char *state;
    int pid;
    pid_t holder;
    sk_err e = one_question(&pid, args, "stop", &state);

    if (sk_failed(e)) return verb_fail(e);
    snprintf(path, sizeof(path), "%s/run/sekisho.pid", state);
    for (int i = 0; i < 500 && !sk_failed(part_lock_holder(&holder, path)); i++)
        nanosleep(&pause, NULL);
    if (!sk_failed(part_lock_holder(&holder, path)))
        return verb_fail(sk_fail(SK_BUSY, "process %d is still stopping", (int)holder));
    puts(tongue("Stopped.", "停止しました。"));
    return 0;
}
