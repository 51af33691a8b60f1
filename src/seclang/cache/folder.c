#include "seclang/cache/folder.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Only what is named so is ever removed. */
static const sk_str file_ending = { ".rules", 6 };
static const char aside[] = ".fresh";

static bool
is_trusted(const struct stat *s)
{
    return (s->st_uid == 0 || s->st_uid == geteuid()) && !(s->st_mode & (S_IWGRP | S_IWOTH));
}

static sk_err
fault(const char *what)
{
    enum sk_kind kind = errno == ENOENT                                        ? SK_MISSING
                        : errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? SK_FULL
                        : errno == EACCES || errno == EPERM || errno == EROFS || errno == ELOOP
                            ? SK_DENIED
                            : SK_BROKEN;

    return sk_fail(kind, "%s: %s", what, strerror(errno));
}

static sk_err
check(int folder)
{
    struct stat s;

    if (fstat(folder, &s) != 0) return fault("it cannot be looked at");
    if (is_trusted(&s)) return sk_ok();
    return sk_fail(SK_DENIED, "it must belong to root or to this user, and no other may write "
                              "to it");
}

sk_err
seclang_folder_open(int *folder, const char *path)
{
    sk_err failed;

    if (mkdir(path, 0700) != 0 && errno != EEXIST && errno != EACCES && errno != EROFS)
        return fault("it cannot be made");
    *folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*folder < 0) return fault("it cannot be opened");
    failed = check(*folder);
    if (sk_failed(failed)) close(*folder);
    return failed;
}

/* ── reading ── */

static sk_err
read_all(sk_str *bytes, sk_arena *mem, int fd, size_t size)
{
    char *p = sk_alloc(mem, size);
    size_t n = 0;

    while (n < size) {
        ssize_t got = read(fd, p + n, size - n);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fault("it cannot be read");
        if (got == 0) break; /* it has become shorter: the pack's table will tell */
        n += (size_t)got;
    }
    *bytes = (sk_str){ p, n };
    return sk_ok();
}

sk_err
seclang_folder_read(sk_str *bytes, sk_arena *mem, int folder, const char *name, size_t most)
{
    DEFER(sk_fd_close)
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat s;

    if (fd < 0) return fault("it cannot be opened");
    if (fstat(fd, &s) != 0) return fault("it cannot be looked at");
    if (!S_ISREG(s.st_mode) || !is_trusted(&s))
        return sk_fail(SK_DENIED, "it must be a file of root or of this user, and no other may "
                                  "write to it");
    if (s.st_size < 0 || (uint64_t)s.st_size > most)
        return sk_fail(SK_FULL, "it is larger than %zu bytes", most);
    return read_all(bytes, mem, fd, (size_t)s.st_size);
}

/* ── writing ── */

static bool
write_all(int fd, sk_str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes = sk_str_from(bytes, (size_t)n);
    }
    return true;
}

static void
folder_close(DIR **folder)
{
    if (*folder) closedir(*folder);
}

struct other {
    char name[NAME_MAX + 1];
    struct timespec changed;
};

static bool
is_older(const struct other *a, const struct timespec *than)
{
    if (a->changed.tv_sec != than->tv_sec) return a->changed.tv_sec < than->tv_sec;
    return a->changed.tv_nsec < than->tv_nsec;
}

/* Keeps the newest in `kept`; what falls out of it is removed. */
static void
weigh(struct other kept[SECLANG_FOLDER_OLD], int folder, const char *name)
{
    struct other one, swap;
    struct stat s;

    if (fstatat(folder, name, &s, AT_SYMLINK_NOFOLLOW) != 0) return;
    snprintf(one.name, sizeof(one.name), "%s", name);
    one.changed = s.st_mtim;
    for (size_t i = 0; i < SECLANG_FOLDER_OLD; i++) {
        if (kept[i].name[0] && !is_older(&kept[i], &one.changed)) continue;
        swap = kept[i];
        kept[i] = one;
        one = swap;
        if (!one.name[0]) return;
    }
    unlinkat(folder, one.name, 0);
}

/* Under the folder's lock: whatever lies aside was left behind. */
static void
tidy(int folder, const char *own)
{
    DEFER(folder_close) DIR *list = NULL;
    struct other kept[SECLANG_FOLDER_OLD] = { 0 };
    struct dirent *entry;
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) return;
    list = fdopendir(fd);
    if (!list) {
        close(fd);
        return;
    }
    while ((entry = readdir(list))) {
        sk_str name = sk_str_of(entry->d_name);

        if (sk_str_eq(name, sk_str_of(own))) continue;
        if (sk_str_eq(name, sk_str_of(aside)))
            unlinkat(folder, entry->d_name, 0);
        else if (sk_str_ends(name, file_ending))
            weigh(kept, folder, entry->d_name);
    }
}

static sk_err
replace(int folder, const char *name, sk_str bytes)
{
    DEFER(sk_fd_close)
    int fd = openat(folder, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    sk_err failed;

    if (fd < 0) return fault("it cannot be written");
    if (write_all(fd, bytes) && fsync(fd) == 0 && renameat(folder, aside, folder, name) == 0)
        return sk_ok();
    failed = fault("it cannot be written");
    unlinkat(folder, aside, 0);
    return failed;
}

sk_err
seclang_folder_write(int folder, const char *name, sk_str bytes)
{
    sk_err failed;

    while (flock(folder, LOCK_EX) != 0)
        if (errno != EINTR) return fault("it cannot be locked");
    tidy(folder, name);
    failed = replace(folder, name, bytes);
    if (!sk_failed(failed)) fsync(folder); /* lost after a power cut: made anew */
    flock(folder, LOCK_UN);
    return failed;
}
