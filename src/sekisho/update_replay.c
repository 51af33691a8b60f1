/* Recorded requests by the rules in force and by the new ones: what the gate's log has (without
 * bodies, secrets masked), and raw requests that the operator keeps in STATE/replay.
 *
 * The latter are the site's own good traffic: one that passed and would be refused stops the
 * update. The log is mostly of what was refused: differences there are told. */
#include "base/file.h"
#include "base/json.h"
#include "explain/explain.h"
#include "sekisho/judge.h"
#include "sekisho/recorded.h"
#include "sekisho/render.h"
#include "sekisho/tongue.h"
#include "sekisho/update.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { EVENTS_MAX = 2000, FILES_MAX = 2000, TOLD_MAX = 20, LINE_MOST = 4 << 20 };

struct replay {
    struct judge before, after;
    unsigned judged, newly_refused, newly_passed;
    bool own;        /* requests of STATE/replay */
    unsigned broken; /* of those: newly refused */
};

static bool
is_refused(const struct judge *judge, sk_str raw, unsigned *rule)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge_result result = { 0 };
    struct seclang_tx *tx = NULL;
    bool refused;

    if (!judge->rules) return false;
    if (sk_failed(judge_request(&result, &tx, mem, judge, raw, (sk_str){ 0 }))) return false;
    refused = result.verdict.act != SECLANG_PASS;
    *rule = 0;
    for (size_t i = 0; refused && i < result.match_count; i++)
        if (*rule == 0 && !explain_is_sum(result.match[i].rule) && result.match[i].log)
            *rule = result.match[i].rule;
    seclang_tx_free(tx);
    return refused;
}

static void
compare(struct replay *r, sk_arena *mem, sk_str name, sk_str raw)
{
    unsigned rule = 0, ignored;
    bool before = is_refused(&r->before, raw, &ignored), after = is_refused(&r->after, raw, &rule);
    struct sk_buf shown = { .mem = mem };

    r->judged++;
    if (before == after) return;
    if (after) {
        r->newly_refused++;
        r->broken += r->own;
    } else {
        r->newly_passed++;
    }
    if (r->newly_refused + r->newly_passed > TOLD_MAX) return;
    explain_text(&shown, name, 200);
    if (after)
        printf(
            tongue("      now refused by rule %u: %.*s\n", "      新たに拒否（規則 %u）: %.*s\n"),
            rule, SK_ARG(sk_buf_str(&shown)));
    else
        printf(tongue("      no longer refused: %.*s\n", "      拒否されなくなる: %.*s\n"),
               SK_ARG(sk_buf_str(&shown)));
}

/* ── the log ── */

static void
event_take(struct replay *r, sk_str line)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *event = NULL;
    struct sk_buf raw = { .mem = mem };

    if (sk_failed(sk_json_read(&event, sk_str_trim(line))))
        return; /* a line that is being written */
    recorded_request(&raw, event);
    compare(r, mem,
            sk_str_printf(mem, "%.*s  %.*s %.*s", SK_ARG(sk_json_get_str(event, "id")),
                          SK_ARG(sk_json_get_str(event, "method")),
                          SK_ARG(sk_json_get_str(event, "uri"))),
            sk_buf_str(&raw));
}

static void
log_replay(struct replay *r, const char *path)
{
    FILE *in = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t n;

    if (!in) return; /* a house that was never started has none */
    while (r->judged < EVENTS_MAX && (n = getline(&line, &size, in)) > 0)
        if (n < LINE_MOST) event_take(r, (sk_str){ line, (size_t)n });
    free(line);
    fclose(in);
}

/* ── the operator's own ── */

static int
is_request(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static sk_err
file_replay(struct replay *r, const char *folder, const char *name)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str raw;

    TRY(sk_file_read(&raw, mem, sk_str_printf(mem, "%s/%s", folder, name).p, JUDGE_REQUEST_MAX));
    compare(r, mem, sk_str_of(name), raw);
    return sk_ok();
}

static sk_err
own_replay(struct replay *r, const char *folder)
{
    struct dirent **entry = NULL;
    int n = scandir(folder, &entry, is_request, alphasort);
    sk_err e = sk_ok();

    r->own = true;
    for (int i = 0; i < n; i++) {
        if (!sk_failed(e) && i < FILES_MAX) e = file_replay(r, folder, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    return e;
}

/* ── both ── */

static sk_err
open_both(struct replay *r, struct update *u)
{
    sk_str now = render_path(u->mem, u->house->state, u->house->conf->crs);
    struct seclang_source *before = update_source(u->mem, u->house, now);
    struct seclang_source *after =
        update_source(u->mem, u->house, sk_str_printf(u->mem, "%s/rules", u->fresh));
    sk_err e = judge_open_source(&r->before, before);

    /* What is in force may not be there yet, or broken: the update may be its cure. */
    if (sk_failed(e))
        update_say(tongue("before", "現在"),
                   tongue("nothing to compare with: %s", "比較する規則がありません: %s"), e.why);
    e = judge_open_source(&r->after, after);
    seclang_source_free(before);
    seclang_source_free(after);
    return e;
}

static sk_err
outcome(const struct replay *r)
{
    update_say(tongue("replay", "再生"),
               tongue("%u recorded requests: %u newly refused, %u no longer refused",
                      "記録された要求 %u 件：新たに拒否 %u 件、拒否されなくなる %u 件"),
               r->judged, r->newly_refused, r->newly_passed);
    if (r->broken == 0) return sk_ok();
    return sk_fail(
        SK_DENIED,
        tongue("%u requests of the folder replay passed and would be refused: exclude them in "
               "rules/exclusions.conf first. Nothing was changed",
               "replay フォルダの要求 %u 件が新たに拒否されます。先に rules/exclusions.conf "
               "で除外してください。何も変更していません"),
        r->broken);
}

sk_err
update_replay(struct update *u)
{
    struct replay r = { 0 };
    sk_err e = open_both(&r, u);

    if (!sk_failed(e)) {
        log_replay(&r, house_path(u->house, "log/gate-audit.json"));
        e = own_replay(&r, house_path(u->house, "replay"));
        if (!sk_failed(e)) e = outcome(&r);
    }
    judge_close(&r.before);
    judge_close(&r.after);
    return e;
}
