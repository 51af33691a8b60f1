/* Reading whole files and removing folders: the one place of this room that touches the disk, since
 * rule files, configuration and test cases are all read whole. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_OPEN = 32 }; /* folders that a removal holds open at once */

sk_err
sk_file_read(sk_str *text, sk_arena *mem, const char *path, size_t most)
{
    DEFER(sk_fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct sk_buf buf = { .mem = mem };

    if (fd < 0)
        return sk_fail(errno == ENOENT ? SK_MISSING : SK_DENIED, "%s: %s", path, strerror(errno));
    for (;;) {
        ssize_t n = read(fd, sk_buf_room(&buf, 16384), 16384);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
        if (n == 0) break;
        buf.n += (size_t)n;
        if (buf.n > most) return sk_fail(SK_FULL, "%s: larger than %zu bytes", path, most);
    }
    *sk_buf_room(&buf, 1) = 0;
    *text = sk_buf_str(&buf);
    return sk_ok();
}

bool
sk_file_exists(const char *path)
{
    struct stat s;

    return stat(path, &s) == 0;
}

static int
remove_one(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)s, (void)kind, (void)where;
    return remove(path);
}

bool
sk_file_remove_tree(const char *path)
{
    return nftw(path, remove_one, DEPTH_OPEN, FTW_DEPTH | FTW_PHYS) == 0;
}

void
sk_fd_close(const int *fd)
{
    if (*fd >= 0) close(*fd);
}
