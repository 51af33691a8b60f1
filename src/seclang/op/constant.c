/* Operators whose answer is known, and those that are known and not to be had: a rule that relies
 * on one of these must not load, for it would protect nothing. */
#include "seclang/op/rows.h"

SECLANG_OP_RUN(always)
{
    (void)state, (void)value;
    run->matched = SK_STR("Unconditional match");
    return true;
}

SECLANG_OP_RUN(never)
{
    (void)state, (void)value, (void)run;
    return false;
}

#define REFUSED(name, why)                                                                         \
    SECLANG_OP_COMPILE(name)                                                                       \
    {                                                                                              \
        (void)mem, (void)place, (void)argument, (void)has_macro;                                   \
        *state = NULL;                                                                             \
        return sk_fail(SK_BAD, why);                                                               \
    }

REFUSED(dtd,
        "@validateDTD is not offered: documents are read without DTDs, so that no entity can be "
        "declared; ask for single values with XML:/* and @rx")
REFUSED(schema, "@validateSchema is not offered; ask for single values with XML:/* and @rx")
REFUSED(hash, "@validateHash is not offered: links are not signed")
REFUSED(inspect_file,
        "@inspectFile is not offered: no program or script is started for a request; let a scanner "
        "see the files that the application keeps")
REFUSED(fuzzy_hash, "@fuzzyHash is not offered: bodies are not compared by likeness; let a scanner "
                    "see the files that the application keeps")
REFUSED(gsb, "@gsbLookup is not offered: the service it asked has been shut down")
REFUSED(rsub, "@rsub is not offered: contents are not rewritten")
