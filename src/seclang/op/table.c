/* All operators. */
#include "seclang/op/rows.h"

#define OP(name) seclang_op_##name##_run

static const struct seclang_op rows[] = {
    { "beginswith", seclang_op_nothing_compile, OP(begins_with), NULL, seclang_op_literal_filter,
      true },
    { "contains", seclang_op_nothing_compile, OP(contains), NULL, seclang_op_literal_filter, true },
    { "containsword", seclang_op_nothing_compile, OP(contains_word), NULL,
      seclang_op_literal_filter, true },
    { "detectsqli", seclang_op_detector_compile, OP(sqli), NULL, seclang_op_sqli_filter, true },
    { "detectxss", seclang_op_detector_compile, OP(xss), NULL, seclang_op_xss_filter, true },
    { "endswith", seclang_op_nothing_compile, OP(ends_with), NULL, seclang_op_literal_filter,
      true },
    { "eq", seclang_op_eq_compile, OP(eq), NULL, NULL, true },
    { "fuzzyhash", seclang_op_fuzzy_hash_compile, OP(never), NULL, NULL, false },
    { "ge", seclang_op_ge_compile, OP(ge), NULL, NULL, true },
    { "geolookup", seclang_op_nothing_compile, OP(geo_lookup), NULL, NULL, false },
    { "gsblookup", seclang_op_gsb_compile, OP(never), NULL, NULL, false },
    { "gt", seclang_op_gt_compile, OP(gt), NULL, NULL, true },
    { "inspectfile", seclang_op_inspect_file_compile, OP(never), NULL, NULL, false },
    { "ipmatch", seclang_op_ip_compile, OP(ip), NULL, seclang_op_ip_filter, true },
    { "ipmatchf", seclang_op_ip_file_compile, OP(ip), NULL, seclang_op_ip_filter, true },
    { "ipmatchfromfile", seclang_op_ip_file_compile, OP(ip), NULL, seclang_op_ip_filter, true },
    { "le", seclang_op_le_compile, OP(le), NULL, NULL, true },
    { "lt", seclang_op_lt_compile, OP(lt), NULL, NULL, true },
    { "nomatch", seclang_op_nothing_compile, OP(never), NULL, NULL, true },
    { "pm", seclang_op_pm_compile, OP(pm), seclang_op_pm_release, seclang_op_pm_filter, true },
    { "pmf", seclang_op_pm_file_compile, OP(pm), seclang_op_pm_release, seclang_op_pm_filter,
      true },
    { "pmfromfile", seclang_op_pm_file_compile, OP(pm), seclang_op_pm_release, seclang_op_pm_filter,
      true },
    { "rbl", seclang_op_rbl_compile, OP(rbl), NULL, NULL, false },
    { "rsub", seclang_op_rsub_compile, OP(never), NULL, NULL, false },
    { "rx", seclang_op_rx_compile, OP(rx), seclang_op_rx_release, seclang_op_rx_filter, true },
    { "rxglobal", seclang_op_rx_compile, OP(rx_global), seclang_op_rx_release, seclang_op_rx_filter,
      true },
    { "streq", seclang_op_nothing_compile, OP(streq), NULL, seclang_op_literal_filter, true },
    { "strmatch", seclang_op_strmatch_compile, OP(strmatch), NULL, seclang_op_strmatch_filter,
      true },
    { "unconditionalmatch", seclang_op_nothing_compile, OP(always), NULL, NULL, true },
    { "validatebyterange", seclang_op_byte_range_compile, OP(byte_range), NULL,
      seclang_op_byte_range_filter, true },
    { "validatedtd", seclang_op_dtd_compile, OP(never), NULL, NULL, false },
    { "validatehash", seclang_op_hash_compile, OP(never), NULL, NULL, false },
    { "validateschema", seclang_op_schema_compile, OP(never), NULL, NULL, false },
    { "validateurlencoding", seclang_op_nothing_compile, OP(url_encoding), NULL,
      seclang_op_url_encoding_filter, true },
    { "validateutf8encoding", seclang_op_nothing_compile, OP(utf8_encoding), NULL,
      seclang_op_utf8_encoding_filter, true },
    { "verifycc", seclang_op_verify_compile, OP(verify_cc), seclang_op_verify_release,
      seclang_op_verify_filter, true },
    { "verifycpf", seclang_op_verify_compile, OP(verify_cpf), seclang_op_verify_release,
      seclang_op_verify_filter, true },
    { "verifyssn", seclang_op_verify_compile, OP(verify_ssn), seclang_op_verify_release,
      seclang_op_verify_filter, true },
    { "verifysvnr", seclang_op_verify_compile, OP(verify_svnr), seclang_op_verify_release,
      seclang_op_verify_filter, true },
    { "within", seclang_op_nothing_compile, OP(within), NULL, NULL, true },
};

const struct seclang_op *
seclang_op_rows(size_t *count)
{
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

const struct seclang_op *
seclang_op_find(sk_str name)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (sk_str_eq_nocase(name, sk_str_of(rows[i].name))) return &rows[i];
    return NULL;
}
