#include "ledger/segment.h"

#include "ledger/record.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { JST_MS = 9 * 3600 * 1000, DAY_MS = 24 * 3600 * 1000 };

void
ledger_segment_set(struct ledger_segment *segment, uint64_t first, sk_when when)
{
    char time[LEDGER_TIME];

    ledger_time_write(time, when + JST_MS);
    segment->first = first;
    memcpy(segment->date, time, 10);
    segment->date[10] = 0;
    snprintf(segment->name, sizeof segment->name, "%020" PRIu64 "-%s.jsonl", first, segment->date);
}

/* Midnight of the day's begin, as if Japan's clock were UTC. */
static bool
day_read(sk_when *day, const char *date)
{
    char time[LEDGER_TIME + 1];

    snprintf(time, sizeof time, "%.10sT00:00:00.000Z", date);
    return ledger_time_read(day, (sk_str){ time, LEDGER_TIME });
}

bool
ledger_segment_named(struct ledger_segment *segment, const char *name)
{
    struct ledger_segment made;
    sk_when day;
    char *end;

    if (strlen(name) != 20 + 1 + 10 + 6) return false;
    errno = 0;
    made.first = strtoull(name, &end, 10);
    if (errno || end != name + 20 || made.first == 0 || !day_read(&day, name + 21)) return false;
    ledger_segment_set(&made, made.first, day - JST_MS);
    *segment = made;
    return strcmp(made.name, name) == 0;
}

sk_when
ledger_segment_day_end(const struct ledger_segment *segment)
{
    sk_when day = 0;

    return day_read(&day, segment->date) ? day - JST_MS + DAY_MS : 0;
}

static int
by_first(const void *a, const void *b)
{
    const struct ledger_segment *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

static void
folder_close(DIR **folder)
{
    if (*folder) closedir(*folder);
}

sk_err
ledger_segments_list(struct ledger_segment **list, size_t *count, struct sk_buf *strangers,
                     sk_arena *mem, const char *path)
{
    DEFER(folder_close) DIR *folder = opendir(path);
    struct sk_buf all = { .mem = mem };
    const struct dirent *entry;

    if (!folder)
        return sk_fail(errno == ENOENT   ? SK_MISSING
                       : errno == EACCES ? SK_DENIED
                                         : SK_BROKEN,
                       "%s: %s", path, strerror(errno));
    *count = 0;
    while ((entry = readdir(folder))) {
        struct ledger_segment segment;

        if (entry->d_name[0] == '.') continue;
        if (!ledger_segment_named(&segment, entry->d_name)) {
            if (strangers) sk_buf_printf(strangers, "%s\n", entry->d_name);
            continue;
        }
        if (++*count > LEDGER_SEGMENTS_MAX)
            return sk_fail(SK_FULL, "%s has more than %d segments", path, LEDGER_SEGMENTS_MAX);
        sk_buf_add(&all, (sk_str){ (const char *)&segment, sizeof segment });
    }
    sk_buf_room(&all, 1); /* so that there is something to point at */
    *list = (struct ledger_segment *)(void *)all.p;
    qsort(*list, *count, sizeof **list, by_first);
    return sk_ok();
}

/* ── lines ── */

void
ledger_lines_begin(struct ledger_lines *lines, int fd, uint64_t offset)
{
    *lines = (struct ledger_lines){ .fd = fd, .offset = offset };
    lines->p = malloc(LEDGER_LINES_CHUNK);
    if (!lines->p) abort();
}

void
ledger_lines_end(struct ledger_lines *lines)
{
    free(lines->p);
    lines->p = NULL;
}

/* Moves what is not done to the front and reads behind it; *end at the file's end. */
static sk_err
refill(bool *end, struct ledger_lines *lines)
{
    ssize_t n;

    memmove(lines->p, lines->p + lines->at, lines->n - lines->at);
    lines->n -= lines->at;
    lines->offset += lines->at;
    lines->at = 0;
    do
        n = pread(lines->fd, lines->p + lines->n, LEDGER_LINES_CHUNK - lines->n,
                  (off_t)(lines->offset + lines->n));
    while (n < 0 && errno == EINTR);
    if (n < 0) return sk_fail(SK_BROKEN, "it cannot be read: %s", strerror(errno));
    lines->n += (size_t)n;
    *end = n == 0;
    return sk_ok();
}

sk_err
ledger_lines_next(bool *got, sk_str *line, bool *whole, struct ledger_lines *lines)
{
    for (bool end = false;;) {
        size_t left = lines->n - lines->at;
        const char *begin = lines->p + lines->at, *found = memchr(begin, '\n', left);

        *got = found || (end && left);
        *whole = found != NULL;
        if (*got || end) {
            *line = (sk_str){ begin, found ? (size_t)(found - begin) : left };
            lines->at += line->n + (found != NULL);
            return line->n <= LEDGER_RECORD_MAX
                       ? sk_ok()
                       : sk_fail(SK_BAD, "a line is longer than a record can be");
        }
        if (left > LEDGER_RECORD_MAX) return sk_fail(SK_BAD, "a line is longer than a record");
        TRY(refill(&end, lines));
    }
}
