/* Users without login, one a part; see drop.h. */
#include "part/drop.h"

#include "base/str.h"
#include "part/run.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PATH_DEPTH_MAX = 64 };

sk_err
part_user_find(struct part_user *user, const char *name)
{
    struct passwd *row = getpwnam(name);

    if (!row) return sk_fail(SK_MISSING, "there is no system user %s", name);
    if (row->pw_uid == 0) return sk_fail(SK_DENIED, "the system user %s is the superuser", name);
    *user = (struct part_user){ row->pw_uid, row->pw_gid };
    return sk_ok();
}

sk_err
part_user_make(struct part_user *user, const char *name)
{
    const char *argv[] = { "/usr/sbin/useradd",
                           "--system",
                           "--user-group",
                           "--no-create-home",
                           "--home-dir",
                           "/nonexistent",
                           "--shell",
                           "/usr/sbin/nologin",
                           name,
                           NULL };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str said = { 0 };
    int code = 0;

    if (!sk_failed(part_user_find(user, name))) return sk_ok();
    TRY(part_run(&code, &said, mem, argv));
    if (code != 0)
        return sk_fail(SK_BROKEN, "useradd could not make the system user %s: %.*s", name,
                       SK_ARG(sk_str_trim(said)));
    return part_user_find(user, name);
}

static bool
may_search(const struct part_user *user, const char *path)
{
    struct stat s;

    if (stat(path, &s) != 0) return false;
    if (s.st_uid == user->uid) return (s.st_mode & S_IXUSR) != 0;
    if (s.st_gid == user->gid) return (s.st_mode & S_IXGRP) != 0;
    return (s.st_mode & S_IXOTH) != 0;
}

bool
part_user_reaches(const struct part_user *user, const char *path)
{
    char prefix[4096];
    size_t n = strlen(path);
    unsigned depth = 0;

    if (n >= sizeof(prefix) || path[0] != '/') return false;
    if (!may_search(user, "/")) return false;
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        if (++depth > PATH_DEPTH_MAX) return false;
        memcpy(prefix, path, i);
        prefix[i] = '\0';
        if (!may_search(user, prefix)) return false;
    }
    return true;
}

/* libcap would be a dependency for two system calls. */
static bool
capabilities_set(uint32_t wanted)
{
    struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { { wanted, wanted, wanted }, { 0, 0, 0 } };

    return syscall(SYS_capset, &head, data) == 0;
}

static bool
capability_hand_down(unsigned capability)
{
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0;
}

sk_err
part_user_take(const struct part_user *user, const struct part_kept *kept)
{
    uint32_t caps = (kept->low_ports ? 1u << CAP_NET_BIND_SERVICE : 0) |
                    (kept->any_path ? 1u << CAP_DAC_READ_SEARCH : 0);

    if (geteuid() != 0) return sk_fail(SK_DENIED, "only the superuser can take another user");
    if (prctl(PR_SET_KEEPCAPS, caps != 0, 0, 0, 0) != 0 || setgroups(0, NULL) != 0 ||
        setresgid(user->gid, user->gid, user->gid) != 0 ||
        setresuid(user->uid, user->uid, user->uid) != 0)
        return sk_fail(SK_BROKEN, "cannot take user %u: %s", user->uid, strerror(errno));
    if (!capabilities_set(caps))
        return sk_fail(SK_BROKEN, "cannot give up capabilities: %s", strerror(errno));
    if (kept->low_ports && !capability_hand_down(CAP_NET_BIND_SERVICE))
        return sk_fail(SK_BROKEN, "cannot keep the right to low ports: %s", strerror(errno));
    if (kept->any_path && !capability_hand_down(CAP_DAC_READ_SEARCH))
        return sk_fail(SK_BROKEN, "cannot keep the right to find paths: %s", strerror(errno));
    if (setresuid(0, 0, 0) == 0) return sk_fail(SK_BROKEN, "the superuser's rights came back");
    return sk_ok();
}
