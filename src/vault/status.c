/* GET /v1/status: counts, no data. */
#include "vault/api.h"

#include <unistd.h>

static sk_err
counts_put(struct sk_json_writer *w, struct vault *house)
{
    struct vault_counts counts;
    struct part_store *store;
    sk_err e;

    TRY(part_store_take(&store, house->stores));
    e = vault_store_counts(&counts, store);
    part_store_give(house->stores, store);
    TRY(e);
    sk_json_int(w, "values", counts.values);
    sk_json_int(w, "people", counts.people);
    sk_json_int(w, "cases", counts.cases);
    sk_json_int(w, "due", counts.due);
    sk_json_int(w, "held", counts.held);
    sk_json_int(w, "erased", counts.gone);
    return sk_ok();
}

sk_err
vault_api_status(struct part_response *response, struct part_request *request)
{
    struct vault *house = request->ctx;
    struct sk_buf out = { .mem = request->mem };
    struct sk_json_writer w = { .out = &out };
    const struct keeper_none nothing = { 0 };
    struct keeper_status keeper;
    enum keeper_word word;

    sk_json_object(&w, NULL);
    TRY(counts_put(&w, house));
    word = keeper_status(&keeper, request->mem, house->keeper, &nothing);
    sk_json_text(&w, "keeper", keeper_word_rows[word].name);
    if (word == KEEPER_OK) sk_json_bool(&w, "sealed", keeper.is_sealed);
    /* where all parts share one user an application cannot be told from the gate */
    sk_json_bool(&w, "one_user", house->gate.count == 2);
    sk_json_end_object(&w);
    response->type = SK_STR("application/json");
    response->body = sk_buf_str(&out);
    return sk_ok();
}
