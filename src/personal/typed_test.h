/* For tests of values: what is typed, and what must come of it. */
#ifndef SK_PERSONAL_TYPED_TEST_H
#define SK_PERSONAL_TYPED_TEST_H

#include "personal/personal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static inline void
reads(enum personal_kind kind, const char *typed, const char *shown, const char *compared)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct personal_value value;
    sk_err e = personal_read(&value, mem, kind, sk_str_of(typed));

    if (sk_failed(e)) fail_msg("\"%s\": %s", typed, e.why);
    if (!sk_str_eq(value.shown, sk_str_of(shown)))
        fail_msg("\"%s\" is shown as \"%.*s\"", typed, SK_ARG(value.shown));
    if (!sk_str_eq(value.compared, sk_str_of(compared)))
        fail_msg("\"%s\" is compared as \"%.*s\"", typed, SK_ARG(value.compared));
    assert_int_equal(value.kind, kind);
    assert_int_equal(value.unfit, PERSONAL_FITS);
}

static inline void
refuses(enum personal_kind kind, const char *typed, const char *word)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct personal_value value;
    sk_err e = personal_read(&value, mem, kind, sk_str_of(typed));

    assert_int_equal(e.kind, SK_BAD);
    if (strcmp(personal_unfit_rows[value.unfit].word, word) != 0)
        fail_msg("\"%s\": %s", typed, personal_unfit_rows[value.unfit].word);
    assert_string_equal(e.why, personal_unfit_rows[value.unfit].en);
}

#endif
