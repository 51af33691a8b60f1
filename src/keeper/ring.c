#include "base/file.h"
#include "base/hash.h"
#include "keeper/root.h"
#include "keeper/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 4096 };

struct keeper_ring *
keeper_ring_new(void)
{
    return keeper_pages_new(sizeof(struct keeper_ring));
}

void
keeper_ring_free(struct keeper_ring *ring)
{
    keeper_pages_free(ring, sizeof *ring);
}

static bool
line_read(struct keeper_ring *ring, sk_str line)
{
    struct keeper_key *key = &ring->row[ring->count].key;
    sk_str number;
    int64_t value;

    if (!sk_str_cut(&number, &line, ' ') || !sk_str_to_i64(&value, number) || value < 1 ||
        value > INT32_MAX || line.n != 2 * sizeof key->byte)
        return false;
    if (ring->count && (uint32_t)value <= ring->row[ring->count - 1].number) return false;
    for (size_t i = 0; i < sizeof key->byte; i++) {
        int high = sk_hex_value(line.p[2 * i]), low = sk_hex_value(line.p[2 * i + 1]);

        if (high < 0 || low < 0) return false;
        key->byte[i] = (unsigned char)(high * 16 + low);
    }
    ring->row[ring->count++].number = (uint32_t)value;
    return true;
}

sk_err
keeper_ring_read(struct keeper_ring *ring, sk_str text)
{
    sk_str line;

    ring->count = 0;
    while (sk_str_cut(&line, &text, '\n')) {
        if (line.n == 0 && text.n == 0) break;
        if (ring->count == KEEPER_ROOTS_MAX)
            return sk_fail(SK_BAD, "more than %d keys", KEEPER_ROOTS_MAX);
        if (!line_read(ring, line))
            return sk_fail(SK_BAD, "line %zu is no NUMBER, rising, and 64 hexadecimal digits",
                           ring->count + 1);
    }
    return ring->count ? sk_ok() : sk_fail(SK_BAD, "there is no key in it");
}

sk_str
keeper_ring_write(sk_arena *mem, const struct keeper_ring *ring)
{
    struct sk_buf out = { .mem = mem };

    sk_buf_room(&out, FILE_MAX); /* it does not grow, so there is one copy only */
    for (size_t i = 0; i < ring->count; i++) {
        sk_buf_printf(&out, "%" PRIu32 " ", ring->row[i].number);
        for (size_t b = 0; b < KEEPER_KEY; b++) {
            sk_buf_byte(&out, "0123456789abcdef"[ring->row[i].key.byte[b] >> 4]);
            sk_buf_byte(&out, "0123456789abcdef"[ring->row[i].key.byte[b] & 15]);
        }
        sk_buf_byte(&out, '\n');
    }
    return sk_buf_str(&out);
}

sk_err
keeper_ring_add(struct keeper_ring *ring)
{
    if (ring->count == KEEPER_ROOTS_MAX)
        return sk_fail(SK_FULL, "there are %d root keys already", KEEPER_ROOTS_MAX);
    ring->row[ring->count].number = ring->count ? ring->row[ring->count - 1].number + 1 : 1;
    keeper_key_new(&ring->row[ring->count].key);
    ring->count++;
    return sk_ok();
}

void
keeper_ring_drop_older(struct keeper_ring *ring)
{
    if (ring->count < 2) return;
    ring->row[0] = ring->row[ring->count - 1];
    for (size_t i = 1; i < ring->count; i++)
        keeper_key_wipe(&ring->row[i].key);
    ring->count = 1;
}

sk_err
keeper_ring_wrap(struct keeper_wrapped *out, uint32_t *number, const struct keeper_ring *ring,
                 sk_str bound, const struct keeper_key *key)
{
    *number = ring->row[ring->count - 1].number;
    return keeper_key_wrap(out, &ring->row[ring->count - 1].key, bound, key);
}

sk_err
keeper_ring_unwrap(struct keeper_key *key, const struct keeper_ring *ring, uint32_t number,
                   sk_str bound, const struct keeper_wrapped *wrapped)
{
    for (size_t i = 0; i < ring->count; i++)
        if (ring->row[i].number == number)
            return keeper_key_unwrap(key, &ring->row[i].key, bound, wrapped);
    return sk_fail(SK_MISSING, "the root key %" PRIu32 " is gone", number);
}

/* ── files ── */

static sk_err
folder_sync(const char *path)
{
    char copy[PATH_MAX];

    snprintf(copy, sizeof copy, "%s", path);
    DEFER(sk_fd_close) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return sk_fail(SK_BROKEN, "the folder of %s: %s", path, strerror(errno));
    return sk_ok();
}

static bool
all_written(int fd, sk_str text)
{
    while (text.n) {
        ssize_t n = write(fd, text.p, text.n);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text = sk_str_from(text, (size_t)n);
    }
    return fsync(fd) == 0;
}

/* An older key's bytes must not stay in the file that is replaced. A disk may keep them elsewhere.
 */
static void
overwrite(int fd)
{
    static const char zeros[FILE_MAX];
    struct stat info;

    if (fd < 0 || fstat(fd, &info) != 0) return;
    size_t n = info.st_size < FILE_MAX ? (size_t)info.st_size : FILE_MAX;
    if (pwrite(fd, zeros, n, 0) == (ssize_t)n) (void)fsync(fd);
}

sk_err
keeper_root_file_put(const char *path, sk_str text)
{
    char draft[PATH_MAX];

    if (snprintf(draft, sizeof draft, "%s.new", path) >= (int)sizeof draft)
        return sk_fail(SK_FULL, "%s is too long a path", path);
    (void)unlink(draft); /* of a start that was killed */
    (void)chmod(path, 0600);
    DEFER(sk_fd_close) int old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    DEFER(sk_fd_close) int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0 || !all_written(fd, text) || rename(draft, path) != 0) {
        sk_err e = sk_fail(errno == ENOSPC || errno == EFBIG ? SK_FULL : SK_BROKEN, "%s: %s", path,
                           strerror(errno));
        (void)unlink(draft);
        (void)chmod(path, 0400);
        return e;
    }
    TRY(folder_sync(path));
    overwrite(old);
    return sk_ok();
}

sk_err
keeper_root_file_get(sk_str *text, sk_arena *mem, const char *path)
{
    struct stat info;

    if (stat(path, &info) == 0 && (info.st_mode & 077) != 0)
        return sk_fail(SK_DENIED, "%s: others may read it: chmod 400 it, then rotate the root key",
                       path);
    return sk_file_read(text, mem, path, FILE_MAX);
}
