/* Variables of the request's body: what the body parsers report. Arguments, files, part headers
 * and XML attributes are put into their lists as they are read. */
#include "seclang/var/fetch.h"

#define FLAG_ROW(function, expression)                                                             \
    static void function(struct seclang_tx *tx, struct seclang_list *list,                         \
                         const struct seclang_rule *rule)                                          \
    {                                                                                              \
        (void)rule;                                                                                \
        seclang_fetch_int(tx, list, (int64_t)(expression));                                        \
    }

FLAG_ROW(boundary_quoted, tx->report.multipart.boundary_quoted)
FLAG_ROW(boundary_whitespace, tx->report.multipart.boundary_whitespace)
FLAG_ROW(data_before, tx->report.multipart.data_before)
FLAG_ROW(data_after, tx->report.multipart.data_after)
FLAG_ROW(header_folding, tx->report.multipart.header_folding)
FLAG_ROW(lf_line, tx->report.multipart.lf_line)
FLAG_ROW(missing_semicolon, tx->report.multipart.missing_semicolon)
FLAG_ROW(invalid_quoting, tx->report.multipart.invalid_quoting)
FLAG_ROW(invalid_part, tx->report.multipart.invalid_part)
FLAG_ROW(invalid_header_folding, tx->report.multipart.invalid_header_folding)
FLAG_ROW(file_limit_exceeded, tx->report.multipart.file_limit_exceeded)
FLAG_ROW(crlf_lf_lines, tx->report.multipart.crlf_lf_lines)
FLAG_ROW(unmatched_boundary, tx->report.multipart.unmatched_boundary)
FLAG_ROW(strict_error, tx->report.multipart.strict_error)
FLAG_ROW(files_combined_size, tx->report.files_combined_size)
FLAG_ROW(body_error, tx->body_error)
FLAG_ROW(body_length, tx->body_length)
FLAG_ROW(urlencoded_error, tx->bad_encoding > 0)
FLAG_ROW(inbound_data_error, tx->inbound_data_error)

static void
body_error_msg(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, tx->body_error_msg);
}

/* As mod_security 2: there with the URLENCODED processor or when forced, else not at all. */
static void
request_body(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    bool shown = tx->set.force_request_body || sk_str_eq(tx->processor, SK_STR("URLENCODED"));

    (void)rule;
    if (shown && tx->keep_body && tx->phase >= 2)
        seclang_fetch_text(tx, list, sk_buf_str(&tx->body_text));
}

static void
args_combined_size(struct seclang_tx *tx, struct seclang_list *list,
                   const struct seclang_rule *rule)
{
    const struct seclang_list *args = &tx->list[SECLANG_VAR_ARGS];
    size_t size = tx->earlier_size;

    (void)rule;
    for (unsigned i = 0; i < args->count; i++)
        size += args->at[i]->name.n + args->at[i]->text.s.n;
    seclang_fetch_int(tx, list, (int64_t)size);
}

static void
add_line(struct sk_buf *out, sk_str name, sk_str value)
{
    sk_buf_add(out, name);
    sk_buf_add(out, SK_STR(": "));
    sk_buf_add(out, value);
    sk_buf_byte(out, '\n');
}

static sk_str
whole_request(struct seclang_tx *tx)
{
    const struct seclang_list *headers = &tx->list[SECLANG_VAR_REQUEST_HEADERS];
    struct sk_buf out = { .mem = tx->mem };

    sk_buf_add(&out, tx->line);
    sk_buf_add(&out, SK_STR("\n\n")); /* two, as mod_security 2 writes it */
    for (unsigned i = 0; i < headers->count; i++)
        add_line(&out, headers->at[i]->name, headers->at[i]->text.s);
    sk_buf_byte(&out, '\n');
    sk_buf_add(&out, sk_buf_str(&tx->body_text));
    return sk_buf_str(&out);
}

static void
full_request(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, whole_request(tx));
}

static void
full_request_length(struct seclang_tx *tx, struct seclang_list *list,
                    const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, (int64_t)whole_request(tx).n);
}

const struct seclang_fetch_row seclang_fetch_body[] = {
    { SECLANG_VAR_ARGS_COMBINED_SIZE, SECLANG_FETCH_PHASE, args_combined_size },
    { SECLANG_VAR_FILES_COMBINED_SIZE, SECLANG_FETCH_PHASE, files_combined_size },
    { SECLANG_VAR_FULL_REQUEST, SECLANG_FETCH_PHASE, full_request },
    { SECLANG_VAR_FULL_REQUEST_LENGTH, SECLANG_FETCH_PHASE, full_request_length },
    { SECLANG_VAR_INBOUND_DATA_ERROR, SECLANG_FETCH_PHASE, inbound_data_error },
    { SECLANG_VAR_MULTIPART_BOUNDARY_QUOTED, SECLANG_FETCH_PHASE, boundary_quoted },
    { SECLANG_VAR_MULTIPART_BOUNDARY_WHITESPACE, SECLANG_FETCH_PHASE, boundary_whitespace },
    { SECLANG_VAR_MULTIPART_CRLF_LF_LINES, SECLANG_FETCH_PHASE, crlf_lf_lines },
    { SECLANG_VAR_MULTIPART_DATA_AFTER, SECLANG_FETCH_PHASE, data_after },
    { SECLANG_VAR_MULTIPART_DATA_BEFORE, SECLANG_FETCH_PHASE, data_before },
    { SECLANG_VAR_MULTIPART_FILE_LIMIT_EXCEEDED, SECLANG_FETCH_PHASE, file_limit_exceeded },
    { SECLANG_VAR_MULTIPART_HEADER_FOLDING, SECLANG_FETCH_PHASE, header_folding },
    { SECLANG_VAR_MULTIPART_INVALID_HEADER_FOLDING, SECLANG_FETCH_PHASE, invalid_header_folding },
    { SECLANG_VAR_MULTIPART_INVALID_PART, SECLANG_FETCH_PHASE, invalid_part },
    { SECLANG_VAR_MULTIPART_INVALID_QUOTING, SECLANG_FETCH_PHASE, invalid_quoting },
    { SECLANG_VAR_MULTIPART_LF_LINE, SECLANG_FETCH_PHASE, lf_line },
    { SECLANG_VAR_MULTIPART_MISSING_SEMICOLON, SECLANG_FETCH_PHASE, missing_semicolon },
    { SECLANG_VAR_MULTIPART_SEMICOLON_MISSING, SECLANG_FETCH_PHASE, missing_semicolon },
    { SECLANG_VAR_MULTIPART_STRICT_ERROR, SECLANG_FETCH_PHASE, strict_error },
    { SECLANG_VAR_MULTIPART_UNMATCHED_BOUNDARY, SECLANG_FETCH_PHASE, unmatched_boundary },
    { SECLANG_VAR_REQBODY_ERROR, SECLANG_FETCH_PHASE, body_error },
    { SECLANG_VAR_REQBODY_ERROR_MSG, SECLANG_FETCH_PHASE, body_error_msg },
    { SECLANG_VAR_REQBODY_PROCESSOR_ERROR, SECLANG_FETCH_PHASE, body_error },
    { SECLANG_VAR_REQBODY_PROCESSOR_ERROR_MSG, SECLANG_FETCH_PHASE, body_error_msg },
    { SECLANG_VAR_REQUEST_BODY, SECLANG_FETCH_PHASE, request_body },
    { SECLANG_VAR_REQUEST_BODY_LENGTH, SECLANG_FETCH_PHASE, body_length },
    { SECLANG_VAR_URLENCODED_ERROR, SECLANG_FETCH_PHASE, urlencoded_error },
    { SECLANG_VAR_COUNT, SECLANG_FETCH_FILLED, NULL },
};
