/* What an exchange has found, for reading. */
#include "seclang/lib/inside.h"

/* Masked copies are made once per stage: later rules may have made more of them secret. */
static void
take_matches(seclang_exchange *x)
{
    size_t stage = (size_t)x->stage + 1;

    if (x->matches_of == stage) return;
    x->match = seclang_tx_matches(x->tx, &x->match_count);
    x->matches_of = stage;
}

int
seclang_exchange_finding(seclang_exchange *exchange, size_t index, seclang_finding *finding)
{
    const struct seclang_match *m;
    seclang_finding f = { 0 };

    take_matches(exchange);
    if (index >= exchange->match_count) return 0;
    m = &exchange->match[index];
    f.rule = m->rule;
    f.phase = m->phase;
    f.file = m->file ? m->file : "";
    f.line = m->line;
    f.decisive = m->disruptive;
    f.variable = sk_str_zcopy(exchange->mem, m->variable);
    f.variable_length = m->variable.n;
    f.value = sk_str_zcopy(exchange->mem, m->value);
    f.value_length = m->value.n;
    f.message = sk_str_zcopy(exchange->mem, m->msg);
    f.message_length = m->msg.n;
    f.data = sk_str_zcopy(exchange->mem, m->data);
    f.data_length = m->data.n;
    f.severity = sk_str_zcopy(exchange->mem, m->severity);
    seclang_lib_fill(finding, &f, sizeof(f));
    return 1;
}

const char *
seclang_exchange_variable(seclang_exchange *exchange, const char *name, size_t *length)
{
    sk_str value = seclang_tx_get(exchange->tx, name);

    if (length) *length = value.n;
    return value.p ? sk_str_zcopy(exchange->mem, value) : NULL;
}

int
seclang_exchange_wants_audit(const seclang_exchange *exchange)
{
    return exchange->stage == SECLANG_STAGE_FINISHED && seclang_tx_audit_wanted(exchange->tx);
}

const char *
seclang_exchange_audit(seclang_exchange *exchange, const char *site, int status, size_t *length)
{
    struct sk_buf out = { .mem = exchange->mem };
    struct seclang_audit_context context = {
        seclang_lib_copy(exchange->mem, site, SECLANG_ZERO_ENDED), status
    };

    if (exchange->stage != SECLANG_STAGE_FINISHED) return NULL;
    seclang_audit_json(&out, exchange->tx, &context);
    if (length) *length = out.n;
    return sk_str_zcopy(exchange->mem, sk_buf_str(&out));
}
