#include "accounts/mail.h"

#include <stdlib.h>

#include "accounts/link.h"

void
accounts_letter_fill(struct accounts_letter *letter, const char *name, sk_str value)
{
    if (letter->fills == ACCOUNTS_FILLS_MAX) abort(); /* our mistake, and found by the first test */
    letter->fill[letter->fills++] = (struct accounts_fill){ name, value };
}

sk_str
accounts_letter_link(sk_arena *mem, const struct accounts_site *site, enum accounts_realm realm,
                     const char *page, sk_str token)
{
    return sk_str_printf(mem, "%.*s/.sekisho/%s/%s?" ACCOUNTS_LINK_FIELD "=%.*s", SK_ARG(site->url),
                         accounts_realms[realm].name, page, SK_ARG(token));
}

static sk_str
value_of(const struct accounts_letter *letter, sk_str name)
{
    if (sk_str_eq(name, SK_STR("site"))) return letter->site->url;
    for (size_t i = 0; i < letter->fills; i++)
        if (sk_str_eq(name, sk_str_of(letter->fill[i].name))) return letter->fill[i].value;
    return (sk_str){ 0 };
}

sk_err
accounts_letter_write(sk_str *text, sk_arena *mem, const struct accounts *house,
                      enum part_lang lang, const struct accounts_letter *letter, const char *part)
{
    struct sk_buf out = { .mem = mem };
    sk_str key = sk_str_printf(mem, "%s.%s", letter->name, part);
    sk_str words = part_words_find(house->letters[lang], key);
    if (!words.n) return sk_fail(SK_BROKEN, "mail: no words for %.*s", SK_ARG(key));
    for (size_t at; (at = sk_str_find_byte(words, '{')) != SIZE_MAX;) {
        size_t end = sk_str_find_byte(sk_str_from(words, at), '}');
        if (end == SIZE_MAX) break;
        sk_buf_add(&out, sk_str_first(words, at));
        sk_buf_add(&out, value_of(letter, sk_str_first(sk_str_from(words, at + 1), end - 1)));
        words = sk_str_from(words, at + end + 1);
    }
    sk_buf_add(&out, words);
    *text = sk_buf_str(&out);
    return sk_ok();
}

static sk_err
write_to(struct post_message *message, sk_arena *mem, const struct accounts *house,
         enum part_lang lang, const struct accounts_letter *letter)
{
    message->kind = POST_MAIL;
    message->purpose = sk_str_printf(mem, "accounts.%s", letter->name);
    message->key = letter->key;
    message->life = letter->life;
    TRY(accounts_letter_write(&message->subject, mem, house, lang, letter, "subject"));
    return accounts_letter_write(&message->text, mem, house, lang, letter, "text");
}

sk_err
accounts_letter_make(struct post_message *message, sk_arena *mem, const struct accounts *house,
                     const struct account *to, const struct accounts_letter *letter)
{
    *message = (struct post_message){ 0 };
    TRY(accounts_account_email(&message->to, mem, house->keys, to));
    return write_to(message, mem, house, to->lang, letter);
}

sk_err
accounts_letter_send_to(const struct accounts *house, sk_arena *mem, sk_str address,
                        enum part_lang lang, const struct accounts_letter *letter)
{
    struct post_message message = { .to = address };
    TRY(write_to(&message, mem, house, lang, letter));
    return house->out.send(house->out.ctx, &message);
}

sk_err
accounts_letter_send(const struct accounts *house, sk_arena *mem, const struct account *to,
                     const struct accounts_letter *letter)
{
    struct post_message message;
    TRY(accounts_letter_make(&message, mem, house, to, letter));
    return house->out.send(house->out.ctx, &message);
}
