/* A purpose, its tickets, and people, for tests of budgets. */
#ifndef SK_KEEPER_BUDGET_TEST_H
#define SK_KEEPER_BUDGET_TEST_H

#include "keeper/budget.h"

#include <stdio.h>

enum { TEST_MINUTE = 60 * 1000, TEST_HOUR = 60 * TEST_MINUTE, TEST_DAY = 24 * TEST_HOUR };

static inline struct keeper_purpose
test_purpose(void)
{
    return (struct keeper_purpose){
        .name = SK_STR("orders"),
        .ticket = 5,
        .most = { [KEEPER_SCOPE_PRINCIPAL] = { 6, 10, 14 },
                  [KEEPER_SCOPE_TENANT] = { 7, 12, 18 },
                  [KEEPER_SCOPE_PURPOSE] = { 8, 15, 24 } },
    };
}

static inline struct keeper_id
test_person(unsigned n)
{
    struct keeper_id id = { "per_" };
    char digits[21];

    snprintf(digits, sizeof digits, "%020u", n);
    memcpy(id.text + 4, digits, 20);
    return id;
}

static inline struct ticket
test_operator(const char *principal)
{
    return (struct ticket){ .id = SK_STR("R1"),
                            .site = SK_STR("console"),
                            .realm = SK_STR("operator"),
                            .principal = sk_str_of(principal),
                            .role = SK_STR("operator"),
                            .level = 2 };
}

#endif
