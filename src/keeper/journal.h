/* What must survive kill -9 without a database: records of one size, appended by one write(2) each
 * time. Two files: NAME-N.snap holds what was alive when log N was begun, NAME-N.log what came
 * after. Turning begins log N+1; when its snapshot is on disk the older files go.
 *
 *     read at start   the newest whole snapshot, then the logs from its number on
 *
 * Each record ends with a CRC-32C. A damaged end of a log, which is what a kill in the middle of a
 * write leaves, is cut off; damage elsewhere is passed over and counted. Bytes lie as this
 * machine's memory has them: the files never leave it but in its backups. */
#ifndef SK_KEEPER_JOURNAL_H
#define SK_KEEPER_JOURNAL_H

#include "base/str.h"

enum {
    KEEPER_RECORD_BODY = 112,         /* bytes */
    KEEPER_RECORD = 120,              /* with its mark and its checksum */
    KEEPER_JOURNAL_LOG_MAX = 8000000, /* records of one log; more are refused until it is turned */
};

struct keeper_journal;
typedef void keeper_journal_visit(void *ctx, const unsigned char *body);

struct keeper_journal_found {
    bool there;       /* any file of it */
    uint64_t records; /* read */
    uint64_t damaged; /* passed over or cut off, in whole records */
};

/* Reads what is there in order, then goes on with the newest log. SK_BROKEN: a file cannot be
 * opened or read, with its path. Yours: keeper_journal_close. */
sk_err keeper_journal_open(struct keeper_journal **journal, struct keeper_journal_found *found,
                           const char *folder, const char *name, keeper_journal_visit *visit,
                           void *ctx) SK_CHECKED;
void keeper_journal_close(struct keeper_journal **journal); /* NULL is allowed */

/* Appends `count` bodies: all or none. SK_FULL: no room. The owner has a lock. */
sk_err keeper_journal_add(struct keeper_journal *journal, const unsigned char *bodies,
                          size_t count) SK_CHECKED;
/* Records of the newest log. */
uint64_t keeper_journal_length(const struct keeper_journal *journal);
/* Begins a new log; under the owner's lock, with what is alive in hand. */
sk_err keeper_journal_turn(struct keeper_journal *journal) SK_CHECKED;
/* Puts what was alive at the turn on disk, then removes what is older. Without the lock; one at a
 * time. After failure the older files stay, so that nothing is lost. */
sk_err keeper_journal_settle(struct keeper_journal *journal, const unsigned char *bodies,
                             size_t count) SK_CHECKED;
/* Waits until the newest log is on disk, if anything was added. Without the lock, by the thread
 * that turns it. */
sk_err keeper_journal_sync(struct keeper_journal *journal) SK_CHECKED;

#endif
