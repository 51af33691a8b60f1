#include "sekisho/files.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static sk_err
fault(const char *path, int reason)
{
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
        return sk_fail(SK_FULL, "no room to write %s: free some space on that disk", path);
    case EACCES:
    case EPERM:
    case EROFS:
        return sk_fail(SK_DENIED,
                       "%s cannot be written (%s): choose another folder by --state, or "
                       "make it yours",
                       path, strerror(reason));
    default:
        return sk_fail(SK_BROKEN, "%s cannot be written: %s", path, strerror(reason));
    }
}

static bool
write_all(int fd, sk_str text)
{
    while (text.n) {
        ssize_t n = write(fd, text.p, text.n);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        text = sk_str_from(text, (size_t)n);
    }
    return true;
}

sk_err
files_write(const char *path, sk_str text, int mode)
{
    char fresh[4096];
    int fd, n = snprintf(fresh, sizeof(fresh), "%s.new", path);
    bool done;

    if (n < 0 || (size_t)n >= sizeof(fresh)) return sk_fail(SK_FULL, "%s: path too long", path);
    unlink(fresh);
    fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (fd < 0) return fault(path, errno);
    done = write_all(fd, text) && fchmod(fd, (mode_t)mode) == 0 && fsync(fd) == 0;
    n = errno;
    close(fd);
    if (done && rename(fresh, path) == 0) return sk_ok();
    n = done ? errno : n;
    unlink(fresh);
    return fault(path, n);
}

static sk_err
folder_make(const char *path)
{
    char above[4096];
    size_t n = strlen(path);

    if (n >= sizeof(above)) return sk_fail(SK_FULL, "%s: path too long", path);
    memcpy(above, path, n + 1);
    for (size_t i = 1; i < n; i++) {
        if (above[i] != '/') continue;
        above[i] = '\0';
        if (mkdir(above, 0755) != 0 && errno != EEXIST) return fault(above, errno);
        above[i] = '/';
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return fault(path, errno);
    return sk_ok();
}

sk_err
files_folder(const char *path, int mode, const struct part_user *owner)
{
    struct stat s;

    TRY(folder_make(path));
    if (stat(path, &s) != 0 || !S_ISDIR(s.st_mode))
        return sk_fail(SK_BAD, "%s is there and no folder: move it away", path);
    TRY(files_give(path, owner));
    if (((int)s.st_mode & 07777) != mode && chmod(path, (mode_t)mode) != 0)
        return fault(path, errno);
    if (access(path, W_OK | X_OK) != 0) return fault(path, errno);
    return sk_ok();
}

sk_err
files_give(const char *path, const struct part_user *owner)
{
    if (!owner || lchown(path, owner->uid, owner->gid) == 0) return sk_ok();
    return fault(path, errno);
}

sk_err
files_touch(const char *path, int mode, const struct part_user *owner)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);

    if (fd < 0) return fault(path, errno);
    close(fd);
    return files_give(path, owner);
}

enum { RULE_FILE_MAX = 16 * 1024 * 1024 };

static void
folder_close(DIR **folder)
{
    if (*folder) closedir(*folder);
}

sk_err
files_rules_copy(sk_arena *mem, const char *from, const char *to)
{
    DEFER(folder_close) DIR *folder = opendir(from);
    struct dirent *entry;

    while (folder && (entry = readdir(folder))) {
        sk_str text, name = sk_str_of(entry->d_name);

        if (entry->d_name[0] == '.') continue;
        if (!sk_str_ends(name, SK_STR(".conf")) && !sk_str_ends(name, SK_STR(".data"))) continue;
        TRY(sk_file_read(&text, mem, sk_str_printf(mem, "%s/%.*s", from, SK_ARG(name)).p,
                         RULE_FILE_MAX));
        TRY(files_write(sk_str_printf(mem, "%s/%.*s", to, SK_ARG(name)).p, text, 0644));
    }
    return sk_ok();
}
