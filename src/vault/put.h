/* Values on their way in. */
#ifndef SK_VAULT_PUT_H
#define SK_VAULT_PUT_H

#include "vault/api.h"

/* What is put together: values of one person and case. */
struct vault_putting {
    struct keeper_put put; /* tenant, person, case, earns, self_site by the caller */
    struct vault_put_value *value;
    size_t most;
    sk_str self; /* the answer's */
};

void vault_putting_begin(struct vault_putting *p, const struct vault_ask *ask, size_t most);
/* Adds one. Words: unfit_value, too_long; then it was not added. */
sk_err vault_putting_add(struct vault_putting *p, const struct vault_ask *ask,
                         enum personal_kind kind, sk_str text) SK_CHECKED;
/* Seals and stores all of them; their tokens are in p->value. */
sk_err vault_putting_end(struct vault_putting *p, const struct vault_ask *ask) SK_CHECKED;

#endif
