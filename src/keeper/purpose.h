/* What personal data may be read or erased for: the purposes of sekisho.conf, and whose tickets
 * they serve. Pure. A purpose is not a right that somebody has: it says which kinds of data leave,
 * to whom, from which pages, how many people's in how long, and whether whole or masked. */
#ifndef SK_KEEPER_PURPOSE_H
#define SK_KEEPER_PURPOSE_H

#include "keeper/keeper.h"
#include "ticket/ticket.h"

enum {
    KEEPER_PURPOSES_MAX = 64,
    KEEPER_LIST_MAX = 64,       /* sites, realms, roles or routes of a purpose */
    KEEPER_LIMIT_MAX = 1000000, /* people */
    KEEPER_EARNED_DAYS_MAX = 400
};

/* Whom a budget is counted for. A ticket lives ten seconds and has one number for all of them;
 * everybody else has one for each window. */
enum keeper_scope {
    KEEPER_SCOPE_TICKET,
    KEEPER_SCOPE_PRINCIPAL, /* with the purpose; nobody signed in: all of them together */
    KEEPER_SCOPE_TENANT,    /* with the purpose */
    KEEPER_SCOPE_PURPOSE,
    KEEPER_SCOPES
};
enum keeper_window { KEEPER_WINDOW_SECOND, KEEPER_WINDOW_HOUR, KEEPER_WINDOW_DAY, KEEPER_WINDOWS };
extern const char *const keeper_scope_names[KEEPER_SCOPES]; /* "ticket": as in sekisho.conf */
extern const char *const keeper_window_names[KEEPER_WINDOWS];

struct keeper_list {
    sk_str *item;
    size_t count;
};

/* Texts lie on the arena that it was read with. */
struct keeper_purpose {
    sk_str name;
    struct keeper_list sites;   /* those of which tickets come; "console": the operators' own */
    struct keeper_list realms;  /* "nobody": who has not signed in */
    struct keeper_list roles;   /* empty: all of these realms */
    struct keeper_list routes;  /* empty: all, those outside of areas too */
    struct keeper_list tenants; /* empty: all of these sites */
    unsigned kinds;             /* bits of personal_kind_bit; of one that erases: none */
    int level;                  /* least level of the ticket; not asked of nobody */
    enum keeper_show show;      /* PLAIN, MASKED, RENDER, ERASE, LETTER */
    bool freezes;               /* an overrun of an hour or a day freezes it */
    sk_when earned;             /* ms that an earned value may be read; 0: nothing is earned */
    uint32_t ticket;            /* people of one ticket */
    uint32_t most[KEEPER_SCOPES][KEEPER_WINDOWS]; /* people; unused for the ticket */
};

struct keeper_purposes {
    struct keeper_purpose *purpose;
    size_t count;
};

/* From keeper.json:
 * {"purposes":[{"name","sites":[],"realms":[],"roles":[],"routes":[],"tenants":[],
 * "kinds":[],"level","show","on_overrun","earned_days","ticket","second":{"principal","tenant","purpose"},
 * "hour":{...},"day":{...}}]}; other members of the root are not looked at. SK_BAD with the
 * purpose's name and what is wrong. */
sk_err keeper_purposes_read(struct keeper_purposes *purposes, sk_arena *mem,
                            sk_str json) SK_CHECKED;
/* NULL: no purpose is called so. */
const struct keeper_purpose *keeper_purpose_find(const struct keeper_purposes *purposes,
                                                 sk_str name);

/* Whether the (verified) ticket may read `tenant`'s data for this purpose at all: KEEPER_OK,
 * TICKET_FOREIGN, ROLE_DENIED, ROUTE_DENIED, WRONG_TENANT; NULL is PURPOSE_UNKNOWN. A ticket with a
 * tenant is for that one; one without (operators, nobody) is for its site's: "SITE" and "SITE/...";
 * an operator's of the console for any. */
enum keeper_word keeper_purpose_allows(const struct keeper_purpose *purpose,
                                       const struct ticket *ticket, sk_str tenant) SK_CHECKED;
/* That last rule by itself. */
bool keeper_ticket_is_for(const struct ticket *ticket, sk_str tenant);
static inline bool
keeper_purpose_shows(const struct keeper_purpose *purpose, unsigned kind)
{
    return kind < PERSONAL_KINDS && (purpose->kinds & personal_kind_bit((enum personal_kind)kind));
}
/* Whether it can be read for this tenant: of one of its sites, or one that is named. */
bool keeper_purpose_has_tenant(const struct keeper_purpose *purpose, sk_str tenant);

#endif
