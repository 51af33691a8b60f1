/* POST /v1/render: labels, mails and messages of data that the asker does not see. */
#include "base/hash.h"
#include "part/log.h"
#include "vault/label.h"
#include "vault/letter.h"
#include "vault/tokens.h"

/* Tokens that are needed, and their texts once they are opened: together, so that it is one record.
 */
struct needed {
    struct vault_letter_word word[VAULT_LETTER_WORDS_MAX];
    sk_str token[VAULT_LETTER_WORDS_MAX];
    enum personal_kind kind[VAULT_LETTER_WORDS_MAX];
    size_t count;
    bool bad; /* a member that is no text, or too many */
};

static void
needed_add(struct needed *n, sk_str name, sk_str token)
{
    n->bad = n->bad || n->count == VAULT_LETTER_WORDS_MAX || !token.n;
    if (n->bad) return;
    n->word[n->count].name = name;
    n->token[n->count++] = token;
}

/* Of a letter they must be of one person: one that were about somebody else than its reader would
 * be a way out, to an address of one's own. */
static sk_err
needed_open(struct needed *n, const struct vault_ask *ask, enum keeper_use use)
{
    struct vault_tokens tokens;
    struct keeper_shown shown;

    if (n->bad || !n->count) return vault_no(KEEPER_BAD);
    TRY(vault_tokens_of(&tokens, ask, n->token, n->count));
    for (size_t i = 0; i < n->count; i++)
        if (!tokens.token[i].found && !tokens.token[i].again) return vault_no(VAULT_UNKNOWN_TOKEN);
    if (use == KEEPER_USE_LETTER) TRY(vault_tokens_of_one(&tokens, ask));
    TRY(vault_tokens_open(&shown, &tokens, ask, (sk_str){ 0 }, use));
    TRY(vault_no(shown.refused));
    for (size_t i = 0; i < n->count; i++) {
        size_t k = 0;

        while (!sk_str_eq(tokens.token[k].asked, n->token[i]))
            k++; /* the first of that name, which is never `again` */
        const struct keeper_shown_value *v = &shown.value[tokens.token[k].place];

        TRY(vault_no(v->word));
        if (v->show != KEEPER_SHOW_RENDER)
            return sk_fail(SK_BROKEN, "the keeper gave what is not for making anything of it");
        n->word[i].text = v->text;
        n->kind[i] = tokens.token[k].row.kind;
    }
    return sk_ok();
}

static sk_str
needed_text(const struct needed *n, const char *name, enum personal_kind kind)
{
    for (size_t i = 0; i < n->count; i++)
        if (sk_str_eq(n->word[i].name, sk_str_of(name)) && n->kind[i] == kind)
            return n->word[i].text;
    return (sk_str){ 0 };
}

/* ── label ── */

static sk_err
label(struct vault_ask *ask)
{
    static const char *const members[] = { "name", "address", "phone" };
    struct needed n = { 0 };
    struct vault_label l = { .code = sk_json_get_str(ask->body, "code"),
                             .from = sk_json_get_str(ask->body, "from"),
                             .note = sk_json_get_str(ask->body, "note") };
    unsigned missing;
    sk_str pdf;
    sk_err e;

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (sk_json_get(ask->body, members[i]))
            needed_add(&n, sk_str_of(members[i]), sk_json_get_str(ask->body, members[i]));
    TRY(needed_open(&n, ask, KEEPER_USE_LABEL));
    l.name = needed_text(&n, "name", PERSONAL_NAME);
    l.address = needed_text(&n, "address", PERSONAL_ADDRESS);
    l.phone = needed_text(&n, "phone", PERSONAL_PHONE);
    e = vault_label_make(&pdf, &missing, ask->mem, &l);
    if (e.kind == SK_BAD) return vault_no(KEEPER_BAD);
    if (e.kind == SK_FULL) return vault_no(KEEPER_TOO_LONG);
    TRY(e);
    sk_json_str(ask->answer, "pdf", sk_base64(ask->mem, pdf));
    if (missing) sk_json_int(ask->answer, "missing", missing);
    return sk_ok();
}

/* ── mail and SMS ── */

static void
fill_add(void *ctx, const char *key, const sk_json *value)
{
    needed_add(ctx, sk_str_of(key), sk_json_as_str(value));
}

/* A number as the gateway takes it: +81901234... */
static sk_err
number_read(sk_str *number, sk_arena *mem, sk_str shown)
{
    struct personal_value value;

    if (sk_failed(personal_read(&value, mem, PERSONAL_PHONE, shown)))
        return sk_fail(SK_BROKEN, "a phone number is not what was kept");
    *number = value.compared;
    return sk_ok();
}

static sk_err
message_fill(struct post_message *m, const struct vault_ask *ask, const struct needed *n)
{
    struct sk_buf text = { .mem = ask->mem }, subject = { .mem = ask->mem };
    bool bad = sk_failed(vault_letter_write(&text, sk_json_get_str(ask->body, "text"), n->word,
                                            n->count)) ||
               sk_failed(vault_letter_write(&subject, sk_json_get_str(ask->body, "subject"),
                                            n->word, n->count));

    if (bad) return vault_no(KEEPER_BAD);
    m->text = sk_buf_str(&text);
    m->subject = m->kind == POST_MAIL ? sk_buf_str(&subject) : (sk_str){ 0 };
    return sk_ok();
}

/* The application's own name for it, within its tenant; hashed, since post keeps it. */
static sk_str
message_key(const struct vault_ask *ask)
{
    unsigned char digest[SK_SHA256];
    sk_str whole = sk_str_printf(ask->mem, "%.*s\n%.*s", SK_ARG(ask->tenant),
                                 SK_ARG(sk_json_get_str(ask->body, "key")));

    sk_sha256(digest, whole);
    return sk_str_printf(ask->mem, "vault.%.*s",
                         SK_ARG(sk_hex(ask->mem, (sk_str){ (const char *)digest, 20 })));
}

static sk_err
message_send(const struct vault_ask *ask, enum post_kind kind)
{
    struct needed n = { 0 };
    struct post_message m = { .kind = kind, .key = message_key(ask) };
    sk_str purpose = sk_json_get_str(ask->body, "purpose");
    sk_err e;

    needed_add(&n, SK_STR("to"), sk_json_get_str(ask->body, "to"));
    sk_json_each(sk_json_get(ask->body, "fill"), fill_add, &n);
    TRY(needed_open(&n, ask, KEEPER_USE_LETTER));
    m.to = needed_text(&n, "to", kind == POST_MAIL ? PERSONAL_EMAIL : PERSONAL_PHONE);
    if (!m.to.n) return vault_no(KEEPER_BAD);
    if (kind == POST_SMS) TRY(number_read(&m.to, ask->mem, m.to));
    m.purpose = sk_str_printf(ask->mem, "vault.%.*s", SK_ARG(sk_str_first(purpose, 50)));
    TRY(message_fill(&m, ask, &n));
    e = post_send(ask->house->post, &m);
    if (e.kind == SK_BAD) return vault_no(KEEPER_BAD);
    if (sk_failed(e)) {
        part_log_id(PART_ERROR, sk_str_zcopy(ask->mem, ask->request), "post: %s", e.why);
        return vault_no(KEEPER_BUSY);
    }
    sk_json_bool(ask->answer, "sent", true);
    return sk_ok();
}

static sk_err
mail(struct vault_ask *ask)
{
    return message_send(ask, POST_MAIL);
}

static sk_err
sms(struct vault_ask *ask)
{
    return message_send(ask, POST_SMS);
}

/* ── the verb ── */

static const struct {
    const char *name;
    sk_err (*run)(struct vault_ask *ask);
} whats[] = {
    { "label", label },
    { "mail", mail },
    { "sms", sms },
};

sk_err
vault_render(struct vault_ask *ask)
{
    sk_str what, purpose;

    TRY(vault_ask_text(&purpose, ask, "purpose"));
    TRY(vault_ask_text(&what, ask, "what"));
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
        if (sk_str_eq(what, sk_str_of(whats[i].name))) return whats[i].run(ask);
    return vault_no(KEEPER_BAD);
}
