/* Inviting somebody: the account is theirs once the mailed link was used. */
#include "console/pages.h"
#include "console/people.h"

enum { EMAIL, NAME, TENANT, FIELDS };

static const struct part_field rows[FIELDS] = {
    [EMAIL] = { "email", PART_FIELD_EMAIL, 254, true },
    [NAME] = { "name", PART_FIELD_LINE, 80, false },
    [TENANT] = { "tenant", PART_FIELD_LINE, 32, false },
};
static const struct look_field shown[FIELDS] = {
    [EMAIL] = { "invite.email", "invite.email.help", "email", NULL, NULL },
    [NAME] = { "invite.name", NULL, NULL, NULL, NULL },
    [TENANT] = { "invite.tenant", "invite.tenant.help", NULL, NULL, NULL },
};

/* Whom one may invite, each a kind of account: "merchant.sub" is realm and role. */
static const char *const kinds[] = { "operator.operator", "merchant.owner", "merchant.sub",
                                     "worker.worker" };
enum { KINDS = sizeof kinds / sizeof *kinds };

static void
kinds_show(struct console_visit *visit)
{
    sk_str chosen = console_sent(visit, "kind");
    struct part_value *list = part_set_list(visit->view.values, "choices");
    for (size_t i = 0; i < KINDS; i++) {
        struct part_value *choice = part_list_add(list);
        const char *key = sk_str_printf(visit->mem, "kind.%s", kinds[i]).p;
        part_set_text(choice, "key", sk_str_of(kinds[i]));
        part_set_text(choice, "word", look_words(&visit->view, key));
        part_set_flag(choice, "chosen", sk_str_eq(chosen, sk_str_of(kinds[i])));
    }
}

static bool
is_ticked(const void *ctx, sk_str screen)
{
    const struct part_form *form = ctx;
    for (size_t i = 0; i < form->count; i++)
        if (sk_str_eq(form->field[i].name, SK_STR("screen")) &&
            sk_str_eq(form->field[i].value, screen))
            return true;
    return false;
}

static sk_err
invite_show(struct console_visit *visit, const struct part_field_answer *answers,
            const sk_str *found)
{
    look_form(&visit->view, rows, shown, answers, found, FIELDS);
    kinds_show(visit);
    TRY(people_screens_show(visit, is_ticked, &visit->view.request->form));
    part_set_flag(visit->view.values, "in_people", true);
    return console_show(visit, "invite", "invite.title");
}

static sk_err
invite_build(struct console_visit *visit)
{
    return invite_show(visit, NULL, NULL);
}

sk_err
console_invite_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, invite_build);
}

struct invite {
    const struct console_visit *visit;
    const struct part_field_answer *answers;
    sk_str realm, role;
};

static void
invite_write(void *ctx, struct sk_json_writer *w)
{
    const struct invite *invite = ctx;
    const struct part_form *form = &invite->visit->view.request->form;
    sk_json_str(w, "realm", invite->realm);
    sk_json_str(w, "role", invite->role);
    for (size_t i = 0; i < FIELDS; i++)
        if (invite->answers[i].value.n) sk_json_str(w, rows[i].name, invite->answers[i].value);
    sk_json_text(w, "lang", part_lang_names[invite->visit->view.lang]);
    if (sk_str_eq(invite->role, SK_STR("sub"))) people_screens_write(w, form);
}

/* What accounts says against it, in words beside the field that it is most likely about. */
static sk_err
refused_show(struct console_visit *visit, const struct part_field_answer *answers, sk_err why)
{
    sk_str found[FIELDS] = { 0 };
    bool people = why.kind == SK_DENIED;
    if (why.kind != SK_BAD && why.kind != SK_MISSING && !people) return why;
    found[people ? EMAIL : TENANT] =
        look_words(&visit->view, people ? "invite.denied" : "invite.bad");
    visit->view.response->status = 422;
    return invite_show(visit, answers, found);
}

static sk_err
invite_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_field_answer answers[FIELDS];
    struct invite invite = { .visit = visit, .answers = answers };
    sk_str kind = console_sent(visit, "kind");
    sk_str_cut(&invite.realm, &kind, '.');
    invite.role = kind;
    if (part_form_check(answers, visit->mem, &visit->view.request->form, rows, FIELDS)) {
        visit->view.response->status = 422;
        return invite_show(visit, answers, NULL);
    }
    sk_err e = people_ask(&root, visit, "accounts/invite", invite_write, &invite);
    if (sk_failed(e)) return refused_show(visit, answers, e);
    sk_str account = sk_json_get_str(root, "account");
    bool mailed = sk_json_get_bool(root, "mailed", false);
    console_done(visit, sk_str_printf(visit->mem, "/accounts/%.*s", SK_ARG(account)).p,
                 mailed ? "invited" : "invited_unmailed");
    return sk_ok();
}

sk_err
console_invite_post(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, invite_act);
}
