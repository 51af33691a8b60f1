/* Passkeys: adding one, and signing in with nothing else. ui/asset/passkey.js speaks to the
 * browser. */
#include "accounts/notice.h"
#include "accounts/page_factor.h"
#include "accounts/pages.h"
#include "accounts/passkey_ask.h"
#include "part/log.h"

static const struct part_field rows[] = { { "label", PART_FIELD_LINE, ACCOUNTS_LABEL_MAX, false } };
static const struct look_field shown[] = { { "factor.label", "factor.label.help", "text", NULL,
                                             NULL } };

/* --- adding one --- */

struct work {
    struct accounts_setting setting;
    sk_str ids[ACCOUNTS_PASSKEYS_MAX];
    size_t count;
    struct accounts_passkey_ask ask;
    struct accounts_passkey made;
    sk_str label;
};

static sk_err
ids_work(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    return accounts_factor_passkey_ids(w->ids, &w->count, w->setting.page->mem, store,
                                       w->setting.page->house->keys, w->setting.account.id,
                                       accounts_passkey_rp(w->setting.page));
}

static sk_err
add_show(const char **template, struct work *w)
{
    struct accounts_page *page = w->setting.page;
    struct part_value *v = page->view.values;
    sk_str email;
    TRY(accounts_read(page->house, ids_work, w));
    TRY(accounts_account_email(&email, page->mem, page->house->keys, &w->setting.account));
    TRY(accounts_passkey_show(page, "create", page->session.id, w->ids, w->count, false));
    look_form(&page->view, rows, shown, NULL, NULL, 1);
    accounts_page_form(page);
    part_set_text(v, "user", w->setting.account.id);
    part_set_text(v, "email", email);
    part_set_text(v, "back", accounts_page_path(page, "factors"));
    accounts_page_title(page, "passkey.title");
    *template = "passkey_add";
    return sk_ok();
}

static sk_err
add_get_build(const char **template, struct accounts_page *page)
{
    struct work w = { .setting = { .page = page } };
    if (!accounts_setting_may(template, page, "factors")) return sk_ok();
    TRY(accounts_setting_read(&w.setting));
    return add_show(template, &w);
}

sk_err
accounts_passkey_add_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, add_get_build);
}

static sk_err
add_work(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    const struct accounts_page *page = w->setting.page;
    struct accounts_owner owner = accounts_setting_owner(&w->setting, store);
    TRY(accounts_factor_challenge_spend(page->mem, store, page->house->keys, w->ask.challenge,
                                        page->visitor.now));
    TRY(accounts_factor_passkey_add(&w->setting.factor, &owner, &w->made, w->ask.rp, w->label));
    return accounts_setting_tell(&w->setting);
}

static sk_err
add(struct work *w)
{
    struct accounts_page *page = w->setting.page;
    TRY(accounts_passkey_asked(&w->ask, page, "create", page->session.id, false));
    TRY(accounts_passkey_register(&w->made, page->mem, &w->ask, accounts_page_field(page, "client"),
                                  accounts_page_field(page, "attestation")));
    return accounts_write(page->house, add_work, w);
}

static sk_err
add_post_build(const char **template, struct accounts_page *page)
{
    struct work w = {
        .setting = { .page = page, .action = "accounts.factor_add", .method = "passkey" },
        .label = accounts_setting_label(page, "factor.passkey")
    };
    if (!accounts_setting_may(template, page, "factors")) return sk_ok();
    TRY(accounts_setting_read(&w.setting));
    if (!accounts_page_posted(page)) return add_show(template, &w);
    sk_err e = add(&w);
    if (!sk_failed(e)) return accounts_setting_added(template, &w.setting);
    if (e.kind != SK_BAD && e.kind != SK_DENIED && e.kind != SK_FULL) return e;
    part_log_id(PART_INFO, page->request->id.p, "passkey refused: %s", e.why);
    page->response->status = 422;
    look_notice(&page->view, LOOK_ACT, "passkey.refused", "passkey.refused.cure");
    return add_show(template, &w);
}

sk_err
accounts_passkey_add_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, add_post_build);
}

/* --- signing in with nothing else: two factors, since who holds it is verified by it --- */

static sk_err
in_show(const char **template, struct accounts_page *page)
{
    struct part_value *v = page->view.values;
    sk_str token = accounts_page_token(page, "passkey"); /* this browser's alone */
    part_set_text(v, "token", token);
    part_set_text(v, "action", page->request->path);
    part_set_text(v, "to", page->to);
    part_set_text(v, "back", accounts_page_path(page, "sign-in"));
    accounts_page_title(page, "passkey.in.title");
    *template = "passkey_in";
    return accounts_passkey_show(page, "get", token, NULL, 0, true);
}

static sk_err
in_get_build(const char **template, struct accounts_page *page)
{
    *template = NULL;
    if (!page->signed_in) return in_show(template, page);
    accounts_page_go(page, page->to.n ? page->to : accounts_page_path(page, "account"));
    return sk_ok();
}

sk_err
accounts_passkey_in_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, in_get_build);
}

struct entry {
    struct accounts_page *page;
    struct accounts_passkey_ask ask;
    struct account account;
};

static sk_err
prove(struct entry *e, struct part_store *store)
{
    struct accounts_page *page = e->page;
    struct accounts_passkey_proof proof;
    struct accounts_passkey known;
    sk_str factor, id;
    bool here = true;
    TRY(accounts_factor_passkey_find(&known, &factor, &id, page->mem, store, page->house->keys,
                                     e->ask.rp, accounts_page_field(page, "id")));
    TRY(accounts_account_get(&e->account, page->mem, store, id));
    if (e->account.tenant.n)
        TRY(accounts_tenant_of_site(&here, store, e->account.tenant, page->visitor.site->name));
    if (e->account.realm != page->visitor.realm || !here)
        return sk_fail(SK_DENIED, "a passkey of another realm or site");
    struct accounts_passkey_answer answer = { accounts_page_field(page, "client"),
                                              accounts_page_field(page, "data"),
                                              accounts_page_field(page, "signature") };
    TRY(accounts_passkey_prove(&proof, page->mem, &e->ask, &known, &answer));
    return accounts_factor_passkey_used(page->mem, store, page->house->keys, factor, proof.count,
                                        e->ask.challenge, page->visitor.now);
}

static sk_err
prove_work(void *ctx, struct part_store *store)
{
    return prove(ctx, store);
}

static sk_err
in_try(struct entry *e)
{
    struct accounts_page *page = e->page;
    TRY(accounts_passkey_asked(&e->ask, page, "get", part_form_get(&page->request->form, "token"),
                               true));
    return accounts_write(page->house, prove_work, e);
}

/* Both factors at once: the first half of a sign-in, then the second. */
static sk_err
in_pass(struct accounts_signed *s, struct entry *e)
{
    struct accounts_page *page = e->page;
    TRY(accounts_sign_in_as(s, page->mem, page->house, &page->visitor, &e->account, "passkey"));
    if (s->step > ACCOUNTS_STEP_ENROL) return sk_ok();
    struct accounts_session half = s->session;
    return accounts_second_passed(s, page->mem, page->house, &page->visitor, &half, "passkey");
}

static sk_err
in_refuse(const char **template, struct accounts_page *page, const char *what, const char *cure)
{
    page->response->status = 422;
    look_notice(&page->view, LOOK_ACT, what, cure);
    return in_show(template, page);
}

static sk_err
in_post_build(const char **template, struct accounts_page *page)
{
    struct entry e = { .page = page };
    struct accounts_signed s;
    *template = NULL;
    if (!accounts_page_posted(page)) return in_show(template, page);
    sk_err tried = in_try(&e);
    if (tried.kind == SK_BROKEN || tried.kind == SK_BUSY) return tried;
    if (sk_failed(tried)) {
        part_log_id(PART_INFO, page->request->id.p, "passkey refused: %s", tried.why);
        return in_refuse(template, page, "passkey.wrong", "passkey.wrong.cure");
    }
    if (e.account.must_reset) {
        TRY(accounts_notice_reset(page->house, page->mem, &page->visitor, e.account.id,
                                  "must_reset"));
        return in_refuse(template, page, "sign_in.reset", "sign_in.reset.cure");
    }
    TRY(in_pass(&s, &e));
    if (accounts_page_signed(page, &s)) return sk_ok();
    return in_refuse(template, page, "passkey.wrong", "passkey.wrong.cure");
}

sk_err
accounts_passkey_in_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, in_post_build);
}
