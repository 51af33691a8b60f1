#include "accounts/invite.h"

#include "accounts/address.h"
#include "accounts/id.h"
#include "accounts/mailed.h"
#include "accounts/notice.h"
#include "accounts/right.h"
#include "accounts/tell.h"
#include "part/log.h"

struct work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_actor *actor;
    const struct accounts_invite *invite;
    struct accounts_email email;
    sk_str role;
    struct account account;
    const struct accounts_site *site;
    sk_str token;
};

/* Operators invite everybody, a shop's owner its own staff and workers, others nobody. */
static sk_err
check_actor(const struct accounts_actor *actor, const struct accounts_invite *invite)
{
    bool own = actor->realm == ACCOUNTS_MERCHANT && sk_str_eq(actor->tenant, invite->tenant);
    bool staff = (invite->realm == ACCOUNTS_MERCHANT && sk_str_eq(invite->role, SK_STR("sub"))) ||
                 invite->realm == ACCOUNTS_WORKER;
    if (actor->local || actor->realm == ACCOUNTS_OPERATOR || (own && staff)) return sk_ok();
    return sk_fail(SK_DENIED, "may not invite such people");
}

static sk_err
check_screens(const struct accounts_invite *invite, sk_str role)
{
    bool sub = invite->realm == ACCOUNTS_MERCHANT && sk_str_eq(role, SK_STR("sub"));
    if (invite->screens && !sub) return sk_fail(SK_BAD, "screens are for sub-administrators");
    for (size_t i = 0; i < invite->screens; i++)
        if (!accounts_screen_find(invite->realm, invite->screen[i]))
            return sk_fail(SK_BAD, "there is no screen %.*s", SK_ARG(invite->screen[i]));
    return sk_ok();
}

static sk_err
check(struct work *w)
{
    const struct accounts_invite *invite = w->invite;
    w->role = invite->role;
    if (!w->role.n) w->role = sk_str_of(accounts_realms[invite->realm].roles[0]);
    if (!accounts_realms[invite->realm].pages)
        return sk_fail(SK_BAD, "nobody signs in to %s", accounts_realms[invite->realm].name);
    TRY(check_actor(w->actor, invite));
    TRY(check_screens(invite, w->role));
    return accounts_email_read(&w->email, w->mem, invite->email);
}

/* Somebody who was invited before and has not come; else nobody. */
static sk_err
find_invited(bool *found, struct work *w, struct part_store *store)
{
    *found = false;
    sk_err e = accounts_account_find(&w->account, w->mem, store, w->house->keys, w->invite->realm,
                                     w->site->name, w->invite->tenant, w->email.same);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    *found = w->account.state == ACCOUNTS_INVITED;
    return sk_ok();
}

static sk_err
account_make(struct work *w, struct part_store *store)
{
    struct account_new fresh = { .realm = w->invite->realm,
                                 .tenant = w->invite->tenant,
                                 .role = w->role,
                                 .state = ACCOUNTS_INVITED,
                                 .lang = w->invite->lang,
                                 .email = w->email.shown,
                                 .email_same = w->email.same,
                                 .name = w->invite->name };
    sk_str id;
    TRY(accounts_account_make(&id, w->mem, store, w->house->keys, &fresh, w->visitor->now));
    return accounts_account_get(&w->account, w->mem, store, id);
}

static sk_err
link_make(struct work *w, struct part_store *store)
{
    struct accounts_mailed link = { .account = w->account.id,
                                    .data = SK_STR(""),
                                    .made = w->visitor->now,
                                    .ends = w->visitor->now + ACCOUNTS_INVITE_LIFE };
    return accounts_mailed_make(&w->token, w->mem, store, w->house->keys, ACCOUNTS_LINK_INVITE,
                                &link);
}

static sk_err
tell(const struct work *w)
{
    struct accounts_fact fact = { .action = "accounts.invite",
                                  .outcome = "ok",
                                  .principal = w->actor->id,
                                  .role = w->actor->role,
                                  .tenant = w->account.tenant,
                                  .object = w->account.id };
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

static sk_err
run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    bool again;
    TRY(accounts_notice_site(&w->site, w->mem, w->house, store, w->invite->tenant));
    if (!w->site) return sk_fail(SK_MISSING, "there is no such tenant");
    TRY(find_invited(&again, w, store));
    if (!again) TRY(account_make(w, store));
    TRY(accounts_screens_put(store, w->account.id, w->actor->id, w->invite->screen,
                             w->invite->screens, w->visitor->now));
    TRY(link_make(w, store));
    return tell(w);
}

static sk_err
mail(const struct work *w, sk_str link)
{
    struct accounts_letter letter = {
        .name = "invite",
        .key =
            sk_str_printf(w->mem, "accounts.invite.%.*s", SK_ARG(accounts_id_new(w->mem, "inv"))),
        .life = ACCOUNTS_INVITE_LIFE / 1000,
        .site = w->site,
    };
    accounts_letter_fill(&letter, "link", link);
    return accounts_letter_send(w->house, w->mem, &w->account, &letter);
}

sk_err
accounts_invite(struct accounts_invited *invited, sk_arena *mem, struct accounts *house,
                const struct accounts_visitor *visitor, const struct accounts_actor *actor,
                const struct accounts_invite *invite)
{
    struct work w = {
        .mem = mem, .house = house, .visitor = visitor, .actor = actor, .invite = invite
    };
    TRY(check(&w));
    TRY(accounts_write(house, run, &w));
    *invited = (struct accounts_invited){
        .account = w.account.id,
        .link = accounts_letter_link(mem, w.site, invite->realm, "invite", w.token),
        .ends = visitor->now + ACCOUNTS_INVITE_LIFE,
    };
    sk_err e = mail(&w, invited->link);
    invited->mailed = !sk_failed(e);
    if (sk_failed(e)) part_log(PART_ERROR, "invitation of %.*s: %s", SK_ARG(w.account.id), e.why);
    return sk_ok();
}
