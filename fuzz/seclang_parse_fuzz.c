/* Configuration text of any kind: it is loaded or refused with a message, and given back. What
 * names files is left out, since an absolute path would reach this machine's. */
#include "names_files.h"
#include "seclang/rules.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seclang_rules *rules;
    if (names_files((sk_str){ (const char *)data, size })) return 0;
    struct seclang_source *source = seclang_source_new();
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf dump = { .mem = mem };
    seclang_source_text(source, (sk_str){ (const char *)data, size }, "/nonexistent/fuzz/text", 1);
    sk_err e = seclang_rules_new(&rules, source);
    if (sk_failed(e)) {
        if (!e.why || !*e.why || rules) abort();
    } else {
        seclang_rules_dump(&dump, rules);
        seclang_rules_free(rules);
    }
    sk_arena_free(mem);
    seclang_source_free(source);
    return 0;
}
