/* What nginx looks for: the module, where it hooks in, and what a loadable file must export. */
#include "gate/ngx/gate.h"

static ngx_int_t
variables(ngx_conf_t *cf)
{
    return gate_vars_add(cf);
}

/* The last one added is the first to run: before nginx's own rewriting. */
static ngx_int_t
handler_add(ngx_conf_t *cf, ngx_http_phases phase, ngx_http_handler_pt handler)
{
    ngx_http_core_main_conf_t *cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_http_handler_pt *slot = ngx_array_push(&cmcf->phases[phase].handlers);

    if (!slot) return NGX_ERROR;
    *slot = handler;
    return NGX_OK;
}

/* Log handlers run in order: ours comes first, so that the access log can show phase 5's result. */
static ngx_int_t
log_handler_add(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t *cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_array_t *handlers = &cmcf->phases[NGX_HTTP_LOG_PHASE].handlers;
    ngx_http_handler_pt *first;

    if (handler_add(cf, NGX_HTTP_LOG_PHASE, gate_log_handler) != NGX_OK) return NGX_ERROR;
    first = handlers->elts;
    memmove(first + 1, first, (handlers->nelts - 1) * sizeof *first);
    first[0] = gate_log_handler;
    return NGX_OK;
}

static ngx_int_t
hook(ngx_conf_t *cf)
{
    struct gate_main_conf *mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_sekisho_module);

    gate_cache_done(cf, mcf);
    if (gate_zone_add(cf, mcf) != NGX_OK) return NGX_ERROR;
    if (handler_add(cf, NGX_HTTP_POST_READ_PHASE, gate_log_words_handler) != NGX_OK)
        return NGX_ERROR;
    if (handler_add(cf, NGX_HTTP_REWRITE_PHASE, gate_request_handler) != NGX_OK) return NGX_ERROR;
    /* behind the area: who has signed in is known then */
    if (handler_add(cf, NGX_HTTP_PREACCESS_PHASE, gate_exchange_handler) != NGX_OK)
        return NGX_ERROR;
    if (handler_add(cf, NGX_HTTP_PREACCESS_PHASE, gate_area_handler) != NGX_OK) return NGX_ERROR;
    if (log_handler_add(cf) != NGX_OK) return NGX_ERROR;
    gate_request_filter();
    gate_exchange_filters(); /* behind the engine, which judges what the application wrote */
    gate_response_filters();
    return NGX_OK;
}

/* A worker begins. Without its scratch memory it answers 503 rather than let anything pass. */
static ngx_int_t
worker_begin(ngx_cycle_t *cycle)
{
    struct gate_main_conf *mcf =
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_sekisho_module);
    ngx_core_conf_t *ccf = (ngx_core_conf_t *)ngx_get_conf(cycle->conf_ctx, ngx_core_module);
    struct gate_rules **rules;
    struct gate_board *board;

    if (!mcf || (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE))
        return NGX_OK;
    rules = mcf->rules->elts;
    for (ngx_uint_t i = 0; i < mcf->rules->nelts; i++) {
        sk_err e = seclang_worker_new(&rules[i]->worker, rules[i]->rules);

        if (!sk_failed(e)) continue;
        rules[i]->worker = NULL;
        ngx_log_error(NGX_LOG_ALERT, cycle->log, 0, "sekisho: %s", e.why);
    }
    board = gate_zone_board(mcf);
    if (board) gate_board_started(board, (uint64_t)ccf->worker_processes, (uint64_t)ngx_time());
    return NGX_OK;
}

static ngx_http_module_t context = {
    variables,             /* preconfiguration */
    hook,                  /* postconfiguration */
    gate_main_conf_create, /* create main configuration */
    gate_main_conf_init,   /* init main configuration */
    NULL,                  /* create server configuration */
    NULL,                  /* merge server configuration */
    gate_loc_conf_create,  /* create location configuration */
    gate_loc_conf_merge    /* merge location configuration */
};

ngx_module_t ngx_http_sekisho_module = { NGX_MODULE_V1,
                                         &context,
                                         gate_commands,
                                         NGX_HTTP_MODULE,
                                         NULL,         /* init master */
                                         NULL,         /* init module */
                                         worker_begin, /* init process */
                                         NULL,         /* init thread */
                                         NULL,         /* exit thread */
                                         NULL,         /* exit process */
                                         NULL,         /* exit master */
                                         NGX_MODULE_V1_PADDING };

/* What nginx's own build would write beside a loadable module. The order puts our filters behind
 * the copy filter and before add_header, compression, ranges and chunking. */
#define EXPORTED __attribute__((visibility("default")))

extern EXPORTED ngx_module_t *ngx_modules[];
extern EXPORTED char *ngx_module_names[];
extern EXPORTED char *ngx_module_order[];

/* nginx's types want writable characters */
static char own_name[] = "ngx_http_sekisho_module";
static char before_name[] = "ngx_http_copy_filter_module";

ngx_module_t *ngx_modules[] = { &ngx_http_sekisho_module, NULL };
char *ngx_module_names[] = { own_name, NULL };
char *ngx_module_order[] = { own_name, before_name, NULL };
