/* Tokens in foreign text: what comes out is the text, and its tokens are those of the whole
 * wherever it is cut. The first byte says how long the pieces are. */
#include "personal/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
    sk_str text;
    size_t at;    /* bytes of it that came out */
    size_t after; /* the end of the token that came out last */
};

static void
hear(void *ctx, const struct personal_part *part)
{
    struct heard *heard = ctx;
    struct personal_found found;

    if (part->at != heard->at ||
        !sk_str_eq(part->text, sk_str_first(sk_str_from(heard->text, heard->at), part->text.n)))
        __builtin_trap();
    heard->at += part->text.n;
    if (!part->token) return;
    if (!personal_token_find(&found, heard->text, heard->after) || found.at != part->at ||
        found.n != part->text.n || found.token.kind != part->token->kind ||
        !sk_str_eq(personal_token_str(&found.token), personal_token_str(part->token)))
        __builtin_trap();
    heard->after = heard->at;
}

/* A canonical form is its own. */
static void
again(const struct personal_found *found)
{
    struct personal_token token;

    if (!personal_token_is(&token, personal_token_str(&found->token)) ||
        token.kind != found->token.kind ||
        !sk_str_eq(personal_token_str(&token), personal_token_str(&found->token)))
        __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str text = { (const char *)data + 1, size ? size - 1 : 0 };
    struct heard heard = { .text = text };
    struct personal_scan scan = { 0 };
    struct personal_found found;

    if (size < 2) return 0;
    size_t step = 1 + data[0] * data[0] / 64u;
    for (sk_str rest = text; rest.n; rest = sk_str_from(rest, step))
        personal_scan_feed(&scan, sk_str_first(rest, step), hear, &heard);
    personal_scan_end(&scan, hear, &heard);
    if (heard.at != text.n || (personal_token_find(&found, text, heard.after))) __builtin_trap();
    if (personal_token_find(&found, text, 0)) again(&found);
    return 0;
}
