/* The log: see log.h. Lines are built on the stack's arena and written whole. */
#include "part/log.h"

#include "base/json.h"
#include "base/when.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static struct {
    int fd;
    const char *part;
    enum part_level most;
} sink = { 2, "sekisho", PART_INFO };

static const char *const level_names[] = { "error", "info", "debug" };

void
part_log_open(int fd, const char *part, enum part_level most)
{
    sink.fd = fd;
    sink.part = part;
    sink.most = most;
}

static void
line_write(enum part_level level, const char *id, const char *text)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(2 * PART_LOG_LINE_MAX);
    struct sk_buf line = { .mem = mem };
    struct sk_json_writer w = { .out = &line };

    sk_json_object(&w, NULL);
    sk_json_str(&w, "time", sk_when_utc(mem, sk_now()));
    sk_json_text(&w, "level", level_names[level]);
    sk_json_text(&w, "part", sink.part);
    sk_json_int(&w, "pid", getpid());
    if (id) sk_json_text(&w, "id", id);
    sk_json_text(&w, "text", text);
    sk_json_end_object(&w);
    sk_buf_byte(&line, '\n');
    /* A full disk must not stop the work, and there is nobody left to tell. */
    if (write(sink.fd, line.p, line.n) < 0) return;
}

static void SK_PRINTF(3, 0)
    say(enum part_level level, const char *id, const char *fmt, va_list args)
{
    char text[PART_LOG_LINE_MAX / 2];

    if (level > sink.most) return;
    vsnprintf(text, sizeof(text), fmt, args);
    line_write(level, id, text);
}

void
part_log(enum part_level level, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(level, NULL, fmt, args);
    va_end(args);
}

void
part_log_id(enum part_level level, const char *id, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(level, id, fmt, args);
    va_end(args);
}
