/* Every password of a realm at once: started here, and watched while it goes on. */
#include "console/pages.h"
#include "console/people.h"

enum { TENANT, REASON, TYPED, FIELDS };

static const struct part_field rows[FIELDS] = {
    [TENANT] = { "tenant", PART_FIELD_LINE, 32, false },
    [REASON] = { "reason", PART_FIELD_LINES, 160, true },
    [TYPED] = { "typed", PART_FIELD_LINE, 32, true },
};
static const struct look_field shown[FIELDS] = {
    [TENANT] = { "reset.tenant", "reset.tenant.help", NULL, NULL, NULL },
    [REASON] = { "reset.reason", "reset.reason.help", NULL, NULL, NULL },
    [TYPED] = { "reset.type", NULL, NULL, NULL, NULL },
};

/* "about 4 minutes left", by the pace so far. */
static sk_str
left_of(const struct console_visit *visit, const sk_json *job)
{
    int64_t total = sk_json_get_int(job, "total", 0) * 2;
    int64_t done = sk_json_get_int(job, "done", 0) + sk_json_get_int(job, "told", 0);
    int64_t spent = visit->view.now - sk_json_get_int(job, "made", visit->view.now);
    if (!done || spent <= 0) return (sk_str){ 0 };
    int64_t minutes = spent * (total - done) / done / 60000;
    return minutes ? look_words_n(&visit->view, "in.minute", minutes)
                   : look_words(&visit->view, "in.now");
}

static void
progress_show(const struct console_visit *visit, const sk_json *job)
{
    int64_t total = sk_json_get_int(job, "total", 0), done = sk_json_get_int(job, "done", 0),
            told = sk_json_get_int(job, "told", 0);
    struct part_value *progress = part_set_object(visit->view.values, "progress");
    part_set_text(progress, "what", look_words(&visit->view, "reset.running"));
    part_set_int(progress, "done", done + told);
    part_set_int(progress, "all", total ? total * 2 : 1);
    part_set_text(progress, "text",
                  sk_str_printf(visit->mem, "%.*s %.*s / %.*s, %.*s %.*s",
                                SK_ARG(look_words(&visit->view, "reset.done")),
                                SK_ARG(look_number(visit->mem, done)),
                                SK_ARG(look_number(visit->mem, total)),
                                SK_ARG(look_words(&visit->view, "reset.told")),
                                SK_ARG(look_number(visit->mem, told))));
    part_set_text(progress, "left", left_of(visit, job));
    part_set_flag(progress, "over", false);
    part_set_text(progress, "again", SK_STR("/accounts/reset"));
    part_set_flag(visit->view.values, "refresh", true);
}

static void
job_show(const struct console_visit *visit, struct part_value *row, const sk_json *job)
{
    sk_str state = sk_json_get_str(job, "state");
    bool done = sk_str_eq(state, SK_STR("done")), running = sk_str_eq(state, SK_STR("running"));
    look_chip(&visit->view, row,
              done      ? LOOK_WELL
              : running ? LOOK_HERE
                        : LOOK_ACT,
              done      ? "job.done"
              : running ? "job.running"
                        : "job.failed");
    look_time(&visit->view, row, "made", sk_json_get_int(job, "made", 0));
    part_set_text(row, "realm", people_realm(visit, sk_json_get_str(job, "realm")));
    part_set_text(row, "tenant", sk_str_copy(visit->mem, sk_json_get_str(job, "tenant")));
    part_set_text(row, "by", sk_str_copy(visit->mem, sk_json_get_str(job, "asked_by")));
    part_set_text(row, "total", look_number(visit->mem, sk_json_get_int(job, "total", 0)));
    part_set_text(row, "told", look_number(visit->mem, sk_json_get_int(job, "told", 0)));
}

static sk_err
jobs_show(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_value *list = part_set_list(visit->view.values, "jobs");
    bool running = false;
    TRY(people_ask(&root, visit, "reset/list", NULL, NULL));
    const sk_json *jobs = sk_json_get(root, "jobs");
    for (size_t i = 0; i < sk_json_count(jobs); i++) {
        const sk_json *job = sk_json_at(jobs, i);
        if (sk_str_eq(sk_json_get_str(job, "kind"), SK_STR("rekey"))) continue;
        job_show(visit, part_list_add(list), job);
        if (running || !sk_str_eq(sk_json_get_str(job, "state"), SK_STR("running"))) continue;
        running = true;
        progress_show(visit, job);
    }
    return sk_ok();
}

static sk_err
reset_show(struct console_visit *visit, const struct part_field_answer *answers,
           const sk_str *found)
{
    TRY(jobs_show(visit));
    people_realms_show(visit, console_sent(visit, "realm"));
    look_form(&visit->view, rows, shown, answers, found, FIELDS);
    part_set_flag(visit->view.values, "in_reset", true);
    return console_show(visit, "reset", "reset.title");
}

static sk_err
reset_build(struct console_visit *visit)
{
    return reset_show(visit, NULL, NULL);
}

sk_err
console_reset_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, reset_build);
}

/* The realm's word as the reader sees it in the choice: typed, so that nobody presses by habit. */
static bool
is_typed(const struct console_visit *visit, sk_str typed)
{
    return sk_str_eq_nocase(typed, people_realm(visit, console_sent(visit, "realm")));
}

static sk_err
reset_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_field_answer answers[FIELDS];
    sk_str found[FIELDS] = { 0 };
    size_t faults = part_form_check(answers, visit->mem, &visit->view.request->form, rows, FIELDS);
    if (!answers[TYPED].fault && !is_typed(visit, answers[TYPED].value)) {
        found[TYPED] = look_words(&visit->view, "reset.other");
        faults++;
    }
    if (faults) {
        visit->view.response->status = 422;
        return reset_show(visit, answers, found);
    }
    sk_err e = people_ask_texts(&root, visit, "reset/start",
                                (const struct people_text[]){
                                    { "realm", console_sent(visit, "realm") },
                                    { "tenant", answers[TENANT].value },
                                    { "reason", answers[REASON].value },
                                    { NULL, { 0 } },
                                });
    if (e.kind == SK_DENIED) {
        found[REASON] = look_words(&visit->view, "reset.denied");
        visit->view.response->status = 403;
        return reset_show(visit, answers, found);
    }
    TRY(e);
    console_done(visit, "/accounts/reset", "reset_start");
    return sk_ok();
}

sk_err
console_reset_post(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, reset_act);
}
