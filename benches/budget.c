/* What a taking costs the keeper: nanoseconds a person, in takings of 20, with the journal on disk
 * and without. Prints a table; `./bench budget`. */
#include "keeper/budget.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 20, PEOPLE = 200000 };

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void
must(bool right, const char *what)
{
    if (right) return;
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* Reads PEOPLE people, each `times` times, in takings of BATCH with a ticket each. */
static double
run(const char *folder, unsigned times)
{
    const struct keeper_purpose purpose = {
        .name = SK_STR("orders"),
        .ticket = BATCH,
        .most = { [KEEPER_SCOPE_PRINCIPAL] = { PEOPLE, PEOPLE, PEOPLE },
                  [KEEPER_SCOPE_TENANT] = { PEOPLE, PEOPLE, PEOPLE },
                  [KEEPER_SCOPE_PURPOSE] = { PEOPLE, PEOPLE, PEOPLE } },
    };
    struct keeper_budget *budget;
    struct keeper_budget_found found;
    struct keeper_id people[BATCH];
    char id[32];
    struct ticket ticket = { .principal = SK_STR("acc_0123456789ABCDEFGHJK") };
    struct keeper_take take = { &purpose, &ticket, SK_STR("shop/asahi"), people, BATCH };
    double begun, took;

    must(!sk_failed(keeper_budget_open(&budget, &found, folder, false, 1000)), "cannot open");
    begun = seconds();
    for (unsigned i = 0; i < PEOPLE / BATCH * times; i++) {
        struct keeper_taken taken;

        for (unsigned k = 0; k < BATCH; k++) {
            char digits[32];

            snprintf(digits, sizeof digits, "per_%020u", (i * BATCH + k) % PEOPLE);
            memcpy(people[k].text, digits, sizeof people[k].text);
        }
        snprintf(id, sizeof id, "%u", i);
        ticket.id = sk_str_of(id);
        must(keeper_budget_take(&taken, budget, &take, 1000 + i) == KEEPER_OK, "refused");
    }
    took = seconds() - begun;
    keeper_budget_close(&budget);
    return took * 1e9 / (double)(PEOPLE * times);
}

int
main(void)
{
    char folder[] = "/tmp/bench-budget-XXXXXX";

    must(mkdtemp(folder) != NULL, "no folder");
    printf("%d people, %d a taking; nanoseconds a person, made names included\n", PEOPLE, BATCH);
    printf("  %6.0f  in memory, each once\n", run(NULL, 1));
    printf("  %6.0f  in memory, each three times\n", run(NULL, 3));
    printf("  %6.0f  with the journal, each once\n", run(folder, 1));
    sk_file_remove_tree(folder);
    return 0;
}
