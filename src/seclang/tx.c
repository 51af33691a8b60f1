/* Beginning and end of a transaction, and what hosts may ask of it. */
#include "seclang/tx.h"

#include "base/hash.h"
#include "seclang/hide.h"
#include "seclang/record.h"
#include "seclang/run.h"
#include "seclang/var/member.h"
#include "seclang/window.h"
#include "seclang/worker.h"

#include <stdio.h>
#include <time.h>

int64_t
seclang_tx_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
take_settings(struct seclang_tx *tx)
{
    const struct seclang_settings *from = &tx->rules->settings;
    const char *parts = from->audit_parts ? from->audit_parts : "ABIJDEFHZ";

    tx->set = (struct seclang_tx_settings){
        .engine = from->engine,
        .audit = from->audit,
        .request_body_access = from->request_body_access,
        .response_body_access = from->response_body_access,
        .request_body_limit = from->request_body_limit,
        .response_body_limit = from->response_body_limit,
    };
    memcpy(tx->set.audit_parts, parts, strnlen(parts, SECLANG_AUDIT_PARTS - 1));
}

/* Slots are made when somebody looks at them: of a hundred, an innocent request sees twenty. */
static void
make_slots(struct seclang_tx *tx)
{
    tx->tx_slot = sk_array(tx->mem, tx->rules->tx_slot_count + 1, sizeof(*tx->tx_slot));
    tx->tx_last = &tx->tx_first;
}

struct seclang_tx *
seclang_tx_new(struct seclang_worker *worker, const struct seclang_rules *rules, sk_arena *mem,
               const struct seclang_host *host)
{
    struct seclang_tx *tx = SK_NEW(mem, struct seclang_tx);

    tx->worker = worker;
    tx->rules = rules;
    tx->mem = mem;
    if (host) tx->host = *host;
    tx->secrets = SK_NEW(mem, struct seclang_secrets);
    take_settings(tx);
    make_slots(tx);
    tx->body_text.mem = mem;
    tx->response_text.mem = mem;
    tx->begun = sk_now();
    tx->begun_us = seclang_tx_clock();
    tx->matched.var = SECLANG_VAR_COUNT;
    tx->highest_severity = 255;
    tx->allowed = SECLANG_DO_NONE;
    return tx;
}

void
seclang_tx_free(struct seclang_tx *tx)
{
    if (!tx) return;
    seclang_window_free(tx->window);
    seclang_body_free(tx->body);
    tx->body = NULL;
}

void
seclang_tx_lose(struct seclang_tx *tx, size_t rule, const struct seclang_target *target)
{
    const struct seclang_lost *known;
    struct seclang_lost *lost;

    if (!tx->lost) tx->lost = sk_array(tx->mem, tx->rules->rule_count + 1, sizeof(*tx->lost));
    for (known = tx->lost[rule]; known; known = known->next)
        if (known->target == target) return;
    lost = SK_NEW(tx->mem, struct seclang_lost);
    *lost = (struct seclang_lost){ target, tx->lost[rule] };
    tx->lost[rule] = lost;
}

void
seclang_tx_id(struct seclang_tx *tx, sk_str id)
{
    tx->id = id;
}

sk_str
seclang_tx_get_id(const struct seclang_tx *tx)
{
    return tx->id;
}

void
seclang_tx_conn(struct seclang_tx *tx, sk_str client, unsigned client_port, sk_str server,
                unsigned server_port)
{
    tx->client = client;
    tx->client_port = client_port;
    tx->server = server;
    tx->server_port = server_port;
}

sk_str
seclang_tx_header(const struct seclang_tx *tx, enum seclang_var headers, sk_str name)
{
    const struct seclang_value *value = seclang_list_find(&tx->list[headers], name);

    return value ? value->text.s : (sk_str){ 0 };
}

bool
seclang_names_has(const struct seclang_names *names, sk_str name)
{
    for (unsigned i = 0; i < names->count; i++)
        if (sk_str_eq_nocase(names->at[i], name)) return true;
    return false;
}

void
seclang_names_add(struct seclang_names *names, sk_arena *mem, sk_str name)
{
    if (name.n == 0 || seclang_names_has(names, name)) return;
    if (names->count == names->size) {
        unsigned size = names->size ? 2 * names->size : 4;

        names->at = sk_grow(mem, names->at, names->size * sizeof(sk_str), size * sizeof(sk_str));
        names->size = size;
    }
    names->at[names->count++] = sk_str_lower(mem, name);
}

/* A copy without secrets: what rules have made secret until now is hidden in all matches. */
const struct seclang_match *
seclang_tx_matches(const struct seclang_tx *tx, size_t *count)
{
    struct seclang_match *shown = sk_array(tx->mem, tx->match_count, sizeof(*shown));

    *count = tx->match_count;
    for (size_t i = 0; i < tx->match_count; i++) {
        shown[i] = seclang_record_match(tx, &tx->match[i]);
        seclang_hide_match(tx, &shown[i]);
    }
    return shown;
}

sk_str
seclang_tx_get(const struct seclang_tx *tx, const char *name)
{
    const struct seclang_member *m = seclang_tx_look(tx, -1, sk_str_of(name));

    if (!m) return (sk_str){ 0 };
    return m->value.text.s.p ? m->value.text.s : SK_STR("");
}

sk_str
seclang_tx_env(const struct seclang_tx *tx, sk_str name)
{
    const struct seclang_value *value = seclang_list_find(&tx->list[SECLANG_VAR_ENV], name);

    if (!value) return (sk_str){ 0 };
    return value->text.s.p ? value->text.s : SK_STR("");
}

bool
seclang_tx_limit_hit(const struct seclang_tx *tx)
{
    return tx->limit_hit;
}

void
seclang_tx_body_arguments(const struct seclang_tx *tx, sk_str name,
                          void (*each)(void *ctx, sk_str value), void *ctx)
{
    const struct seclang_list *list = &tx->list[SECLANG_VAR_ARGS_POST];

    for (unsigned i = 0; i < list->count; i++)
        if (sk_str_eq_nocase(list->at[i]->name, name)) each(ctx, list->at[i]->text.s);
}

bool
seclang_tx_would_refuse(const struct seclang_tx *tx)
{
    return tx->decision.noted;
}

static bool
status_relevant(const struct seclang_tx *tx, int status)
{
    struct seclang_op_run run = { .scratch = tx->worker->scratch, .mem = tx->mem };
    char text[12];
    int n;

    if (status <= 0) return false;
    if (!tx->rules->relevant_status.rx) return status >= 400 && status != 404;
    n = snprintf(text, sizeof(text), "%d", status);
    return tx->rules->relevant_status.rx->run(tx->rules->relevant_status.state, &run,
                                              (sk_str){ text, (size_t)n });
}

bool
seclang_tx_audit_wanted(const struct seclang_tx *tx)
{
    int answered = tx->decision.made ? tx->decision.verdict.status : tx->status;

    switch (tx->set.audit) {
    case SECLANG_AUDIT_ON:
        return true;
    case SECLANG_AUDIT_RELEVANT:
        return tx->relevant || status_relevant(tx, answered);
    case SECLANG_AUDIT_OFF:
        break;
    }
    return false;
}

/* Also after a refusal, once. What rules have set in persistent collections is stored now. */
void
seclang_tx_logging(struct seclang_tx *tx)
{
    if (tx->phase >= 5) return;
    seclang_run_phase(tx, 5);
    seclang_collections_save(tx);
}
