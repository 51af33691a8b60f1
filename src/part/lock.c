#include "part/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static pid_t
pid_read(int fd)
{
    char text[32] = "";
    ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

    return n > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

sk_err
part_lock_take(int *fd, pid_t *holder, const char *path)
{
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (*fd < 0) return sk_fail(SK_DENIED, "cannot write %s: %s", path, strerror(errno));
    if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        *holder = pid_read(*fd);
        close(*fd);
        *fd = -1;
        return sk_fail(SK_BUSY, "%s is held by process %d", path, (int)*holder);
    }
    if (ftruncate(*fd, 0) != 0 || dprintf(*fd, "%d\n", (int)getpid()) < 0) {
        sk_err e = sk_fail(SK_FULL, "cannot write %s: %s", path, strerror(errno));
        close(*fd);
        *fd = -1;
        return e;
    }
    return sk_ok();
}

sk_err
part_lock_holder(pid_t *holder, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool held;

    if (fd < 0) return sk_fail(SK_MISSING, "no %s", path);
    /* A shared lock, so that two askers do not take each other for the holder. */
    held = flock(fd, LOCK_SH | LOCK_NB) != 0;
    *holder = pid_read(fd);
    close(fd);
    return held ? sk_ok() : sk_fail(SK_MISSING, "nobody holds %s", path);
}
