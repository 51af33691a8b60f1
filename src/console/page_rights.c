/* Privileges: who holds which until when, who asks for one, and asking. Another operator decides.
 */
#include "console/pages.h"
#include "console/people.h"

enum { HOURS_USUAL = 4 };

static const struct part_field rows[] = { { "reason", PART_FIELD_LINES, 160, true } };
static const struct look_field shown[] = {
    { "rights.reason", "rights.reason.help", NULL, NULL, NULL },
};
static const int hours[] = { 1, 4, 8, 24, 72 };

struct names {
    struct console_visit *visit;
    const sk_json *screens;
};

/* Not a privilege: somebody has lost all second factors. */
static bool
is_factors(sk_str name)
{
    return sk_str_eq(name, SK_STR("factor.reset"));
}

/* The catalogue's words for a right. */
static sk_str
right_word(const struct names *names, sk_str name)
{
    const char *lang = part_lang_names[names->visit->view.lang];
    if (is_factors(name)) return look_words(&names->visit->view, "rights.factors");
    for (size_t i = 0; i < sk_json_count(names->screens); i++) {
        const sk_json *screen = sk_json_at(names->screens, i);
        if (sk_str_eq(sk_json_get_str(screen, "name"), name))
            return sk_str_copy(names->visit->mem, sk_json_get_str(screen, lang));
    }
    return sk_str_copy(names->visit->mem, name);
}

static void
privileges_show(const struct names *names)
{
    struct part_value *list = part_set_list(names->visit->view.values, "privileges");
    for (size_t i = 0; i < sk_json_count(names->screens); i++) {
        sk_str name = sk_json_get_str(sk_json_at(names->screens, i), "name");
        if (!sk_str_starts(name, SK_STR("privilege."))) continue;
        struct part_value *choice = part_list_add(list);
        part_set_text(choice, "key", sk_str_copy(names->visit->mem, name));
        part_set_text(choice, "word", right_word(names, name));
    }
}

static void
hours_show(const struct console_visit *visit)
{
    struct part_value *list = part_set_list(visit->view.values, "hours");
    for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
        struct part_value *choice = part_list_add(list);
        part_set_int(choice, "key", hours[i]);
        part_set_text(choice, "word", look_words_n(&visit->view, "rights.hours", hours[i]));
        part_set_flag(choice, "chosen", hours[i] == HOURS_USUAL);
    }
}

/* Who asks or is meant does not approve; what is about factors may be called off by both. */
static void
mine_show(const struct console_visit *visit, struct part_value *row, const sk_json *right)
{
    bool about = sk_str_eq(sk_json_get_str(right, "account"), visit->ticket.principal);
    bool asked = sk_str_eq(sk_json_get_str(right, "asked_by"), visit->ticket.principal);
    part_set_flag(row, "mine", about || asked);
    part_set_flag(row, "withdraw", is_factors(sk_json_get_str(right, "name")));
}

static void
right_show(const struct names *names, struct part_value *row, const sk_json *right)
{
    static const char *const texts[] = { "id", "account", "name", "given_by", "reason" };
    struct console_visit *visit = names->visit;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        part_set_text(row, texts[i], sk_str_copy(visit->mem, sk_json_get_str(right, texts[i])));
    part_set_text(row, "word", right_word(names, sk_json_get_str(right, "name")));
    int64_t length = sk_json_get_int(right, "hours", 0);
    part_set_text(row, "hours",
                  length ? look_words_n(&visit->view, "rights.hours", length) : (sk_str){ 0 });
    mine_show(visit, row, right);
    if (sk_json_get_int(right, "due", 0))
        look_time(&visit->view, row, "due", sk_json_get_int(right, "due", 0));
    look_time(&visit->view, row, "made", sk_json_get_int(right, "made", 0));
    look_time(&visit->view, row, "ends", sk_json_get_int(right, "ends", 0));
    look_time(&visit->view, row, "at", sk_json_get_int(right, "asked", 0));
}

static void
list_show(const struct names *names, const char *name, const sk_json *rights)
{
    struct part_value *list = part_set_list(names->visit->view.values, name);
    for (size_t i = 0; i < sk_json_count(rights); i++)
        right_show(names, part_list_add(list), sk_json_at(rights, i));
}

static sk_err
rights_show(struct console_visit *visit, const struct part_field_answer *answer)
{
    DEFER(sk_json_close) sk_json *screens = NULL;
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(people_ask(&screens, visit, "screens/list", NULL, NULL));
    TRY(people_ask(&root, visit, "rights/list", NULL, NULL));
    struct names names = { visit, sk_json_get(screens, "screens") };
    list_show(&names, "held", sk_json_get(root, "held"));
    list_show(&names, "asked", sk_json_get(root, "asked"));
    privileges_show(&names);
    hours_show(visit);
    look_form(&visit->view, rows, shown, answer, NULL, 1);
    part_set_flag(visit->view.values, "in_rights", true);
    return console_show(visit, "rights", "rights.title");
}

static sk_err
rights_build(struct console_visit *visit)
{
    return rights_show(visit, NULL);
}

sk_err
console_rights_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, rights_build);
}

/* --- asking, deciding, taking --- */

static void
ask_write(void *ctx, struct sk_json_writer *w)
{
    const struct console_visit *visit = ctx;
    int64_t wanted = HOURS_USUAL;
    (void)sk_str_to_i64(&wanted, console_sent(visit, "hours"));
    sk_json_str(w, "name", console_sent(visit, "name"));
    sk_json_str(w, "reason", console_sent(visit, "reason"));
    sk_json_int(w, "hours", wanted);
}

static sk_err
ask_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_field_answer answer[1];
    if (part_form_check(answer, visit->mem, &visit->view.request->form, rows, 1)) {
        visit->view.response->status = 422;
        return rights_show(visit, answer);
    }
    TRY(people_ask(&root, visit, "rights/ask", ask_write, visit));
    console_done(visit, "/accounts/rights", "right_ask");
    return sk_ok();
}

sk_err
console_rights_ask(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, ask_act);
}

static void
decide_write(void *ctx, struct sk_json_writer *w)
{
    const struct console_visit *visit = ctx;
    sk_json_str(w, "request", console_sent(visit, "request"));
    sk_json_bool(w, "approve", sk_str_eq(console_sent(visit, "decide"), SK_STR("approve")));
}

static sk_err
decide_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    bool approved = sk_str_eq(console_sent(visit, "decide"), SK_STR("approve"));
    TRY(people_ask(&root, visit, "rights/decide", decide_write, visit));
    console_done(visit, "/accounts/rights", approved ? "right_approve" : "right_refuse");
    return sk_ok();
}

sk_err
console_rights_decide(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, decide_act);
}

static sk_err
take_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_err e = people_ask_texts(&root, visit, "rights/take",
                                (const struct people_text[]){
                                    { "account", console_sent(visit, "account") },
                                    { "name", console_sent(visit, "name") },
                                    { NULL, { 0 } },
                                });
    if (sk_failed(e) && e.kind != SK_MISSING) return e;
    console_done(visit, "/accounts/rights", "right_take");
    return sk_ok();
}

sk_err
console_rights_take(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, take_act);
}
