/* The second look: the first byte says which rule, the rest is a value. A value in ASCII may lose
 * no match by it where it holds neither a spelling of a character nor a face, and a quote that a
 * pattern finds by itself is found whatever stands beside it. */
#include "seclang/second_look.h"
#include "seclang/worker.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "SecRule ARGS \"@rx ['<;(]\" \"id:1,phase:2,t:none,t:utf8toUnicode,t:urlDecodeUni\"\n"
    "SecRule ARGS \"@rx ['´<;(]\" \"id:2,phase:2,t:none,t:urlDecodeUni,t:htmlEntityDecode\"\n"
    "SecRule ARGS \"@rx \\xbc|<\" \"id:3,phase:2,t:none,t:jsDecode,t:cssDecode,t:lowercase\"\n"
    "SecRule ARGS \"@pm ' < 詐欺\" \"id:4,phase:2,t:none,t:cssDecode,t:utf8toUnicode,"
    "t:urlDecodeUni\"\n"
    "SecRule ARGS \"@rx [\\xb5']\" \"id:5,phase:2,t:none\"\n";

static struct seclang_rules *rules;
static struct seclang_worker *worker;

static void
load(void)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, sk_str_of(text), "fuzz", 1);
    e = seclang_rules_new(&rules, source);
    if (!sk_failed(e)) e = seclang_worker_new(&worker, rules);
    if (sk_failed(e)) abort();
    seclang_source_free(source);
}

static bool
is_plain(sk_str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] >= 0x80 || strchr("%\\&(_", value.p[i])) return false;
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seclang_op_run run = { 0 };
    const struct seclang_rule *rule;
    sk_str value;
    sk_arena *mem;

    if (!rules) load();
    if (size < 1) return 0;
    rule = &rules->rule[data[0] % rules->rule_count];
    mem = sk_arena_new(0);
    value = sk_str_copy(mem, (sk_str){ (const char *)data + 1, size - 1 });
    run.mem = mem;
    run.scratch = worker->scratch;
    run.argument = rule->argument.part[0].literal;
    if (!worker->second_look[rule->index]) abort();
    if (!seclang_second_look(worker, rule, &run, value, rule->form)) {
        if (is_plain(value)) abort();
        if (rule->index == 4 && sk_str_find_byte(value, '\'') != SIZE_MAX) abort();
    }
    sk_arena_free(mem);
    return 0;
}
