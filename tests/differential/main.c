/* Asks this engine and libmodsecurity the same questions, in one process.
 *
 *     sekisho_differential tf SEED COUNT       transformations: COUNT texts from SEED on
 *     sekisho_differential op SEED COUNT       operators: COUNT sets of rules from SEED on
 *     sekisho_differential requests FROM COUNT RULES PACK    requests of the pack, in its order
 *     sekisho_differential mutants SEED COUNT RULES PACK     requests made from those
 *     sekisho_differential document FILE RULES the chapters and examples of docs/differences.md
 *
 * Prints lines (differential.h, document.h). */
#include "differential.h"
#include "document.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    sk_err (*compare)(struct span span);
} comparisons[] = {
    { "tf", tf_compare },
    { "op", op_compare },
};

static const struct {
    const char *name;
    sk_err (*compare)(struct span span, const char *rules, const char *pack);
} on_requests[] = {
    { "requests", request_compare },
    { "mutants", mutant_compare },
};

static sk_err
run(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "document") == 0) return document_replay(argv[2], argv[3]);
    for (size_t i = 0; argc == 4 && i < sizeof(comparisons) / sizeof(comparisons[0]); i++)
        if (strcmp(argv[1], comparisons[i].name) == 0)
            return comparisons[i].compare(
                (struct span){ strtoull(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10) });
    for (size_t i = 0; argc == 6 && i < sizeof(on_requests) / sizeof(on_requests[0]); i++)
        if (strcmp(argv[1], on_requests[i].name) == 0)
            return on_requests[i].compare(
                (struct span){ strtoull(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10) },
                argv[4], argv[5]);
    return sk_fail(SK_BAD, "usage: tf|op SEED COUNT | requests|mutants SEED COUNT RULES PACK | "
                           "document FILE RULES");
}

int
main(int argc, char **argv)
{
    sk_err e = run(argc, argv);

    if (sk_failed(e)) fprintf(stderr, "sekisho_differential: %s\n", e.why);
    return sk_kind_rows[e.kind].exit_code;
}
