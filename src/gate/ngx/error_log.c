/* What the rules say goes into nginx's error log. */
#include "gate/ngx/gate.h"

static const struct {
    const char *start;
    ngx_uint_t level;
} levels[] = {
    { "ModSecurity: Access denied", NGX_LOG_ERR },
    { "ModSecurity: Rule execution error", NGX_LOG_ERR },
};
static const char *const level_names[] = { [NGX_LOG_ERR] = "error", [NGX_LOG_WARN] = "warn" };

static ngx_uint_t
level_of(sk_str line)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (sk_str_starts(line, sk_str_of(levels[i].start))) return levels[i].level;
    return NGX_LOG_WARN;
}

/* As ngx_log_error_core writes it, which however cuts at 2048 bytes: too short for a match with
 * its tags and data. */
static size_t
line_make(u_char *text, ngx_log_t *log, ngx_uint_t level, sk_str line)
{
    u_char *end = text + GATE_LINE - 1, *p;

    p = ngx_slprintf(text, end, "%V [%s] %P#" NGX_TID_T_FMT ": *%uA ", &ngx_cached_err_log_time,
                     level_names[level], ngx_log_pid, ngx_log_tid, log->connection);
    p = ngx_slprintf(p, end, "%*s", line.n, line.p);
    if (log->handler) p = log->handler(log, p, (size_t)(end - p));
    *p++ = '\n';
    return (size_t)(p - text);
}

bool
gate_error_log_warns(const struct gate_ctx *ctx)
{
    return ctx->conf->use_error_log && ctx->r->connection->log->log_level >= NGX_LOG_WARN;
}

void
gate_error_log_line(void *data, sk_str line)
{
    struct gate_ctx *ctx = data;
    ngx_log_t *log = ctx->r->connection->log;
    ngx_uint_t level = level_of(line);
    u_char text[GATE_LINE];
    size_t n;

    if (!ctx->conf->use_error_log || log->log_level < level) return;
    n = line_make(text, log, level, line);
    for (; log && log->log_level >= level; log = log->next) {
        if (log->writer) { /* syslog, memory: they know their own limits */
            log->writer(log, level, text, n);
            continue;
        }
        if (ngx_time() == log->disk_full_time || !log->file) continue;
        if (write(log->file->fd, text, n) < 0 && errno == ENOSPC) log->disk_full_time = ngx_time();
    }
}
