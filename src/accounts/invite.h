/* Invitations (ACC-09, ACC-10): an operator, a merchant's owner or the command line names somebody;
 * a link that works once, for a day, lets them set their password. The account is there from the
 * start, in state "invited", and can do nothing until then. */
#ifndef SK_ACCOUNTS_INVITE_H
#define SK_ACCOUNTS_INVITE_H

#include "accounts/actor.h"
#include "accounts/mail.h"
#include "accounts/screen.h"
#include "accounts/visitor.h"

#define ACCOUNTS_LINK_INVITE "invite"

enum { ACCOUNTS_INVITE_LIFE = 24 * 3600 * 1000 }; /* ms */

struct accounts_invite {
    enum accounts_realm realm;
    sk_str tenant, role; /* tenant: empty for operators; role: empty for the usual one */
    enum part_lang lang;
    sk_str email, name;                  /* as typed; name: may be empty */
    sk_str screen[ACCOUNTS_SCREENS_MAX]; /* of a sub-administrator */
    size_t screens;
};

/* On the arena. */
struct accounts_invited {
    sk_str account;
    sk_str link; /* the whole address: only for the command line, which is root's */
    sk_when ends;
    bool mailed; /* else post could not take the letter: invite again */
};

/* Makes the account and its link, and mails it. Somebody who is invited already gets a new link,
 * and the old one ends. SK_DENIED: the actor may not invite such people, or the address is
 * somebody's. SK_BAD with the sentence's key of address.h, or what else is wrong. */
sk_err accounts_invite(struct accounts_invited *invited, sk_arena *mem, struct accounts *house,
                       const struct accounts_visitor *visitor, const struct accounts_actor *actor,
                       const struct accounts_invite *invite) SK_CHECKED;

#endif
