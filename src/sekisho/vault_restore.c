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

static bool
erased_take(void *ctx, const struct ledger_record *record)
{
    struct sk_buf *ids = ctx;

    if (!sk_str_eq(record->event.outcome, SK_STR("ok"))) return true;
    sk_buf_add(ids, record->event.object);
    sk_buf_byte(ids, '\n');
    return true;
}

/* Who was erased, out of the ledger: a second witness beside the keeper's own tombstones. */
static sk_err
erased_write(const struct house *house, const struct part_user *owner)
{
    struct ledger_filter filter = { .action = SK_STR("vault.erased") };
    struct sk_buf ids = { .mem = house->mem };
    const char *path = house_path(house, "keeper/restore.erased");
    sk_err e = ledger_read(house->state, &filter, erased_take, &ids);

    if (e.kind != SK_MISSING) TRY(e);
    TRY(files_write(path, sk_buf_str(&ids), 0600));
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

    TRY(owner_find(&owner, house));
    TRY(keeper_link_open(&link, house->state));
    TRY(copy_put(copy, args->arg[1]));
    TRY(files_give(copy, geteuid() == 0 ? &owner : NULL));
    TRY(erased_write(house, geteuid() == 0 ? &owner : NULL));
    TRY(said(keeper_restore(&restored, house->mem, link, &none)));
    printf(tongue("%" PRIu64 " keys were taken back; %" PRIu64
                  " stay away, since they were erased.\n",
                  "%" PRIu64 " 個の鍵を戻しました。消去済みの %" PRIu64 " 個は戻していません。\n"),
           restored.keys, restored.erased);
    return sk_ok();
}
