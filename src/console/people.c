#include "console/people.h"

static const char *const realms[] = { "operator", "merchant", "buyer", "worker", "api" };

sk_err
people_ask(sk_json **root, struct console_visit *visit, const char *verb,
           void (*write)(void *ctx, struct sk_json_writer *w), void *ctx)
{
    struct sk_buf body = { .mem = visit->mem };
    struct sk_json_writer w = { .out = &body };
    sk_json_object(&w, NULL);
    if (write) write(ctx, &w);
    sk_json_end_object(&w);
    return console_ask(root, visit, PEER_ACCOUNTS, sk_str_printf(visit->mem, "/v1/%s", verb),
                       sk_buf_str(&body));
}

static void
texts_write(void *ctx, struct sk_json_writer *w)
{
    for (const struct people_text *text = ctx; text->name; text++)
        if (text->value.n) sk_json_str(w, text->name, text->value);
}

sk_err
people_ask_texts(sk_json **root, struct console_visit *visit, const char *verb,
                 const struct people_text *texts)
{
    return people_ask(root, visit, verb, texts_write, (void *)texts);
}

sk_str
people_realm(const struct console_visit *visit, sk_str realm)
{
    sk_str key = sk_str_printf(visit->mem, "realm.%.*s", SK_ARG(realm));
    sk_str word = look_words(&visit->view, key.p);
    return word.n ? word : realm;
}

void
people_realms_show(struct console_visit *visit, sk_str chosen)
{
    struct part_value *list = part_set_list(visit->view.values, "realms");
    for (size_t i = 0; i < sizeof realms / sizeof *realms; i++) {
        sk_str realm = sk_str_of(realms[i]);
        struct part_value *choice = part_list_add(list);
        part_set_text(choice, "key", realm);
        part_set_text(choice, "word", people_realm(visit, realm));
        part_set_flag(choice, "chosen", sk_str_eq(realm, chosen));
    }
}

static void
state_show(const struct console_visit *visit, struct part_value *row, const sk_json *account)
{
    static const struct {
        const char *name, *word;
        enum look_state state;
    } states[] = { { "invited", "account.invited", LOOK_NONE },
                   { "active", "account.active", LOOK_WELL },
                   { "closed", "account.closed", LOOK_NONE } };
    size_t i = 0;
    while (i < 2 && !sk_str_eq(sk_json_get_str(account, "state"), sk_str_of(states[i].name)))
        i++;
    if (sk_json_get_bool(account, "must_reset", false))
        look_chip(&visit->view, row, LOOK_HERE, "account.must_reset");
    else
        look_chip(&visit->view, row, states[i].state, states[i].word);
}

void
people_show(struct console_visit *visit, struct part_value *row, const sk_json *account)
{
    static const char *const texts[] = { "id", "tenant", "role", "email", "name" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        part_set_text(row, texts[i], sk_str_copy(visit->mem, sk_json_get_str(account, texts[i])));
    sk_str realm = sk_json_get_str(account, "realm");
    part_set_text(row, "realm", sk_str_copy(visit->mem, people_realm(visit, realm)));
    part_set_flag(row, "password", sk_json_get_bool(account, "password", false));
    state_show(visit, row, account);
    look_time(&visit->view, row, "made", sk_json_get_int(account, "made", 0));
    look_time(&visit->view, row, "seen", sk_json_get_int(account, "seen", 0));
}

sk_err
people_screens_show(struct console_visit *visit, bool (*is_chosen)(const void *ctx, sk_str screen),
                    const void *ctx)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    const char *word = part_lang_names[visit->view.lang];
    struct part_value *list = part_set_list(visit->view.values, "screens");
    TRY(people_ask(&root, visit, "screens/list", NULL, NULL));
    const sk_json *screens = sk_json_get(root, "screens");
    for (size_t i = 0; i < sk_json_count(screens); i++) {
        const sk_json *screen = sk_json_at(screens, i);
        sk_str name = sk_str_copy(visit->mem, sk_json_get_str(screen, "name"));
        if (!sk_str_eq(sk_json_get_str(screen, "realm"), SK_STR("merchant"))) continue;
        struct part_value *choice = part_list_add(list);
        part_set_text(choice, "key", name);
        part_set_text(choice, "word", sk_str_copy(visit->mem, sk_json_get_str(screen, word)));
        part_set_flag(choice, "chosen", is_chosen(ctx, name));
    }
    return sk_ok();
}

void
people_screens_write(struct sk_json_writer *w, const struct part_form *form)
{
    sk_json_array(w, "screens");
    for (size_t i = 0; i < form->count; i++)
        if (sk_str_eq(form->field[i].name, SK_STR("screen")))
            sk_json_str(w, NULL, form->field[i].value);
    sk_json_end_array(w);
}

bool
people_is_id(sk_str id, const char *prefix)
{
    size_t n = strlen(prefix);
    if (id.n != n + 20 || memcmp(id.p, prefix, n) != 0) return false;
    for (size_t i = n; i < id.n; i++)
        if (!id.p[i] || !strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", id.p[i])) return false;
    return true;
}
