/* The second factor, after the first one was right: a code of an app, a passkey, or a recovery
 * code. */
#include "accounts/factor.h"
#include "accounts/fresh.h"
#include "accounts/notice.h"
#include "accounts/pages.h"
#include "accounts/passkey_ask.h"

enum { CODE, RECOVERY, ROWS };

static const struct part_field rows[ROWS] = {
    [CODE] = { "code", PART_FIELD_LINE, 32, false },
    [RECOVERY] = { "recovery", PART_FIELD_LINE, 64, false },
};
static const struct look_field shown[ROWS] = {
    [CODE] = { "second.code", "second.code.help", "text", "one-time-code", NULL },
    [RECOVERY] = { "second.recovery", "second.recovery.help", "text", NULL, NULL },
};

/* What the account can show, and what came of it. */
struct facts {
    struct accounts_page *page;
    struct account account;
    bool app;
    sk_str ids[ACCOUNTS_PASSKEYS_MAX];
    size_t id_count;
    int64_t codes;
    sk_str typed;
    bool right;
};

static struct accounts_owner
owner_of(const struct facts *f, struct part_store *store)
{
    return (struct accounts_owner){ f->page->mem, store, f->page->house->keys, &f->account,
                                    f->page->visitor.now };
}

static sk_err
facts_read(void *ctx, struct part_store *store)
{
    struct facts *f = ctx;
    struct accounts_page *page = f->page;
    struct accounts_factor list[ACCOUNTS_FACTORS_MAX];
    size_t count;
    TRY(accounts_account_get(&f->account, page->mem, store, page->session.account));
    struct accounts_owner owner = owner_of(f, store);
    TRY(accounts_factor_list(list, &count, &owner));
    for (size_t i = 0; i < count; i++)
        f->app |= !list[i].passkey;
    TRY(accounts_factor_codes_left(&f->codes, store, f->account.id));
    return accounts_factor_passkey_ids(f->ids, &f->id_count, page->mem, store, page->house->keys,
                                       f->account.id, accounts_passkey_rp(page));
}

static sk_err
show(const char **template, struct accounts_page *page, const struct facts *f)
{
    struct part_value *v = page->view.values;
    look_form(&page->view, rows, shown, NULL, NULL, ROWS);
    accounts_page_form(page);
    part_set_flag(v, "app", f->app);
    part_set_flag(v, "codes", f->codes > 0);
    part_set_text(v, "out_path", accounts_page_plain(page, "sign-out"));
    accounts_page_title(page, "second.title");
    *template = "second";
    if (!f->id_count) return sk_ok();
    return accounts_passkey_show(page, "get", page->session.id, f->ids, f->id_count, false);
}

/* Only who waits for it; others are where they belong. */
static bool
is_due(const char **template, struct accounts_page *page)
{
    *template = NULL;
    if (page->half && sk_str_eq(page->session.wait, ACCOUNTS_WAIT_FACTOR)) return true;
    accounts_page_go(page, accounts_page_path(page, page->half ? "factors" : "account"));
    return false;
}

static sk_err
get_build(const char **template, struct accounts_page *page)
{
    struct facts f = { .page = page };
    if (!is_due(template, page)) return sk_ok();
    TRY(accounts_read(page->house, facts_read, &f));
    return show(template, page, &f);
}

sk_err
accounts_second_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, get_build);
}

/* --- what was shown --- */

static sk_err
app_try(void *ctx, struct part_store *store)
{
    struct facts *f = ctx;
    struct accounts_owner owner = owner_of(f, store);
    return accounts_factor_app_try(&f->right, &owner, accounts_page_field(f->page, "code"));
}

static sk_err
codes_try(void *ctx, struct part_store *store)
{
    struct facts *f = ctx;
    struct accounts_owner owner = owner_of(f, store);
    return accounts_factor_codes_try(&f->right, &owner, accounts_page_field(f->page, "recovery"));
}

static sk_err
passkey_prove(struct accounts_passkey_proof *proof, sk_str *factor,
              struct accounts_passkey_ask *ask, const struct facts *f, struct part_store *store)
{
    const struct accounts_page *page = f->page;
    struct accounts_passkey known;
    sk_str account;
    TRY(accounts_passkey_asked(ask, page, "get", page->session.id, false));
    TRY(accounts_factor_passkey_find(&known, factor, &account, page->mem, store, page->house->keys,
                                     ask->rp, accounts_page_field(page, "id")));
    if (!sk_str_eq(account, f->account.id)) return sk_fail(SK_DENIED, "another one's passkey");
    struct accounts_passkey_answer answer = { accounts_page_field(page, "client"),
                                              accounts_page_field(page, "data"),
                                              accounts_page_field(page, "signature") };
    return accounts_passkey_prove(proof, page->mem, ask, &known, &answer);
}

static sk_err
passkey_try(void *ctx, struct part_store *store)
{
    struct facts *f = ctx;
    struct accounts_passkey_proof proof;
    struct accounts_passkey_ask ask;
    sk_str factor;
    sk_err e = passkey_prove(&proof, &factor, &ask, f, store);
    if (!sk_failed(e))
        e = accounts_factor_passkey_used(f->page->mem, store, f->page->house->keys, factor,
                                         proof.count, ask.challenge, f->page->visitor.now);
    f->right = !sk_failed(e);
    return e.kind == SK_BROKEN || e.kind == SK_BUSY ? e : sk_ok();
}

static const struct way {
    const char *name; /* of the form */
    const char *method;
    sk_err (*try)(void *ctx, struct part_store *store);
    const char
        *letter; /* to the owner when it was right; NULL: the one of every sign-in is enough */
} ways[] = {
    { "app", "totp", app_try, NULL },
    { "passkey", "passkey", passkey_try, NULL },
    { "recovery", "recovery", codes_try, "code_used" },
};

static const struct way *
way_of(const struct accounts_page *page)
{
    sk_str name = accounts_page_field(page, "way");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (sk_str_eq(name, sk_str_of(ways[i].name))) return &ways[i];
    return NULL;
}

/* While the browser is locked for the account, nothing is compared, so that nothing is used up. */
static sk_err
try_it(struct facts *f, const struct way *way)
{
    struct accounts_page *page = f->page;
    bool locked;
    TRY(accounts_second_locked(&locked, page->mem, page->house, &page->visitor, &page->session));
    if (!locked) TRY(accounts_write(page->house, way->try, f));
    if (f->right) return sk_ok();
    page->response->status = 422;
    look_notice(&page->view, LOOK_ACT, "second.wrong", "second.wrong.cure");
    return accounts_second_failed(page->mem, page->house, &page->visitor, &page->session,
                                  way->method);
}

static sk_err
post_build(const char **template, struct accounts_page *page)
{
    struct facts f = { .page = page };
    struct accounts_signed s;
    const struct way *way = way_of(page);
    if (!is_due(template, page)) return sk_ok();
    TRY(accounts_read(page->house, facts_read, &f));
    if (!way) return sk_fail(SK_BAD, "show what?");
    if (!accounts_page_posted(page)) return show(template, page, &f);
    TRY(try_it(&f, way));
    if (!f.right) return show(template, page, &f);
    TRY(accounts_second_passed(&s, page->mem, page->house, &page->visitor, &page->session,
                               way->method));
    if (way->letter)
        TRY(accounts_notice_changed(page->house, page->mem, &page->visitor, f.account.id,
                                    way->letter));
    if (accounts_page_signed(page, &s)) return sk_ok();
    return sk_fail(SK_DENIED, "the account is closed");
}

sk_err
accounts_second_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, post_build);
}
