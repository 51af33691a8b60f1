/* The writer's half on disk, without sockets: batches of records, tiles, checkpoints, what it found
 * at its start, what it keeps an eye on. One thread.
 *
 *     STATE/ledger/segment/FIRST-DATE.jsonl   the records
 *     STATE/ledger/heads/FIRST.jsonl          tenants' heads as the segment began
 *     STATE/ledger/tile/…  checkpoint  vkey   for everybody who checks
 *     STATE/ledger/private/key                the signing key's seed; this user's alone
 *
 * Order of things: a batch is written and synced, then its clients are answered, then its leaves go
 * into the tree; at most a second later tiles and then the checkpoint are published. So a
 * checkpoint never speaks of what is not on disk, and what is newer than the tiles is made again
 * from the records at the next start. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include "ledger/heads.h"
#include "ledger/note.h"
#include "ledger/record.h"
#include "ledger/segment.h"
#include "ledger/tiles.h"

#include <sys/stat.h>

enum {
    LEDGER_BATCH_RECORDS = 4096,
    LEDGER_BATCH_BYTES = 1 << 20,
    LEDGER_HOLDS_MAX = 32,
    LEDGER_REASON_MAX = 256,
    LEDGER_PUBLISH_MS = 1000,
    LEDGER_KEEP_DAYS = 366,
    LEDGER_KEEP_DAYS_LEAST = 183,
    LEDGER_OWED_MAX = 8,         /* records of its own that wait for the next batch */
    LEDGER_UNWRITTEN_MAX = 4096, /* full tiles to be written: more than a segment has */
};

struct ledger_options {
    int64_t keep_days; /* 0: LEDGER_KEEP_DAYS */
    sk_str origin;     /* of a new ledger; empty: made from its key */
    sk_when (*now)(void);
    int64_t segment_bytes; /* 0: LEDGER_SEGMENT_BYTES */
};

/* Why nothing is taken. Full goes by itself; the others ask for a person. */
enum ledger_state { LEDGER_WELL, LEDGER_FULL, LEDGER_DAMAGED };

/* What a file was when it was last known to be right. */
struct ledger_seen {
    ino_t inode;
    struct timespec changed;
    off_t size;
};

struct ledger_hold {
    char name[LEDGER_NAME_MAX + 1], tenant[LEDGER_NAME_MAX + 1], reason[LEDGER_REASON_MAX + 1];
    char since[LEDGER_TIME + 1];
};

/* A record of the batch, and its tenant's head before it. */
struct ledger_item {
    size_t end; /* of its line in the batch, behind the line end */
    struct ledger_head *head;
    uint64_t nth, before;
};

struct ledger_tile {
    unsigned level;
    uint64_t n;
    struct ledger_hash hash[LEDGER_TILE];
};

struct ledger_store {
    char path[4096];
    int dir, lock;
    struct ledger_options options;
    sk_arena *mem;

    struct ledger_key key;
    unsigned char seed[SK_SIGN_SEED];

    /* the tree: all that is durable */
    struct ledger_tree tree;
    struct ledger_hash row[LEDGER_LEVELS][LEDGER_TILE]; /* tiles that are not full yet */
    uint64_t published;                                 /* size of the checkpoint on disk */
    bool late;                                          /* the last try to publish failed */
    bool has_edge;                 /* the tiles at the right edge are on disk as of `published` */
    struct ledger_tile *unwritten; /* full ones */
    size_t unwritten_count;

    struct ledger_heads *heads;
    sk_when newest;  /* stamp of the newest record */
    uint64_t pruned; /* newest sequence that was removed after its keeping */
    struct ledger_hold hold[LEDGER_HOLDS_MAX];
    size_t hold_count;

    /* segments in order; the last is written to */
    struct ledger_segment *segment;
    struct ledger_seen *segment_seen;
    size_t segment_count, segment_room;
    int fd; /* of the last; -1: none */

    /* the batch */
    struct sk_buf batch;
    struct ledger_item item[LEDGER_BATCH_RECORDS];
    size_t item_count;
    bool ungrown;                         /* its leaves are not in the tree yet */
    uint64_t sequence;                    /* of the newest record that was stamped */
    char heads_digest[2 * SK_SHA256 + 1]; /* of the heads beside the last segment */
    char stamp[LEDGER_TIME];
    struct ledger_event owed[LEDGER_OWED_MAX]; /* texts on `mem` */
    size_t owed_count;

    enum ledger_state state;
    char why[512];
    uint64_t refused; /* records since `refused_at` */
    sk_when refused_at;

    /* the eye: see watch.c */
    struct ledger_seen *tile_seen[LEDGER_LEVELS];
    uint64_t tile_seen_count[LEDGER_LEVELS], tile_seen_room[LEDGER_LEVELS];
    struct ledger_seen checkpoint_seen, vkey_seen;
    unsigned turn, turn_level; /* whose turn it is to be looked at */
    uint64_t turn_n;
};

/* Opens or makes the ledger below STATE/ledger, mends what a crash left, and compares all with the
 * newest checkpoint. Damage is no error of this call: the store then is LEDGER_DAMAGED and takes
 * nothing. SK_BUSY: another process writes; SK_BROKEN: folder or key cannot be used. */
sk_err ledger_store_open(struct ledger_store **store, const char *state,
                         const struct ledger_options *options) SK_CHECKED;
/* Publishes what is not published and closes. A last record says so. */
void ledger_store_close(struct ledger_store *store);

/* ── a batch: begin, put some, commit, answer, grow ── */

/* SK_FULL or SK_BROKEN with the reason: nothing is taken now. */
sk_err ledger_store_begin(struct ledger_store *store) SK_CHECKED;
/* False: the batch has no room. */
bool ledger_store_room(const struct ledger_store *store);
/* Stamps it; the sequence holds once ledger_store_commit succeeded. The event was checked. SK_FULL:
 * too many tenants. */
sk_err ledger_store_put(uint64_t *sequence, struct ledger_store *store,
                        const struct ledger_event *event, int64_t uid) SK_CHECKED;
/* Success: all is on disk. Otherwise nothing of the batch is kept, in the file or in the counts. */
sk_err ledger_store_commit(struct ledger_store *store) SK_CHECKED;
/* Takes the leaves of the last batch into the tree. */
void ledger_store_grow(struct ledger_store *store);
void ledger_store_leaf(struct ledger_store *store, const struct ledger_hash *leaf);
/* A record of the ledger's own that goes with the next batch; its texts are copied. */
void ledger_store_owe(struct ledger_store *store, const struct ledger_event *event);
/* A record in a batch by itself. */
sk_err ledger_store_note(uint64_t *sequence, struct ledger_store *store,
                         const struct ledger_event *event, int64_t uid) SK_CHECKED;
/* Counts what begin() made a client lose. */
void ledger_store_refuse(struct ledger_store *store, uint64_t records);

/* ── publish.c ── */

/* Tiles, then the checkpoint, when there is something new. A failure is logged once and tried again
 * later. */
sk_err ledger_store_publish(struct ledger_store *store) SK_CHECKED;
/* Puts a full tile among those to be written. */
void ledger_store_tile_done(struct ledger_store *store, unsigned level, uint64_t n);
/* Writes full tiles that are done; SK_FULL or SK_BROKEN with the path. */
sk_err ledger_store_tiles_write(struct ledger_store *store) SK_CHECKED;
sk_err ledger_store_tile_write(struct ledger_store *store,
                               const struct ledger_tile *tile) SK_CHECKED;

/* ── watch.c ── */

/* Takes notice of how a file is now. */
void ledger_seen_take(struct ledger_seen *seen, int dir, const char *path);
void ledger_store_tile_seen(struct ledger_store *store, unsigned level, uint64_t n);
/* Looks whether what is known is still so; call it every LEDGER_WATCH_MS. Tiles in turn, so many
 * that 40,000 of them pass in a second. */
enum { LEDGER_WATCH_MS = 50, LEDGER_WATCH_TILES = 2000 };
void ledger_store_watch(struct ledger_store *store);
/* The whole round at once: for tests and for the start. */
void ledger_store_watch_all(struct ledger_store *store);
/* Nothing is taken any more, for this reason. Logged once. */
void ledger_store_damage(struct ledger_store *store, const char *fmt, ...) SK_PRINTF(2, 3);

/* ── keep.c ── */

/* Removes segments past their keeping, where no hold stops it. */
void ledger_store_prune(struct ledger_store *store);
sk_err ledger_store_hold(uint64_t *sequence, struct ledger_store *store, sk_str name, sk_str tenant,
                         sk_str reason, int64_t uid) SK_CHECKED;
sk_err ledger_store_release(uint64_t *sequence, struct ledger_store *store, sk_str name,
                            int64_t uid) SK_CHECKED;
/* All holds, as one JSON object. */
void ledger_store_holds_write(struct sk_buf *out, const struct ledger_store *store);
/* Takes a hold, release, prune or segment record's meaning over, at the start. */
sk_err ledger_store_recall(struct ledger_store *store,
                           const struct ledger_record *record) SK_CHECKED;
/* Details of a segment's first record. */
void ledger_store_segment_details(struct sk_buf *out, const struct ledger_store *store,
                                  sk_str heads_digest);

/* A segment's row, last. */
void ledger_store_segment_add(struct ledger_store *store, const struct ledger_segment *segment);
/* "segment/NAME", good until the next call. */
const char *ledger_segment_path(const struct ledger_segment *segment);

#endif
