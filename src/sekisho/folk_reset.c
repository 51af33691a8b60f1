/* How far a job is: a mass reset, a change of the key. It goes on by itself: who looks may leave.
 */
#include "sekisho/folk.h"
#include "sekisho/tongue.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY = 500 * 1000 * 1000 }; /* ns */

static void
job_show(const sk_json *job)
{
    bool rekey = sk_str_eq(sk_json_get_str(job, "kind"), SK_STR("rekey"));
    sk_str of = rekey ? SK_STR("key") : sk_json_get_str(job, "realm");
    printf("%.*s %.*s %.*s: %lld/%lld %s", SK_ARG(sk_json_get_str(job, "id")), SK_ARG(of),
           SK_ARG(sk_json_get_str(job, "state")), (long long)sk_json_get_int(job, "done", 0),
           (long long)sk_json_get_int(job, "total", 0),
           rekey ? tongue("sealed anew", "件を封じ直し") : tongue("reset", "件を無効化"));
    if (!rekey)
        printf(", %lld %s", (long long)sk_json_get_int(job, "told", 0),
               tongue("notices queued", "件へ通知"));
    sk_str why = sk_json_get_str(job, "why");
    if (why.n) printf(" (%.*s)", SK_ARG(why));
}

void
folk_jobs_show(const sk_json *answer, const struct folk_args *args)
{
    const sk_json *list = sk_json_get(answer, "jobs");
    (void)args;
    for (size_t i = 0; i < sk_json_count(list); i++) {
        job_show(sk_json_at(list, i));
        printf("\n");
    }
}

static const sk_json *
job_find(const sk_json *answer, sk_str id)
{
    const sk_json *list = sk_json_get(answer, "jobs");
    for (size_t i = 0; i < sk_json_count(list); i++)
        if (sk_str_eq(sk_json_get_str(sk_json_at(list, i), "id"), id)) return sk_json_at(list, i);
    return NULL;
}

static sk_err
look(bool *over, const struct folk_args *args, sk_str id)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *answer = NULL;
    sk_str text;
    bool terminal = isatty(1) == 1;
    TRY(folk_ask(&answer, &text, mem, args->state, "/v1/reset/list", SK_STR("{}")));
    const sk_json *job = job_find(answer, id);
    *over = !job || !sk_str_eq(sk_json_get_str(job, "state"), SK_STR("running"));
    if (!job || (!terminal && !*over)) return sk_ok();
    if (terminal) printf("\r\033[K");
    job_show(job);
    if (*over) printf("\n");
    fflush(stdout);
    return sk_ok();
}

sk_err
folk_follow(const struct folk_args *args, sk_str job)
{
    static const struct timespec pause = { 0, LOOK_EVERY };
    bool over = false;
    printf("%s\n", tongue("It goes on when this command is ended: sekisho accounts reset list",
                          "このコマンドを終えても続きます（sekisho accounts reset list）"));
    while (!over) {
        TRY(look(&over, args, job));
        if (!over) nanosleep(&pause, NULL);
    }
    return sk_ok();
}
