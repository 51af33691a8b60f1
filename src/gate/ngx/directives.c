/* What each directive does. Ours begin with sekisho; those of the ModSecurity connector for nginx
 * mean what they mean there. */
#include "gate/ngx/gate.h"

#include "base/file.h"

static ngx_str_t *
argument(ngx_conf_t *cf, ngx_uint_t i)
{
    return (ngx_str_t *)cf->args->elts + i;
}

static char *
complain(ngx_conf_t *cf, const char *what)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%V: %s", argument(cf, 0), what);
    return NGX_CONF_ERROR;
}

/* ── on and off ── */

struct word {
    const char *word;
    ngx_uint_t value;
};

static bool
word_find(ngx_uint_t *value, const ngx_str_t *word, const struct word *words)
{
    for (; words->word; words++)
        if (sk_str_eq(gate_str(*word), sk_str_of(words->word))) {
            *value = words->value;
            return true;
        }
    return false;
}

static char *
mode_set(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    const struct word *words = cmd->post;
    struct gate_loc_conf *conf = data;
    ngx_uint_t mode;

    if (conf->mode != NGX_CONF_UNSET)
        return complain(cf, "is duplicate (sekisho and modsecurity are one switch)");
    if (!word_find(&mode, argument(cf, 1), words))
        return complain(cf, words[2].word ? "expected on, off or detect" : "expected on or off");
    conf->mode = (ngx_int_t)mode;
    return NGX_CONF_OK;
}

static struct word sekisho_modes[] = {
    { "on", GATE_ON }, { "off", GATE_OFF }, { "detect", GATE_DETECT }, { NULL, 0 }
};
static struct word modsecurity_modes[] = { { "on", GATE_AS_RULES },
                                           { "off", GATE_OFF },
                                           { NULL, 0 } };
static ngx_conf_enum_t past_words[] = {
    { ngx_string("refuse"), GATE_PAST_REFUSE },
    { ngx_string("windows"), GATE_PAST_WINDOWS },
    { ngx_null_string, 0 },
};
static ngx_conf_enum_t unseen_words[] = {
    { ngx_string("refuse"), GATE_UNSEEN_REFUSE },
    { ngx_string("pass"), GATE_UNSEEN_PASS },
    { ngx_null_string, 0 },
};

/* ── rules ── */

static struct seclang_source *
own_source(ngx_conf_t *cf, struct gate_loc_conf *conf)
{
    if (!conf->own) conf->own = gate_source_new(cf);
    return conf->own;
}

static char *
rules_file_add(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct seclang_source *source = own_source(cf, data);
    ngx_str_t path = *argument(cf, 1);

    (void)cmd;
    if (!source || ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) return NGX_CONF_ERROR;
    seclang_source_file(source, (const char *)path.data);
    return NGX_CONF_OK;
}

/* Lines are counted from where the text begins; nginx knows where it ends. */
static char *
rules_text_add(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct seclang_source *source = own_source(cf, data);
    sk_str text = gate_str(*argument(cf, 1));
    ngx_uint_t line = cf->conf_file->line;

    (void)cmd;
    if (!source) return NGX_CONF_ERROR;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n' && line > 1) line--;
    seclang_source_text(source, text, (const char *)cf->conf_file->file.name.data, (unsigned)line);
    return NGX_CONF_OK;
}

static char *
rules_remote_refuse(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    (void)cmd;
    (void)data;
    return complain(cf, "rules are not fetched over the network: what decides over every request "
                        "is a file that you have read. Download it, check it, and name it with "
                        "modsecurity_rules_file");
}

/* ── sites, logs, pages ── */

static char *
site_set(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_main_conf *mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_sekisho_module);
    struct gate_loc_conf *conf = data;
    struct gate_site_name *site, **slot;

    (void)cmd;
    if (conf->site != NGX_CONF_UNSET_PTR) return complain(cf, "is duplicate");
    if (argument(cf, 1)->len == 0 || argument(cf, 1)->len >= GATE_SITE_NAME)
        return complain(cf, "expected a name of 1 to 63 bytes");
    site = ngx_pcalloc(cf->pool, sizeof *site);
    slot = ngx_array_push(mcf->sites);
    if (!site || !slot) return NGX_CONF_ERROR;
    site->name = gate_str(*argument(cf, 1));
    site->slot = GATE_SITES;
    *slot = conf->site = site;
    return NGX_CONF_OK;
}

static char *
audit_add(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    static const struct word formats[] = { { "json", 1 }, { "serial", 0 }, { NULL, 0 } };
    struct gate_loc_conf *conf = data;
    struct gate_audit *audit;
    ngx_uint_t json = 1;

    (void)cmd;
    if (conf->audits == NGX_CONF_UNSET_PTR)
        conf->audits = ngx_array_create(cf->pool, 2, sizeof *audit);
    if (!conf->audits) return NGX_CONF_ERROR;
    if (cf->args->nelts > 2 && !word_find(&json, argument(cf, 2), formats))
        return complain(cf, "expected json or serial");
    if (sk_str_eq(gate_str(*argument(cf, 1)), SK_STR("off"))) return NGX_CONF_OK;
    if (conf->audits->nelts == GATE_AUDITS) return complain(cf, "at most 8 at one place");
    audit = ngx_array_push(conf->audits);
    if (!audit) return NGX_CONF_ERROR;
    audit->json = json != 0;
    audit->file = ngx_conf_open_file(cf->cycle, argument(cf, 1));
    return audit->file ? NGX_CONF_OK : NGX_CONF_ERROR;
}

static char *
page_set(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_main_conf *mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_sekisho_module);
    struct gate_loc_conf *conf = data;
    ngx_str_t path = *argument(cf, 1);
    struct gate_page *page;
    sk_str text;
    sk_err e;

    (void)cmd;
    if (conf->page != NGX_CONF_UNSET_PTR) return complain(cf, "is duplicate");
    if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) return NGX_CONF_ERROR;
    e = sk_file_read(&text, mcf->mem, (const char *)path.data, GATE_PAGE_BYTES);
    if (sk_failed(e)) return complain(cf, e.why);
    e = gate_page_new(&page, mcf->mem, text);
    if (sk_failed(e)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%V:%s", &path, e.why);
        return NGX_CONF_ERROR;
    }
    conf->page = page;
    return NGX_CONF_OK;
}

static char *
zone_set(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_main_conf *mcf = data;
    ssize_t size = ngx_parse_size(argument(cf, 1));

    (void)cmd;
    if (mcf->zone_size) return complain(cf, "is duplicate");
    if (size <= 0) return complain(cf, "expected a size, such as 8m");
    mcf->zone_size = (size_t)size;
    return NGX_CONF_OK;
}

/* ── the table ── */

#define EVERYWHERE (NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF)
#define ROW(name, where, set, field, post)                                                         \
    {                                                                                              \
        ngx_string(name), (where), (set), NGX_HTTP_LOC_CONF_OFFSET, (field), (post)                \
    }
#define FIELD(name) offsetof(struct gate_loc_conf, name)

ngx_command_t gate_commands[] = {
    ROW("sekisho", EVERYWHERE | NGX_CONF_TAKE1, mode_set, 0, sekisho_modes),
    ROW("sekisho_rules_file", EVERYWHERE | NGX_CONF_TAKE1, rules_file_add, 0, NULL),
    ROW("sekisho_rules", EVERYWHERE | NGX_CONF_TAKE1, rules_text_add, 0, NULL),
    ROW("sekisho_site", EVERYWHERE | NGX_CONF_TAKE1, site_set, 0, NULL),
    ROW("sekisho_audit_log", EVERYWHERE | NGX_CONF_TAKE12, audit_add, 0, NULL),
    ROW("sekisho_block_page", EVERYWHERE | NGX_CONF_TAKE1, page_set, 0, NULL),
    ROW("sekisho_past_limit", EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
        FIELD(past_limit), past_words),
    ROW("sekisho_hold", EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_msec_slot, FIELD(hold), NULL),
    ROW("sekisho_unknown_encoding", EVERYWHERE | NGX_CONF_TAKE1, ngx_conf_set_enum_slot,
        FIELD(unknown_encoding), unseen_words),
    ROW("sekisho_status", NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, gate_status_directive, 0, NULL),
    ROW("sekisho_area", NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_2MORE, gate_area_directive,
        0, NULL),
    ROW("sekisho_login", NGX_HTTP_SRV_CONF | NGX_CONF_2MORE, gate_login_directive, 0, NULL),
    ROW("sekisho_exchange", NGX_HTTP_SRV_CONF | NGX_CONF_2MORE, gate_exchange_directive, 0, NULL),
    ROW("sekisho_show", NGX_HTTP_SRV_CONF | NGX_CONF_1MORE, gate_show_directive, 0, NULL),
    ROW("sekisho_challenge", NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, gate_challenge_directive, 0,
        NULL),
    ROW("sekisho_human", NGX_HTTP_SRV_CONF | NGX_CONF_2MORE, gate_human_directive, 0, NULL),
    ROW("sekisho_session", NGX_HTTP_SRV_CONF | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
        FIELD(session_uri), NULL),
    ROW("sekisho_shun", EVERYWHERE | NGX_CONF_FLAG, ngx_conf_set_flag_slot, FIELD(shun), NULL),
    ROW("sekisho_shun_list", NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, gate_shun_list_directive, 0,
        NULL),
    { ngx_string("sekisho_shun_after"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE2, gate_shun_directive,
      NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },
    { ngx_string("sekisho_shun_spare"), NGX_HTTP_MAIN_CONF | NGX_CONF_1MORE,
      gate_shun_spare_directive, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },
    { ngx_string("sekisho_ticket_key"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      gate_ticket_key_directive, NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },
    { ngx_string("sekisho_vault"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE12, gate_vault_directive,
      NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },
    { ngx_string("sekisho_zone"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, zone_set,
      NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },
    { ngx_string("sekisho_cache"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, gate_cache_directive,
      NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL },
    ROW("modsecurity", EVERYWHERE | NGX_CONF_TAKE1, mode_set, 0, modsecurity_modes),
    ROW("modsecurity_rules_file", EVERYWHERE | NGX_CONF_TAKE1, rules_file_add, 0, NULL),
    ROW("modsecurity_rules", EVERYWHERE | NGX_CONF_TAKE1, rules_text_add, 0, NULL),
    ROW("modsecurity_rules_remote", EVERYWHERE | NGX_CONF_TAKE2, rules_remote_refuse, 0, NULL),
    ROW("modsecurity_transaction_id", EVERYWHERE | NGX_CONF_TAKE1, ngx_http_set_complex_value_slot,
        FIELD(id), NULL),
    ROW("modsecurity_use_error_log", EVERYWHERE | NGX_CONF_FLAG, ngx_conf_set_flag_slot,
        FIELD(use_error_log), NULL),
    ngx_null_command
};
