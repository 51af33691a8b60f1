/* For tests: rules from a text and a worker for them. 0; -1, with the reason printed, where they do
 * not load. The caller frees both. */
#ifndef SECLANG_LOADED_TEST_H
#define SECLANG_LOADED_TEST_H

#include "seclang/rules.h"
#include "seclang/tx.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static inline int
load_rules(struct seclang_rules **rules, struct seclang_worker **worker, const char *text)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, sk_str_of(text), "test.conf", 1);
    e = seclang_rules_new(rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) print_error("%s\n", e.why);
    return sk_failed(e) || sk_failed(seclang_worker_new(worker, *rules)) ? -1 : 0;
}

#endif
