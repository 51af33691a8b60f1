/* Loading one rule set, in a process of its own:
 *
 *     sekisho_bench_loading RULES [CACHE]
 *
 * Prints {"load_ms":...,"taken":...,"added":...,"memory_kb":...}: CPU time until the rules are
 * ready, compiled parts taken from and added to the folder CACHE, and how much resident memory they
 * take that is no file's. */
#include "seclang/seclang.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double
cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static long
memory_kb(void)
{
    static const char name[] = "RssAnon:";
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof(line), f))
        if (!strncmp(line, name, sizeof(name) - 1)) kb = strtol(line + sizeof(name) - 1, NULL, 10);
    if (f) fclose(f);
    return kb;
}

static sk_err
measure(const char *path, const char *folder)
{
    struct seclang_source *source = seclang_source_new();
    struct seclang_cache_facts facts = { 0 };
    struct seclang_cache *cache = NULL;
    struct seclang_rules *rules;
    long before = memory_kb();
    double begun = cpu_ms(), took;
    sk_err e = sk_ok();

    seclang_source_file(source, path);
    if (folder) e = seclang_cache_open(&cache, folder);
    if (!sk_failed(e)) e = seclang_rules_load(&rules, source, cache);
    took = cpu_ms() - begun;
    if (!sk_failed(e) && cache) {
        facts = seclang_cache_facts(cache);
        e = seclang_cache_save(cache, true);
    }
    seclang_cache_close(cache);
    seclang_source_free(source);
    if (sk_failed(e)) return e;
    printf("{\"load_ms\":%.1f,\"taken\":%zu,\"added\":%zu,\"memory_kb\":%ld}\n", took, facts.taken,
           facts.added, memory_kb() - before);
    seclang_rules_free(rules);
    return sk_ok();
}

int
main(int argc, char **argv)
{
    sk_err e;

    if (argc < 2) {
        fprintf(stderr, "usage: %s RULES [CACHE]\n", argv[0]);
        return sk_kind_rows[SK_BAD].exit_code;
    }
    e = measure(argv[1], argc > 2 ? argv[2] : NULL);
    if (sk_failed(e)) fprintf(stderr, "%s: %s\n", argv[0], e.why);
    return sk_kind_rows[e.kind].exit_code;
}
