/* The archive and its signature: from a file, a folder or an address given, or from the configured
 * source by version. The address is fetched over HTTPS; plain HTTP is for this machine only. */
#include "sekisho/tongue.h"
#include "sekisho/update.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECONDS = 300 };

static bool
is_address(const char *from)
{
    return strncmp(from, "https://", 8) == 0 || strncmp(from, "http://", 7) == 0;
}

static bool
is_own_machine(const char *url)
{
    static const char *const names[] = { "http://127.0.0.1:", "http://127.0.0.1/",
                                         "http://localhost:", "http://localhost/" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strncmp(url, names[i], strlen(names[i])) == 0) return true;
    return false;
}

static sk_err
check_address(const char *url)
{
    if (strncmp(url, "https://", 8) == 0 || is_own_machine(url)) return sk_ok();
    return sk_fail(SK_DENIED,
                   tongue("%s: expected an https address", "%s: https のアドレスが必要です"), url);
}

static sk_err
get(const char *url, const char *file, struct update *u)
{
    const char *protocols = is_own_machine(url) ? "=http" : "=https";
    char most[24];
    const char *const argv[] = {
        "curl",
        "--silent",
        "--show-error",
        "--fail",
        "--location",
        "--max-redirs",
        "5",
        "--proto",
        protocols,
        "--proto-redir",
        protocols,
        "--max-filesize",
        most,
        "--connect-timeout",
        "20",
        "--output",
        file,
        "--",
        url,
        NULL,
    };
    sk_str said;

    TRY(check_address(url));
    snprintf(most, sizeof(most), "%d", UPDATE_ARCHIVE_MAX);
    return update_run(&said, u->mem, argv, SECONDS);
}

/* The signature is asked for; that there is none is for the next stage to judge. */
static sk_err
get_both(struct update *u, const char *url, const char *signature_url)
{
    u->archive = sk_str_printf(u->mem, "%s/release.tar.gz", u->aside).p;
    TRY(get(url, u->archive, u));
    u->signature = sk_str_printf(u->mem, "%s/release.tar.gz.asc", u->aside).p;
    if (sk_failed(get(signature_url, u->signature, u))) u->signature = NULL;
    return sk_ok();
}

static sk_err
is_version(sk_str version)
{
    for (size_t i = 0; i < version.n; i++)
        if (!strchr("0123456789.-abcdefghijklmnopqrstuvwxyz", version.p[i]) || !version.p[i])
            return sk_fail(SK_BAD,
                           tongue("%.*s is no version: expected 4.28.0",
                                  "%.*s はバージョンではありません。4.28.0 のように書いてください"),
                           SK_ARG(version));
    return sk_ok();
}

/* Where the newest release's page leads to: .../releases/tag/v4.28.0. */
static sk_err
newest(sk_str *version, struct update *u)
{
    const char *url =
        sk_str_printf(u->mem, "%.*s/releases/latest", SK_ARG(u->house->conf->rules_source)).p;
    const char *protocols = is_own_machine(url) ? "=http" : "=https";
    const char *const argv[] = {
        "curl",        "--silent",          "--show-error", "--fail",   "--proto",
        protocols,     "--connect-timeout", "20",           "--output", "/dev/null",
        "--write-out", "%{redirect_url}",   "--",           url,        NULL
    };
    sk_str said, part;

    TRY(check_address(url));
    TRY(update_run(&said, u->mem, argv, SECONDS));
    *version = (sk_str){ 0 };
    while (sk_str_cut(&part, &said, '/'))
        *version = sk_str_trim(part);
    if (sk_str_starts(*version, SK_STR("v"))) *version = sk_str_from(*version, 1);
    if (version->n == 0) return sk_fail(SK_BAD, "%s names no release", url);
    return is_version(*version);
}

static sk_err
get_version(struct update *u)
{
    sk_str source = u->house->conf->rules_source, version;

    if (u->args->count > 1)
        version = sk_str_of(u->args->arg[1]);
    else
        TRY(newest(&version, u));
    TRY(is_version(version));
    return get_both(u,
                    sk_str_printf(u->mem, "%.*s/archive/refs/tags/v%.*s.tar.gz", SK_ARG(source),
                                  SK_ARG(version))
                        .p,
                    sk_str_printf(u->mem,
                                  "%.*s/releases/download/v%.*s/coreruleset-%.*s.tar.gz.asc",
                                  SK_ARG(source), SK_ARG(version), SK_ARG(version))
                        .p);
}

static sk_err
take_local(struct update *u, const char *path)
{
    struct stat s;
    const char *signature = sk_str_printf(u->mem, "%s.asc", path).p;

    if (stat(path, &s) != 0) return sk_fail(SK_MISSING, "%s: no such file or folder", path);
    if (S_ISDIR(s.st_mode)) {
        u->tree = path;
        return sk_ok();
    }
    if (s.st_size > UPDATE_ARCHIVE_MAX)
        return sk_fail(SK_FULL, "%s is larger than %d bytes", path, UPDATE_ARCHIVE_MAX);
    u->archive = path;
    if (access(signature, R_OK) == 0) u->signature = signature;
    return sk_ok();
}

sk_err
update_fetch(struct update *u)
{
    const char *from = u->args->from;
    struct stat s;

    if (!from) TRY(get_version(u));
    if (from && is_address(from))
        TRY(get_both(u, from, sk_str_printf(u->mem, "%s.asc", from).p));
    else if (from)
        TRY(take_local(u, from));
    if (u->archive && stat(u->archive, &s) == 0)
        update_say(tongue("fetched", "取得"), tongue("%lld bytes", "%lld バイト"),
                   (long long)s.st_size);
    return sk_ok();
}
