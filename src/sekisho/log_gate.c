/* sekisho log: the gate's audit log, explained. */
#include "sekisho/log.h"

#include "base/file.h"
#include "base/json.h"
#include "base/when.h"
#include "sekisho/house.h"
#include "sekisho/say_event.h"
#include "sekisho/tongue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4 * 1024 * 1024, FOLLOW_MS = 300 };

struct wanted {
    const struct verb_args *args;
    struct say_event say;
    struct log_times times;
    unsigned shown;
};

static void
line_take(struct wanted *wanted, sk_str line)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *event = NULL;
    struct sk_buf out = { .mem = mem };
    sk_when time;

    line = sk_str_trim(line);
    /* a line that the gate is just writing, or that a crash cut */
    if (line.n == 0 || line.n > LINE_MAX_BYTES || sk_failed(sk_json_read(&event, line))) return;
    if (wanted->args->id &&
        !sk_str_eq_nocase(sk_json_get_str(event, "id"), sk_str_of(wanted->args->id)))
        return;
    if (!sk_when_read(&time, sk_json_get_str(event, "time")) ||
        !log_times_have(&wanted->times, time))
        return;
    wanted->shown++;
    if (wanted->args->json) {
        sk_buf_add(&out, line);
        sk_buf_byte(&out, '\n');
    } else {
        say_event(&out, &wanted->say, event);
    }
    fwrite(out.p, 1, out.n, stdout);
}

static void
file_close(FILE **file)
{
    if (*file) fclose(*file);
}

static void
line_free(char **line)
{
    free(*line);
}

/* True when the path names another file now, or this one was emptied. */
static bool
is_replaced(FILE *file, const char *path)
{
    struct stat open, named;

    if (fstat(fileno(file), &open) != 0 || stat(path, &named) != 0) return false;
    return open.st_ino != named.st_ino || open.st_dev != named.st_dev ||
           named.st_size < ftello(file);
}

static void
follow_pause(void)
{
    struct timespec pause = { 0, FOLLOW_MS * 1000 * 1000 };

    fflush(stdout);
    nanosleep(&pause, NULL);
}

/* Reads to the end; with --follow returns only when the file was replaced. */
static sk_err
file_read(struct wanted *wanted, const char *path)
{
    DEFER(file_close) FILE *in = fopen(path, "re");
    DEFER(line_free) char *line = NULL;
    size_t size = 0;

    if (!in)
        return sk_fail(errno == EACCES ? SK_DENIED : SK_MISSING, "cannot read %s: %s", path,
                       strerror(errno));
    for (;;) {
        off_t at = ftello(in);
        ssize_t n = getline(&line, &size, in);

        if (n > 0 && line[n - 1] == '\n') {
            line_take(wanted, (sk_str){ line, (size_t)n });
            continue;
        }
        if (!wanted->args->follow) return sk_ok();
        clearerr(in);
        if (fseeko(in, at, SEEK_SET) != 0 || is_replaced(in, path)) return sk_ok();
        follow_pause();
    }
}

sk_err
log_gate(unsigned *shown, const struct verb_args *args, const struct log_times *times,
         struct house *house)
{
    struct wanted wanted = { .args = args, .times = *times };
    const char *path = house_path(house, "log/gate-audit.json");

    /* Thresholds are a help, not a need. */
    if (!sk_failed(house_read(house, args, false))) wanted.say.conf = house->conf;
    wanted.say.state = house->state;
    do {
        TRY(file_read(&wanted, path));
    } while (args->follow);
    *shown = wanted.shown;
    return sk_ok();
}
