/* Variables (ARGS, REQUEST_HEADERS, TX ...): what they are called and what they are.
 *
 * The table is data for the parser; the fetching functions of the runtime are rows beside it in
 * var/var.c. A scalar has one value; a collection has named values. */
#ifndef SECLANG_VAR_H
#define SECLANG_VAR_H

#include "base/str.h"

enum seclang_var_kind {
    SECLANG_SCALAR,     /* REQUEST_URI */
    SECLANG_COLLECTION, /* ARGS: selectors by name and regex, & counts */
    SECLANG_PERSISTENT, /* IP, GLOBAL, SESSION, USER, RESOURCE: TX-like, from the store */
    SECLANG_XML,        /* XML: text of the document, or all attribute values; no other XPath */
};

/* X(symbol, NAME, kind, first phase in which it has its value) */
#define SECLANG_VARS(X)                                                                            \
    X(ARGS, SECLANG_COLLECTION, 1)                                                                 \
    X(ARGS_COMBINED_SIZE, SECLANG_SCALAR, 1)                                                       \
    X(ARGS_GET, SECLANG_COLLECTION, 1)                                                             \
    X(ARGS_GET_NAMES, SECLANG_COLLECTION, 1)                                                       \
    X(ARGS_NAMES, SECLANG_COLLECTION, 1)                                                           \
    X(ARGS_POST, SECLANG_COLLECTION, 2)                                                            \
    X(ARGS_POST_NAMES, SECLANG_COLLECTION, 2)                                                      \
    X(AUTH_TYPE, SECLANG_SCALAR, 1)                                                                \
    X(DURATION, SECLANG_SCALAR, 1)                                                                 \
    X(ENV, SECLANG_COLLECTION, 1)                                                                  \
    X(FILES, SECLANG_COLLECTION, 2)                                                                \
    X(FILES_COMBINED_SIZE, SECLANG_SCALAR, 2)                                                      \
    X(FILES_NAMES, SECLANG_COLLECTION, 2)                                                          \
    X(FILES_SIZES, SECLANG_COLLECTION, 2)                                                          \
    X(FULL_REQUEST, SECLANG_SCALAR, 2)                                                             \
    X(FULL_REQUEST_LENGTH, SECLANG_SCALAR, 2)                                                      \
    X(GEO, SECLANG_COLLECTION, 1)                                                                  \
    X(GLOBAL, SECLANG_PERSISTENT, 1)                                                               \
    X(HIGHEST_SEVERITY, SECLANG_SCALAR, 1)                                                         \
    X(INBOUND_DATA_ERROR, SECLANG_SCALAR, 1)                                                       \
    X(IP, SECLANG_PERSISTENT, 1)                                                                   \
    X(MATCHED_VAR, SECLANG_SCALAR, 1)                                                              \
    X(MATCHED_VARS, SECLANG_COLLECTION, 1)                                                         \
    X(MATCHED_VARS_NAMES, SECLANG_COLLECTION, 1)                                                   \
    X(MATCHED_VAR_NAME, SECLANG_SCALAR, 1)                                                         \
    X(MODSEC_BUILD, SECLANG_SCALAR, 1)                                                             \
    X(MSC_PCRE_ERROR, SECLANG_SCALAR, 1)                                                           \
    X(MSC_PCRE_LIMITS_EXCEEDED, SECLANG_SCALAR, 1)                                                 \
    X(MULTIPART_BOUNDARY_QUOTED, SECLANG_SCALAR, 2)                                                \
    X(MULTIPART_BOUNDARY_WHITESPACE, SECLANG_SCALAR, 2)                                            \
    X(MULTIPART_CRLF_LF_LINES, SECLANG_SCALAR, 2)                                                  \
    X(MULTIPART_DATA_AFTER, SECLANG_SCALAR, 2)                                                     \
    X(MULTIPART_DATA_BEFORE, SECLANG_SCALAR, 2)                                                    \
    X(MULTIPART_FILENAME, SECLANG_SCALAR, 2)                                                       \
    X(MULTIPART_FILE_LIMIT_EXCEEDED, SECLANG_SCALAR, 2)                                            \
    X(MULTIPART_HEADER_FOLDING, SECLANG_SCALAR, 2)                                                 \
    X(MULTIPART_INVALID_HEADER_FOLDING, SECLANG_SCALAR, 2)                                         \
    X(MULTIPART_INVALID_PART, SECLANG_SCALAR, 2)                                                   \
    X(MULTIPART_INVALID_QUOTING, SECLANG_SCALAR, 2)                                                \
    X(MULTIPART_LF_LINE, SECLANG_SCALAR, 2)                                                        \
    X(MULTIPART_MISSING_SEMICOLON, SECLANG_SCALAR, 2)                                              \
    X(MULTIPART_NAME, SECLANG_SCALAR, 2)                                                           \
    X(MULTIPART_PART_HEADERS, SECLANG_COLLECTION, 2)                                               \
    X(MULTIPART_SEMICOLON_MISSING, SECLANG_SCALAR, 2)                                              \
    X(MULTIPART_STRICT_ERROR, SECLANG_SCALAR, 2)                                                   \
    X(MULTIPART_UNMATCHED_BOUNDARY, SECLANG_SCALAR, 2)                                             \
    X(OUTBOUND_DATA_ERROR, SECLANG_SCALAR, 4)                                                      \
    X(PATH_INFO, SECLANG_SCALAR, 1)                                                                \
    X(PERF_ALL, SECLANG_SCALAR, 5)                                                                 \
    X(PERF_COMBINED, SECLANG_SCALAR, 5)                                                            \
    X(PERF_PHASE1, SECLANG_SCALAR, 5)                                                              \
    X(PERF_PHASE2, SECLANG_SCALAR, 5)                                                              \
    X(PERF_PHASE3, SECLANG_SCALAR, 5)                                                              \
    X(PERF_PHASE4, SECLANG_SCALAR, 5)                                                              \
    X(PERF_PHASE5, SECLANG_SCALAR, 5)                                                              \
    X(QUERY_STRING, SECLANG_SCALAR, 1)                                                             \
    X(REMOTE_ADDR, SECLANG_SCALAR, 1)                                                              \
    X(REMOTE_HOST, SECLANG_SCALAR, 1)                                                              \
    X(REMOTE_PORT, SECLANG_SCALAR, 1)                                                              \
    X(REMOTE_USER, SECLANG_SCALAR, 1)                                                              \
    X(REQBODY_ERROR, SECLANG_SCALAR, 2)                                                            \
    X(REQBODY_ERROR_MSG, SECLANG_SCALAR, 2)                                                        \
    X(REQBODY_PROCESSOR, SECLANG_SCALAR, 1)                                                        \
    X(REQBODY_PROCESSOR_ERROR, SECLANG_SCALAR, 2)                                                  \
    X(REQBODY_PROCESSOR_ERROR_MSG, SECLANG_SCALAR, 2)                                              \
    X(REQUEST_BASENAME, SECLANG_SCALAR, 1)                                                         \
    X(REQUEST_BODY, SECLANG_SCALAR, 2)                                                             \
    X(REQUEST_BODY_LENGTH, SECLANG_SCALAR, 2)                                                      \
    X(REQUEST_COOKIES, SECLANG_COLLECTION, 1)                                                      \
    X(REQUEST_COOKIES_NAMES, SECLANG_COLLECTION, 1)                                                \
    X(REQUEST_FILENAME, SECLANG_SCALAR, 1)                                                         \
    X(REQUEST_HEADERS, SECLANG_COLLECTION, 1)                                                      \
    X(REQUEST_HEADERS_NAMES, SECLANG_COLLECTION, 1)                                                \
    X(REQUEST_LINE, SECLANG_SCALAR, 1)                                                             \
    X(REQUEST_METHOD, SECLANG_SCALAR, 1)                                                           \
    X(REQUEST_PROTOCOL, SECLANG_SCALAR, 1)                                                         \
    X(REQUEST_URI, SECLANG_SCALAR, 1)                                                              \
    X(REQUEST_URI_RAW, SECLANG_SCALAR, 1)                                                          \
    X(RESOURCE, SECLANG_PERSISTENT, 1)                                                             \
    X(RESPONSE_BODY, SECLANG_SCALAR, 4)                                                            \
    X(RESPONSE_CONTENT_LENGTH, SECLANG_SCALAR, 3)                                                  \
    X(RESPONSE_CONTENT_TYPE, SECLANG_SCALAR, 3)                                                    \
    X(RESPONSE_HEADERS, SECLANG_COLLECTION, 3)                                                     \
    X(RESPONSE_HEADERS_NAMES, SECLANG_COLLECTION, 3)                                               \
    X(RESPONSE_PROTOCOL, SECLANG_SCALAR, 3)                                                        \
    X(RESPONSE_STATUS, SECLANG_SCALAR, 3)                                                          \
    X(RULE, SECLANG_COLLECTION, 1)                                                                 \
    X(SERVER_ADDR, SECLANG_SCALAR, 1)                                                              \
    X(SERVER_NAME, SECLANG_SCALAR, 1)                                                              \
    X(SERVER_PORT, SECLANG_SCALAR, 1)                                                              \
    X(SESSION, SECLANG_PERSISTENT, 1)                                                              \
    X(SESSIONID, SECLANG_SCALAR, 1)                                                                \
    X(STATUS, SECLANG_SCALAR, 3)                                                                   \
    X(STATUS_LINE, SECLANG_SCALAR, 3)                                                              \
    X(TIME, SECLANG_SCALAR, 1)                                                                     \
    X(TIME_DAY, SECLANG_SCALAR, 1)                                                                 \
    X(TIME_EPOCH, SECLANG_SCALAR, 1)                                                               \
    X(TIME_HOUR, SECLANG_SCALAR, 1)                                                                \
    X(TIME_MIN, SECLANG_SCALAR, 1)                                                                 \
    X(TIME_MON, SECLANG_SCALAR, 1)                                                                 \
    X(TIME_SEC, SECLANG_SCALAR, 1)                                                                 \
    X(TIME_WDAY, SECLANG_SCALAR, 1)                                                                \
    X(TIME_YEAR, SECLANG_SCALAR, 1)                                                                \
    X(TX, SECLANG_COLLECTION, 1)                                                                   \
    X(UNIQUE_ID, SECLANG_SCALAR, 1)                                                                \
    X(URLENCODED_ERROR, SECLANG_SCALAR, 1)                                                         \
    X(USER, SECLANG_PERSISTENT, 1)                                                                 \
    X(USERID, SECLANG_SCALAR, 1)                                                                   \
    X(USERAGENT_IP, SECLANG_SCALAR, 1)                                                             \
    X(WEBAPPID, SECLANG_SCALAR, 1)                                                                 \
    X(WEBSERVER_ERROR_LOG, SECLANG_SCALAR, 5)                                                      \
    X(XML, SECLANG_XML, 2)

enum seclang_var {
#define SECLANG_VAR_ID(name, kind, phase) SECLANG_VAR_##name,
    SECLANG_VARS(SECLANG_VAR_ID) /* each with its comma */ SECLANG_VAR_COUNT
#undef SECLANG_VAR_ID
};

struct seclang_var_row {
    const char *name; /* upper case */
    enum seclang_var_kind kind;
    unsigned phase;
};
extern const struct seclang_var_row seclang_var_rows[SECLANG_VAR_COUNT];

/* Variables of the reference manuals that are not to be had here, and why: a rule about one of
 * them must not load, for it would protect nothing. */
struct seclang_var_absent {
    const char *name, *why;
};
const struct seclang_var_absent *seclang_var_absent_rows(size_t *count);
/* NULL: the name is not one of them. */
const char *seclang_var_why_absent(sk_str name);

/* Without regard to case; SECLANG_VAR_COUNT when unknown. */
enum seclang_var seclang_var_find(sk_str name);

#endif
