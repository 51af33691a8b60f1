/* Variables of the response. */
#include "seclang/var/fetch.h"

static void
body(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    if (tx->response_kept) seclang_fetch_text(tx, list, sk_buf_str(&tx->response_text));
}

static void
content_type(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    sk_str type = seclang_tx_header(tx, SECLANG_VAR_RESPONSE_HEADERS, SK_STR("content-type"));

    (void)rule;
    if (type.p) seclang_fetch_text(tx, list, type);
}

/* The header's number; 0 where there is none, as in mod_security 2. */
static void
content_length(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    sk_str length = seclang_tx_header(tx, SECLANG_VAR_RESPONSE_HEADERS, SK_STR("content-length"));
    int64_t number = 0;

    (void)rule;
    if (!length.p || !sk_str_to_i64(&number, sk_str_trim(length)))
        number = (int64_t)tx->response_length;
    seclang_fetch_int(tx, list, number);
}

static void
protocol(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, tx->response_protocol);
}

static void
status(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, tx->status);
}

static void
status_line(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(
        tx, list, sk_str_printf(tx->mem, "%.*s %d", SK_ARG(tx->response_protocol), tx->status));
}

static void
outbound_data_error(struct seclang_tx *tx, struct seclang_list *list,
                    const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, tx->outbound_data_error);
}

const struct seclang_fetch_row seclang_fetch_response[] = {
    { SECLANG_VAR_OUTBOUND_DATA_ERROR, SECLANG_FETCH_PHASE, outbound_data_error },
    { SECLANG_VAR_RESPONSE_BODY, SECLANG_FETCH_PHASE, body },
    { SECLANG_VAR_RESPONSE_CONTENT_LENGTH, SECLANG_FETCH_PHASE, content_length },
    { SECLANG_VAR_RESPONSE_CONTENT_TYPE, SECLANG_FETCH_PHASE, content_type },
    { SECLANG_VAR_RESPONSE_PROTOCOL, SECLANG_FETCH_PHASE, protocol },
    { SECLANG_VAR_RESPONSE_STATUS, SECLANG_FETCH_PHASE, status },
    { SECLANG_VAR_STATUS, SECLANG_FETCH_PHASE, status },
    { SECLANG_VAR_STATUS_LINE, SECLANG_FETCH_PHASE, status_line },
    { SECLANG_VAR_COUNT, SECLANG_FETCH_FILLED, NULL },
};
