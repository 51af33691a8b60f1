/* Where personal data is swapped for tokens, and where tokens are shown: for the gate. */
#include "sekisho/render.h"

static void
fields(struct sk_buf *out, const struct conf_exchange *exchange)
{
    for (int kind = 0; kind < PERSONAL_KINDS; kind++)
        for (size_t i = 0; i < exchange->fields[kind].count; i++)
            sk_buf_printf(out, " \"field=%s:%.*s\"", personal_kind_rows[kind].name,
                          SK_ARG(exchange->fields[kind].item[i]));
}

static void
exchange_render(struct sk_buf *out, const struct conf_exchange *exchange)
{
    sk_buf_printf(out, "        sekisho_exchange %.*s person=%s", SK_ARG(exchange->path),
                  exchange->person == CONF_PERSON_NEW ? "new" : "self");
    if (exchange->earns.n) sk_buf_printf(out, " earns=%.*s", SK_ARG(exchange->earns));
    if (exchange->tenant) sk_buf_printf(out, " tenant=%lld", (long long)exchange->tenant);
    if (exchange->charset)
        sk_buf_printf(out, " charset=%s", exchange->charset == 1 ? "shift_jis" : "euc-jp");
    fields(out, exchange);
    sk_buf_add(out, SK_STR(";\n"));
}

static void
show_render(struct sk_buf *out, const struct conf_show *show)
{
    sk_buf_printf(out, "        sekisho_show %.*s", SK_ARG(show->path));
    if (show->purpose.n) sk_buf_printf(out, " purpose=%.*s", SK_ARG(show->purpose));
    if (show->tenant) sk_buf_printf(out, " tenant=%lld", (long long)show->tenant);
    for (size_t i = 0; i < show->kinds.count; i++)
        sk_buf_printf(out, "%s%.*s", i ? "," : " kinds=", SK_ARG(show->kinds.item[i]));
    sk_buf_add(out, SK_STR(";\n"));
}

void
render_exchanges(struct sk_buf *out, const struct conf_site *site)
{
    for (size_t i = 0; i < site->exchange_count; i++)
        exchange_render(out, &site->exchange[i]);
    for (size_t i = 0; i < site->show_count; i++)
        show_render(out, &site->show[i]);
}

void
render_vault(struct sk_buf *out, const struct render *r)
{
    for (size_t i = 0; i < r->conf->site_count; i++)
        if (r->conf->site[i].exchange_count || r->conf->site[i].show_count) {
            sk_buf_printf(out, "    sekisho_vault \"unix:%s/run/vault.sock\" timeout=2s;\n\n",
                          r->state);
            return;
        }
}

/* One field, or three that are one value: tel1+tel2+tel3. */
static void
names_mask(struct sk_buf *out, sk_str names)
{
    sk_str name;

    while (sk_str_cut(&name, &names, '+'))
        sk_buf_printf(out, ",sanitiseArg:%.*s", SK_ARG(name));
}

/* What people type there is not written into the log of refusals. */
void
render_exchanged_masks(struct sk_buf *out, const struct conf_site *site)
{
    if (site->exchange_count == 0) return;
    sk_buf_printf(out, "SecAction \"id:%u,phase:1,t:none,pass,nolog", (unsigned)RULE_EXCHANGED);
    for (size_t i = 0; i < site->exchange_count; i++)
        for (int kind = 0; kind < PERSONAL_KINDS; kind++)
            for (size_t k = 0; k < site->exchange[i].fields[kind].count; k++)
                names_mask(out, site->exchange[i].fields[kind].item[k]);
    sk_buf_add(out, SK_STR("\"\n"));
}
