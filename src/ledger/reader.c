#include "ledger/reader.h"

#include "base/file.h"
#include "ledger/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NEEDLES_MAX = 9, NEEDLE_BYTES = LEDGER_NAME_MAX + 24, WAIT_STEP_MS = 100 };

/* Texts that a line must have to pass: cheap to look for, and only what passes is parsed. */
struct needles {
    char text[NEEDLES_MAX][NEEDLE_BYTES];
    sk_str part[NEEDLES_MAX];
    size_t count;
};

struct reading {
    const struct ledger_filter *filter;
    struct needles needles;
    char since[LEDGER_TIME], until[LEDGER_TIME];
    ledger_visit visit;
    void *ctx;
    bool done;
};

static void
needle_add(struct needles *n, const char *name, sk_str value, bool whole)
{
    int length;

    if (value.n == 0 || value.n > LEDGER_NAME_MAX) return;
    length = snprintf(n->text[n->count], NEEDLE_BYTES, "\"%s\":\"%.*s%s", name, SK_ARG(value),
                      whole ? "\"" : "");
    n->part[n->count] = (sk_str){ n->text[n->count], (size_t)length };
    n->count++;
}

static void
mention_add(struct needles *n, sk_str name)
{
    int length;

    if (name.n == 0 || name.n > LEDGER_NAME_MAX) return;
    length = snprintf(n->text[n->count], NEEDLE_BYTES, "\"%.*s\"", SK_ARG(name));
    n->part[n->count] = (sk_str){ n->text[n->count], (size_t)length };
    n->count++;
}

static sk_str
action_part(sk_str action, bool *whole)
{
    *whole = !sk_str_ends(action, SK_STR("*"));
    return *whole ? action : sk_str_first(action, action.n - 1);
}

/* Rarest first. */
static void
needles_make(struct needles *n, const struct ledger_filter *f)
{
    bool whole;
    sk_str action = action_part(f->action, &whole);

    n->count = 0;
    mention_add(n, f->mentions);
    needle_add(n, "request", f->request, true);
    needle_add(n, "object", f->object, true);
    needle_add(n, "principal", f->principal, true);
    needle_add(n, "tenant", f->tenant, true);
    needle_add(n, "action", action, whole);
    needle_add(n, "outcome", f->outcome, true);
    needle_add(n, "site", f->site, true);
    needle_add(n, "role", f->role, true);
}

static bool
needles_there(const struct needles *n, sk_str line)
{
    for (size_t i = 0; i < n->count; i++)
        if (!memmem(line.p, line.n, n->part[i].p, n->part[i].n)) return false;
    return true;
}

static bool
is_same(sk_str wanted, sk_str there)
{
    return wanted.n == 0 || sk_str_eq(wanted, there);
}

static bool
is_in_time(const struct ledger_filter *f, sk_str time)
{
    sk_when when;

    if (!f->since && !f->until) return true;
    return ledger_time_read(&when, time) && when >= f->since && (!f->until || when < f->until);
}

bool
ledger_filter_takes(const struct ledger_filter *f, const struct ledger_record *r)
{
    bool whole;
    sk_str action = action_part(f->action, &whole);

    return is_same(f->tenant, r->event.tenant) && is_same(f->site, r->event.site) &&
           is_same(f->request, r->event.request) && is_same(f->principal, r->event.principal) &&
           is_same(f->role, r->event.role) && is_same(f->object, r->event.object) &&
           is_same(f->outcome, r->event.outcome) &&
           (whole ? is_same(action, r->event.action) : sk_str_starts(r->event.action, action)) &&
           is_in_time(f, r->time) && r->sequence >= f->from &&
           (!f->before || r->sequence < f->before);
}

/* The time of a line without parsing it: {"seq":N,"time":"... */
static bool
is_line_in_time(const struct reading *r, sk_str line)
{
    size_t at = 7;

    if (!r->filter->since && !r->filter->until) return true;
    while (at < line.n && line.p[at] >= '0' && line.p[at] <= '9')
        at++;
    at += 9;
    if (at + LEDGER_TIME > line.n) return true; /* the parser decides */
    return (!r->filter->since || memcmp(line.p + at, r->since, LEDGER_TIME) >= 0) &&
           (!r->filter->until || memcmp(line.p + at, r->until, LEDGER_TIME) < 0);
}

/* The sequence of a line without parsing it; 0: it has none. */
static uint64_t
line_sequence(sk_str line)
{
    uint64_t sequence = 0;

    for (size_t at = 7; at < line.n && line.p[at] >= '0' && line.p[at] <= '9'; at++)
        sequence = sequence * 10 + (uint64_t)(line.p[at] - '0');
    return sequence;
}

static void
progress_note(struct reading *r, sk_str line)
{
    struct ledger_progress *progress = r->filter->progress;
    uint64_t bytes;

    if (!progress) return;
    bytes = atomic_fetch_add_explicit(&progress->bytes, line.n + 1, memory_order_relaxed);
    if (progress->most && bytes >= progress->most) atomic_store(&progress->stop, true);
    r->done = atomic_load_explicit(&progress->stop, memory_order_relaxed);
}

static void
line_take(struct reading *r, sk_str line)
{
    struct ledger_record record;

    /* backwards nothing that is wanted comes behind it */
    if (r->filter->newest_first && r->filter->from && line_sequence(line) < r->filter->from) {
        r->done = true;
        return;
    }
    progress_note(r, line);
    if (r->done) return;
    if (!is_line_in_time(r, line) || !needles_there(&r->needles, line) ||
        sk_failed(ledger_record_read(&record, line)) || !ledger_filter_takes(r->filter, &record))
        return;
    r->done = !r->visit(r->ctx, &record);
}

/* ── backwards ── */

struct back {
    int fd;
    char *p;
    size_t n;    /* bytes, of which the last ends a line */
    uint64_t at; /* of p[0] in the file */
};

enum { BACK_BYTES = LEDGER_LINES_CHUNK + 2 * LEDGER_RECORD_MAX };

/* One more piece in front; what is left of the old one stays behind it. */
static bool
back_fill(struct back *b)
{
    uint64_t from = b->at > LEDGER_LINES_CHUNK ? b->at - LEDGER_LINES_CHUNK : 0;
    size_t more = (size_t)(b->at - from);

    if (more == 0 || b->n + more > BACK_BYTES) return false;
    memmove(b->p + more, b->p, b->n);
    if (pread(b->fd, b->p, more, (off_t)from) != (ssize_t)more) return false;
    b->at = from;
    b->n += more;
    return true;
}

static bool
back_next(sk_str *line, struct back *b)
{
    for (;;) {
        const char *end = b->n ? memrchr(b->p, '\n', b->n - 1) : NULL;

        if (end) {
            size_t begin = (size_t)(end - b->p) + 1;
            *line = (sk_str){ b->p + begin, b->n - begin - 1 };
            b->n = begin;
            return true;
        }
        if (b->n && b->at == 0) {
            *line = (sk_str){ b->p, b->n - 1 };
            b->n = 0;
            return true;
        }
        if (!back_fill(b)) return false;
    }
}

/* Drops the line that is being written. */
static void
back_whole(struct back *b)
{
    while (b->n == 0 || !memrchr(b->p, '\n', b->n))
        if (!back_fill(b)) {
            b->n = 0;
            return;
        }
    b->n = (size_t)((char *)memrchr(b->p, '\n', b->n) - b->p) + 1;
}

static void
read_back(struct reading *r, int fd)
{
    struct back b = { .fd = fd, .p = malloc(BACK_BYTES) };
    struct stat now;
    sk_str line;

    if (!b.p) abort();
    if (fstat(fd, &now) == 0) {
        b.at = (uint64_t)now.st_size;
        back_whole(&b);
        while (!r->done && back_next(&line, &b))
            line_take(r, line);
    }
    free(b.p);
}

static void
read_on(struct reading *r, int fd)
{
    struct ledger_lines lines;
    bool got = true, whole;
    sk_str line;

    ledger_lines_begin(&lines, fd, 0);
    while (!r->done && !sk_failed(ledger_lines_next(&got, &line, &whole, &lines)) && got)
        if (whole) line_take(r, line);
    ledger_lines_end(&lines);
}

/* ── segments ── */

/* Whether records of the segment can pass, as far as its name and its neighbour's tell. */
static bool
may_pass(const struct ledger_filter *f, const struct ledger_segment *s, bool last)
{
    sk_when end = ledger_segment_day_end(s);

    if (f->since && f->since >= end) return false;
    if (f->until && f->until <= end - 24 * 3600 * 1000) return false;
    if (f->before && s->first >= f->before) return false;
    return last || f->from < s[1].first;
}

static sk_err
segment_read(struct reading *r, const char *folder, const struct ledger_segment *s)
{
    char path[4096 + LEDGER_SEGMENT_NAME];

    snprintf(path, sizeof path, "%s/%s", folder, s->name);
    DEFER(sk_fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return sk_ok(); /* pruned meanwhile */
    if (fd < 0)
        return sk_fail(errno == EACCES ? SK_DENIED : SK_BROKEN, "%s: %s", path, strerror(errno));
    if (r->filter->newest_first)
        read_back(r, fd);
    else
        read_on(r, fd);
    return sk_ok();
}

static void
times_make(struct reading *r)
{
    if (r->filter->since > 0) ledger_time_write(r->since, r->filter->since);
    if (r->filter->until > 0) ledger_time_write(r->until, r->filter->until);
}

uint64_t
ledger_read_bytes(const char *state, const struct ledger_filter *filter)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    const char *folder = sk_str_printf(mem, "%s/ledger/segment", state).p;
    struct ledger_segment *list;
    struct stat now;
    uint64_t bytes = 0;
    size_t count;

    if (sk_failed(ledger_segments_list(&list, &count, NULL, mem, folder))) return 0;
    for (size_t i = 0; i < count; i++)
        if (may_pass(filter, &list[i], i + 1 == count) &&
            stat(sk_str_printf(mem, "%s/%s", folder, list[i].name).p, &now) == 0)
            bytes += (uint64_t)now.st_size;
    return bytes;
}

sk_err
ledger_read(const char *state, const struct ledger_filter *filter, ledger_visit visit, void *ctx)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct reading r = { .filter = filter, .visit = visit, .ctx = ctx };
    struct ledger_segment *list;
    char folder[4096];
    size_t count;

    if (snprintf(folder, sizeof folder, "%s/ledger/segment", state) >= (int)sizeof folder)
        return sk_fail(SK_FULL, "%s is too long a path", state);
    TRY(ledger_segments_list(&list, &count, NULL, mem, folder));
    needles_make(&r.needles, filter);
    times_make(&r);
    for (size_t k = 0; k < count && !r.done; k++) {
        size_t i = filter->newest_first ? count - 1 - k : k;

        if (may_pass(filter, &list[i], i + 1 == count)) TRY(segment_read(&r, folder, &list[i]));
    }
    return sk_ok();
}

static bool
newest_seen(void *ctx, const struct ledger_record *record)
{
    *(uint64_t *)ctx = record->sequence;
    return false;
}

bool
ledger_wait(const char *state, uint64_t from, int patience)
{
    const struct ledger_filter newest = { .newest_first = true };
    const struct timespec step = { 0, WAIT_STEP_MS * 1000000L };
    uint64_t sequence = 0;

    for (int spent = 0;; spent += WAIT_STEP_MS) {
        if (!sk_failed(ledger_read(state, &newest, newest_seen, &sequence)) && sequence >= from)
            return true;
        if (spent >= patience) return false;
        nanosleep(&step, NULL);
    }
}
