#include "accounts/sign_up.h"

#include "accounts/daily.h"
#include "accounts/id.h"
#include "accounts/mailed.h"
#include "accounts/notice.h"
#include "accounts/tell.h"
#include "base/json.h"
#include "part/form.h"

enum { NAME_MOST = 200 }; /* bytes */

struct work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_sign_up *ask;
    struct accounts_email email;
    sk_str tenant, token;
    bool known; /* the address is somebody's already */
    struct accounts_mailed link;
    sk_json *data;
};

bool
accounts_sign_up_open(const struct accounts *house, enum accounts_realm realm)
{
    return (realm == ACCOUNTS_BUYER || realm == ACCOUNTS_MERCHANT) &&
           house->conf.realm[realm].sign_up;
}

static struct accounts_bound
data_bound(enum accounts_realm realm)
{
    return (struct accounts_bound){ .kind = SK_STR("sign_up"),
                                    .realm = sk_str_of(accounts_realms[realm].name) };
}

/* --- asking --- */

/* Small letters, digits and inner hyphens: it stands in addresses. */
static bool
shop_valid(sk_str id)
{
    for (size_t i = 0; i < id.n; i++) {
        bool inner = i > 0 && i + 1 < id.n;
        char c = id.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !(c == '-' && inner))
            return false;
    }
    return id.n >= ACCOUNTS_SHOP_LEAST && id.n <= ACCOUNTS_SHOP_MOST;
}

static sk_err
tenant_there(bool *there, struct part_store *store, sk_str tenant)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "SELECT 1 FROM tenant WHERE id = ?1"));
    part_query_text(q, 1, tenant);
    TRY(part_query_step(there, q));
    part_query_done(q);
    return sk_ok();
}

/* A merchant opens a new shop; a buyer comes to one of this site. Names of shops are no secret. */
static sk_err
tenant_check(struct work *w, struct part_store *store)
{
    bool there;
    TRY(tenant_there(&there, store, w->tenant));
    if (w->visitor->realm == ACCOUNTS_MERCHANT)
        return there ? sk_fail(SK_BAD, "shop.taken") : sk_ok();
    TRY(accounts_tenant_of_site(&there, store, w->tenant, w->visitor->site->name));
    return there ? sk_ok() : sk_fail(SK_MISSING, "there is no such shop");
}

static sk_err
network_check(const struct work *w, struct part_store *store)
{
    int64_t count;
    TRY(accounts_daily(&count, store, "sign_up.network", w->visitor->place, w->visitor->now));
    if (count > ACCOUNTS_SIGN_UP_PER_NETWORK) return sk_fail(SK_BUSY, "too many today");
    return count > ACCOUNTS_SIGN_UP_FREE && !w->ask->worked ? sk_fail(SK_BUSY, "work") : sk_ok();
}

static sk_str
data_write(const struct work *w)
{
    struct sk_buf out = { .mem = w->mem };
    struct sk_json_writer j = { .out = &out };
    sk_json_object(&j, NULL);
    sk_json_str(&j, "email", w->ask->email);
    sk_json_str(&j, "name", w->ask->name);
    sk_json_str(&j, "tenant", w->tenant);
    sk_json_str(&j, "proof", w->ask->proof);
    sk_json_str(&j, "site", w->visitor->site->name);
    sk_json_text(&j, "lang", part_lang_names[w->ask->lang]);
    sk_json_end_object(&j);
    return sk_buf_str(&out);
}

/* The link is made whether the address is known or not, so that both take as long. */
static sk_err
ask_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_bound bound = data_bound(w->visitor->realm);
    struct account known;
    TRY(network_check(w, store));
    TRY(tenant_check(w, store));
    sk_err e = accounts_account_find(&known, w->mem, store, w->house->keys, w->visitor->realm,
                                     w->visitor->site->name, w->tenant, w->email.same);
    if (e.kind != SK_OK && e.kind != SK_MISSING) return e;
    w->known = e.kind == SK_OK;
    w->link = (struct accounts_mailed){ .made = w->visitor->now,
                                        .ends = w->visitor->now + ACCOUNTS_SIGN_UP_LIFE };
    TRY(accounts_seal(&w->link.data, w->mem, w->house->keys, &bound, data_write(w)));
    return accounts_mailed_make(&w->token, w->mem, store, w->house->keys, ACCOUNTS_LINK_SIGN_UP,
                                &w->link);
}

static sk_err
letter_send(const struct work *w)
{
    const struct accounts_visitor *v = w->visitor;
    struct accounts_letter letter = {
        .name = w->known ? "sign_up_known" : "sign_up",
        .key = sk_str_printf(w->mem, "accounts.sign_up.%.*s", SK_ARG(v->request)),
        .life = ACCOUNTS_SIGN_UP_LIFE / 1000,
        .site = v->site,
    };
    sk_str link = w->known ? sk_str_printf(w->mem, "%.*s/.sekisho/%s/sign-in", SK_ARG(v->site->url),
                                           accounts_realms[v->realm].name)
                           : accounts_letter_link(w->mem, v->site, v->realm, "join", w->token);
    accounts_letter_fill(&letter, "link", link);
    return accounts_letter_send_to(w->house, w->mem, w->email.shown, w->ask->lang, &letter);
}

static sk_err
proof_check(const struct work *w)
{
    bool holds = true;
    if (w->visitor->realm == ACCOUNTS_MERCHANT)
        TRY(accounts_phone_holds(&holds, w->house, w->ask->proof, w->visitor->now));
    return holds ? sk_ok() : sk_fail(SK_MISSING, "no such proof");
}

sk_err
accounts_sign_up_ask(sk_arena *mem, struct accounts *house, const struct accounts_visitor *visitor,
                     const struct accounts_sign_up *ask)
{
    struct work w = { .mem = mem, .house = house, .visitor = visitor, .ask = ask };
    if (!accounts_sign_up_open(house, visitor->realm)) return sk_fail(SK_MISSING, "not open");
    w.tenant = ask->tenant;
    if (visitor->realm == ACCOUNTS_BUYER && !w.tenant.n) w.tenant = visitor->site->name;
    if (visitor->realm == ACCOUNTS_MERCHANT && !shop_valid(w.tenant))
        return sk_fail(SK_BAD, "shop.id");
    if (ask->name.n > NAME_MOST || !part_text_clean(ask->name, false))
        return sk_fail(SK_BAD, "name.long");
    TRY(accounts_email_read(&w.email, mem, ask->email));
    TRY(proof_check(&w));
    TRY(accounts_write(house, ask_run, &w));
    return letter_send(&w);
}

/* --- joining --- */

static void
data_close(struct work *w)
{
    sk_json_free(w->data);
}

/* The link's row and what stands in it; of this realm (it opens with it alone) and this site. */
static sk_err
data_read(struct work *w)
{
    struct accounts_bound bound = data_bound(w->visitor->realm);
    sk_str text;
    sk_err e = accounts_unseal(&text, w->mem, w->house->keys, &bound, w->link.data);
    if (sk_failed(e)) return sk_fail(SK_MISSING, "no such link");
    TRY(sk_json_read(&w->data, text));
    if (!sk_str_eq(sk_json_get_str(w->data, "site"), w->visitor->site->name))
        return sk_fail(SK_MISSING, "no such link");
    w->tenant = sk_json_get_str(w->data, "tenant");
    return accounts_email_read(&w->email, w->mem, sk_json_get_str(w->data, "email"));
}

static sk_err
look_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    return accounts_mailed_look(&w->link, w->mem, store, w->house->keys, ACCOUNTS_LINK_SIGN_UP,
                                w->token, w->visitor->now);
}

sk_err
accounts_sign_up_look(struct accounts_joining *joining, sk_arena *mem, struct accounts *house,
                      const struct accounts_visitor *visitor, sk_str token)
{
    DEFER(data_close)
    struct work w = { .mem = mem, .house = house, .visitor = visitor, .token = token };
    if (!accounts_sign_up_open(house, visitor->realm)) return sk_fail(SK_MISSING, "not open");
    TRY(accounts_read(house, look_run, &w));
    TRY(data_read(&w));
    joining->email = w.email.shown;
    joining->tenant = sk_str_copy(mem, w.tenant);
    return sk_ok();
}

struct join {
    struct work work;
    struct account *account;
    sk_str password;
};

static sk_err
account_make(struct join *j, struct part_store *store)
{
    struct work *w = &j->work;
    struct account_new fresh = { .realm = w->visitor->realm,
                                 .tenant = w->tenant,
                                 .role = sk_str_of(accounts_realms[w->visitor->realm].roles[0]),
                                 .state = ACCOUNTS_ACTIVE,
                                 .email = w->email.shown,
                                 .email_same = w->email.same,
                                 .name = sk_json_get_str(w->data, "name") };
    sk_str id;
    (void)part_lang_find(&fresh.lang, sk_json_get_str(w->data, "lang"));
    TRY(accounts_account_make(&id, w->mem, store, w->house->keys, &fresh, w->visitor->now));
    if (w->visitor->realm == ACCOUNTS_MERCHANT)
        TRY(accounts_phone_take(w->mem, w->house, store, sk_json_get_str(w->data, "proof"), id,
                                w->visitor->now));
    return accounts_account_get(j->account, w->mem, store, id);
}

/* A shop that is new has nobody in it; one that was there is not given to whoever asks. */
static sk_err
tenant_make(const struct work *w, struct part_store *store)
{
    bool there;
    if (w->visitor->realm != ACCOUNTS_MERCHANT) return sk_ok();
    TRY(tenant_there(&there, store, w->tenant));
    if (there) return sk_fail(SK_DENIED, "the shop was taken in between");
    return accounts_tenant_make(store, w->tenant, w->visitor->site->name, w->visitor->now);
}

static sk_err
password_set(const struct join *j, struct part_store *store)
{
    const struct work *w = &j->work;
    struct accounts_bound bound = accounts_account_bound(j->account, "password");
    sk_str stored;
    if (!j->password.n) return sk_ok();
    TRY(accounts_password_hash(&stored, w->mem, w->house->keys, &w->house->cost, &bound,
                               j->password));
    return accounts_account_set_password(store, j->account->id, stored, w->visitor->now);
}

static sk_err
join_run(void *ctx, struct part_store *store)
{
    struct join *j = ctx;
    struct work *w = &j->work;
    TRY(accounts_mailed_take(&w->link, w->mem, store, w->house->keys, ACCOUNTS_LINK_SIGN_UP,
                             w->token, w->visitor->now));
    TRY(data_read(w));
    TRY(tenant_make(w, store));
    TRY(account_make(j, store));
    TRY(password_set(j, store));
    struct accounts_fact fact = { .action = "accounts.sign_up",
                                  .outcome = "ok",
                                  .principal = j->account->id,
                                  .role = j->account->role,
                                  .tenant = j->account->tenant,
                                  .object = j->account->id };
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

sk_err
accounts_sign_up_join(struct account *account, sk_arena *mem, struct accounts *house,
                      const struct accounts_visitor *visitor, sk_str token, sk_str password)
{
    struct join j = { .work = { .mem = mem, .house = house, .visitor = visitor, .token = token },
                      .account = account,
                      .password = password };
    if (!accounts_sign_up_open(house, visitor->realm)) return sk_fail(SK_MISSING, "not open");
    if (!password.n && !accounts_realms[visitor->realm].mailed_code)
        return sk_fail(SK_BAD, "a password is needed");
    TRY(accounts_slots_take(house->slots));
    sk_err e = accounts_write(house, join_run, &j);
    accounts_slots_give(house->slots);
    data_close(&j.work);
    return e;
}
