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

void
part_log(enum part_level level, const char *fmt, ...)
{
    char text[PART_LOG_LINE_MAX / 2];
    va_list args;

    if (level > sink.most) return;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    line_write(level, NULL, text);
}

void
part_log_id(enum part_level level, const char *id, const char *fmt, ...)
{
    char text[PART_LOG_LINE_MAX / 2];
    va_list args;

    if (level > sink.most) return;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    line_write(level, id, text);
}
