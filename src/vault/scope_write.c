/* What the fold has found, as text for programs and files. */
#include "base/json.h"
#include "vault/scope.h"

#include <inttypes.h>

void
vault_kinds_write(struct sk_buf *out, unsigned kinds)
{
    bool some = false;

    for (unsigned k = 1; k < PERSONAL_KINDS; k++) {
        if (!(kinds & personal_kind_bit((enum personal_kind)k))) continue;
        if (some) sk_buf_byte(out, '+');
        sk_buf_add(out, sk_str_of(personal_kind_rows[k].name));
        some = true;
    }
    if (!some) sk_buf_byte(out, '-');
}

static void
row_json(struct sk_json_writer *w, sk_arena *mem, const struct vault_scope_row *row)
{
    struct sk_buf kinds = { .mem = mem };

    vault_kinds_write(&kinds, row->kinds);
    sk_json_object(w, NULL);
    sk_json_text(w, "show", vault_shown_names[row->shown]);
    sk_json_str(w, "kinds", sk_buf_str(&kinds));
    sk_json_int(w, "people", (int64_t)row->people);
    sk_json_int(w, "showings", (int64_t)row->showings);
    sk_json_end_object(w);
}

static void
tenant_json(struct sk_json_writer *w, sk_arena *mem, const struct vault_scope_tenant *t)
{
    sk_json_object(w, NULL);
    sk_json_str(w, "tenant", t->name);
    sk_json_int(w, "people", (int64_t)t->people);
    sk_json_int(w, "plain", (int64_t)t->plain);
    sk_json_int(w, "records", (int64_t)t->records);
    sk_json_array(w, "rows");
    for (const struct vault_scope_row *row = t->rows; row; row = row->next)
        row_json(w, mem, row);
    sk_json_end_array(w);
    sk_json_end_object(w);
}

void
vault_scope_json(struct sk_buf *out, const struct vault_scope *scope)
{
    struct sk_json_writer w = { .out = out };
    const struct vault_scope_sum sum = vault_scope_sum(scope);
    const struct vault_scope_tenant *t;

    sk_json_object(&w, NULL);
    sk_json_int(&w, "people", (int64_t)sum.people);
    sk_json_int(&w, "values", (int64_t)sum.values);
    sk_json_int(&w, "records", (int64_t)sum.records);
    sk_json_int(&w, "first", (int64_t)sum.first);
    sk_json_int(&w, "last", (int64_t)sum.last);
    sk_json_int(&w, "unreadable", (int64_t)sum.unreadable);
    sk_json_array(&w, "tenants");
    for (size_t i = 0; (t = vault_scope_tenant(scope, i)); i++)
        tenant_json(&w, out->mem, t);
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}

/* ── the list for notices ── */

void
vault_scope_list_head(struct sk_buf *out)
{
    sk_buf_add(out, SK_STR("tenant\tperson"));
    for (unsigned i = 0; i < VAULT_SHOWN; i++)
        sk_buf_printf(out, "\t%s", vault_shown_names[i]);
    sk_buf_add(out, SK_STR("\tfirst\tlast\n"));
}

void
vault_scope_list_line(struct sk_buf *out, const struct vault_scope_person *person)
{
    sk_buf_printf(out, "%.*s\t%s", SK_ARG(person->tenant), person->id);
    for (unsigned i = 0; i < VAULT_SHOWN; i++) {
        sk_buf_byte(out, '\t');
        vault_kinds_write(out, person->kinds[i]);
    }
    sk_buf_printf(out, "\t%" PRIu64 "\t%" PRIu64 "\n", person->first, person->last);
}
