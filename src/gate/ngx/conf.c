/* Configurations: made, merged from http to server to location, and each distinct list of rules
 * compiled once. A rule error is a configuration error: nginx keeps what it has. */
#include "gate/ngx/gate.h"

/* ── making ── */

void *
gate_main_conf_create(ngx_conf_t *cf)
{
    struct gate_main_conf *mcf = ngx_pcalloc(cf->pool, sizeof *mcf);

    if (!mcf) return NULL;
    mcf->rules = ngx_array_create(cf->pool, 4, sizeof(struct gate_rules *));
    mcf->sites = ngx_array_create(cf->pool, 4, sizeof(struct gate_site_name *));
    mcf->mem = gate_arena_new(cf->pool, 0);
    mcf->shun = (struct gate_shun_rules){ GATE_SHUN_STRIKES, GATE_SHUN_LONGEST };
    if (!mcf->rules || !mcf->sites || !mcf->mem) return NULL;
    return mcf;
}

void *
gate_loc_conf_create(ngx_conf_t *cf)
{
    struct gate_loc_conf *conf = ngx_pcalloc(cf->pool, sizeof *conf);

    if (!conf) return NULL;
    conf->mode = NGX_CONF_UNSET;
    conf->site = NGX_CONF_UNSET_PTR;
    conf->audits = NGX_CONF_UNSET_PTR;
    conf->use_error_log = NGX_CONF_UNSET;
    conf->id = NGX_CONF_UNSET_PTR;
    conf->past_limit = NGX_CONF_UNSET_UINT;
    conf->hold = NGX_CONF_UNSET_MSEC;
    conf->unknown_encoding = NGX_CONF_UNSET_UINT;
    conf->page = NGX_CONF_UNSET_PTR;
    conf->areas = NGX_CONF_UNSET_PTR;
    conf->logins = NGX_CONF_UNSET_PTR;
    conf->human = NGX_CONF_UNSET_PTR;
    conf->exchanges = NGX_CONF_UNSET_PTR;
    conf->shows = NGX_CONF_UNSET_PTR;
    conf->shun = NGX_CONF_UNSET;
    return conf;
}

static void
source_gone(void *source)
{
    seclang_source_free(source);
}

struct seclang_source *
gate_source_new(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(cf->pool, 0);

    if (!cleanup) return NULL;
    cleanup->data = seclang_source_new();
    cleanup->handler = source_gone;
    return cleanup->data;
}

/* Called before the locations are read, while http's own directives may still come: the built-in
 * page is made here, the zone in postconfiguration. */
char *
gate_main_conf_init(ngx_conf_t *cf, void *conf)
{
    struct gate_main_conf *mcf = conf;
    sk_err e = gate_page_new(&mcf->page, mcf->mem, gate_page_default());

    if (!sk_failed(e)) e = gate_page_new(&mcf->challenge, mcf->mem, gate_page_challenge());
    if (!sk_failed(e)) e = gate_page_new(&mcf->human, mcf->mem, gate_page_human());
    if (!sk_failed(e)) return NGX_CONF_OK;
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "sekisho: built-in page: %s", e.why);
    return NGX_CONF_ERROR;
}

/* ── rules ── */

static void
rules_gone(void *data)
{
    struct gate_rules *rules = data;

    if (rules->worker) seclang_worker_free(rules->worker);
    if (rules->rules) seclang_rules_free(rules->rules);
}

/* The operator's switches stand around the rules: "on" before them, so that they may say
 * otherwise; the rest behind, where it wins. */
static struct seclang_source *
source_final(ngx_conf_t *cf, const struct gate_loc_conf *conf)
{
    static const char *const past[] = {
        [GATE_PAST_AS_RULES] = "",
        [GATE_PAST_REFUSE] = "SecRequestBodyLimitAction Reject\n"
                             "SecResponseBodyLimitAction Reject\n",
        [GATE_PAST_WINDOWS] = "SecRequestBodyLimitAction ProcessPartial\n"
                              "SecResponseBodyLimitAction ProcessPartial\n",
    };
    struct seclang_source *source = gate_source_new(cf);

    if (!source) return NULL;
    if (conf->mode == GATE_ON)
        seclang_source_text(source, SK_STR("SecRuleEngine On\n"), "sekisho on", 1);
    seclang_source_append(source, conf->source);
    if (conf->mode == GATE_DETECT)
        seclang_source_text(source, SK_STR("SecRuleEngine DetectionOnly\n"), "sekisho detect", 1);
    if (conf->past_limit != GATE_PAST_AS_RULES)
        seclang_source_text(source, sk_str_of(past[conf->past_limit]), "sekisho_past_limit", 1);
    return source;
}

static struct gate_rules *
rules_find(const struct gate_main_conf *mcf, const unsigned char key[32])
{
    struct gate_rules **rules = mcf->rules->elts;

    for (ngx_uint_t i = 0; i < mcf->rules->nelts; i++)
        if (memcmp(rules[i]->key, key, sizeof rules[i]->key) == 0) return rules[i];
    return NULL;
}

/* SecAuditLogType Concurrent: where each event gets a file. Whether the workers may write there
 * shows at the first event: they have another user. */
static ngx_int_t
rules_audit_folder(ngx_conf_t *cf, struct gate_rules *rules)
{
    ngx_str_t path;
    struct stat info;

    if (!rules->settings->audit_storage_dir) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "sekisho: SecAuditLogType Concurrent needs SecAuditLogStorageDir");
        return NGX_ERROR;
    }
    path.len = strlen(rules->settings->audit_storage_dir);
    path.data = (u_char *)rules->settings->audit_storage_dir;
    if (ngx_conf_full_name(cf->cycle, &path, 0) != NGX_OK) return NGX_ERROR;
    if (stat((const char *)path.data, &info) != 0 || !S_ISDIR(info.st_mode)) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "sekisho: SecAuditLogStorageDir \"%V\" is no folder", &path);
        return NGX_ERROR;
    }
    rules->audit_folder = (const char *)path.data;
    return NGX_OK;
}

/* SecAuditLog is opened by nginx, so that USR1 opens it again after a rotation. */
static ngx_int_t
rules_audit(ngx_conf_t *cf, struct gate_rules *rules)
{
    const struct seclang_settings *settings = rules->settings;
    ngx_str_t path;

    if (settings->audit == SECLANG_AUDIT_OFF) return NGX_OK;
    if (settings->audit_type == SECLANG_CONCURRENT && rules_audit_folder(cf, rules) != NGX_OK)
        return NGX_ERROR;
    if (!settings->audit_log) return NGX_OK;
    if (settings->audit_type == SECLANG_HTTPS)
        ngx_log_error(
            NGX_LOG_WARN, cf->log, 0,
            "sekisho: SecAuditLogType HTTPS: events are sent nowhere; they are written to "
            "\"%s\", one behind the other",
            settings->audit_log);
    path.len = strlen(settings->audit_log);
    path.data = (u_char *)settings->audit_log; /* lives as long as the configuration */
    rules->audit_file = ngx_conf_open_file(cf->cycle, &path);
    return rules->audit_file ? NGX_OK : NGX_ERROR;
}

static struct gate_rules *
rules_compile(ngx_conf_t *cf, struct gate_main_conf *mcf, struct seclang_source *source)
{
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(cf->pool, sizeof(struct gate_rules));
    struct gate_rules *rules, **slot = ngx_array_push(mcf->rules);
    sk_err e;

    if (!cleanup || !slot) return NULL;
    rules = cleanup->data;
    ngx_memzero(rules, sizeof *rules);
    *slot = rules;
    seclang_source_key(rules->key, source);
    e = gate_rules_load(&rules->rules, cf, mcf, source);
    if (sk_failed(e)) {
        rules->rules = NULL;
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "sekisho: rules: %s", e.why);
        gate_zone_refused(e.why);
        return NULL;
    }
    cleanup->handler = rules_gone;
    rules->settings = seclang_rules_settings(rules->rules);
    return rules_audit(cf, rules) == NGX_OK ? rules : NULL;
}

/* ── merging ── */

/* The parent's rules come first; where this level adds none, its list is the parent's. */
static ngx_int_t
source_merge(ngx_conf_t *cf, const struct gate_loc_conf *parent, struct gate_loc_conf *conf)
{
    const struct seclang_source *above = parent->source ? parent->source : parent->own;

    if (!conf->own || !above) {
        conf->source = conf->own ? conf->own : (struct seclang_source *)above;
        return NGX_OK;
    }
    conf->source = gate_source_new(cf);
    if (!conf->source) return NGX_ERROR;
    seclang_source_append(conf->source, above);
    seclang_source_append(conf->source, conf->own);
    return NGX_OK;
}

/* The core module's locations are merged before ours, so its resolver is known here. */
static void
rules_check_resolver(ngx_conf_t *cf, struct gate_rules *rules)
{
    size_t count;

    (void)seclang_rules_rbl_zones(rules->rules, &count);
    if (count == 0 || rules->resolver_missed ||
        gate_resolve_possible(ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module)))
        return;
    rules->resolver_missed = true;
    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "sekisho: rules ask lists in the DNS (@rbl), but there is no \"resolver\": they "
                  "match nothing");
}

static char *
rules_merge(ngx_conf_t *cf, struct gate_main_conf *mcf, struct gate_loc_conf *conf)
{
    struct seclang_source *source;
    struct gate_rules *rules;
    unsigned char key[32];

    if (conf->mode == GATE_OFF) return NGX_CONF_OK;
    if (!conf->source) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0, "sekisho is on but has no rules: %s",
                      "nothing will be inspected; add sekisho_rules_file or sekisho_rules");
        return NGX_CONF_OK;
    }
    source = source_final(cf, conf);
    if (!source) return NGX_CONF_ERROR;
    seclang_source_key(key, source);
    rules = rules_find(mcf, key);
    if (!rules) rules = rules_compile(cf, mcf, source);
    if (!rules) return NGX_CONF_ERROR;
    if (rules->settings->engine == SECLANG_OFF) return NGX_CONF_OK;
    conf->rules = rules;
    rules_check_resolver(cf, rules);
    return NGX_CONF_OK;
}

char *
gate_loc_conf_merge(ngx_conf_t *cf, void *above, void *below)
{
    struct gate_main_conf *mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_sekisho_module);
    struct gate_loc_conf *parent = above, *conf = below;

    ngx_conf_merge_value(conf->mode, parent->mode, GATE_OFF);
    ngx_conf_merge_value(conf->use_error_log, parent->use_error_log, 1);
    ngx_conf_merge_ptr_value(conf->site, parent->site, NULL);
    ngx_conf_merge_ptr_value(conf->audits, parent->audits, NULL);
    ngx_conf_merge_ptr_value(conf->id, parent->id, NULL);
    ngx_conf_merge_uint_value(conf->past_limit, parent->past_limit, GATE_PAST_AS_RULES);
    ngx_conf_merge_msec_value(conf->hold, parent->hold, GATE_HOLD_MS);
    ngx_conf_merge_uint_value(conf->unknown_encoding, parent->unknown_encoding, GATE_UNSEEN_REFUSE);
    ngx_conf_merge_ptr_value(conf->page, parent->page, mcf->page);
    ngx_conf_merge_value(conf->shun, parent->shun, 0);
    ngx_conf_merge_ptr_value(conf->logins, parent->logins, NULL);
    ngx_conf_merge_ptr_value(conf->areas, parent->areas, NULL);
    ngx_conf_merge_ptr_value(conf->human, parent->human, NULL);
    ngx_conf_merge_ptr_value(conf->exchanges, parent->exchanges, NULL);
    ngx_conf_merge_ptr_value(conf->shows, parent->shows, NULL);
    ngx_conf_merge_str_value(conf->session_uri, parent->session_uri, "");
    if (source_merge(cf, parent, conf) != NGX_OK) return NGX_CONF_ERROR;
    return rules_merge(cf, mcf, conf);
}
