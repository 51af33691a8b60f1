/* The audit log: lines behind each other in one file, or with SecAuditLogType Concurrent a file for
 * each event and one line of an index. */
#include "gate/ngx/gate.h"

enum { NAMES_TRIED = 10 };

/* One event, one write: lines of several workers do not mix (O_APPEND). */
static ngx_int_t
write_all(int fd, sk_str text)
{
    while (text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return NGX_ERROR;
        text = sk_str_from(text, (size_t)n);
    }
    return NGX_OK;
}

/* A lost event is counted, and said once a second at most. */
static void
failed(const struct gate_ctx *ctx, sk_str where)
{
    static time_t said;
    ngx_err_t err = ngx_errno;
    ngx_str_t name = gate_ngx(where);

    gate_zone_count(ctx, ctx->conf, GATE_COUNT_AUDIT_FAILURES);
    if (said == ngx_time()) return;
    said = ngx_time();
    ngx_log_error(NGX_LOG_ALERT, ctx->r->connection->log, err,
                  "sekisho: an event could not be written to the audit log \"%V\"", &name);
}

static sk_str
event_of(const struct gate_ctx *ctx, const struct seclang_tx *tx,
         const struct seclang_audit_context *context, bool json)
{
    struct sk_buf out = { .mem = ctx->mem };

    if (json)
        seclang_audit_json(&out, tx, context);
    else
        seclang_audit_serial(&out, tx, context);
    return sk_buf_str(&out);
}

static void
append(const struct gate_ctx *ctx, const struct gate_audit *audit, sk_str event)
{
    if (!audit->file || audit->file->fd == NGX_INVALID_FILE || event.n == 0) return;
    if (write_all(audit->file->fd, event) == NGX_OK)
        gate_zone_count(ctx, ctx->conf, GATE_COUNT_AUDITED);
    else
        failed(ctx, gate_str(audit->file->name));
}

/* ── a file of its own ── */

/* Modes are the operator's, whatever the umask says. */
static ngx_int_t
folder_make(const char *path, unsigned mode)
{
    if (mkdir(path, mode) == 0) return chmod(path, mode) == 0 ? NGX_OK : NGX_ERROR;
    return errno == EEXIST ? NGX_OK : NGX_ERROR;
}

/* The day's folder and the minute's: what lies before the second and third slash of `name`. */
static ngx_int_t
folders_make(sk_arena *mem, const struct gate_rules *rules, sk_str name)
{
    for (size_t i = 1; i < name.n; i++) {
        if (name.p[i] != '/') continue;
        if (folder_make(sk_str_printf(mem, "%s%.*s", rules->audit_folder, (int)i, name.p).p,
                        rules->settings->audit_dir_mode) != NGX_OK)
            return NGX_ERROR;
    }
    return NGX_OK;
}

/* An event of the same id and second may be there: of a window of the same body. */
static int
file_make(sk_arena *mem, const struct gate_rules *rules, sk_str *name)
{
    sk_str first = *name;

    if (folders_make(mem, rules, first) != NGX_OK) return -1;
    for (int i = 0; i < NAMES_TRIED; i++) {
        int fd;

        if (i > 0) *name = sk_str_printf(mem, "%.*s-%d", SK_ARG(first), i);
        fd = open(sk_str_printf(mem, "%s%.*s", rules->audit_folder, SK_ARG(*name)).p,
                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

static void
concurrent(const struct gate_ctx *ctx, const struct seclang_tx *tx,
           const struct seclang_audit_context *context)
{
    const struct gate_rules *rules = ctx->conf->rules;
    sk_str event = event_of(ctx, tx, context, rules->settings->audit_format == SECLANG_JSON);
    sk_str name = seclang_audit_name(tx);
    struct sk_buf line = { .mem = ctx->mem };
    int fd = file_make(ctx->mem, rules, &name);
    bool written = fd >= 0 && fchmod(fd, rules->settings->audit_file_mode) == 0 &&
                   write_all(fd, event) == NGX_OK;

    if (!written) failed(ctx, sk_str_of(rules->audit_folder));
    if (fd >= 0) close(fd);
    if (!written) return;
    seclang_audit_index(&line, tx, context, name, event);
    if (!rules->audit_file)
        gate_zone_count(ctx, ctx->conf, GATE_COUNT_AUDITED);
    else
        append(ctx, &(struct gate_audit){ rules->audit_file, false }, sk_buf_str(&line));
}

/* ── which logs ── */

void
gate_audit(const struct gate_ctx *ctx, const struct seclang_tx *tx, int status)
{
    const struct gate_rules *rules = ctx->conf->rules;
    struct seclang_audit_context context = { .site = ctx->conf->site ? ctx->conf->site->name
                                                                     : (sk_str){ 0 },
                                             .status = status };
    struct gate_audit from_rules = { rules->audit_file,
                                     rules->settings->audit_format == SECLANG_JSON };
    const struct gate_audit *audits = &from_rules;
    size_t count = 1;

    if (!seclang_tx_audit_wanted(tx)) return;
    if (ctx->conf->audits) {
        audits = ctx->conf->audits->elts;
        count = ctx->conf->audits->nelts;
    } else if (rules->audit_folder) {
        concurrent(ctx, tx, &context);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (audits[i].file) append(ctx, &audits[i], event_of(ctx, tx, &context, audits[i].json));
}
