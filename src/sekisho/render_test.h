/* What the tests of rendered files begin with: a configuration from its text. */
#ifndef SEKISHO_RENDER_TEST_H
#define SEKISHO_RENDER_TEST_H

#include "sekisho/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static inline struct conf *
conf_of(sk_arena *mem, const char *text)
{
    struct conf_faults faults = { .text = { .mem = mem } };
    struct conf *conf = NULL;
    sk_err e = conf_read(&conf, &faults, mem, sk_str_of(text), "s.conf");

    if (sk_failed(e)) fail_msg("%s: %.*s", e.why, SK_ARG(sk_buf_str(&faults.text)));
    return conf;
}

#endif
