/* Makes a ledger's segments below STATE/ledger, with vault.read records of which the numbers of
 * people are known: vault_records STATE RECORDS PEOPLE. For measuring `sekisho vault scope`. Record
 * i shows three people, so that RECORDS * 3 >= PEOPLE names each of them at least once. */
#include "ledger/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { A_SEGMENT = 150 * 1000, TENANTS = 100, SHOWN = 3 };

static const char *const kinds[] = { "name+phone", "name+phone+address", "email" };

static FILE *
segment_open(const char *state, unsigned long first)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/ledger/segment/%020lu-2026-11-26.jsonl", state, first);
    return fopen(path, "we");
}

static int
details_write(char *out, size_t size, unsigned long i, unsigned long people)
{
    int n = snprintf(out, size,
                     "{\"purpose\":\"orders\",\"show\":\"plain\",\"route\":\"/admin\","
                     "\"values\":6,\"seen\":{\"%s\":[",
                     kinds[i % people % 3]);

    for (unsigned k = 0; k < SHOWN; k++)
        n += snprintf(out + n, size - (size_t)n, "%s\"per_%020lu\"", k ? "," : "",
                      (i + k * (people / SHOWN)) % people);
    return n + snprintf(out + n, size - (size_t)n, "]}}");
}

static void
record_put(FILE *file, sk_arena *mem, unsigned long i, unsigned long people)
{
    char time[LEDGER_TIME], tenant[16], request[27], details[512];
    struct sk_buf line = { .mem = mem };
    struct ledger_record r = {
        .sequence = i + 1,
        .nth = i / TENANTS + 1,
        .prev = i < TENANTS ? 0 : i + 1 - TENANTS,
        .time = { time, LEDGER_TIME },
        .event = { .site = SK_STR("shop"),
                   .principal = SK_STR("acc_5Z7Q8W9X2Y3Z4A5B6C7D"),
                   .role = SK_STR("owner"),
                   .action = SK_STR("vault.read"),
                   .outcome = SK_STR("ok") },
    };

    ledger_time_write(time, (sk_when)1764082800000 + (sk_when)i * 8);
    snprintf(tenant, sizeof tenant, "tenant%lu", i % people % TENANTS);
    snprintf(request, sizeof request, "%026lu", i);
    r.event.tenant = sk_str_of(tenant);
    r.event.request = sk_str_of(request);
    r.event.details =
        (sk_str){ details, (size_t)details_write(details, sizeof details, i, people) };
    ledger_record_write(&line, &r);
    fwrite(line.p, 1, line.n, file);
}

int
main(int argc, char **argv)
{
    sk_arena *mem = sk_arena_new(0);
    unsigned long records = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    unsigned long people = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    FILE *file = NULL;
    char path[4096];

    if (!records || !people || people % (SHOWN * TENANTS) != 0) {
        fprintf(stderr, "usage: vault_records STATE RECORDS PEOPLE (a multiple of %d)\n",
                SHOWN * TENANTS);
        return 2;
    }
    for (int below = 0; below < 3; below++) {
        static const char *const folders[] = { "", "/ledger", "/ledger/segment" };

        snprintf(path, sizeof path, "%s%s", argv[1], folders[below]);
        mkdir(path, 0700);
    }
    for (unsigned long i = 0; i < records; i++) {
        if (i % A_SEGMENT == 0) {
            if (file && fclose(file)) return 1;
            file = segment_open(argv[1], i + 1);
        }
        if (!file) return perror(argv[1]), 1;
        record_put(file, mem, i, people);
        sk_arena_reset(mem);
    }
    sk_arena_free(mem);
    return file && fclose(file) ? 1 : 0;
}
