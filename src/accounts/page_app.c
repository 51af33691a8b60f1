/* Setting up an authenticator app: its secret is shown, and its first code makes it a factor. */
#include "accounts/page_factor.h"
#include "accounts/pages.h"
#include "accounts/passkey_ask.h"
#include "accounts/qr.h"

enum { CODE, LABEL, ROWS };

static const struct part_field rows[ROWS] = {
    [CODE] = { "code", PART_FIELD_LINE, 32, true },
    [LABEL] = { "label", PART_FIELD_LINE, ACCOUNTS_LABEL_MAX, false },
};
static const struct look_field shown[ROWS] = {
    [CODE] = { "second.code", "second.code.help", "text", "one-time-code", NULL },
    [LABEL] = { "factor.label", "factor.label.help", "text", NULL, NULL },
};

struct work {
    struct accounts_setting setting;
    struct accounts_totp totp;
    sk_str code, label;
};

static void
work_wipe(struct work *w)
{
    accounts_totp_wipe(&w->totp);
}

static sk_err
offer_work(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_owner owner = accounts_setting_owner(&w->setting, store);
    return accounts_factor_app_offer(&w->totp, &owner);
}

static sk_err
secret_show(struct accounts_page *page, const struct work *w)
{
    struct part_value *v = page->view.values;
    sk_str email, svg;
    TRY(accounts_account_email(&email, page->mem, page->house->keys, &w->setting.account));
    sk_str uri = accounts_totp_uri(page->mem, &w->totp, accounts_passkey_rp(page), email);
    TRY(accounts_qr_svg(&svg, page->mem, uri, accounts_words(page, "app.qr")));
    part_set_html(v, "qr", svg);
    part_set_text(v, "uri", uri);
    part_set_text(v, "secret", accounts_totp_text(page->mem, &w->totp));
    return sk_ok();
}

static sk_err
show(const char **template, struct work *w, const struct part_field_answer *answers)
{
    struct accounts_page *page = w->setting.page;
    sk_err e = accounts_write(page->house, offer_work, w);
    if (e.kind == SK_FULL) {
        accounts_page_say(template, page, LOOK_HERE, "app.full", "app.full.cure",
                          accounts_page_path(page, "factors"), "factors.title");
        return sk_ok();
    }
    TRY(e);
    TRY(secret_show(page, w));
    look_form(&page->view, rows, shown, answers, NULL, ROWS);
    accounts_page_form(page);
    part_set_text(page->view.values, "back", accounts_page_path(page, "factors"));
    accounts_page_title(page, "app.title");
    *template = "app";
    return sk_ok();
}

static sk_err
get_build(const char **template, struct accounts_page *page)
{
    DEFER(work_wipe) struct work w = { .setting = { .page = page } };
    if (!accounts_setting_may(template, page, "factors")) return sk_ok();
    TRY(accounts_setting_read(&w.setting));
    return show(template, &w, NULL);
}

sk_err
accounts_app_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, get_build);
}

static sk_err
confirm_work(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_owner owner = accounts_setting_owner(&w->setting, store);
    TRY(accounts_factor_app_confirm(&w->setting.factor, &owner, w->code, w->label));
    return w->setting.factor.n ? accounts_setting_tell(&w->setting) : sk_ok();
}

static sk_err
post_build(const char **template, struct accounts_page *page)
{
    DEFER(work_wipe)
    struct work w = { .setting = {
                          .page = page, .action = "accounts.factor_add", .method = "totp" } };
    struct part_field_answer answers[ROWS];
    if (!accounts_setting_may(template, page, "factors")) return sk_ok();
    TRY(accounts_setting_read(&w.setting));
    size_t faults = part_form_check(answers, page->mem, &page->request->form, rows, ROWS);
    if (!accounts_page_posted(page)) return show(template, &w, answers);
    page->response->status = 422;
    if (faults) return show(template, &w, answers);
    w.code = answers[CODE].value;
    w.label = accounts_setting_label(page, "factor.app");
    TRY(accounts_write(page->house, confirm_work, &w));
    if (w.setting.factor.n) return accounts_setting_added(template, &w.setting);
    look_notice(&page->view, LOOK_ACT, "app.wrong", "app.wrong.cure");
    return show(template, &w, answers);
}

sk_err
accounts_app_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, post_build);
}
