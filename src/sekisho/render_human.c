/* What nginx.conf says about the provider that tells people from programs, where there is one: the
 * page's directive, and the way to the part that asks it. No connection is kept: a thread of that
 * part that waits for the provider must not hold up another visitor's question. */
#include "sekisho/render.h"

static sk_str
provider_word(const struct conf *conf)
{
    const struct conf_row *row = conf_rows;

    while (strcmp(row->block, "human") != 0 || strcmp(row->key, "provider") != 0)
        row++;
    return conf_choice_word(row, conf->human.provider);
}

void
render_human(struct sk_buf *out, const struct conf *conf)
{
    const struct conf_human *human = &conf->human;

    if (human->provider == CONF_PROOF_OF_WORK) return;
    sk_buf_printf(out, "        sekisho_human %.*s key=%.*s ask=/.sekisho/human",
                  SK_ARG(provider_word(conf)), SK_ARG(human->site_key));
    if (human->script.n) sk_buf_printf(out, " script=%.*s", SK_ARG(human->script));
    sk_buf_add(out, SK_STR(";\n"
                           "        location = /.sekisho/human {\n"
                           "            internal;\n"
                           "            sekisho off;\n"
                           "            proxy_pass http://sekisho_human/v1/human;\n"
                           "            proxy_method POST;\n"
                           "            proxy_pass_request_headers off;\n"
                           "            proxy_set_header Content-Type application/json;\n"
                           "            proxy_set_header X-Request-Id $sekisho_id;\n"
                           "            proxy_set_body $sekisho_human;\n"
                           "            proxy_connect_timeout 2s;\n"
                           "            proxy_read_timeout 6s;\n"
                           "        }\n"));
}

void
render_human_upstream(struct sk_buf *out, const struct render *r)
{
    if (r->conf->human.provider == CONF_PROOF_OF_WORK) return;
    sk_buf_printf(out, "    upstream sekisho_human { server \"unix:%s/run/human.sock\"; }\n",
                  r->state);
}
