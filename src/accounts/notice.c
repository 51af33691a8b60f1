#include "accounts/notice.h"

#include "accounts/errand.h"
#include "accounts/id.h"
#include "accounts/mailed.h"

struct link_work {
    sk_arena *mem;
    const struct accounts *house;
    const char *purpose;
    struct accounts_mailed link;
    sk_str token;
};

static sk_err
link_make(void *ctx, struct part_store *store)
{
    struct link_work *w = ctx;
    return accounts_mailed_make(&w->token, w->mem, store, w->house->keys, w->purpose, &w->link);
}

static struct link_work
link_for(const struct accounts *house, sk_arena *mem, const char *purpose, sk_str account,
         sk_when now, sk_when life)
{
    return (struct link_work){
        .mem = mem,
        .house = house,
        .purpose = purpose,
        .link = { .id = accounts_id_new(mem, "lnk"),
                  .account = account,
                  .data = SK_STR(""),
                  .made = now,
                  .ends = now + life,
                  /* Of each of several letters about sign-ins the link works. */
                  .beside = strcmp(purpose, ACCOUNTS_LINK_STOP) == 0 },
    };
}

/* "2026-11-23 22:26 JST" */
static sk_str
minute_of(sk_arena *mem, sk_when when)
{
    enum { TO_THE_MINUTE = 16 };
    return sk_str_printf(mem, "%.*s JST",
                         SK_ARG(sk_str_first(sk_when_jst(mem, when), TO_THE_MINUTE)));
}

static sk_str
device_words(const struct accounts *house, enum part_lang lang, sk_str device)
{
    return device.n ? device : part_words_get(house->letters[lang], "device.unknown");
}

/* --- of the history --- */

sk_err
accounts_notice_site(const struct accounts_site **site, sk_arena *mem, const struct accounts *house,
                     struct part_store *store, sk_str tenant)
{
    struct part_query *q;
    bool row;
    *site = accounts_conf_site(&house->conf, ACCOUNTS_CONSOLE_SITE);
    if (!tenant.n) return sk_ok();
    TRY(part_store_query(&q, store, "SELECT site FROM tenant WHERE id = ?1"));
    part_query_text(q, 1, tenant);
    TRY(part_query_step(&row, q));
    *site = row ? accounts_conf_site(&house->conf, part_query_get_text(mem, q, 0)) : NULL;
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_notice_send(struct accounts *house, sk_arena *mem, struct part_store *store,
                     const struct accounts_event *event, sk_when now)
{
    bool locked = sk_str_eq(event->outcome, SK_STR("locked"));
    struct account account;
    sk_err e = accounts_account_get(&account, mem, store, event->account);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    struct accounts_letter letter = {
        .name = locked         ? "locked"
                : event->fresh ? "sign_in_new"
                               : "sign_in",
        .key = sk_str_printf(mem, "accounts.sign_in.%lld", (long long)event->id),
    };
    struct link_work w =
        link_for(house, mem, locked ? ACCOUNTS_LINK_UNLOCK : ACCOUNTS_LINK_STOP, account.id, now,
                 locked ? ACCOUNTS_UNLOCK_LIFE : ACCOUNTS_STOP_LIFE);
    TRY(accounts_notice_site(&letter.site, mem, house, store, account.tenant));
    if (!letter.site) letter.site = &house->conf.site[0]; /* its site left the configuration */
    TRY(part_store_write(store, link_make, &w));
    accounts_letter_fill(&letter, "time", minute_of(mem, event->at));
    accounts_letter_fill(&letter, "device", device_words(house, account.lang, event->device));
    accounts_letter_fill(&letter, "place", event->place);
    accounts_letter_fill(
        &letter, "link",
        accounts_letter_link(mem, letter.site, account.realm, locked ? "unlock" : "stop", w.token));
    e = accounts_letter_send(house, mem, &account, &letter);
    /* It is made anew with the next attempt. */
    if (sk_failed(e)) TRY(accounts_mailed_drop(store, w.link.id));
    return e;
}

/* --- asked for by a page --- */

static sk_err
carry_link(struct accounts *house, sk_arena *mem, const struct accounts_visitor *visitor,
           const char *name, const char *page, struct link_work *w)
{
    struct accounts_letter letter = { .name = name, .site = visitor->site };
    letter.key = sk_str_printf(mem, "accounts.%s.%.*s", name, SK_ARG(visitor->request));
    sk_when life = (w->link.ends - w->link.made) / 1000;
    letter.life = life <= POST_LIFE_MAX ? life : 0; /* 0: as long as post tries */
    /* For nobody, the token is made and stored all the same, and leads nowhere. */
    TRY(accounts_write(house, link_make, w));
    accounts_letter_fill(&letter, "time", minute_of(mem, visitor->now));
    accounts_letter_fill(&letter, "place", visitor->place);
    accounts_letter_fill(&letter, "link",
                         accounts_letter_link(mem, visitor->site, visitor->realm, page, w->token));
    return accounts_carry(house->errands, w->link.account, &letter);
}

sk_err
accounts_notice_reset(struct accounts *house, sk_arena *mem, const struct accounts_visitor *visitor,
                      sk_str account, const char *letter)
{
    struct link_work w =
        link_for(house, mem, ACCOUNTS_LINK_RESET, account, visitor->now, ACCOUNTS_RESET_LIFE);
    return carry_link(house, mem, visitor, letter, "reset", &w);
}

sk_err
accounts_notice_changed(struct accounts *house, sk_arena *mem,
                        const struct accounts_visitor *visitor, sk_str account, const char *letter)
{
    struct link_work w =
        link_for(house, mem, ACCOUNTS_LINK_STOP, account, visitor->now, ACCOUNTS_STOP_LIFE);
    return carry_link(house, mem, visitor, letter, "stop", &w);
}
