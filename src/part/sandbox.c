/* Landlock by hand (Debian 12's libc has no wrappers), seccomp in sandbox_calls.c. */
#include "part/sandbox.h"

#include "base/file.h"
#include "base/json.h"
#include "part/sandbox_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than Debian 12's header; numbers of the kernel's stable interface. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14) /* ABI 3 */
#endif
#define NET_BIND_TCP    (1ULL << 0) /* ABI 4 */
#define NET_CONNECT_TCP (1ULL << 1)

/* The kernel takes shorter and longer forms of this struct; ours ends with ABI 4. */
struct ruleset {
    uint64_t fs, net;
};

enum { CONF_MAX = 1024 * 1024 };

#define FILE_READ  (LANDLOCK_ACCESS_FS_READ_FILE)
#define FILE_WRITE (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
#define DIR_READ   (LANDLOCK_ACCESS_FS_READ_DIR)
#define DIR_WRITE                                                                                  \
    (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                              \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK)
#define NEVER                                                                                      \
    (LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | \
     LANDLOCK_ACCESS_FS_MAKE_SYM)
#define HANDLED (LANDLOCK_ACCESS_FS_EXECUTE | FILE_READ | FILE_WRITE | DIR_READ | DIR_WRITE | NEVER)

/* What every C program needs to run at all: libraries, time zone, names, randomness. */
static const char *const everyone_reads[] = { "/usr/lib",
                                              "/lib",
                                              "/lib64",
                                              "/etc/ld.so.cache",
                                              "/etc/localtime",
                                              "/usr/share/zoneinfo",
                                              "/etc/passwd",
                                              "/etc/group",
                                              "/etc/nsswitch.conf",
                                              "/etc/ssl/openssl.cnf",
                                              "/dev/urandom",
                                              "/dev/null",
                                              "/proc/self",
                                              "/sys/devices/system/cpu",
                                              NULL };
static const char *const everyone_writes[] = { "/dev/null", NULL };
/* The program loader is opened for execution by execve(2) of any program. */
static const char *const loaders[] = { "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1",
                                       NULL };

int
part_sandbox_landlock(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    return abi < 0 ? 0 : (int)abi;
}

bool
part_card_path(char *out, size_t size, const char *path, const struct part_place *place)
{
    const char *base = NULL, *rest = strchr(path, ':');
    int n;

    if (strncmp(path, "state:", 6) == 0) base = place->state;
    if (strncmp(path, "share:", 6) == 0) base = place->share;
    if (base && rest[1])
        n = snprintf(out, size, "%s/%s", base, rest + 1);
    else
        n = snprintf(out, size, "%s", base ? base : path);
    return n >= 0 && (size_t)n < size;
}

static uint64_t
rights_of_abi(int abi)
{
    uint64_t fs = HANDLED;

    if (abi >= 2)
        fs |= LANDLOCK_ACCESS_FS_REFER; /* else moving between folders is always refused */
    if (abi < 3) fs &= ~(uint64_t)LANDLOCK_ACCESS_FS_TRUNCATE;
    return fs;
}

static sk_err
path_allow(int ruleset, const char *path, uint64_t rights)
{
    struct landlock_path_beneath_attr rule = { .allowed_access = rights };
    struct stat s;
    int failed;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0) return sk_ok(); /* what is not there cannot be used either */
    if (fstat(rule.parent_fd, &s) == 0 && !S_ISDIR(s.st_mode))
        rule.allowed_access &= LANDLOCK_ACCESS_FS_EXECUTE | FILE_READ | FILE_WRITE;
    failed = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0;
    close(rule.parent_fd);
    if (failed) return sk_fail(SK_BROKEN, "Landlock refuses %s: %s", path, strerror(errno));
    return sk_ok();
}

static sk_err
paths_allow(int ruleset, const char *const *paths, uint64_t rights, const struct part_place *place)
{
    char path[4096];

    for (size_t i = 0; paths && paths[i]; i++) {
        if (i >= PART_PATHS_MAX) return sk_fail(SK_FULL, "a card names too many paths");
        if (!part_card_path(path, sizeof(path), paths[i], place))
            return sk_fail(SK_FULL, "the path %s is too long", paths[i]);
        TRY(path_allow(ruleset, path, rights));
    }
    return sk_ok();
}

/* What the part's own settings name: the parent wrote them, the part cannot. */
static sk_err
conf_paths_allow(int ruleset, const struct part_card *card, const struct part_place *place,
                 uint64_t rights)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *conf = NULL;
    const sk_json *list;
    sk_str text, name = sk_str_of(card->name);
    sk_err e;

    if (!card->conf_write) return sk_ok();
    e = sk_file_read(
        &text, mem,
        sk_str_printf(mem, "%s/conf/%.*s/%.*s.json", place->state, SK_ARG(name), SK_ARG(name)).p,
        CONF_MAX);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    TRY(sk_json_read(&conf, text));
    list = sk_json_get(conf, card->conf_write);
    if (sk_json_count(list) > PART_PATHS_MAX)
        return sk_fail(SK_FULL, "%s: more than %d paths", card->conf_write, PART_PATHS_MAX);
    for (size_t i = 0; i < sk_json_count(list); i++) {
        sk_str path = sk_json_as_str(sk_json_at(list, i));

        if (path.n < 2 || path.p[0] != '/')
            return sk_fail(SK_BAD, "%s: %.*s: expected a path from /", card->conf_write,
                           SK_ARG(path));
        TRY(path_allow(ruleset, sk_str_zcopy(mem, path), rights));
    }
    return sk_ok();
}

static sk_err
rules_add(int ruleset, const struct part_card *card, const struct part_place *place,
          uint64_t handled)
{
    uint64_t read = (FILE_READ | DIR_READ) & handled;
    uint64_t write = (read | FILE_WRITE | DIR_WRITE | LANDLOCK_ACCESS_FS_REFER) & handled;
    uint64_t exec = LANDLOCK_ACCESS_FS_EXECUTE | FILE_READ;

    TRY(paths_allow(ruleset, everyone_reads, read, place));
    TRY(paths_allow(ruleset, everyone_writes, write, place));
    TRY(paths_allow(ruleset, card->read, read, place));
    TRY(paths_allow(ruleset, card->write, write, place));
    TRY(conf_paths_allow(ruleset, card, place, write));
    if (!(card->may & PART_MAY_EXEC)) return sk_ok();
    TRY(paths_allow(ruleset, loaders, exec, place));
    return paths_allow(ruleset, card->programs, exec, place);
}

static sk_err
landlock_enter(const struct part_card *card, const struct part_place *place, int abi)
{
    struct ruleset attr = { .fs = rights_of_abi(abi) };
    size_t size = abi >= 4 ? sizeof(attr) : sizeof(attr.fs);
    DEFER(sk_fd_close) int ruleset = -1;

    if (!(card->may & PART_MAY_LISTEN)) attr.net |= NET_BIND_TCP;
    if (!(card->may & PART_MAY_CONNECT)) attr.net |= NET_CONNECT_TCP;
    ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
    if (ruleset < 0) return sk_fail(SK_BROKEN, "no Landlock ruleset: %s", strerror(errno));
    TRY(rules_add(ruleset, card, place, attr.fs));
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        return sk_fail(SK_BROKEN, "Landlock does not hold: %s", strerror(errno));
    return sk_ok();
}

sk_err
part_sandbox_enter(const char **remark, const struct part_card *card,
                   const struct part_place *place)
{
    int abi = part_sandbox_landlock();

    *remark = NULL;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return sk_fail(SK_BROKEN, "cannot set no_new_privs: %s", strerror(errno));
    if (abi > 0)
        TRY(landlock_enter(card, place, abi));
    else
        *remark = "this kernel has no Landlock: files are kept apart by users only";
    return part_sandbox_calls(card);
}
