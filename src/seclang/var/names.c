/* What variables are called. */
#include "seclang/var/var.h"

const struct seclang_var_row seclang_var_rows[SECLANG_VAR_COUNT] = {
#define SECLANG_VAR_NAME(name, kind, phase) { #name, kind, phase },
    SECLANG_VARS(SECLANG_VAR_NAME)
#undef SECLANG_VAR_NAME
};

enum seclang_var
seclang_var_find(sk_str name)
{
    for (unsigned i = 0; i < SECLANG_VAR_COUNT; i++)
        if (sk_str_eq_nocase(name, sk_str_of(seclang_var_rows[i].name))) return (enum seclang_var)i;
    return SECLANG_VAR_COUNT;
}

#define UPLOADS "uploads are judged as they pass and not kept as files"
#define SCRIPTS "the server knows no scripts; REQUEST_FILENAME is the path that was asked for"
#define TIMES   "not measured apart; PERF_COMBINED and PERF_PHASE1 to 5 are"

static const struct seclang_var_absent absent[] = {
    { "FILES_TMPNAMES", UPLOADS },
    { "FILES_TMP_CONTENT", UPLOADS },
    { "PERF_GC", TIMES },
    { "PERF_LOGGING", TIMES },
    { "PERF_RULES", TIMES },
    { "PERF_SREAD", TIMES },
    { "PERF_SWRITE", TIMES },
    { "SCRIPT_BASENAME", SCRIPTS },
    { "SCRIPT_FILENAME", SCRIPTS },
    { "SCRIPT_GID", SCRIPTS },
    { "SCRIPT_GROUPNAME", SCRIPTS },
    { "SCRIPT_MODE", SCRIPTS },
    { "SCRIPT_UID", SCRIPTS },
    { "SCRIPT_USERNAME", SCRIPTS },
    { "SDBM_DELETE_ERROR", "collections do not lie in files" },
    { "STREAM_INPUT_BODY", "bodies are not rewritten; REQUEST_BODY is what came" },
    { "STREAM_OUTPUT_BODY", "bodies are not rewritten; RESPONSE_BODY is what is sent" },
};

const struct seclang_var_absent *
seclang_var_absent_rows(size_t *count)
{
    *count = sizeof absent / sizeof *absent;
    return absent;
}

const char *
seclang_var_why_absent(sk_str name)
{
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (sk_str_eq_nocase(name, sk_str_of(absent[i].name))) return absent[i].why;
    return NULL;
}
