#include "keeper/purpose.h"

#include "base/json.h"

enum { DAY = 24 * 3600 * 1000, LEVEL_MOST = 2 };

const char *const keeper_scope_names[KEEPER_SCOPES] = { "ticket", "principal", "tenant",
                                                        "purpose" };
const char *const keeper_window_names[KEEPER_WINDOWS] = { "second", "hour", "day" };

/* Every member that a purpose may have: one that is not known may limit what it says. */
static const char *const members[] = { "name",       "sites",       "realms",  "roles",
                                       "routes",     "kinds",       "level",   "show",
                                       "on_overrun", "earned_days", "tenants", "ticket",
                                       "second",     "hour",        "day",     NULL };
static const char *const realms[] = { "operator", "merchant", "buyer", "worker",
                                      "api",      "nobody",   NULL };

static bool
is_one_of(const char *const *words, sk_str text)
{
    for (; *words; words++)
        if (sk_str_eq(sk_str_of(*words), text)) return true;
    return false;
}

static bool
has(const struct keeper_list *list, sk_str text)
{
    for (size_t i = 0; i < list->count; i++)
        if (sk_str_eq(list->item[i], text)) return true;
    return false;
}

/* ── reading ── */

static sk_err
list_read(struct keeper_list *list, sk_arena *mem, const sk_json *object, const char *key)
{
    const sk_json *array = sk_json_get(object, key);
    size_t count = sk_json_count(array);

    if (count > KEEPER_LIST_MAX) return sk_fail(SK_FULL, "%s: more than %d", key, KEEPER_LIST_MAX);
    list->item = sk_array(mem, count + 1, sizeof *list->item);
    for (size_t i = 0; i < count; i++) {
        sk_str text = sk_json_as_str(sk_json_at(array, i));

        if (text.n == 0 || text.n > TICKET_FIELD)
            return sk_fail(SK_BAD, "%s: a text of 1 to %d bytes is expected", key, TICKET_FIELD);
        list->item[list->count++] = sk_str_copy(mem, text);
    }
    return sk_ok();
}

static sk_err
number_read(int64_t *out, const sk_json *object, const char *key, int64_t least, int64_t most)
{
    *out = sk_json_get_int(object, key, least - 1);
    if (*out >= least && *out <= most) return sk_ok();
    return sk_fail(SK_BAD, "%s: a number from %lld to %lld is expected", key, (long long)least,
                   (long long)most);
}

static sk_err
window_read(struct keeper_purpose *p, enum keeper_window window, const sk_json *object)
{
    const sk_json *limits = sk_json_get(object, keeper_window_names[window]);
    int64_t n;

    for (int scope = KEEPER_SCOPE_PRINCIPAL; scope < KEEPER_SCOPES; scope++) {
        sk_err e = number_read(&n, limits, keeper_scope_names[scope], 1, KEEPER_LIMIT_MAX);

        if (sk_failed(e)) return sk_fail(e.kind, "%s: %s", keeper_window_names[window], e.why);
        p->most[scope][window] = (uint32_t)n;
    }
    return sk_ok();
}

static sk_err
numbers_read(struct keeper_purpose *p, const sk_json *object)
{
    int64_t n;

    TRY(number_read(&n, object, "level", 0, LEVEL_MOST));
    p->level = (int)n;
    TRY(number_read(&n, object, "earned_days", 0, KEEPER_EARNED_DAYS_MAX));
    p->earned = n * DAY;
    TRY(number_read(&n, object, "ticket", 1, KEEPER_LIMIT_MAX));
    p->ticket = (uint32_t)n;
    for (int window = 0; window < KEEPER_WINDOWS; window++)
        TRY(window_read(p, (enum keeper_window)window, object));
    return sk_ok();
}

static sk_err
kinds_read(struct keeper_purpose *p, const struct keeper_list *names)
{
    for (size_t i = 0; i < names->count; i++) {
        enum personal_kind kind = personal_kind_of(names->item[i]);

        if (kind == PERSONAL_NONE)
            return sk_fail(SK_BAD, "kinds: there is no kind %.*s", SK_ARG(names->item[i]));
        p->kinds |= personal_kind_bit(kind);
    }
    return sk_ok();
}

static sk_err
words_read(struct keeper_purpose *p, const sk_json *object)
{
    static const struct {
        const char *name;
        enum keeper_show show;
    } shows[] = { { "plain", KEEPER_SHOW_PLAIN },
                  { "masked", KEEPER_SHOW_MASKED },
                  { "render", KEEPER_SHOW_RENDER },
                  { "erase", KEEPER_SHOW_ERASE },
                  { "letter", KEEPER_SHOW_LETTER } };
    sk_str show = sk_json_get_str(object, "show"), past = sk_json_get_str(object, "on_overrun");
    enum { COUNT = sizeof shows / sizeof *shows };
    size_t i = 0;

    while (i < COUNT && !sk_str_eq(show, sk_str_of(shows[i].name)))
        i++;
    if (i == COUNT)
        return sk_fail(SK_BAD, "show: plain, masked, render, erase or letter is expected");
    p->show = shows[i].show;
    p->freezes = sk_str_eq(past, SK_STR("freeze"));
    if (!p->freezes && !sk_str_eq(past, SK_STR("refuse")))
        return sk_fail(SK_BAD, "on_overrun: refuse or freeze is expected");
    return sk_ok();
}

static sk_err
lists_read(struct keeper_purpose *p, sk_arena *mem, const sk_json *object)
{
    struct keeper_list kinds = { 0 };

    TRY(list_read(&p->sites, mem, object, "sites"));
    TRY(list_read(&p->realms, mem, object, "realms"));
    TRY(list_read(&p->roles, mem, object, "roles"));
    TRY(list_read(&p->routes, mem, object, "routes"));
    TRY(list_read(&p->tenants, mem, object, "tenants"));
    TRY(list_read(&kinds, mem, object, "kinds"));
    if (p->sites.count == 0) return sk_fail(SK_BAD, "sites: there is none");
    if (p->realms.count == 0) return sk_fail(SK_BAD, "realms: there is none");
    for (size_t i = 0; i < p->realms.count; i++)
        if (!is_one_of(realms, p->realms.item[i]))
            return sk_fail(SK_BAD, "realms: there is no realm %.*s", SK_ARG(p->realms.item[i]));
    for (size_t i = 0; i < p->routes.count; i++)
        if (p->routes.item[i].p[0] != '/')
            return sk_fail(SK_BAD, "routes: %.*s: expected a path", SK_ARG(p->routes.item[i]));
    return kinds_read(p, &kinds);
}

/* Who erases a person erases all kinds, and sees none. */
static sk_err
erasing_check(const struct keeper_purpose *p)
{
    if (p->show != KEEPER_SHOW_ERASE)
        return p->kinds ? sk_ok() : sk_fail(SK_BAD, "kinds: there is none");
    if (p->kinds) return sk_fail(SK_BAD, "kinds: a purpose that erases has none");
    return p->earned ? sk_fail(SK_BAD, "earned_days: nothing is earned by erasing") : sk_ok();
}

static void
member_check(void *ctx, const char *key, const sk_json *value)
{
    const char **stray = ctx;

    (void)value;
    if (!is_one_of(members, sk_str_of(key))) *stray = key;
}

static sk_err
purpose_read(struct keeper_purpose *p, sk_arena *mem, const sk_json *object)
{
    const char *stray = NULL;

    sk_json_each(object, member_check, &stray);
    if (stray) return sk_fail(SK_BAD, "%s: there is no such member", stray);
    TRY(lists_read(p, mem, object));
    TRY(words_read(p, object));
    TRY(numbers_read(p, object));
    return erasing_check(p);
}

sk_err
keeper_purposes_read(struct keeper_purposes *purposes, sk_arena *mem, sk_str json)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    const sk_json *array;
    size_t count;

    *purposes = (struct keeper_purposes){ 0 };
    TRY(sk_json_read(&root, json));
    array = sk_json_get(root, "purposes");
    count = sk_json_count(array);
    if (count > KEEPER_PURPOSES_MAX)
        return sk_fail(SK_FULL, "more than %d purposes", KEEPER_PURPOSES_MAX);
    purposes->purpose = sk_array(mem, count + 1, sizeof *purposes->purpose);
    for (size_t i = 0; i < count; i++) {
        struct keeper_purpose *p = &purposes->purpose[i];
        sk_str name = sk_json_get_str(sk_json_at(array, i), "name");
        sk_err e;

        if (name.n == 0 || name.n > KEEPER_NAME_MAX)
            return sk_fail(SK_BAD, "a purpose's name has 1 to %d bytes", KEEPER_NAME_MAX);
        if (keeper_purpose_find(purposes, name))
            return sk_fail(SK_BAD, "purpose %.*s: is there twice", SK_ARG(name));
        p->name = sk_str_copy(mem, name);
        e = purpose_read(p, mem, sk_json_at(array, i));
        if (sk_failed(e)) return sk_fail(e.kind, "purpose %.*s: %s", SK_ARG(p->name), e.why);
        purposes->count++;
    }
    return sk_ok();
}

const struct keeper_purpose *
keeper_purpose_find(const struct keeper_purposes *purposes, sk_str name)
{
    for (size_t i = 0; i < purposes->count; i++)
        if (sk_str_eq(purposes->purpose[i].name, name)) return &purposes->purpose[i];
    return NULL;
}

/* ── judging ── */

/* The site itself, or one of many tenants below it. */
static bool
is_of_site(sk_str tenant, sk_str site)
{
    return site.n > 0 && sk_str_starts(tenant, site) &&
           (tenant.n == site.n || (tenant.p[site.n] == '/' && tenant.n > site.n + 1));
}

/* By whole segments, as the gate reads an area's path; "/" covers what is outside of areas, too. */
static bool
covers(sk_str path, sk_str route)
{
    if (sk_str_eq(path, SK_STR("/"))) return true;
    return sk_str_starts(route, path) &&
           (route.n == path.n || route.p[path.n] == '/' || path.p[path.n - 1] == '/');
}

static bool
is_for_role(const struct keeper_purpose *p, const struct ticket *t)
{
    if (t->principal.n == 0)
        return t->realm.n == 0 && t->role.n == 0 && has(&p->realms, SK_STR("nobody"));
    return t->realm.n > 0 && has(&p->realms, t->realm) && t->level >= p->level &&
           (p->roles.count == 0 || has(&p->roles, t->role));
}

static bool
is_for_route(const struct keeper_purpose *p, const struct ticket *t)
{
    for (size_t i = 0; i < p->routes.count; i++)
        if (covers(p->routes.item[i], t->route)) return true;
    return p->routes.count == 0;
}

bool
keeper_ticket_is_for(const struct ticket *t, sk_str tenant)
{
    if (tenant.n == 0) return false;
    if (t->tenant.n > 0) return sk_str_eq(t->tenant, tenant);
    return ticket_is_console(t) || is_of_site(tenant, t->site);
}

enum keeper_word
keeper_purpose_allows(const struct keeper_purpose *purpose, const struct ticket *ticket,
                      sk_str tenant)
{
    if (!purpose) return KEEPER_PURPOSE_UNKNOWN;
    if (!has(&purpose->sites, ticket->site)) return KEEPER_TICKET_FOREIGN;
    if (!is_for_role(purpose, ticket)) return KEEPER_ROLE_DENIED;
    if (!is_for_route(purpose, ticket)) return KEEPER_ROUTE_DENIED;
    if (purpose->tenants.count && !has(&purpose->tenants, tenant)) return KEEPER_WRONG_TENANT;
    return keeper_ticket_is_for(ticket, tenant) ? KEEPER_OK : KEEPER_WRONG_TENANT;
}

bool
keeper_purpose_has_tenant(const struct keeper_purpose *purpose, sk_str tenant)
{
    if (purpose->tenants.count) return has(&purpose->tenants, tenant);
    for (size_t i = 0; i < purpose->sites.count; i++)
        if (is_of_site(tenant, purpose->sites.item[i])) return true;
    return has(&purpose->sites, SK_STR("console"));
}
