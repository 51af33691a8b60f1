/* purpose NAME { ... }: what personal data may be read for, by whom, and how many people's. The
 * keeper judges by it. */
#include "sekisho/conf.h"

#include "keeper/keeper.h"
#include "personal/personal.h"

#define PURPOSE(member) offsetof(struct conf_purpose, member)
#define MOST            1000000

enum { TENANT_MAX = 64 }; /* KEEPER_NAME_MAX */

/* People in a window, of whom is counted. */
#define LIMIT(window, who, usual, help)                                                            \
    {                                                                                              \
#window, #who, CONF_NUMBER, PURPOSE(window.who), usual, NULL, 1, MOST, help                \
    }
#define WINDOW(window, one, some, all)                                                             \
    LIMIT(window, principal, #one, "People in a " #window " for one account."),                    \
        LIMIT(window, tenant, #some, "People in a " #window " for one tenant."),                   \
        LIMIT(window, purpose, #all, "People in a " #window " in all.")

const struct conf_row conf_purpose_rows[] = {
    { "", "sites", CONF_LIST, PURPOSE(sites), NULL, NULL, 0, 0,
      "The sites by whose pages data is read; console is the operators' own." },
    { "", "realms", CONF_LIST, PURPOSE(realms), NULL, NULL, 0, 0,
      "Whose accounts may: operator, merchant, buyer, worker, api; nobody is who has not signed "
      "in." },
    { "", "roles", CONF_LIST, PURPOSE(roles), NULL, NULL, 0, 0,
      "Which roles of them: owner, sub. Left out: all." },
    { "", "level", CONF_NUMBER, PURPOSE(level), "2", NULL, 0, 2,
      "How many factors they must have shown; not asked of nobody." },
    { "", "routes", CONF_LIST, PURPOSE(routes), NULL, NULL, 0, 0,
      "The admin areas from which data is read, and what lies below them. Left out: all pages." },
    { "", "tenants", CONF_LIST, PURPOSE(tenants), NULL, NULL, 0, 0,
      "Of which tenants data is read. Left out: of all of its sites." },
    { "", "kinds", CONF_LIST, PURPOSE(kinds), NULL, NULL, 0, 0,
      "What is read: name, reading, phone, email, address, birthday, bank, note." },
    { "", "show", CONF_CHOICE, PURPOSE(show), "masked", "plain|masked|render|erase|letter", 0, 0,
      "Whether it leaves the vault whole, masked, or only as a label or a letter that the vault "
      "makes (letter: as letters alone, which the application does not see); or whether people are "
      "erased under it, of whom nothing is shown." },
    { "", "earned_days", CONF_NUMBER, PURPOSE(earned_days), "0", NULL, 0, 400,
      "How long values that came with an order are read beside the limits; 0: not at all." },
    { "", "on_overrun", CONF_CHOICE, PURPOSE(on_overrun), "refuse", "refuse|freeze", 0, 0,
      "What follows when the limit of an hour or a day is passed: what is too much is refused, or "
      "nothing is read for the purpose until an operator thaws it." },
    { "", "ticket", CONF_NUMBER, PURPOSE(ticket), "20", NULL, 1, MOST,
      "People in one request: as many as a page shows." },
    WINDOW(second, 20, 40, 60),
    WINDOW(hour, 100, 200, 300),
    WINDOW(day, 500, 1000, 1500),
    { .key = NULL },
};

/* ── checks ── */

struct check {
    const struct conf_purpose *purpose;
    const struct part_ucl *block;
    const struct conf *conf;
    struct conf_faults *faults;
};

static void
fault(const struct check *c, const char *key, const char *expected, sk_str given)
{
    const struct part_ucl *at = c->block->first;

    while (at && !sk_str_eq(at->key, sk_str_of(key)))
        at = at->next;
    if (!at) at = c->block;
    conf_fault(c->faults, c->conf, at->line, at->column, "purpose %.*s: %s: %.*s%s%s",
               SK_ARG(c->block->name), key, SK_ARG(given), given.n ? ": " : "", expected);
}

static bool
site_is(sk_str name, const struct conf *conf)
{
    for (size_t i = 0; i < conf->site_count; i++)
        if (sk_str_eq(conf->site[i].name, name)) return true;
    return sk_str_eq(name, SK_STR("console"));
}

static void
sites_check(const struct check *c)
{
    const struct conf_list *sites = &c->purpose->sites;

    if (sites->count == 0)
        fault(c, "sites", "expected those that read, such as [\"shop\"]", (sk_str){ 0 });
    for (size_t i = 0; i < sites->count; i++)
        if (!site_is(sites->item[i], c->conf))
            fault(c, "sites", "there is no such site", sites->item[i]);
}

static bool
is_realm(sk_str name)
{
    static const char *const names[] = {
        "operator", "merchant", "buyer", "worker", "api", "nobody"
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sk_str_eq(name, sk_str_of(names[i]))) return true;
    return false;
}

static void
people_check(const struct check *c)
{
    const struct conf_list *realms = &c->purpose->realms, *roles = &c->purpose->roles;

    if (realms->count == 0)
        fault(c, "realms", "expected those that may, such as [\"merchant\"]", (sk_str){ 0 });
    for (size_t i = 0; i < realms->count; i++)
        if (!is_realm(realms->item[i]))
            fault(c, "realms", "expected operator, merchant, buyer, worker, api or nobody",
                  realms->item[i]);
    for (size_t i = 0; i < roles->count; i++)
        if (!conf_is_plain(roles->item[i], "-_") || roles->item[i].n > CONF_NAME_MAX)
            fault(c, "roles", "expected letters, digits, - and _", roles->item[i]);
}

static void
kinds_check(const struct check *c)
{
    const struct conf_list *kinds = &c->purpose->kinds;
    bool erases = c->purpose->show == CONF_SHOW_ERASE;

    if (erases && kinds->count)
        fault(c, "kinds", "who erases sees none, and erases all: leave it out", (sk_str){ 0 });
    if (erases && c->purpose->earned_days)
        fault(c, "earned_days", "nothing is earned by erasing", (sk_str){ 0 });
    if (!erases && kinds->count == 0)
        fault(c, "kinds", "expected what is read, such as [\"name\", \"phone\"]", (sk_str){ 0 });
    for (size_t i = 0; i < kinds->count; i++)
        if (personal_kind_of(kinds->item[i]) == PERSONAL_NONE)
            fault(c, "kinds",
                  "expected name, reading, phone, email, address, birthday, bank or note",
                  kinds->item[i]);
}

static void
routes_check(const struct check *c)
{
    const struct conf_list *routes = &c->purpose->routes;

    for (size_t i = 0; i < routes->count; i++)
        if (!conf_is_path(routes->item[i]))
            fault(
                c, "routes",
                "a path of letters, digits, - _ . ~ and single slashes is expected, such as /admin",
                routes->item[i]);
}

static void
tenants_check(const struct check *c)
{
    const struct conf_list *tenants = &c->purpose->tenants;

    for (size_t i = 0; i < tenants->count; i++)
        if (!conf_is_plain(tenants->item[i], "-_./") || tenants->item[i].n > TENANT_MAX)
            fault(c, "tenants", "a tenant's name is expected, such as shop or shop/tea",
                  tenants->item[i]);
}

/* A longer window with a smaller limit makes the shorter one's a lie. */
static void
windows_check(const struct check *c)
{
    const struct conf_limits *s = &c->purpose->second, *h = &c->purpose->hour,
                             *d = &c->purpose->day;

    if (s->principal > h->principal || s->tenant > h->tenant || s->purpose > h->purpose)
        fault(c, "hour", "no limit may be smaller than that of a second", (sk_str){ 0 });
    if (h->principal > d->principal || h->tenant > d->tenant || h->purpose > d->purpose)
        fault(c, "day", "no limit may be smaller than that of an hour", (sk_str){ 0 });
    if (c->purpose->ticket > s->principal)
        fault(c, "ticket", "more than an account may read in a second", (sk_str){ 0 });
}

/* ── reading ── */

void
conf_purpose_read(struct conf *conf, const struct part_ucl *block, struct conf_faults *faults)
{
    struct conf_purpose *purpose = &conf->purpose[conf->purpose_count];
    struct check c = { purpose, block, conf, faults };

    if (conf->purpose_count == CONF_PURPOSES_MAX) {
        conf_fault(faults, conf, block->line, block->column, "more than %d purposes",
                   CONF_PURPOSES_MAX);
        return;
    }
    if (block->kind != PART_UCL_BLOCK || !block->name.p) {
        conf_fault(faults, conf, block->line, block->column, "expected purpose NAME { ... }");
        return;
    }
    if (!conf_is_plain(block->name, "-_") || block->name.n > CONF_NAME_MAX) {
        conf_fault(faults, conf, block->line, block->column,
                   "purpose %.*s: a name is at most %d letters, digits, - and _",
                   SK_ARG(block->name), CONF_NAME_MAX);
        return;
    }
    purpose->name = block->name;
    conf_block_read(purpose, conf_purpose_rows, block, conf, faults);
    sites_check(&c);
    people_check(&c);
    kinds_check(&c);
    routes_check(&c);
    tenants_check(&c);
    windows_check(&c);
    conf->purpose_count++;
}

/* ── the house's own ── */

/* What `sekisho evidence` reads people for whom it has made up itself: by the command line's ticket
 * alone, of two tenants that no site can have (their names have a dot), and in small portions, so
 * that every run passes its limit once. It shows nobody who is somebody, whoever has its ticket. */
static const char probe[] =
    "probe { sites = [console]; realms = [operator]; roles = [local]; show = plain;"
    " tenants = [\"sekisho.probe-a\", \"sekisho.probe-b\"];"
    " kinds = [name, reading, phone, email, address, birthday, bank, note]; ticket = 3;"
    " second { principal = 3; tenant = 300; purpose = 300; }"
    " hour { principal = 3; tenant = 20000; purpose = 20000; }"
    " day { principal = 3; tenant = 400000; purpose = 400000; } }";

sk_err
conf_purpose_own(struct conf *conf, sk_arena *mem, struct conf_faults *faults)
{
    struct part_ucl *root;

    TRY(part_ucl_read(&root, mem, sk_str_of(probe), "the house's own purpose"));
    conf_block_read(&conf->probe, conf_purpose_rows, root->first, conf, faults);
    conf->probe.name = SK_STR(KEEPER_PURPOSE_PROBE);
    return sk_ok();
}
