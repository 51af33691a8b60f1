/* Which charset a field is in, and the field decoded. */
#include "seclang/form_text.h"

#include "base/utf8.h"
#include "seclang/worker.h"

static bool
is_listed(const struct seclang_tx *tx, enum seclang_charset charset)
{
    return (tx->rules->form_charsets & seclang_charset_bit(charset)) != 0;
}

/* UTF-8 needs not be listed. */
static void
declare(struct seclang_tx *tx, sk_str name)
{
    enum seclang_charset charset = seclang_charset_find(name);

    if (name.n == 0 || tx->charset_said) return;
    if (charset != SECLANG_CHARSET_UTF8 && !is_listed(tx, charset)) return;
    tx->charset_said = true;
    tx->charset = charset;
}

void
seclang_form_begin(struct seclang_tx *tx, sk_str content_type)
{
    sk_str name = seclang_charset_of(content_type);

    declare(tx, name);
    tx->bytes_only = name.n > 0 && !tx->charset_said;
}

static bool
is_plain(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80 || s.p[i] == '\x1b') return false;
    return true;
}

/* ISO-2022-JP is valid UTF-8; what changes its meaning is escape sequences. */
static bool
has_escape(sk_str s)
{
    return s.n > 0 && memchr(s.p, '\x1b', s.n);
}

static enum seclang_charset
charset_of(const struct seclang_tx *tx, const struct seclang_pair *field, bool post)
{
    if (post && tx->bytes_only) return SECLANG_CHARSET_UTF8; /* as it is */
    if (post && tx->charset_said) return tx->charset;
    if (tx->rules->form_charset == SECLANG_CHARSET_ISO_2022_JP &&
        (has_escape(field->name) || has_escape(field->value)))
        return SECLANG_CHARSET_ISO_2022_JP;
    if (sk_utf8_valid(field->name) && sk_utf8_valid(field->value)) return SECLANG_CHARSET_UTF8;
    return tx->rules->form_charset;
}

unsigned
seclang_form_views(struct seclang_pair view[2], struct seclang_tx *tx, sk_arena *mem,
                   struct seclang_pair field, bool post)
{
    struct seclang_decoders *decoders = tx->worker->decoders;
    enum seclang_charset charset;
    bool whole;

    view[0] = field;
    if (!decoders) return 1;
    if (post && sk_str_eq(field.name, SK_STR("_charset_"))) declare(tx, field.value);
    if (is_plain(field.name) && is_plain(field.value)) return 1;
    charset = charset_of(tx, &field, post);
    if (charset == SECLANG_CHARSET_UTF8) return 1;
    whole = seclang_decode(&view[0].name, mem, decoders, charset, field.name);
    whole = seclang_decode(&view[0].value, mem, decoders, charset, field.value) && whole;
    view[1] = field;
    return whole ? 1 : 2;
}
