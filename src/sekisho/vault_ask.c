/* The words of sekisho vault that ask the front: each makes its question's members. */
#include "ledger/export.h"
#include "sekisho/files.h"
#include "sekisho/operator.h"
#include "sekisho/tongue.h"
#include "sekisho/vault.h"
#include "vault/vault.h"

#include <stdio.h>
#include <unistd.h>

enum { INPUT_MAX = 1 << 20 };

/* ── asking ── */

/* The answer's sentence goes to people, its word to programs. */
static sk_err
refusal(const sk_json *answer, sk_err e)
{
    sk_str word = sk_json_get_str(answer, "error"), why = sk_json_get_str(answer, "why");

    if (!word.n) return e;
    return sk_fail(e.kind, "%.*s: %.*s", SK_ARG(word), SK_ARG(why));
}

static sk_err
ask(sk_json **answer, sk_str *text, const struct house *house, const char *verb, sk_str ticket,
    sk_str body)
{
    sk_err e = vault_post(answer, text, house->mem, house->state, verb, ticket, body);

    if (e.kind == SK_MISSING && !*answer)
        return sk_fail(SK_MISSING, "%s",
                       tongue("nothing runs there: start it with `sekisho up`",
                              "動いていません。「sekisho up」で起動してください"));
    return refusal(*answer, e);
}

/* Asks, and prints the answer as it came: it is JSON, which is what people who use these words
 * expect. */
static sk_err
ask_print(const struct house *house, const char *verb, sk_str ticket, const struct sk_buf *body)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    sk_str text;

    TRY(ask(&answer, &text, house, verb, ticket, sk_buf_str(body)));
    printf("%.*s\n", SK_ARG(text));
    return sk_ok();
}

/* ── members ── */

static void
text_put(struct sk_json_writer *w, const char *key, const char *text)
{
    if (text) sk_json_text(w, key, text);
}

/* per_… or cas_…: which of the two it is stands in the id. */
static void
id_put(struct sk_json_writer *w, const char *id)
{
    sk_json_text(w, sk_str_starts(sk_str_of(id), SK_STR("cas_")) ? "case" : "person", id);
}

/* ── put and read ── */

static sk_err
input_read(sk_str *text, sk_arena *mem)
{
    char *p = sk_alloc(mem, INPUT_MAX + 1);
    size_t n = fread(p, 1, INPUT_MAX + 1, stdin);

    if (n > INPUT_MAX) return sk_fail(SK_FULL, "more than %d bytes", INPUT_MAX);
    *text = (sk_str){ p, n };
    return sk_ok();
}

/* Values come by the standard input, never by words that others see in the list of processes. */
static sk_err
put_values(const struct verb_args *args, const struct house *house, bool honey)
{
    DEFER(sk_json_close) sk_json *values = NULL;
    struct sk_buf body = { .mem = house->mem };
    struct sk_json_writer w = { .out = &body };
    sk_str input;

    TRY(input_read(&input, house->mem));
    TRY(sk_json_read(&values, input));
    sk_json_object(&w, NULL);
    text_put(&w, "tenant", args->tenant);
    if (args->count > 1) id_put(&w, args->arg[1]);
    if (honey) sk_json_bool(&w, "honey", true);
    sk_json_array(&w, "values");
    for (size_t i = 0; i < sk_json_count(values); i++) {
        const sk_json *value = sk_json_at(values, i);

        sk_json_object(&w, NULL);
        sk_json_str(&w, "kind", sk_json_get_str(value, "kind"));
        sk_json_str(&w, "text", sk_json_get_str(value, "text"));
        sk_json_end_object(&w);
    }
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    return ask_print(house, "put", (sk_str){ 0 }, &body);
}

sk_err
vault_word_put(const struct verb_args *args, const struct house *house)
{
    return put_values(args, house, false);
}

sk_err
vault_word_honey(const struct verb_args *args, const struct house *house)
{
    return put_values(args, house, true);
}

sk_err
vault_word_read(const struct verb_args *args, const struct house *house)
{
    struct sk_buf body = { .mem = house->mem };
    sk_str token[VERB_ARGS_MAX], ticket;

    if (!args->purpose) return sk_fail(SK_BAD, "--purpose");
    for (unsigned i = 1; i < args->count; i++)
        token[i - 1] = sk_str_of(args->arg[i]);
    vault_read_write(&body,
                     &(struct vault_read_ask){ sk_str_of(args->tenant), sk_str_of(args->purpose),
                                               token, args->count - 1 });
    TRY(operator_ticket(&ticket, house));
    return ask_print(house, "read", ticket, &body);
}

/* Whose it is, and the tokens of it; what is looked for comes by the standard input, as above. */
sk_err
vault_word_find(const struct verb_args *args, const struct house *house)
{
    struct sk_buf body = { .mem = house->mem };
    struct sk_json_writer w = { .out = &body };
    bool prefix = args->count > 2;
    sk_str input, ticket;

    if (!args->purpose) return sk_fail(SK_BAD, "--purpose");
    if (!args->tenant) return sk_fail(SK_BAD, "--tenant");
    if (prefix && strcmp(args->arg[2], "prefix") != 0)
        return sk_fail(SK_BAD, "sekisho vault find KIND [prefix] < TEXT");
    TRY(input_read(&input, house->mem));
    sk_json_object(&w, NULL);
    text_put(&w, "tenant", args->tenant);
    text_put(&w, "purpose", args->purpose);
    text_put(&w, "kind", args->arg[1]);
    sk_json_str(&w, prefix ? "prefix" : "text", sk_str_trim(input));
    sk_json_bool(&w, "people", true);
    sk_json_end_object(&w);
    TRY(operator_ticket(&ticket, house));
    return ask_print(house, "find", ticket, &body);
}

/* ── ends ── */

sk_err
vault_word_erase(const struct verb_args *args, const struct house *house)
{
    struct sk_buf body = { .mem = house->mem };
    struct sk_json_writer w = { .out = &body };
    sk_str ticket;

    sk_json_object(&w, NULL);
    id_put(&w, args->arg[1]);
    text_put(&w, "tenant", args->tenant);
    sk_json_end_object(&w);
    TRY(operator_ticket(&ticket, house)); /* the record names who it was */
    return ask_print(house, "erase", ticket, &body);
}

/* The receipt; with --out the tenant's records and their proofs, among them that of the erasure. */
sk_err
vault_word_erased(const struct verb_args *args, const struct house *house)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    struct sk_buf body = { .mem = house->mem };
    struct sk_json_writer w = { .out = &body };
    struct ledger_exported x;
    sk_str text;

    sk_json_object(&w, NULL);
    sk_json_text(&w, "id", args->arg[1]);
    sk_json_end_object(&w);
    TRY(ask(&answer, &text, house, "erased", (sk_str){ 0 }, sk_buf_str(&body)));
    if (args->out)
        TRY(ledger_export_tenant(&x, house->state, sk_json_get_str(answer, "tenant"), args->out));
    printf("%.*s\n", SK_ARG(text));
    return sk_ok();
}

static sk_err
hold_ask(const struct verb_args *args, const struct house *house, const char *verb)
{
    struct sk_buf body = { .mem = house->mem };
    struct sk_json_writer w = { .out = &body };

    sk_json_object(&w, NULL);
    if (args->count > 2) sk_json_text(&w, "name", args->arg[2]);
    if (args->count > 3) id_put(&w, args->arg[3]);
    text_put(&w, "tenant", args->tenant);
    sk_json_end_object(&w);
    return ask_print(house, verb, (sk_str){ 0 }, &body);
}

sk_err
vault_word_hold(const struct verb_args *args, const struct house *house)
{
    static const struct {
        const char *word, *verb;
        unsigned count;
    } words[] = { { "add", "hold", 4 }, { "release", "release", 3 }, { "list", "holds", 2 } };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, args->arg[1]) == 0 && args->count == words[i].count)
            return hold_ask(args, house, words[i].verb);
    return sk_fail(SK_BAD, "sekisho vault hold add NAME ID | release NAME | list");
}

/* ── handing out ── */

/* DIR/export.json is what was signed, byte for byte. */
static sk_err
export_write(const struct house *house, const char *out, const sk_json *answer)
{
    static const char *const parts[][2] = { { "text", "export.json" },
                                            { "signature", "signature" },
                                            { "key", "key" } };

    TRY(files_folder(out, 0700, NULL));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        TRY(files_write(sk_str_printf(house->mem, "%s/%s", out, parts[i][1]).p,
                        sk_json_get_str(answer, parts[i][0]), 0600));
    return sk_ok();
}

sk_err
vault_word_export(const struct verb_args *args, const struct house *house)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    struct sk_buf body = { .mem = house->mem };
    struct sk_json_writer w = { .out = &body };
    sk_str text, ticket;

    if (!args->purpose) return sk_fail(SK_BAD, "--purpose");
    sk_json_object(&w, NULL);
    id_put(&w, args->arg[1]);
    text_put(&w, "tenant", args->tenant);
    sk_json_text(&w, "purpose", args->purpose);
    text_put(&w, "authority", args->authority);
    sk_json_end_object(&w);
    TRY(operator_ticket(&ticket, house));
    TRY(ask(&answer, &text, house, "export", ticket, sk_buf_str(&body)));
    if (args->out) return export_write(house, args->out, answer);
    printf("%.*s\n", SK_ARG(text));
    return sk_ok();
}

/* ── keys ── */

sk_err
vault_word_rotate(const struct verb_args *args, const struct house *house)
{
    struct sk_buf body = { .mem = house->mem };
    struct sk_json_writer w = { .out = &body };
    sk_str ticket;

    sk_json_object(&w, NULL);
    sk_json_text(&w, "level", args->arg[1]);
    if (args->count > 2) id_put(&w, args->arg[2]);
    text_put(&w, "tenant", args->tenant);
    sk_json_end_object(&w);
    TRY(operator_ticket(&ticket, house));
    return ask_print(house, "rotate", ticket, &body);
}
