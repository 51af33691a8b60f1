/* The ledger: what happened to whom, append-only. One process writes (ledger_main); all others tell
 * it over the Unix socket STATE/run/ledger.sock, a JSON object a line; docs/protocol/ledger.md.
 *
 * Here: the event, the client's bytes (pure: the gate carries them over nginx's events), and a link
 * that blocks, for everybody else. Reading is in ledger/reader.h. */
#ifndef SK_LEDGER_LEDGER_H
#define SK_LEDGER_LEDGER_H

#include "base/str.h"
#include "part/card.h"

#include <stdint.h>

enum {
    LEDGER_NAME_MAX = 128,         /* bytes of each name of an event */
    LEDGER_DETAILS_MAX = 8 * 1024, /* bytes of its details */
    LEDGER_LINE_MAX = 16 * 1024,   /* of one question, without its line end */
    LEDGER_ANSWER_MAX = 1024,      /* of one answer to an append */
    LEDGER_PATIENCE_MS = 2000,     /* of ledger_tell */
    LEDGER_LINKS_MAX = 16,         /* connections that one link holds */
};

/* Who acts where nobody has signed in. */
#define LEDGER_NOBODY SK_STR("nobody")

/* Names are opaque: letters, digits and ._:/=,+*~- only, at most LEDGER_NAME_MAX bytes. That keeps
 * out mail addresses and free text by themselves; personal data must not stand in `details` either.
 * Sequence and time are the writer's to stamp. */
struct ledger_event {
    sk_str tenant;    /* empty: the platform's own */
    sk_str site;      /* empty: none */
    sk_str request;   /* the gate's id of the request; empty: none */
    sk_str principal; /* who acts: "acc_…", "local:0", LEDGER_NOBODY; never empty */
    sk_str role;      /* empty: none */
    sk_str action;    /* "room.verb", a row of ledger/action.c; never empty */
    sk_str object;    /* what it is done to; empty: nothing in particular */
    sk_str outcome;   /* "ok", "denied" or "failed" */
    sk_str details;   /* JSON object text, at most LEDGER_DETAILS_MAX, or empty */
};

/* Appends the question with its line end. What it must not be the writer refuses, not this. */
void ledger_event_write(struct sk_buf *line, const struct ledger_event *event);
/* Appends the question for records of a tenant in which a name stands (docs/protocol/ledger.md,
 * mentions), for ledger_ask: without line end. `before`: sequences below that; 0: all. */
void ledger_mentions_write(struct sk_buf *question, sk_str tenant, sk_str name, uint64_t before);
/* Reads the answer: success means that the record is on disk. Otherwise the kind that the writer
 * named: SK_BAD (the event is malformed), SK_FULL (no room on its disk), SK_BUSY, SK_BROKEN (it is
 * damaged and takes nothing) with its reason; SK_BROKEN, too, for what is no answer. */
sk_err ledger_answer_read(uint64_t *sequence, sk_str line) SK_CHECKED;

/* Connections to the writer of one state folder, for any number of threads. */
struct ledger_link;
/* Connects to nobody yet, so it does not matter who starts first. SK_FULL when the socket's path is
 * too long. Yours: ledger_link_close. */
sk_err ledger_link_open(struct ledger_link **link, const char *state) SK_CHECKED;
void ledger_link_close(struct ledger_link *link); /* no thread may be in it; NULL is allowed */

/* Success: the record is on disk. After any failure the caller refuses what must be recorded.
 * Returns within LEDGER_PATIENCE_MS (a writer that starts again meanwhile is waited for). An event
 * whose answer was lost is told again, so in that rare case it may stand twice. SK_MISSING: nobody
 * listens; SK_BUSY: no answer in time, so the record may or may not be there; otherwise as
 * ledger_answer_read. */
sk_err ledger_tell(struct ledger_link *link, const struct ledger_event *event) SK_CHECKED;
/* Several at once, in this order, asked in one go: the writer puts them on disk together, so it
 * takes as long as one. Success: all are on disk; *sequence is the first's. After a failure some
 * may be.
 */
sk_err ledger_tell_all(uint64_t *sequence, struct ledger_link *link,
                       const struct ledger_event *event, size_t count) SK_CHECKED;
/* Asks anything else of the protocol: `question` is one JSON object without line end. The answer
 * lies on `mem`; an error that the writer answers is returned as one. */
sk_err ledger_ask(sk_str *answer, sk_arena *mem, struct ledger_link *link,
                  sk_str question) SK_CHECKED;

/* ── the writer's process ── */

/* Writes state:ledger, reads state:conf/ledger; opens no connection. */
extern const struct part_card ledger_card;
/* Serves on place->listen_fd until SIGTERM or SIGINT; the exit code. Call part_start() before. A
 * damaged ledger does not end it: then it tells each asker what is damaged. */
int ledger_main(const struct part_place *place);

#endif
