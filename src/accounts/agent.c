#include "accounts/agent.h"

struct row {
    const char *sign, *name;
};

/* The first sign that occurs decides: nearly all say Chrome and Safari, too.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Browser_detection_using_the_user_agent */
static const struct row programs[] = {
    { "Line/", "LINE" },     { "Edg", "Edge" },
    { "OPR/", "Opera" },     { "SamsungBrowser/", "Samsung Internet" },
    { "FxiOS/", "Firefox" }, { "Firefox/", "Firefox" },
    { "CriOS/", "Chrome" },  { "Chrome/", "Chrome" },
    { "Safari/", "Safari" }, { "curl/", "curl" },
    { NULL, NULL },
};

static const struct row systems[] = {
    { "iPhone", "iPhone" },   { "iPad", "iPad" },     { "Android", "Android" },
    { "Windows", "Windows" }, { "CrOS", "ChromeOS" }, { "Macintosh", "macOS" },
    { "Linux", "Linux" },     { NULL, NULL },
};

static sk_str
find(const struct row *rows, sk_str text)
{
    while (rows->sign && sk_str_find(text, sk_str_of(rows->sign)) == SIZE_MAX)
        rows++;
    return sk_str_of(rows->name);
}

sk_str
accounts_agent_family(sk_arena *mem, sk_str user_agent)
{
    enum { MOST = 512 };
    sk_str head = sk_str_first(user_agent, MOST);
    sk_str program = find(programs, head), system = find(systems, head);
    if (program.n && system.n)
        return sk_str_printf(mem, "%.*s, %.*s", SK_ARG(program), SK_ARG(system));
    return program.n ? program : system;
}
