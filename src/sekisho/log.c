/* sekisho log: which of its words is meant. */
#include "sekisho/log.h"

#include "sekisho/tongue.h"

#include <stdio.h>
#include <string.h>

sk_err
log_time_read(sk_when *when, const char *option, const char *text)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
    sk_str s = sk_str_of(text);
    int64_t n;

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (s.n < 2 || s.p[s.n - 1] != units[i].unit) continue;
        if (!sk_str_to_i64(&n, sk_str_first(s, s.n - 1)) || n < 0 || n > 100000000) break;
        *when = sk_now() - n * units[i].ms;
        return sk_ok();
    }
    if (sk_when_read_jst(when, s)) return sk_ok();
    return sk_fail(SK_BAD,
                   "%s %s: expected 10m, 2h, 3d, or a time in Japan such as 2026-11-23T09:00",
                   option, text);
}

struct asked {
    const struct verb_args *args;
    struct house house;
    struct log_times times;
};

static sk_err
records_show(struct asked *a)
{
    unsigned shown;

    return log_records(&shown, a->args, &a->times, &a->house);
}

/* What was refused and, by the same number, what was recorded meanwhile. */
static sk_err
request_show(struct asked *a)
{
    unsigned events = 0, records = 0;
    sk_err gate = log_gate(&events, a->args, &a->times, &a->house), e;

    if (sk_failed(gate) && gate.kind != SK_MISSING) return gate;
    e = log_records(&records, a->args, &a->times, &a->house);
    if (sk_failed(e) && e.kind != SK_MISSING) return e;
    if (events + records) return sk_ok();
    return sk_fail(SK_MISSING,
                   tongue("no request with the id %s in %s/log/gate-audit.json nor in the ledger",
                          "番号 %s の要求は %s/log/gate-audit.json にも台帳にもありません"),
                   a->args->id, a->house.state);
}

static sk_err
events_show(struct asked *a)
{
    const struct verb_args *args = a->args;
    unsigned shown;

    if (args->principal || args->tenant || args->action || args->object || args->outcome)
        return records_show(a);
    if (args->id && !args->follow) return request_show(a);
    return log_gate(&shown, args, &a->times, &a->house);
}

static sk_err
verify_word(struct asked *a)
{
    return log_verify(a->args, &a->house);
}

static sk_err
export_word(struct asked *a)
{
    return log_export(a->args, &a->house);
}

static sk_err
hold_word(struct asked *a)
{
    return log_hold(a->args, &a->house);
}

static const struct {
    const char *word;
    unsigned least, most; /* arguments, itself too */
    const char *usage;
    sk_err (*run)(struct asked *asked);
} words[] = {
    { "records", 1, 1, "records", records_show },
    { "verify", 1, 2, "verify [DIR]", verify_word },
    { "export", 1, 1, "export --tenant T --out DIR | export --tiles DIR", export_word },
    { "hold", 2, 3, "hold add NAME | hold list | hold release NAME", hold_word },
};

static sk_err
word_run(struct asked *a)
{
    if (a->args->count == 0) return events_show(a);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, a->args->arg[0]) != 0) continue;
        if (a->args->count >= words[i].least && a->args->count <= words[i].most)
            return words[i].run(a);
        return sk_fail(SK_BAD, tongue("usage: sekisho log %s", "使い方: sekisho log %s"),
                       words[i].usage);
    }
    return sk_fail(SK_BAD,
                   tongue("log: there is no %s; expected records, verify, export or hold",
                          "log: %s はありません。records、verify、export、hold のいずれかです"),
                   a->args->arg[0]);
}

static sk_err
log_run(const struct verb_args *args, sk_arena *mem)
{
    struct asked asked = { .args = args };

    TRY(house_open(&asked.house, mem, args));
    if (args->since) TRY(log_time_read(&asked.times.since, "--since", args->since));
    if (args->until) TRY(log_time_read(&asked.times.until, "--until", args->until));
    return word_run(&asked);
}

int
verb_log(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_err e = log_run(args, mem);

    return sk_failed(e) ? verb_fail(e) : 0;
}
