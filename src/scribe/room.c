/* The scribe's process: asks, tells, remembers, until a signal comes. */
#include "scribe/scribe.h"

#include "base/file.h"
#include "part/ask.h"
#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { EVERY_S = 2, PLACE_TEXT_MAX = 256 };

const struct part_card scribe_card = {
    .name = "scribe",
    .user = "sekisho-scribe",
    .read = (const char *const[]){ "state:conf/scribe", "state:run", NULL },
    .write = (const char *const[]){ "state:scribe", NULL },
    .may = PART_MAY_ASK,
    .open_files = 64,
};

struct scribe {
    const char *state;
    struct ledger_link *ledger;
    struct scribe_place place;
    bool troubled; /* the last time failed: said once */
};

/* ── the place, in STATE/scribe/told ── */

static void
place_load(struct scribe *scribe)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text, path = sk_str_printf(mem, "%s/scribe/told", scribe->state);

    if (!sk_failed(sk_file_read(&text, mem, path.p, PLACE_TEXT_MAX)))
        scribe_place_read(&scribe->place, text);
}

static sk_err
place_save(const struct scribe *scribe, sk_arena *mem)
{
    sk_str path = sk_str_printf(mem, "%s/scribe/told", scribe->state);
    sk_str aside = sk_str_printf(mem, "%s/scribe/told.new", scribe->state);
    sk_str text = scribe_place_text(mem, &scribe->place);
    DEFER(sk_fd_close) int fd = open(aside.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n || fsync(fd) != 0 ||
        rename(aside.p, path.p) != 0)
        return sk_fail(SK_BROKEN, "%s: %s", path.p, strerror(errno));
    return sk_ok();
}

/* ── one round ── */

static sk_err
tell(void *ctx, const struct ledger_event *event)
{
    return ledger_tell(((struct scribe *)ctx)->ledger, event);
}

static sk_err
round_go(struct scribe *scribe)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *answer = NULL;
    struct scribe_place before = scribe->place;
    struct part_answer got;
    sk_err e;

    TRY(part_ask(
        &got, mem,
        &(struct part_ask){ .path = sk_str_printf(mem, "%s/run/status.sock", scribe->state).p,
                            .target = SK_STR("/shun") }));
    TRY(sk_json_read(&answer, sk_str_trim(got.body)));
    e = scribe_carry(&scribe->place, answer, tell, scribe);
    if (memcmp(&before, &scribe->place, sizeof before) != 0) TRY(place_save(scribe, mem));
    return e;
}

static void
round_say(struct scribe *scribe, sk_err e)
{
    if (sk_failed(e) && !scribe->troubled)
        part_log(PART_ERROR, "scribe: %s; it is tried again every %d seconds", e.why, EVERY_S);
    if (!sk_failed(e) && scribe->troubled) part_log(PART_INFO, "scribe: goes on");
    scribe->troubled = sk_failed(e);
}

int
scribe_main(const struct part_place *place)
{
    static const struct timespec every = { .tv_sec = EVERY_S };
    struct scribe scribe = { .state = place->state };
    sigset_t stop;
    sk_err e;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    e = ledger_link_open(&scribe.ledger, place->state);
    if (sk_failed(e)) {
        part_log(PART_ERROR, "scribe: %s", e.why);
        return sk_kind_rows[e.kind].exit_code;
    }
    place_load(&scribe);
    part_log(PART_INFO, "scribe carries what the gate has done into the ledger");
    while (sigtimedwait(&stop, NULL, &every) < 0)
        round_say(&scribe, round_go(&scribe));
    ledger_link_close(scribe.ledger);
    part_log(PART_INFO, "scribe ended");
    return 0;
}
