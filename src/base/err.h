/* Errors by value. The kind says what the caller does; the text says it to a person. */
#ifndef SK_BASE_ERR_H
#define SK_BASE_ERR_H

#include <stdbool.h>

enum sk_kind {
    SK_OK,      /* done */
    SK_BAD,     /* their input is wrong: tell them where and how to mend it */
    SK_DENIED,  /* understood and refused */
    SK_MISSING, /* no such thing */
    SK_BUSY,    /* later */
    SK_FULL,    /* a limit is reached: disk, memory, quota, a named maximum */
    SK_BROKEN,  /* ours: a bug, or a part of us that is away */
    SK_KINDS
};

/* `why` is static text, or text made by sk_fail(): that one is valid until the same thread
 * fails again. Never NULL after a failure. */
typedef struct {
    enum sk_kind kind;
    const char *why;
} sk_err;

#define SK_CHECKED           __attribute__((warn_unused_result))
#define SK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* What a kind means outside: one row each, so that no two places disagree. */
struct sk_kind_row {
    const char *name; /* "bad", as it stands in logs and the ledger's outcome */
    int http_status;
    int exit_code; /* 2 for bad input, as sekisho(1) promises */
};
extern const struct sk_kind_row sk_kind_rows[SK_KINDS];

static inline sk_err
sk_ok(void)
{
    return (sk_err){ SK_OK, "" };
}

static inline bool
sk_failed(sk_err e)
{
    return e.kind != SK_OK;
}

/* Makes an error with a formatted text (at most 1023 bytes, then cut with "..."). The arguments
 * may point into the text of this thread's previous error. */
sk_err sk_fail(enum sk_kind kind, const char *fmt, ...) SK_PRINTF(2, 3);

#ifdef __clang_analyzer__
/* What no prototype can say: the error has the kind that was asked for, so it is one. */
#define sk_fail(kind, ...) ((sk_err){ (kind), sk_fail((kind), __VA_ARGS__).why })
#endif

/* Returns from the calling function when `call` failed. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        sk_err try_err_ = (call);                                                                  \
        if (try_err_.kind != SK_OK) return try_err_;                                               \
    } while (0)

/* Calls fn(&variable) when the variable goes out of scope. */
#define DEFER(fn) __attribute__((cleanup(fn)))

#endif
