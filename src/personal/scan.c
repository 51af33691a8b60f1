#include "personal/find.h"

/* Bytes of a new piece that are joined to what was held back: all that starts there, and what is
 * looked at before the first place that is left to the piece itself. */
enum { JOINED = PERSONAL_SCAN_BACK + PERSONAL_SCAN_TAIL };

struct run {
    struct personal_scan *scan;
    personal_scan_out *out;
    void *ctx;
    bool whole;
};

static void
give(const struct run *run, sk_str text, const struct personal_token *token)
{
    struct personal_part part = { text, run->scan->at, token };

    if (text.n == 0) return;
    run->scan->at += text.n;
    run->scan->glued = token != NULL;
    run->out(run->ctx, &part);
}

/* Gives out what can be told of the text from `from` on; returns where it cannot. */
static size_t
go(const struct run *run, sk_str text, size_t from)
{
    struct personal_found found;

    for (;;) {
        size_t glue = run->scan->glued ? from : SIZE_MAX;
        enum personal_find is = personal_find(&found, text, from, glue, run->whole);
        give(run, (sk_str){ text.p + from, found.at - from }, NULL);
        from = found.at;
        if (is != PERSONAL_FIND_ONE) return from;
        give(run, (sk_str){ text.p + from, found.n }, &found.token);
        from += found.n;
    }
}

/* Keeps what is behind `from`, and some of what is before. */
static void
hold(struct personal_scan *scan, sk_str text, size_t from)
{
    scan->back = from < PERSONAL_SCAN_BACK ? from : PERSONAL_SCAN_BACK;
    scan->n = text.n - from;
    if (text.n) memcpy(scan->held, text.p + from - scan->back, scan->back + scan->n);
}

void
personal_scan_feed(struct personal_scan *scan, sk_str piece, personal_scan_out *out, void *ctx)
{
    struct run run = { scan, out, ctx, false };
    char joint[sizeof scan->held + JOINED];
    size_t old = scan->back + scan->n, fresh = piece.n < JOINED ? piece.n : JOINED;

    if (piece.n == 0) return;
    memcpy(joint, scan->held, old);
    memcpy(joint + old, piece.p, fresh);
    sk_str text = { joint, old + fresh };
    size_t from = go(&run, text, scan->back);
    if (fresh < piece.n) {
        text = piece;
        from = go(&run, text, from - old);
    }
    hold(scan, text, from);
}

void
personal_scan_end(struct personal_scan *scan, personal_scan_out *out, void *ctx)
{
    struct run run = { scan, out, ctx, true };
    char joint[sizeof scan->held];
    sk_str text = { joint, scan->back + scan->n };

    memcpy(joint, scan->held, text.n);
    go(&run, text, scan->back);
    scan->n = 0;
}
