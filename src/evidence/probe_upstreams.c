/* GATE-12. Requests must be answered by at least two servers of each site; then one of the servers
 * is really stopped for a moment and every request must still be answered. Only servers that are
 * ours can be stopped (the built-in shop's); the parent starts them again.
 *
 * Who answered is read from the gate's status, which counts by upstream. */
#include "evidence/probe.h"

#include "base/json.h"
#include "part/ask.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

enum { ASK = 40, WAIT_MS = 10000, STEP_MS = 100 };

static void
pause_ms(long ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

static sk_err
read_status(sk_json **root, struct evidence_report *report,
            const struct evidence_instance *instance)
{
    struct part_answer answer;
    sk_str path = sk_str_printf(report->mem, "%.*s/run/status.sock", SK_ARG(instance->state));
    TRY(part_ask(&answer, report->mem, &(struct part_ask){ .path = path.p }));
    if (answer.status != 200)
        return sk_fail(SK_BROKEN, "the gate's status answered %d", answer.status);
    return sk_json_read(root, answer.body);
}

struct counts {
    const struct evidence_site *site;
    int64_t answered[EVIDENCE_UPSTREAMS_MAX];
};

/* {"upstreams":{"unix:/.../shop-1.sock":{"answers":12},...}}; the configured name is its end. */
static void
take_count(void *ctx, const char *key, const sk_json *value)
{
    struct counts *counts = ctx;
    for (size_t i = 0; i < counts->site->upstream_count; i++) {
        sk_str name = counts->site->upstream[i];
        if (sk_str_starts(name, SK_STR("unix:"))) name = sk_str_from(name, 5);
        if (sk_str_starts(name, SK_STR("http://"))) name = sk_str_from(name, 7);
        if (sk_str_ends(sk_str_of(key), name))
            counts->answered[i] += sk_json_get_int(value, "answers", 0);
    }
}

static sk_err
count_answers(struct counts *counts, struct evidence_report *report,
              const struct evidence_instance *instance, const struct evidence_site *site)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(read_status(&root, report, instance));
    *counts = (struct counts){ .site = site };
    sk_json_each(sk_json_get(root, "upstreams"), take_count, counts);
    return sk_ok();
}

/* Asks ASK times; how many were answered by the application. */
static sk_err
ask_often(unsigned *answered, struct evidence_report *report,
          const struct evidence_instance *instance, const struct evidence_site *site)
{
    *answered = 0;
    for (int i = 0; i < ASK; i++) {
        struct evidence_answer answer;
        TRY(evidence_ask(
            &answer, report->mem, instance, site->host,
            evidence_request(report->mem, "GET", SK_STR("/"), site->host, "", (sk_str){ 0 })));
        *answered += answer.status == 200;
    }
    return sk_ok();
}

static sk_err
check_spread(struct evidence_report *report, const struct evidence_instance *instance,
             const struct evidence_site *site)
{
    struct counts before, after;
    unsigned answered, servers = 0;
    TRY(count_answers(&before, report, instance, site));
    TRY(ask_often(&answered, report, instance, site));
    TRY(count_answers(&after, report, instance, site));
    for (size_t i = 0; i < site->upstream_count; i++) {
        int64_t n = after.answered[i] - before.answered[i];
        servers += n > 0;
        evidence_saw(report, "%.*s: %.*s answered %lld of %d", SK_ARG(site->name),
                     SK_ARG(site->upstream[i]), (long long)n, ASK);
    }
    if (answered != ASK)
        evidence_failed(report, "%.*s: %u of %d requests were answered", SK_ARG(site->name),
                        answered, ASK);
    if (servers < 2)
        evidence_failed(report, "%.*s: %u server answered; load is not spread over several",
                        SK_ARG(site->name), servers);
    return sk_ok();
}

static const struct evidence_part *
stoppable(const struct evidence_instance *instance)
{
    const struct evidence_part *last = NULL;
    unsigned shops = 0;
    for (size_t i = 0; i < instance->part_count; i++) {
        if (!sk_str_starts(instance->part[i].name, SK_STR("shop-"))) continue;
        last = &instance->part[i];
        shops++;
    }
    return shops >= 2 ? last : NULL;
}

/* Waits until the parent has started it again (another pid stands in instance.json). */
static bool
wait_for_return(const struct evidence_instance *instance, const struct evidence_part *part)
{
    for (int waited = 0; waited < WAIT_MS; waited += STEP_MS, pause_ms(STEP_MS)) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct evidence_instance now;
        char *state = sk_str_zcopy(mem, instance->state);
        if (sk_failed(evidence_instance_read(&now, mem, state))) continue;
        for (size_t i = 0; i < now.part_count; i++)
            if (sk_str_eq(now.part[i].name, part->name) && now.part[i].pid != part->pid &&
                now.part[i].pid > 0)
                return true;
    }
    return false;
}

static sk_err
check_failover(struct evidence_report *report, const struct evidence_instance *instance,
               const struct evidence_site *site)
{
    const struct evidence_part *part = stoppable(instance);
    unsigned answered;
    if (!part) {
        evidence_failed(report,
                        "no server could be stopped: the built-in shop runs in one process, "
                        "or the servers are not ours");
        return sk_ok();
    }
    if (kill(part->pid, SIGKILL) != 0)
        return sk_fail(SK_DENIED, "%.*s could not be stopped: %s", SK_ARG(part->name),
                       strerror(errno));
    TRY(ask_often(&answered, report, instance, site));
    if (answered != ASK)
        evidence_failed(report, "while %.*s was down %u of %d requests were answered",
                        SK_ARG(part->name), answered, ASK);
    else
        evidence_saw(report, "while %.*s was down %u of %d requests were answered",
                     SK_ARG(part->name), answered, ASK);
    if (!wait_for_return(instance, part))
        evidence_failed(report, "%.*s was not started again within %d s", SK_ARG(part->name),
                        WAIT_MS / 1000);
    else
        evidence_saw(report, "%.*s was started again", SK_ARG(part->name));
    return sk_ok();
}

sk_err
evidence_probe_upstreams(struct evidence_report *report, const struct evidence_instance *instance)
{
    for (size_t i = 0; i < instance->site_count; i++)
        TRY(check_spread(report, instance, &instance->site[i]));
    return check_failover(report, instance, &instance->site[0]);
}
