/* sekisho_cache: compiled parts of rules in a folder (see seclang_cache_open). What is missing
 * there is compiled aside, by a child of this process: the master does not grow by a compiler's
 * memory, and a fault of the compiler ends the child, not the server. */
#include "gate/ngx/gate.h"

#include <sys/prctl.h>
#include <sys/wait.h>

static void
cache_gone(void *data)
{
    struct gate_main_conf *mcf = data;

    seclang_cache_close(mcf->cache);
    mcf->cache = NULL;
}

char *
gate_cache_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    static char duplicate[] = "is duplicate"; /* nginx's type wants writable characters */
    struct gate_main_conf *mcf = conf;
    ngx_str_t path = ((ngx_str_t *)cf->args->elts)[1];
    ngx_pool_cleanup_t *cleanup;

    (void)cmd;
    if (mcf->cache_said) return duplicate;
    mcf->cache_said = 1;
    if (sk_str_eq(gate_str(path), SK_STR("off"))) return NGX_CONF_OK;
    cleanup = ngx_pool_cleanup_add(cf->pool, 0);
    if (!cleanup || ngx_conf_full_name(cf->cycle, &path, 0) != NGX_OK) return NGX_CONF_ERROR;
    cleanup->data = mcf;
    cleanup->handler = cache_gone;
    mcf->cache_folder = (const char *)path.data;
    return NGX_CONF_OK;
}

static void
unread_tell(ngx_conf_t *cf, const struct gate_main_conf *mcf)
{
    const char *why = seclang_cache_facts(mcf->cache).unread;

    if (why)
        ngx_log_error(NGX_LOG_WARN, cf->log, 0, "sekisho_cache \"%s\": its file is passed over: %s",
                      mcf->cache_folder, why);
}

/* NULL without one; why is said once. */
static struct seclang_cache *
cache_of(ngx_conf_t *cf, struct gate_main_conf *mcf)
{
    sk_err e;

    if (mcf->cache || !mcf->cache_folder) return mcf->cache;
    e = seclang_cache_open(&mcf->cache, mcf->cache_folder);
    if (!sk_failed(e)) {
        unread_tell(cf, mcf);
        return mcf->cache;
    }
    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "sekisho_cache \"%s\": %s; rules are compiled at every load", mcf->cache_folder,
                  e.why);
    mcf->cache = NULL;
    mcf->cache_folder = NULL;
    return NULL;
}

/* ── aside ── */

static _Noreturn void
child(const char *folder, const struct seclang_source *source)
{
    struct seclang_cache *cache;
    struct seclang_rules *rules;
    bool done;

    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    done = !sk_failed(seclang_cache_open(&cache, folder)) &&
           !sk_failed(seclang_rules_load(&rules, source, cache)) &&
           !sk_failed(seclang_cache_save(cache, false));
    _exit(done ? 0 : 1);
}

/* A child that says no, for want of room or rights, leaves the work to us; one that was ended by a
 * signal would end us too. Where nginx itself has taken the child's end, nothing is known of it. */
static sk_err
compile_aside(const struct gate_main_conf *mcf, const struct seclang_source *source)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) child(mcf->cache_folder, source);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (ngx_errno != NGX_EINTR) break;
    if (!WIFSIGNALED(status)) return sk_ok();
    return sk_fail(SK_BROKEN, "the process that compiled them was ended by signal %d",
                   WTERMSIG(status));
}

sk_err
gate_rules_load(struct seclang_rules **rules, ngx_conf_t *cf, struct gate_main_conf *mcf,
                const struct seclang_source *source)
{
    struct seclang_cache *cache = cache_of(cf, mcf);
    sk_err e;

    if (!cache) return seclang_rules_new(rules, source);
    seclang_cache_only(cache, true);
    e = seclang_rules_load(rules, source, cache);
    if (e.kind != SK_BUSY) return e;
    TRY(compile_aside(mcf, source));
    e = seclang_cache_refresh(cache);
    if (sk_failed(e))
        ngx_log_error(NGX_LOG_INFO, cf->log, 0, "sekisho_cache \"%s\": %s; compiled here instead",
                      mcf->cache_folder, e.why);
    seclang_cache_only(cache, false);
    return seclang_rules_load(rules, source, cache);
}

/* ── afterwards ── */

void
gate_cache_done(ngx_conf_t *cf, struct gate_main_conf *mcf)
{
    sk_err e;

    if (!mcf->cache) return;
    e = seclang_cache_save(mcf->cache, true);
    if (sk_failed(e))
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "sekisho_cache \"%s\": %s; what is missing there is compiled at every load",
                      mcf->cache_folder, e.why);
    cache_gone(mcf);
}
