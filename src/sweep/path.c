#include "sweep/charset.h"
#include "sweep/tally.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum {
    UNPACKED_MAX =
        1 << 30, /* bytes of one file: what unpacks to more is not looked at to its end */
    FILES_MAX = 10000000,
    LINE_END_MAX = 4096, /* bytes from the end of a part in which a place to cut is looked for */
};

#define SQLITE_MAGIC "SQLite format 3"

/* Where a part of text may end so that nothing that is looked for is cut: behind the last line
 * feed, else behind the last sign of a short list (none is the second byte of one in Shift_JIS),
 * else at its end. */
static size_t
cut_of(sk_str part, bool last)
{
    static const char signs[] = "\n\"<,;\t";

    if (last) return part.n;
    for (const char *sign = signs; *sign; sign++)
        for (size_t i = part.n; i > 0 && part.n - i < LINE_END_MAX; i--)
            if (part.p[i - 1] == *sign) return i;
    return part.n;
}

/* At the end: whether it was the file's own. */
static sk_err
whole(gzFile file)
{
    int fault = Z_OK;

    gzerror(file, &fault);
    return fault == Z_OK ? sk_ok() : sk_fail(SK_BAD, "it cannot be unpacked to its end");
}

static sk_err
read_text(struct sweep_tally *tally, gzFile file)
{
    char part[SWEEP_TEXT_MAX / 2]; /* as UTF-8 it may have half as much again */
    enum sweep_charset charset = SWEEP_BINARY;
    size_t kept = 0, all = 0;

    for (bool first = true;; first = false) {
        int n = gzread(file, part + kept, (unsigned)(sizeof part - kept));
        if (n < 0) return sk_fail(SK_BAD, "it cannot be unpacked to its end");
        sk_str text = { part, kept + (size_t)n };
        all += (size_t)n;
        if (first && (charset = sweep_charset_of(text)) == SWEEP_BINARY) {
            tally->sweep->binaries++;
            return sk_ok();
        }
        size_t cut = cut_of(text, n == 0);
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        sweep_tally_text(tally, sweep_charset_read(mem, charset, sk_str_first(text, cut)));
        if (n == 0) return whole(file);
        if (all > UNPACKED_MAX) return sk_fail(SK_FULL, "it is longer than what is looked at");
        kept = text.n - cut;
        memmove(part, part + cut, kept);
    }
}

static void
gz_close(gzFile *file)
{
    if (*file) gzclose_r(*file);
}

static bool
is_sqlite(int fd)
{
    char magic[sizeof SQLITE_MAGIC];

    return pread(fd, magic, sizeof magic, 0) == sizeof magic &&
           memcmp(magic, SQLITE_MAGIC, sizeof magic) == 0;
}

static sk_err
read_file(struct sweep *sweep, const char *where, const char *path)
{
    struct sweep_tally tally;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0) return sk_fail(SK_DENIED, "%s", strerror(errno));
    sweep->files++;
    if (is_sqlite(fd)) {
        close(fd);
        return sweep_sqlite(sweep, where, path);
    }
    DEFER(gz_close) gzFile file = gzdopen(fd, "rb");
    if (!file) {
        close(fd);
        return sk_fail(SK_BROKEN, "zlib has no memory");
    }
    sweep_tally_begin(&tally, sweep, where, sk_str_zcopy(sweep->mem, sk_str_of(path)), 0);
    sk_err e = read_text(&tally, file);
    sweep_tally_end(&tally);
    return e;
}

static void
entry(struct sweep *sweep, const char *where, const FTSENT *e)
{
    if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS)
        sweep_trouble(sweep, e->fts_path, strerror(e->fts_errno));
    if (e->fts_info != FTS_F || e->fts_statp->st_size == 0) return;
    if (sweep->since && (sk_when)e->fts_statp->st_mtime * 1000 < sweep->since) {
        sweep->older++;
        return;
    }
    sk_err failed = read_file(sweep, where, e->fts_path);
    if (sk_failed(failed)) sweep_trouble(sweep, e->fts_path, failed.why);
}

static void
tree_close(FTS **tree)
{
    if (*tree) fts_close(*tree);
}

sk_err
sweep_path(struct sweep *sweep, const char *where)
{
    char *paths[] = { sk_str_zcopy(sweep->mem, sk_str_of(where)), NULL };
    struct stat it;

    if (stat(where, &it) < 0)
        return sk_fail(errno == ENOENT ? SK_MISSING : SK_DENIED, "%s: %s", where, strerror(errno));
    DEFER(tree_close) FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    if (!tree) return sk_fail(SK_BROKEN, "%s: %s", where, strerror(errno));
    for (FTSENT *e; sweep->files < FILES_MAX && (e = fts_read(tree));)
        entry(sweep, where, e);
    return sk_ok();
}
