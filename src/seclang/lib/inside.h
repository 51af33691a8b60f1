/* libseclang's objects from inside: thin shells around the engine's own. */
#ifndef SECLANG_LIB_INSIDE_H
#define SECLANG_LIB_INSIDE_H

#include "seclang/lib/seclang.h"
#include "seclang/seclang.h"

#include <stdatomic.h>

struct seclang_config {
    struct seclang_source *source;
    char *cache; /* folder; NULL: none */
};

/* Held by its owner and by every thread: the last to let go frees it. */
struct seclang_ruleset {
    atomic_uint holders;
    struct seclang_rules *rules;
};

struct seclang_thread {
    struct seclang_ruleset *ruleset;
    struct seclang_worker *worker;
    seclang_log_line *log;
    void *log_context;
    seclang_is_listed *is_listed;
    void *lists_context;
    seclang_collections collections; /* size 0: none */
};

/* How far an exchange has come: what may be called next. */
enum seclang_stage {
    SECLANG_STAGE_NEW,
    SECLANG_STAGE_REQUEST_HEADERS,
    SECLANG_STAGE_REQUEST_BODY,
    SECLANG_STAGE_REQUEST_JUDGED,
    SECLANG_STAGE_RESPONSE_HEADERS,
    SECLANG_STAGE_RESPONSE_BODY,
    SECLANG_STAGE_RESPONSE_JUDGED,
    SECLANG_STAGE_FINISHED
};

struct seclang_exchange {
    seclang_thread *thread;
    sk_arena *mem; /* its own; the exchange lies on it */
    struct seclang_tx *tx;
    enum seclang_stage stage;
    bool fed, answered; /* some bytes of the request's, of the response's body have come */
    bool refused;       /* only finish and what reads may follow */
    const struct seclang_match *match;
    size_t match_count, matches_of; /* matches_of: the stage they were taken at, plus one */
};

/* Fills *error (may be NULL) from an engine's error; the code to return. */
int seclang_lib_fail(seclang_error *error, sk_err e);
/* SECLANG_ZERO_ENDED counted; p NULL is empty. */
sk_str seclang_lib_text(const char *p, size_t n);
sk_str seclang_lib_copy(sk_arena *mem, const char *p, size_t n);
/* Copies the first `size` bytes of a struct that grows, leaving its own size as it is. */
void seclang_lib_fill(void *out, const void *from, size_t from_size);
/* The host's side of the engine, for a thread's log and collections. */
struct seclang_host seclang_lib_host(seclang_thread *thread);

void seclang_ruleset_hold(seclang_ruleset *ruleset);

#endif
