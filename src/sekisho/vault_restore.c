/* sekisho vault restore-keys: taking a copy of the keeper's keys back, but nothing that was erased.
 */
#include "keeper/keeper.h"

#include "ledger/reader.h"
#include "sekisho/files.h"
#include "sekisho/tongue.h"
#include "sekisho/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COPY_MAX = 1 << 30, PIECE = 1 << 20 };

static void
link_close(struct keeper_link **link)
{
    keeper_link_close(*link);
}

static sk_err
said(enum keeper_word word)
{
    const struct keeper_word_row *row = &keeper_word_rows[word];

    return word == KEEPER_OK ? sk_ok() : sk_fail(row->kind, "keeper: %s: %s", row->name, row->why);
}

/* The `n` digits from `at` on. */
static int
digits_at(sk_str text, size_t at, size_t n)
{
    int64_t number = 0;

    if (!sk_str_to_i64(&number, sk_str_first(sk_str_from(text, at), n))) return 0;
    return (int)number;
}

/* A record's time, "2026-11-27T00:31:54.545Z"; 0 where it is none. */
static sk_when
time_of(sk_str text)
{
    struct tm t = { .tm_year = digits_at(text, 0, 4) - 1900,
                    .tm_mon = digits_at(text, 5, 2) - 1,
                    .tm_mday = digits_at(text, 8, 2),
                    .tm_hour = digits_at(text, 11, 2),
                    .tm_min = digits_at(text, 14, 2),
                    .tm_sec = digits_at(text, 17, 2) };

    if (text.n != LEDGER_TIME) return 0;
    return (sk_when)timegm(&t) * 1000 + digits_at(text, 20, 3);
}

/* "ID TENANT MS SEQUENCE" */
static bool
erased_take(void *ctx, const struct ledger_record *record)
{
    struct sk_buf *lines = ctx;
    const struct ledger_event *event = &record->event;

    if (!sk_str_eq(event->outcome, SK_STR("ok")) || !event->tenant.n) return true;
    sk_buf_printf(lines, "%.*s %.*s %" PRId64 " %" PRIu64 "\n", SK_ARG(event->object),
                  SK_ARG(event->tenant), time_of(record->time), record->sequence);
    return true;
}

/* Who was erased, out of the ledger: a second witness beside the keeper's own tombstones. */
static sk_err
erased_write(const struct house *house, const struct part_user *owner)
{
    struct ledger_filter filter = { .action = SK_STR("vault.erased") };
    struct sk_buf lines = { .mem = house->mem };
    const char *path = house_path(house, "keeper/restore.erased");
    sk_err e = ledger_read(house->state, &filter, erased_take, &lines);

    if (e.kind != SK_MISSING) TRY(e);
    TRY(files_write(path, sk_buf_str(&lines), 0600));
    return files_give(path, owner);
}

/* The part's own folder says whose its files are. */
static sk_err
owner_find(struct part_user *owner, const struct house *house)
{
    struct stat info;
    const char *folder = house_path(house, "keeper");

    if (stat(folder, &info) != 0) return sk_fail(SK_MISSING, "%s: %s", folder, strerror(errno));
    *owner = (struct part_user){ info.st_uid, info.st_gid };
    return sk_ok();
}

static void
fd_close(const int *fd)
{
    if (*fd >= 0) close(*fd);
}

/* So that a wrong file is told by its name, and not as a fault of the keeper's. */
static sk_err
copy_check(const char *path)
{
    static const char first[] = "SQLite format 3";
    DEFER(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    char had[sizeof first] = "";

    if (fd < 0) return sk_fail(SK_MISSING, "%s: %s", path, strerror(errno));
    if (read(fd, had, sizeof had) == (ssize_t)sizeof had && memcmp(had, first, sizeof had) == 0)
        return sk_ok();
    return sk_fail(
        SK_BAD,
        tongue("%s is no copy of keys, as sekisho vault backup-keys makes them",
               "%s は鍵のバックアップ（sekisho vault backup-keys が作るもの）ではありません"),
        path);
}

static sk_err
copy_put(const char *to, const char *from)
{
    DEFER(fd_close) int in = open(from, O_RDONLY | O_CLOEXEC);
    DEFER(fd_close) int out = -1;
    static char piece[PIECE];
    ssize_t n;
    size_t total = 0;

    if (in < 0) return sk_fail(SK_MISSING, "%s: %s", from, strerror(errno));
    (void)unlink(to);
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (out < 0) return sk_fail(SK_DENIED, "%s: %s", to, strerror(errno));
    while ((n = read(in, piece, sizeof piece)) > 0) {
        total += (size_t)n;
        if (total > COPY_MAX || write(out, piece, (size_t)n) != n)
            return sk_fail(SK_FULL, "%s: %s", to, strerror(errno));
    }
    if (n < 0 || fsync(out) != 0) return sk_fail(SK_BROKEN, "%s: %s", from, strerror(errno));
    return sk_ok();
}

sk_err
vault_word_restore_keys(const struct verb_args *args, const struct house *house)
{
    DEFER(link_close) struct keeper_link *link = NULL;
    const char *copy = house_path(house, "keeper/restore.db");
    struct keeper_restored restored;
    struct keeper_none none = { 0 };
    struct part_user owner;
    enum keeper_word word;

    TRY(copy_check(args->arg[1]));
    TRY(owner_find(&owner, house));
    TRY(keeper_link_open(&link, house->state));
    TRY(copy_put(copy, args->arg[1]));
    TRY(files_give(copy, geteuid() == 0 ? &owner : NULL));
    TRY(erased_write(house, geteuid() == 0 ? &owner : NULL));
    word = keeper_restore(&restored, house->mem, link, &none);
    if (word == KEEPER_DENIED)
        return sk_fail(SK_DENIED,
                       tongue("%s was made under a root key that is gone: take a newer one",
                              "%s は、今は無いルート鍵のものです。新しいものを使ってください"),
                       args->arg[1]);
    TRY(said(word));
    printf(tongue("%" PRIu64 " keys were taken back; %" PRIu64
                  " stay away, since they were erased.\n",
                  "%" PRIu64 " 個の鍵を戻しました。消去済みの %" PRIu64 " 個は戻していません。\n"),
           restored.keys, restored.erased);
    return sk_ok();
}
