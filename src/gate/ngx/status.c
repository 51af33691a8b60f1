/* sekisho_status: what the gate has done, as JSON, for the supervisor and for probes. Give the
 * location a Unix socket or an allow list: it tells site names and numbers. */
#include "gate/ngx/gate.h"

static const char *const engines[] = {
    [SECLANG_OFF] = "off", [SECLANG_DETECT] = "detect", [SECLANG_ON] = "block"
};

static void
rules_json(struct sk_json_writer *w, const struct gate_main_conf *mcf)
{
    struct gate_rules **rules = mcf->rules->elts;

    sk_json_array(w, "rules");
    for (ngx_uint_t i = 0; i < mcf->rules->nelts; i++) {
        const struct seclang_settings *settings = rules[i]->settings;

        sk_json_object(w, NULL);
        sk_json_text(w, "engine", engines[settings->engine]);
        sk_json_int(w, "rules", (int64_t)settings->rule_count);
        sk_json_int(w, "chains", (int64_t)settings->chain_count);
        sk_json_int(w, "folded", (int64_t)settings->folded_count);
        sk_json_bool(w, "request_bodies", settings->request_body_access);
        sk_json_bool(w, "response_bodies", settings->response_body_access);
        sk_json_bool(w, "ready", rules[i]->worker != NULL);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
}

static sk_str
status_make(ngx_http_request_t *r, sk_arena *mem)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    const struct gate_board *board = gate_zone_board(mcf);
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_text(&w, "gate", "sekisho");
    sk_json_text(&w, "version", SEKISHO_VERSION);
    sk_json_text(&w, "nginx", NGINX_VERSION);
    sk_json_str(&w, "time", sk_when_utc(mem, sk_now()));
    sk_json_int(&w, "pid", (int64_t)ngx_pid);
    sk_json_int(&w, "generation", (int64_t)mcf->generation); /* of the worker that answers */
    rules_json(&w, mcf);
    if (board) gate_board_json(&w, board);
    sk_json_end_object(&w);
    sk_buf_byte(&out, '\n');
    return sk_buf_str(&out);
}

ngx_int_t
gate_text_send(ngx_http_request_t *r, ngx_uint_t status, sk_str type, sk_str text)
{
    ngx_buf_t *b = ngx_calloc_buf(r->pool);
    ngx_chain_t out = { .buf = b };
    ngx_int_t rc;

    if (!b) return NGX_HTTP_INTERNAL_SERVER_ERROR;
    r->headers_out.status = status;
    r->headers_out.content_length_n = (off_t)text.n;
    r->headers_out.content_type = gate_ngx(type);
    r->headers_out.content_type_len =
        sk_str_first(type, sk_str_find_byte(type, ';')).n; /* without its charset */
    rc = ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
    b->pos = b->start = (u_char *)text.p;
    b->last = b->end = b->pos + text.n;
    b->memory = text.n > 0;
    b->last_buf = 1;
    b->last_in_chain = 1;
    return ngx_http_output_filter(r, &out);
}

static ngx_int_t
status_handler(ngx_http_request_t *r)
{
    sk_arena *mem;
    ngx_int_t rc;

    if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) return NGX_HTTP_NOT_ALLOWED;
    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) return rc;
    mem = gate_arena_new(r->pool, 8192);
    if (!mem) return NGX_HTTP_INTERNAL_SERVER_ERROR;
    return gate_text_send(r, NGX_HTTP_OK, SK_STR("application/json"), status_make(r, mem));
}

char *
gate_status_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t *clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    (void)cmd;
    (void)conf;
    clcf->handler = status_handler;
    return NGX_CONF_OK;
}
