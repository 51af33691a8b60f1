/* The widgets of companies that tell people from programs: how the challenge's page shows them, and
 * what its policy must allow for that. Whether a token is good is asked elsewhere (post/human.h).
 */
#ifndef SEKISHO_GATE_HUMAN_H
#define SEKISHO_GATE_HUMAN_H

#include "base/str.h"

enum { GATE_HUMAN_TOKEN = 8192 }; /* bytes */

/* One row a provider. Sources are those of Content-Security-Policy, with blanks between. */
struct gate_human_row {
    const char *name;            /* as sekisho_human names it: "turnstile" */
    const char *title, *company; /* as people know them */
    const char *privacy;         /* what the company says that it does with data */
    const char *script;          /* where the widget comes from */
    const char *language;        /* the script's argument that says the page's; NULL: none */
    const char *element;         /* class of the element that it fills; NULL: it asks nobody */
    const char *scripts, *frames, *connects, *styles; /* sources */
    bool style_attributes; /* its script writes style="..." and is not usable without */
};

/* NULL: there is none of that name. */
const struct gate_human_row *gate_human_find(sk_str name);

/* What one site has of it. */
struct gate_human {
    const struct gate_human_row *row;
    sk_str key;    /* the site key */
    sk_str script; /* an address in place of the row's; empty: the row's */
};

/* The script's address with its arguments, for the page in `language` ("ja"). */
sk_str gate_human_script(sk_arena *mem, const struct gate_human *human, sk_str language);
/* The policy of that page; `styles` are the hashes of its own ('none': there are none). */
sk_str gate_human_policy(sk_arena *mem, const struct gate_human *human, sk_str styles);

#endif
