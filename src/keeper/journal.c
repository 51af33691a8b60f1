#include "keeper/journal.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MARK = 0x4b454550, /* "PEEK" in memory: a record, not zeros that a crash has left */
    PATH = 512,
    CHUNK = 512, /* records read or written at a time */
};

struct keeper_journal {
    char folder[PATH / 2], name[32];
    int fd; /* of the newest log */
    unsigned number;
    uint64_t length;
    _Atomic uint64_t added; /* records since it was opened */
    uint64_t synced;        /* of these, on disk */
};

struct record {
    unsigned char body[KEEPER_RECORD_BODY];
    uint32_t mark, sum;
};
_Static_assert(sizeof(struct record) == KEEPER_RECORD, "a record is its bytes");

/* CRC-32C, reflected 0x1EDC6F41 (RFC 3720, appendix B.4), four bits a step. */
static uint32_t
crc_by_table(uint32_t crc, const unsigned char *p, size_t n)
{
    static const uint32_t nibble[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
        0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
        0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };

    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        crc = nibble[crc & 15] ^ crc >> 4;
        crc = nibble[crc & 15] ^ crc >> 4;
    }
    return crc;
}

#ifdef __x86_64__
/* The processor's own instruction for it (SSE 4.2): 20 people are 20 records. */
__attribute__((target("sse4.2"))) static uint32_t
crc_by_processor(uint32_t crc, const unsigned char *p, size_t n)
{
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t eight;

        memcpy(&eight, p, 8);
        crc = (uint32_t)__builtin_ia32_crc32di(crc, eight);
    }
    for (; n; p++, n--)
        crc = __builtin_ia32_crc32qi(crc, *p);
    return crc;
}
#endif

static uint32_t
sum_of(const struct record *record)
{
    const unsigned char *p = (const unsigned char *)record;
    size_t n = offsetof(struct record, sum);

#ifdef __x86_64__
    if (__builtin_cpu_supports("sse4.2")) return ~crc_by_processor(~0u, p, n);
#endif
    return ~crc_by_table(~0u, p, n);
}

static bool
is_whole(const struct record *record)
{
    return record->mark == MARK && record->sum == sum_of(record);
}

static void
path_of(char path[PATH], const struct keeper_journal *j, unsigned number, const char *ending)
{
    snprintf(path, PATH, "%s/%s-%u.%s", j->folder, j->name, number, ending);
}

/* ── reading ── */

struct walk {
    keeper_journal_visit *visit; /* NULL: only counts */
    void *ctx;
    struct keeper_journal_found *found;
    uint64_t end; /* behind the last whole record, in records */
};

/* Whole records between start and end of a chunk; what is behind the last one is not judged yet. */
static void
chunk_visit(struct walk *w, const struct record *records, size_t count, uint64_t at)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_whole(&records[i])) continue;
        w->found->damaged += at + i - w->end;
        w->end = at + i + 1;
        w->found->records++;
        if (w->visit) w->visit(w->ctx, records[i].body);
    }
}

static sk_err
file_visit(struct walk *w, int fd, const char *path)
{
    struct record records[CHUNK];
    uint64_t at = 0;

    w->end = 0;
    for (;;) {
        ssize_t n = pread(fd, records, sizeof records, (off_t)(at * KEEPER_RECORD));

        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
        if (n < KEEPER_RECORD) {
            w->found->damaged += at - w->end + (n > 0);
            return sk_ok();
        }
        chunk_visit(w, records, (size_t)n / KEEPER_RECORD, at);
        at += (uint64_t)n / KEEPER_RECORD;
    }
}

/* The smallest and largest number of a file with this ending; false: there is none. */
static sk_err
numbers_find(bool *any, unsigned *least, unsigned *most, const struct keeper_journal *j,
             const char *ending)
{
    DIR *dir = opendir(j->folder);
    char form[64];

    *any = false;
    if (!dir) return sk_fail(SK_BROKEN, "%s: %s", j->folder, strerror(errno));
    snprintf(form, sizeof form, "%s-%%u.%s%%n", j->name, ending);
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        unsigned number;
        int end = 0;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        if (sscanf(e->d_name, form, &number, &end) != 1 || end == 0 || e->d_name[end]) continue;
#pragma GCC diagnostic pop
        if (!*any || number < *least) *least = number;
        if (!*any || number > *most) *most = number;
        *any = true;
    }
    closedir(dir);
    return sk_ok();
}

static sk_err
log_visit(struct keeper_journal *j, struct walk *w, unsigned number, const char *ending)
{
    char path[PATH];

    path_of(path, j, number, ending);
    DEFER(sk_fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return sk_ok();
    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    return file_visit(w, fd, path);
}

static sk_err
log_open(struct keeper_journal *j, unsigned number, uint64_t length)
{
    char path[PATH];
    int fd;

    path_of(path, j, number, "log");
    fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return sk_fail(errno == ENOSPC || errno == EDQUOT ? SK_FULL : SK_BROKEN, "%s: %s", path,
                       strerror(errno));
    if (ftruncate(fd, (off_t)(length * KEEPER_RECORD)) != 0) {
        close(fd);
        return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    }
    if (j->fd >= 0) close(j->fd);
    j->fd = fd;
    j->number = number;
    j->length = length;
    return sk_ok();
}

static sk_err
all_visit(struct keeper_journal *j, struct walk *w)
{
    unsigned snap_least = 0, snap = 0, log_least = 0, log = 0;
    bool snaps, logs;

    TRY(numbers_find(&snaps, &snap_least, &snap, j, "snap"));
    TRY(numbers_find(&logs, &log_least, &log, j, "log"));
    w->found->there = snaps || logs;
    if (snaps) TRY(log_visit(j, w, snap, "snap"));
    if (!snaps) snap = log_least;
    if (!logs || log < snap) log = snap;
    w->end = 0;
    for (unsigned n = snap; n <= log; n++)
        TRY(log_visit(j, w, n, "log"));
    return log_open(j, log, w->end);
}

sk_err
keeper_journal_open(struct keeper_journal **journal, struct keeper_journal_found *found,
                    const char *folder, const char *name, keeper_journal_visit *visit, void *ctx)
{
    struct keeper_journal *j = calloc(1, sizeof *j);
    struct walk w = { visit, ctx, found, 0 };
    sk_err e;

    *found = (struct keeper_journal_found){ 0 };
    *journal = NULL;
    if (!j) return sk_fail(SK_FULL, "no memory");
    j->fd = -1;
    if (snprintf(j->folder, sizeof j->folder, "%s", folder) >= (int)sizeof j->folder ||
        snprintf(j->name, sizeof j->name, "%s", name) >= (int)sizeof j->name) {
        free(j);
        return sk_fail(SK_FULL, "%s: the path is too long", folder);
    }
    e = all_visit(j, &w);
    *journal = j;
    if (sk_failed(e)) keeper_journal_close(journal);
    return e;
}

void
keeper_journal_close(struct keeper_journal **journal)
{
    if (!*journal) return;
    if ((*journal)->fd >= 0) close((*journal)->fd);
    free(*journal);
    *journal = NULL;
}

/* ── writing ── */

static sk_err
bytes_write(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0) {
        ssize_t wrote = write(fd, p, n);

        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0)
            return sk_fail(errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? SK_FULL
                                                                                : SK_BROKEN,
                           "the journal cannot be written: %s", strerror(errno));
        p += wrote;
        n -= (size_t)wrote;
    }
    return sk_ok();
}

static sk_err
records_write(int fd, const unsigned char *bodies, size_t count)
{
    struct record records[CHUNK];

    while (count > 0) {
        size_t some = count < CHUNK ? count : CHUNK;

        for (size_t i = 0; i < some; i++) {
            memcpy(records[i].body, bodies + i * KEEPER_RECORD_BODY, KEEPER_RECORD_BODY);
            records[i].mark = MARK;
            records[i].sum = sum_of(&records[i]);
        }
        TRY(bytes_write(fd, records, some * sizeof *records));
        bodies += some * KEEPER_RECORD_BODY;
        count -= some;
    }
    return sk_ok();
}

sk_err
keeper_journal_add(struct keeper_journal *j, const unsigned char *bodies, size_t count)
{
    sk_err e;

    if (j->length + count > KEEPER_JOURNAL_LOG_MAX)
        return sk_fail(SK_FULL, "more than %d records in one log", KEEPER_JOURNAL_LOG_MAX);
    e = records_write(j->fd, bodies, count);
    if (!sk_failed(e)) {
        j->length += count;
        j->added += count;
        return e;
    }
    /* What was written of it must not be read as a whole; O_APPEND goes on at the new end. */
    if (ftruncate(j->fd, (off_t)(j->length * KEEPER_RECORD)) != 0)
        return sk_fail(SK_BROKEN, "the journal cannot be cut: %s", strerror(errno));
    return e;
}

uint64_t
keeper_journal_length(const struct keeper_journal *j)
{
    return j->length;
}

sk_err
keeper_journal_turn(struct keeper_journal *j)
{
    return log_open(j, j->number + 1, 0);
}

static sk_err
snapshot_write(const char *path, const unsigned char *bodies, size_t count)
{
    DEFER(sk_fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0) return sk_fail(SK_FULL, "%s: %s", path, strerror(errno));
    TRY(records_write(fd, bodies, count));
    if (fsync(fd) == 0) return sk_ok();
    return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
}

static void
older_remove(const struct keeper_journal *j)
{
    static const char *const endings[] = { "snap", "log" };
    char path[PATH];

    for (size_t i = 0; i < 2; i++) {
        unsigned least = 0, most = 0;
        bool any = false;

        if (sk_failed(numbers_find(&any, &least, &most, j, endings[i])) || !any) continue;
        for (unsigned n = least; n < j->number; n++) {
            path_of(path, j, n, endings[i]);
            unlink(path);
        }
    }
}

sk_err
keeper_journal_settle(struct keeper_journal *j, const unsigned char *bodies, size_t count)
{
    char aside[PATH], path[PATH];

    path_of(aside, j, j->number, "new");
    path_of(path, j, j->number, "snap");
    TRY(snapshot_write(aside, bodies, count));
    if (rename(aside, path) != 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    DEFER(sk_fd_close) int folder = open(j->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0 || fsync(folder) != 0)
        return sk_fail(SK_BROKEN, "%s: %s", j->folder, strerror(errno));
    older_remove(j);
    return sk_ok();
}

sk_err
keeper_journal_sync(struct keeper_journal *j)
{
    uint64_t added = j->added;

    if (added == j->synced) return sk_ok();
    if (fdatasync(j->fd) != 0) return sk_fail(SK_BROKEN, "the journal: %s", strerror(errno));
    j->synced = added;
    return sk_ok();
}
