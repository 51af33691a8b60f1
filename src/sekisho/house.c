/* Where an instance's things lie, and making them; see house.h. */
#include "sekisho/house.h"

#include "base/file.h"
#include "part/log.h"
#include "part/run.h"
#include "sekisho/cert.h"
#include "sekisho/files.h"
#include "sekisho/render.h"
#include "sekisho/services.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODULE_MAX = 256 * 1024 * 1024 };

const char *
house_path(const struct house *house, const char *below)
{
    return sk_str_printf(house->mem, "%s/%s", house->state, below).p;
}

static const char *
absolute(sk_arena *mem, const char *path)
{
    char here[4096];

    if (path[0] == '/' || !getcwd(here, sizeof(here))) return sk_str_zcopy(mem, sk_str_of(path));
    return sk_str_printf(mem, "%s/%s", here, path).p;
}

static const char *
first_there(const char *const *paths)
{
    for (size_t i = 0; paths[i]; i++)
        if (access(paths[i], R_OK) == 0) return paths[i];
    return NULL;
}

/* Beside the executable as built, or where a package puts it. */
static sk_err
self_find(struct house *house)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    const char *paths[3] = { NULL, "/usr/lib/sekisho/ngx_http_sekisho_module.so", NULL };
    const char *top;
    char found[PATH_MAX];
    size_t slash;

    if (n <= 0) return sk_fail(SK_BROKEN, "cannot find my own executable: is /proc mounted?");
    house->self = sk_str_zcopy(house->mem, (sk_str){ self, (size_t)n });
    for (slash = (size_t)n; slash > 0 && self[slash] != '/';)
        slash--;
    self[slash] = '\0';
    paths[0] = sk_str_printf(house->mem, "%s/ngx_http_sekisho_module.so", self).p;
    house->module = first_there(paths);
    top = sk_str_printf(house->mem, "%s/../..", self).p;
    house->share = realpath(top, found) ? sk_str_zcopy(house->mem, sk_str_of(found)) : NULL;
    if (!house->share || access(sk_str_printf(house->mem, "%s/src/sekisho", house->share).p, F_OK))
        house->share = "/usr/share/sekisho";
    return sk_ok();
}

sk_err
house_open(struct house *house, sk_arena *mem, const struct verb_args *args)
{
    *house = (struct house){ .mem = mem, .as_root = geteuid() == 0 };
    house->faults.text.mem = mem;
    TRY(self_find(house));
    if (args->state) house->state = absolute(mem, args->state);
    if (args->config) house->conf_file = absolute(mem, args->config);
    if (!house->state && house->conf_file) {
        DEFER(sk_arena_close) sk_arena *aside = sk_arena_new(0);
        struct conf_faults faults = { .text = { .mem = aside } };
        struct conf *conf;
        sk_str text;

        TRY(sk_file_read(&text, aside, house->conf_file, HOUSE_CONF_MAX));
        if (!sk_failed(conf_read(&conf, &faults, aside, text, house->conf_file)))
            house->state = absolute(mem, sk_str_zcopy(mem, conf->state));
    }
    if (!house->state) house->state = absolute(mem, "var");
    if (!house->conf_file) house->conf_file = house_path(house, "sekisho.conf");
    house->gate = house_path(house, "gate");
    return sk_ok();
}

static sk_err
port_set(struct conf *conf, const char *text)
{
    int64_t port;

    if (!sk_str_to_i64(&port, sk_str_of(text)) || port < 1 || port > 65533)
        return sk_fail(SK_BAD, "--port %s: expected a number from 1 to 65533", text);
    conf->https = port;
    conf->http = port + 1;
    conf->console.port = port + 2;
    return sk_ok();
}

/* --upstream replaces the servers of the first site. */
static sk_err
upstream_set(struct conf *conf, const char *url)
{
    struct conf_site *site = &conf->site[0];

    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "unix:", 5) != 0)
        return sk_fail(SK_BAD, "--upstream %s: expected http://host:port or unix:path", url);
    if (strpbrk(url, " ;{}\"'\\$\n\r\t"))
        return sk_fail(SK_BAD, "--upstream %s: an address has no such characters", url);
    site->servers.item[0] = sk_str_of(url);
    site->servers.count = 1;
    site->input_count = 0; /* those of the built-in shop's forms */
    conf->shop = false;
    for (size_t i = 0; i < conf->site_count; i++)
        if (conf->site[i].servers.count == 0) conf->shop = true;
    return sk_ok();
}

sk_err
house_read(struct house *house, const struct verb_args *args, bool first)
{
    sk_str text;

    if (first && access(house->conf_file, F_OK) != 0 && errno == ENOENT) {
        TRY(files_folder(house->state, 0755, NULL));
        TRY(files_write(house->conf_file, sk_str_of(conf_first), 0644));
    }
    TRY(sk_file_read(&text, house->mem, house->conf_file, HOUSE_CONF_MAX));
    TRY(conf_read(&house->conf, &house->faults, house->mem, text, house->conf_file));
    if (args->port) TRY(port_set(house->conf, args->port));
    if (args->upstream) TRY(upstream_set(house->conf, args->upstream));
    return sk_ok();
}

/* ── on disk ── */

static sk_err
version_check(const struct house *house)
{
    const char *path = house_path(house, "version");
    int64_t version = HOUSE_VERSION;
    char line[16];
    sk_str text;

    if (!sk_failed(sk_file_read(&text, house->mem, path, 64)) &&
        !sk_str_to_i64(&version, sk_str_trim(text)))
        return sk_fail(SK_BAD, "%s holds no number: restore it from a backup", path);
    if (version > HOUSE_VERSION)
        return sk_fail(SK_BAD,
                       "the state in %s is of version %lld, this sekisho knows %d: "
                       "install a newer sekisho",
                       house->state, (long long)version, HOUSE_VERSION);
    if (version < HOUSE_VERSION)
        return sk_fail(SK_BAD,
                       "the state in %s is of the old version %lld: move it away, or start "
                       "once with the sekisho that made it",
                       house->state, (long long)version);
    snprintf(line, sizeof(line), "%d\n", HOUSE_VERSION);
    return files_write(path, sk_str_of(line), 0644);
}

/* Folders where two users meet are sticky: who did not make a file cannot replace it. */
static sk_err
folders_make(struct house *house)
{
    const struct part_user *gate = house->as_root ? &house->gate_user : NULL;
    const struct part_user *shop = house->as_root ? &house->shop_user : NULL;
    struct part_user shared = { 0, house->gate_user.gid };
    const struct part_user *meet = house->as_root ? &shared : NULL;
    /* the gate writes it, the console reads it */
    struct part_user both = { house->gate_user.uid, house->console_user.gid };

    TRY(files_folder(house->state, 0755, NULL));
    TRY(version_check(house));
    TRY(files_folder(house_path(house, "run"), 01775, meet));
    TRY(files_folder(house_path(house, "log"), 01775, meet));
    TRY(files_folder(house_path(house, "tls"), 0700, NULL));
    TRY(files_folder(house_path(house, "rules"), 0755, NULL));
    TRY(files_folder(house_path(house, "evidence"), 0700, NULL));
    TRY(files_folder(house_path(house, "gate"), 0755, NULL));
    TRY(files_folder(house_path(house, "gate/tmp"), 0700, gate));
    TRY(files_folder(house_path(house, "gate/cache"), 0700, gate));
    TRY(files_folder(house_path(house, "shop"), 0700, shop));
    TRY(files_touch(house_path(house, "rules/exclusions.conf"), 0644, NULL));
    TRY(files_touch(house_path(house, "log/gate-error.log"), 0640, gate));
    return files_touch(house_path(house, "log/gate-audit.json"), 0640, gate ? &both : NULL);
}

/* Files of one site; made here when the configuration names none. */
static void
pair_paths(sk_str *chain, sk_str *key, const struct house *house, const struct conf_site *site)
{
    *chain = render_path(house->mem, house->state, site->chain);
    *key = render_path(house->mem, house->state, site->key);
    if (site->chain.n) return;
    *chain = sk_str_printf(house->mem, "%s/tls/%.*s.pem", house->state, SK_ARG(site->name));
    *key = sk_str_printf(house->mem, "%s/tls/%.*s.key", house->state, SK_ARG(site->name));
}

static sk_err
certificates_make(const struct house *house)
{
    for (size_t i = 0; i < house->conf->site_count; i++) {
        const struct conf_site *site = &house->conf->site[i];
        struct conf_list names = site->names;
        sk_str chain, key;

        pair_paths(&chain, &key, house, site);
        if (site->chain.n ||
            (!sk_failed(cert_check(NULL, chain.p, key.p)) && cert_fits(chain.p, &site->names)))
            continue;
        if (names.count + 2 < CONF_LIST_MAX) {
            names.item[names.count++] = SK_STR("127.0.0.1");
            names.item[names.count++] = SK_STR("::1");
        }
        TRY(cert_make(chain.p, key.p, &names));
    }
    return sk_ok();
}

sk_err
house_prepare(struct house *house)
{
    if (!house->module)
        return sk_fail(SK_MISSING,
                       "ngx_http_sekisho_module.so is not beside %s: build it with "
                       "./run, or install the package sekisho",
                       house->self);
    if (access("/usr/sbin/nginx", X_OK) != 0)
        return sk_fail(SK_MISSING, "/usr/sbin/nginx is missing: install the package nginx "
                                   "(tools/install run)");
    if (house->as_root) {
        TRY(part_user_make(&house->gate_user, "sekisho-gate"));
        TRY(part_user_make(&house->shop_user, "sekisho-shop"));
        TRY(part_user_make(&house->console_user, "sekisho-console"));
    }
    TRY(folders_make(house));
    TRY(services_prepare(house));
    return certificates_make(house);
}

void
house_certificates(struct house *house)
{
    for (size_t i = 0; i < house->conf->site_count; i++) {
        const struct conf_site *site = &house->conf->site[i];
        sk_str chain, key;
        sk_err e;

        if (!site->chain.n) continue;
        pair_paths(&chain, &key, house, site);
        e = cert_check(NULL, chain.p, key.p);
        if (sk_failed(e))
            conf_fault(&house->faults, house->conf, site->line, site->column, "site %.*s: %s",
                       SK_ARG(site->name), e.why);
    }
}

/* ── rendering ── */

static sk_err
file_put(const struct house *house, const char *name, sk_str text, int mode)
{
    return files_write(sk_str_printf(house->mem, "%s/%s", house->gate, name).p, text, mode);
}

/* The gate has copies of the keys that it serves with, and no way to others. */
static sk_err
pair_copy(const struct house *house, const struct conf_site *site)
{
    const struct part_user *gate = house->as_root ? &house->gate_user : NULL;
    sk_str chain, key, pem;
    const char *to;

    pair_paths(&chain, &key, house, site);
    TRY(cert_check(NULL, chain.p, key.p));
    TRY(sk_file_read(&pem, house->mem, chain.p, CERT_FILE_MAX));
    TRY(file_put(house, sk_str_printf(house->mem, "tls/%.*s.pem", SK_ARG(site->name)).p, pem,
                 0644));
    TRY(sk_file_read(&pem, house->mem, key.p, CERT_FILE_MAX));
    to = sk_str_printf(house->mem, "tls/%.*s.key", SK_ARG(site->name)).p;
    TRY(file_put(house, to, pem, 0400));
    return files_give(sk_str_printf(house->mem, "%s/%s", house->gate, to).p, gate);
}

/* The gate signs tickets; whoever reads them has copies of the same key (services.c). */
static sk_err
ticket_key_copy(const struct house *house)
{
    const struct part_user *gate = house->as_root ? &house->gate_user : NULL;
    sk_str key;

    TRY(sk_file_read(&key, house->mem, house_path(house, "keys/ticket.key"), CERT_FILE_MAX));
    TRY(file_put(house, "ticket.key", key, 0400));
    return files_give(sk_str_printf(house->mem, "%s/ticket.key", house->gate).p, gate);
}

static sk_err
module_copy(const struct house *house)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const char *to = sk_str_printf(mem, "%s/ngx_http_sekisho_module.so", house->gate).p;
    struct stat ours, theirs;
    sk_str bytes;

    if (stat(house->module, &theirs) == 0 && stat(to, &ours) == 0 &&
        ours.st_size == theirs.st_size && ours.st_mtime >= theirs.st_mtime)
        return sk_ok();
    TRY(sk_file_read(&bytes, mem, house->module, MODULE_MAX));
    return files_write(to, bytes, 0644);
}

static sk_err
folders_render(const struct house *house)
{
    const struct part_user *gate = house->as_root ? &house->gate_user : NULL;

    TRY(files_folder(house->gate, 0755, NULL));
    TRY(files_folder(sk_str_printf(house->mem, "%s/tmp", house->gate).p, 0700, gate));
    TRY(files_folder(sk_str_printf(house->mem, "%s/tls", house->gate).p, 0755, NULL));
    return files_folder(sk_str_printf(house->mem, "%s/pages", house->gate).p, 0755, NULL);
}

sk_err
house_render(const struct house *house)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    struct render r = {
        .conf = house->conf,
        .state = house->state,
        .gate = house->gate,
        .module = sk_str_printf(house->mem, "%s/ngx_http_sekisho_module.so", house->gate).p,
        .workers = cpus < 1    ? 1
                   : cpus > 64 ? 64
                               : (unsigned)cpus,
        .console = services_has("console"),
    };

    TRY(folders_render(house));
    TRY(module_copy(house));
    TRY(ticket_key_copy(house));
    for (size_t i = 0; i < house->conf->site_count; i++) {
        const struct conf_site *site = &house->conf->site[i];
        sk_str name = sk_str_printf(house->mem, "site-%.*s.rules", SK_ARG(site->name));

        TRY(pair_copy(house, site));
        TRY(file_put(house, name.p, render_rules(house->mem, &r, site), 0644));
    }
    if (r.console)
        TRY(file_put(house, "console.rules", render_rules(house->mem, &r, &render_console_site),
                     0644));
    TRY(file_put(house, "pages/away.ja.html", render_page(house->mem, "ja"), 0644));
    TRY(file_put(house, "pages/away.en.html", render_page(house->mem, "en"), 0644));
    return file_put(house, "nginx.conf", render_nginx(house->mem, &r), 0644);
}

/* "nginx: [emerg] what in file:line", and before it "sekisho: rules: " where the module says it. */
static sk_str
first_complaint(sk_str said)
{
    static const sk_str ours = { "sekisho: rules: ", 16 };
    sk_str line, rest = said;

    while (sk_str_cut(&line, &rest, '\n')) {
        size_t at = sk_str_find(line, SK_STR("[emerg] "));

        if (at == SIZE_MAX) continue;
        line = sk_str_from(line, at + 8);
        return sk_str_starts(line, ours) ? sk_str_from(line, ours.n) : line;
    }
    return sk_str_first(sk_str_trim(said), 500);
}

sk_err
house_test(const struct house *house)
{
    const char *argv[] = { house->self,  "part",    "gate-test", "--state",
                           house->state, "--share", house->gate, NULL };
    sk_str said = { 0 };
    int code = 0;

    TRY(part_run(&code, &said, house->mem, argv));
    if (code == 0) return sk_ok();
    said = first_complaint(said);
    if (sk_str_find(said, SK_STR("is not binary compatible")) != SIZE_MAX)
        return sk_fail(SK_BAD, "the module was built for another nginx than /usr/sbin/nginx: build "
                               "it again (rm -r build/release, then ./run)");
    return sk_fail(SK_BAD, "%.*s", SK_ARG(said));
}
