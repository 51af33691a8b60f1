/* The contact form: shown, checked, thanked for. */
#include "shop/contact.h"
#include "shop/page.h"

static const struct {
    const char *label, *help;
    const char *object; /* name of its value in the template */
} rows[SHOP_CONTACT_FIELDS] = {
    [SHOP_CONTACT_NAME] = { "contact.name", NULL, "name" },
    [SHOP_CONTACT_EMAIL] = { "contact.email", NULL, "email" },
    [SHOP_CONTACT_PHONE] = { "contact.phone", NULL, "phone" },
    [SHOP_CONTACT_SUBJECT] = { "contact.subject", NULL, "subject" },
    [SHOP_CONTACT_MESSAGE] = { "contact.message", NULL, "message" },
    [SHOP_CONTACT_TRAP] = { "contact.trap", NULL, "website" },
};

static const char *const fault_words[PART_FIELD_FAULTS] = {
    [PART_FIELD_EMPTY] = "fault.empty",
    [PART_FIELD_LONG] = "fault.long",
    [PART_FIELD_FORMAT] = "fault.format",
    [PART_FIELD_TWICE] = "fault.format",
};

/* What is wrong with a field, in words: "{label}..." for the field at hand. */
static sk_str
fault_text(struct shop_visit *visit, int field, enum part_field_fault fault)
{
    static const char *const formats[SHOP_CONTACT_FIELDS] = {
        [SHOP_CONTACT_EMAIL] = "fault.email",
        [SHOP_CONTACT_PHONE] = "fault.phone",
    };
    const char *key = fault_words[fault];
    if (fault == PART_FIELD_FORMAT && formats[field]) key = formats[field];
    if (field == SHOP_CONTACT_TRAP) key = "fault.trap";
    sk_str text = shop_words(visit, key);
    struct sk_buf out = { .mem = visit->mem };
    for (size_t at; (at = sk_str_find_byte(text, '#')) != SIZE_MAX;) {
        sk_buf_add(&out, sk_str_first(text, at));
        sk_buf_printf(&out, "%zu", shop_contact_fields[field].most);
        text = sk_str_from(text, at + 1);
    }
    sk_buf_add(&out, text);
    return sk_buf_str(&out);
}

static void
form_show(struct shop_visit *visit, const struct part_field_answer *answers)
{
    struct part_value *faults = part_set_list(visit->values, "faults");
    for (int i = 0; i < SHOP_CONTACT_FIELDS; i++) {
        struct part_value *field = part_set_object(visit->values, rows[i].object);
        part_set_text(field, "value", answers[i].value);
        part_set_int(field, "most", (int64_t)shop_contact_fields[i].most);
        if (!answers[i].fault) continue;
        sk_str text = fault_text(visit, i, answers[i].fault);
        part_set_text(field, "fault", text);
        struct part_value *line = part_list_add(faults);
        part_set_text(line, "field", sk_str_of(shop_contact_fields[i].name));
        part_set_text(line, "label", shop_words(visit, rows[i].label));
        part_set_text(line, "text", text);
    }
    sk_str path = shop_path(visit, "contact");
    part_set_text(
        visit->values, "token",
        part_csrf_token(visit->response, visit->request, &visit->shop->key, path, sk_now()));
    shop_page_title(visit, shop_words(visit, "contact.title"), shop_words(visit, "contact.lead"));
}

static sk_err
form_build(const char **name, struct shop_visit *visit)
{
    struct part_field_answer answers[SHOP_CONTACT_FIELDS] = { 0 };
    /* A product's page brings its name along. */
    sk_str subject = part_form_get(&visit->request->query, "subject");
    if (part_text_clean(subject, false)) answers[SHOP_CONTACT_SUBJECT].value = subject;
    part_set_flag(visit->values, "stale", false);
    form_show(visit, answers);
    *name = "contact";
    return sk_ok();
}

sk_err
shop_contact_get(struct part_response *response, struct part_request *request)
{
    return shop_page_private(response, request, form_build);
}

static sk_err
post_build(const char **name, struct shop_visit *visit)
{
    struct part_request *request = visit->request;
    struct shop_contact contact = {
        .tenant = visit->tenant.id, .lang = visit->lang, .at = sk_now(), .request = request->id
    };
    size_t faults = part_form_check(contact.answer, visit->mem, &request->form, shop_contact_fields,
                                    SHOP_CONTACT_FIELDS);
    sk_err ours = part_csrf_check(request, &visit->shop->key, shop_path(visit, "contact"),
                                  part_form_get(&request->form, "token"), contact.at);
    if (faults || sk_failed(ours)) {
        visit->response->status = sk_failed(ours) ? 403 : 422;
        part_set_flag(visit->values, "stale", sk_failed(ours));
        form_show(visit, contact.answer);
        *name = "contact";
        return sk_ok();
    }
    sk_str number;
    TRY(shop_contact_store(&number, visit->mem, visit->store, &contact));
    part_response_see(visit->response,
                      shop_path(visit, "contact/thanks?number=%.*s", SK_ARG(number)));
    return sk_ok();
}

sk_err
shop_contact_post(struct part_response *response, struct part_request *request)
{
    return shop_page_private(response, request, post_build);
}

static sk_err
thanks_build(const char **name, struct shop_visit *visit)
{
    sk_str number = part_form_get(&visit->request->query, "number");
    struct shop_contact_writer writer;
    TRY(shop_contact_find(&writer, visit->mem, visit->store, visit->tenant.id, number));
    part_set_text(visit->values, "number", number);
    part_set_text(visit->values, "name", writer.name);
    part_set_text(visit->values, "email", writer.email);
    shop_page_title(visit, shop_words(visit, "thanks.title"), shop_words(visit, "thanks.title"));
    *name = "thanks";
    return sk_ok();
}

sk_err
shop_thanks_get(struct part_response *response, struct part_request *request)
{
    return shop_page_private(response, request, thanks_build);
}
