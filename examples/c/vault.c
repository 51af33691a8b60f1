/* Asking the vault from C by src/vault/vault.h: a program of this tree takes an address, keeps the
 * token and shows what its purpose allows. In an application the ticket is the header
 * X-Sekisho-Ticket of the request at hand.
 *
 *     vault_example STATE PURPOSE     with SEKISHO_TICKET set; built with everything else */
#include "vault/vault.h"

#include <stdio.h>
#include <stdlib.h>

/* The word is for programs, the sentence for people. */
static int
refused(const sk_json *answer, sk_err e)
{
    sk_str why = sk_json_get_str(answer, "why");

    fprintf(stderr, "%s: %.*s\n", e.why, SK_ARG(why));
    return 1;
}

static sk_err
keep(sk_json **answer, sk_arena *mem, const char *state, sk_str ticket)
{
    const struct vault_value address = { PERSONAL_ADDRESS,
                                         SK_STR("〒150-8512 東京都渋谷区桜丘町26-1") };
    struct sk_buf question = { .mem = mem };

    vault_put_write(&question, &(struct vault_put_ask){ .value = &address, .count = 1 });
    return vault_post(answer, NULL, mem, state, "put", ticket, sk_buf_str(&question));
}

static sk_err
show(sk_json **answer, sk_arena *mem, const char *state, sk_str ticket,
     const struct vault_read_ask *ask)
{
    struct sk_buf question = { .mem = mem };

    vault_read_write(&question, ask);
    return vault_post(answer, NULL, mem, state, "read", ticket, sk_buf_str(&question));
}

int
main(int argc, char **argv)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *kept = NULL, *shown = NULL;
    sk_str ticket = sk_str_of(getenv("SEKISHO_TICKET")), token, text, why;
    sk_err e;

    if (argc != 3) return fprintf(stderr, "usage: vault_example STATE PURPOSE\n"), 2;
    e = keep(&kept, mem, argv[1], ticket);
    if (sk_failed(e)) return refused(kept, e);
    token = sk_json_as_str(sk_json_at(sk_json_get(kept, "tokens"), 0));
    e = show(
        &shown, mem, argv[1], ticket,
        &(struct vault_read_ask){ .purpose = sk_str_of(argv[2]), .token = &token, .count = 1 });
    if (sk_failed(e)) return refused(shown, e);
    text = vault_answer_text(&why, shown, sk_str_zcopy(mem, token));
    printf("%.*s %.*s\n", SK_ARG(token), SK_ARG(text.n ? text : why));
    return 0;
}
