#include "ledger/tiles.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROUPS_MAX = 7 /* of three digits in a 64-bit number */ };

/* N as x001/x234/067 */
static size_t
index_put(char *out, size_t size, uint64_t n)
{
    unsigned group[GROUPS_MAX], count = 0;
    size_t at = 0;

    do
        group[count++] = (unsigned)(n % 1000);
    while ((n /= 1000) != 0);
    while (count--) {
        int put = snprintf(out + at, size - at, count ? "x%03u/" : "%03u", group[count]);
        at += (size_t)put;
    }
    return at;
}

static void
path_put(char out[LEDGER_TILE_PATH], int head, uint64_t n, unsigned width)
{
    size_t at = (size_t)head + index_put(out + head, LEDGER_TILE_PATH - (size_t)head, n);

    if (width < LEDGER_TILE) snprintf(out + at, LEDGER_TILE_PATH - at, ".p/%u", width);
}

void
ledger_tile_path(char out[LEDGER_TILE_PATH], unsigned level, uint64_t n, unsigned width)
{
    path_put(out, snprintf(out, LEDGER_TILE_PATH, "tile/%u/", level), n, width);
}

void
ledger_bundle_path(char out[LEDGER_TILE_PATH], uint64_t n, unsigned width)
{
    path_put(out, snprintf(out, LEDGER_TILE_PATH, "tile/entries/"), n, width);
}

unsigned
ledger_tile_width(unsigned level, uint64_t n, uint64_t size)
{
    uint64_t hashes = size >> (level * LEDGER_TILE_HEIGHT), first = n * LEDGER_TILE;

    if (hashes <= first) return 0;
    return hashes - first < LEDGER_TILE ? (unsigned)(hashes - first) : LEDGER_TILE;
}

/* All of a file that should have `n` bytes. */
static sk_err
file_get(void *out, size_t n, int dir, const char *path)
{
    DEFER(sk_fd_close) int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat s;

    if (fd < 0)
        return sk_fail(errno == ENOENT ? SK_MISSING : SK_BROKEN, "%s: %s", path, strerror(errno));
    if (fstat(fd, &s) != 0 || s.st_size != (off_t)n || pread(fd, out, n, 0) != (ssize_t)n)
        return sk_fail(SK_BROKEN, "%s has not the %zu bytes that it must have", path, n);
    return sk_ok();
}

static void
folder_close(DIR **folder)
{
    if (*folder) closedir(*folder);
}

/* The largest width in the folder N.p; 0: none. */
static unsigned
widest(int dir, const char *folder_path)
{
    int fd = openat(dir, folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DEFER(folder_close) DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;
    unsigned most = 0;

    if (fd >= 0 && !folder) close(fd);
    while (folder && (entry = readdir(folder))) {
        char *end;
        unsigned long width = strtoul(entry->d_name, &end, 10);

        if (*end == 0 && end != entry->d_name && width > most && width < LEDGER_TILE)
            most = (unsigned)width;
    }
    return most;
}

sk_err
ledger_tile_read(struct ledger_hash hash[LEDGER_TILE], unsigned *count, int dir, unsigned level,
                 uint64_t n)
{
    char path[LEDGER_TILE_PATH], full[LEDGER_TILE_PATH];
    sk_err e;

    ledger_tile_path(full, level, n, LEDGER_TILE);
    e = file_get(hash, LEDGER_TILE * sizeof *hash, dir, full);
    *count = LEDGER_TILE;
    if (e.kind != SK_MISSING) return e;
    snprintf(path, sizeof path, "%.60s.p", full);
    *count = widest(dir, path);
    if (*count == 0) return sk_fail(SK_MISSING, "%s is not there", full);
    ledger_tile_path(path, level, n, *count);
    return file_get(hash, *count * sizeof *hash, dir, path);
}

sk_err
ledger_tiles_get(struct ledger_hash *out, void *ctx, unsigned height, uint64_t index)
{
    struct ledger_tiles *tiles = ctx;
    unsigned level = height / LEDGER_TILE_HEIGHT, inner = height % LEDGER_TILE_HEIGHT;
    uint64_t first = index << inner, n = first / LEDGER_TILE;
    unsigned at = (unsigned)(first % LEDGER_TILE), count = 1u << inner;
    char path[LEDGER_TILE_PATH];

    if (tiles->kept[level].n != n || tiles->kept[level].count < at + count) {
        tiles->kept[level].count = 0;
        TRY(ledger_tile_read(tiles->kept[level].hash, &tiles->kept[level].count, tiles->dir, level,
                             n));
        tiles->kept[level].n = n;
    }
    ledger_tile_path(path, level, n, LEDGER_TILE);
    if (tiles->kept[level].count < at + count)
        return sk_fail(SK_MISSING, "%s has only %u hashes", path, tiles->kept[level].count);
    ledger_subtree(out, &tiles->kept[level].hash[at], count);
    return sk_ok();
}

/* ── writing ── */

static bool
folders_make(int dir, const char *path)
{
    char part[256];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdirat(dir, part, 0750) != 0 && errno != EEXIST) return false;
    }
    return true;
}

static sk_err
not_written(const char *path)
{
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;

    return sk_fail(full ? SK_FULL : SK_BROKEN, "%s cannot be written: %s", path, strerror(errno));
}

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

sk_err
ledger_file_put(int dir, const char *path, sk_str bytes, bool sync)
{
    char aside[256];
    int fd;

    snprintf(aside, sizeof aside, "%s.new", path);
    fd = openat(dir, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0 && errno == ENOENT && folders_make(dir, path))
        fd = openat(dir, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) return not_written(path);
    bool good = write_all(fd, bytes) && (!sync || fsync(fd) == 0);
    int reason = errno;
    close(fd);
    errno = reason;
    if (good && renameat(dir, aside, dir, path) == 0) return sk_ok();
    sk_err e = not_written(path);
    unlinkat(dir, aside, 0);
    return e;
}
