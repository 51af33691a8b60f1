/* From sekisho.conf to what nginx and the rule engine read. Pure: text out, nothing written. */
#ifndef SEKISHO_RENDER_H
#define SEKISHO_RENDER_H

#include "explain/own_rules.h"
#include "sekisho/conf.h"

/* Where things lie; absolute paths, borrowed. */
struct render {
    const struct conf *conf;
    const char *state;  /* run/, log/ and relative paths */
    const char *gate;   /* the folder that is rendered into: STATE/gate */
    const char *module; /* ngx_http_sekisho_module.so */
    unsigned workers;
    bool console; /* there is one to listen for */
};

sk_str render_nginx(sk_arena *mem, const struct render *r);
/* site-NAME.rules */
sk_str render_rules(sk_arena *mem, const struct render *r, const struct conf_site *site);
/* The page for 502, 503 and 504, in "ja" or "en". */
sk_str render_page(sk_arena *mem, const char *language);
/* The Content-Security-Policy that allows the page's own style and nothing else. */
sk_str render_page_policy(sk_arena *mem);

/* Parts of render_nginx(): what every proxied request takes along, */
void render_passed(struct sk_buf *out);
/* who is never shut out, */
void render_shun(struct sk_buf *out, const struct conf *conf);
/* the places of a site that are for some, */
void render_areas(struct sk_buf *out, const struct conf_site *site);
/* where an application signs people in, */
void render_login(struct sk_buf *out, const struct conf_site *site, const struct conf_login *login);
/* where personal data is swapped for tokens and shown, and who is asked; */
void render_exchanges(struct sk_buf *out, const struct conf_site *site);
void render_vault(struct sk_buf *out, const struct render *r);
/* the pages for signing in and the question who has, of a server; */
void render_entrance(struct sk_buf *out, const struct render *r, const struct conf_site *site);
/* the provider that tells people from programs, of a server and as an upstream, */
void render_human(struct sk_buf *out, const struct conf *conf);
void render_human_upstream(struct sk_buf *out, const struct render *r);
/* the upstreams of our own parts, the console's server, */
void render_parts(struct sk_buf *out, const struct render *r);
void render_console(struct sk_buf *out, const struct render *r);
/* What render_rules() makes console.rules of. */
extern const struct conf_site render_console_site;
/* the page for what is away, and where a server listens. */
void render_error_page(struct sk_buf *out, const struct render *r);
void render_listen(struct sk_buf *out, const struct render *r, int64_t port, const char *words);

/* Parts of render_rules(). */
void render_head(struct sk_buf *out);
void render_unread(struct sk_buf *out);
void render_serve(struct sk_buf *out, const struct conf_site *site);
void render_listing(struct sk_buf *out, const struct conf_site *site);
void render_inputs(struct sk_buf *out, const struct conf_site *site);
void render_exchanged_masks(struct sk_buf *out, const struct conf_site *site);

/* A path as written in sekisho.conf, made absolute below the state folder. */
sk_str render_path(sk_arena *mem, const char *state, sk_str path);

#endif
