#include "accounts/tell.h"

#include "base/json.h"

static sk_str
details(sk_arena *mem, const struct accounts_visitor *visitor, const struct accounts_fact *fact)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    sk_json_object(&w, NULL);
    sk_json_text(&w, "realm", accounts_realms[visitor->realm].name);
    if (visitor->place.n) sk_json_str(&w, "place", visitor->place);
    if (visitor->family.n) sk_json_str(&w, "device", visitor->family);
    if (fact->method.n) sk_json_str(&w, "method", fact->method);
    if (fact->what.n) sk_json_str(&w, "what", fact->what);
    if (fact->reason.n) sk_json_str(&w, "reason", fact->reason);
    if (fact->count) sk_json_int(&w, "count", fact->count);
    sk_json_end_object(&w);
    return sk_buf_str(&out);
}

sk_err
accounts_tell(const struct accounts *house, sk_arena *mem, const struct accounts_visitor *visitor,
              const struct accounts_fact *fact)
{
    struct ledger_event event = {
        .tenant = fact->tenant,
        .site = visitor->site ? visitor->site->name : (sk_str){ 0 },
        .request = visitor->request,
        .principal = fact->principal.n ? fact->principal : LEDGER_NOBODY,
        .role = fact->role,
        .action = sk_str_of(fact->action),
        .object = fact->object,
        .outcome = sk_str_of(fact->outcome),
        .details = details(mem, visitor, fact),
    };
    sk_err e = house->out.tell(house->out.ctx, &event);
    /* Not MISSING or BAD, which would say something about the asker's question. */
    return sk_failed(e) ? sk_fail(e.kind == SK_BUSY ? SK_BUSY : SK_BROKEN, "ledger: %s", e.why) : e;
}
