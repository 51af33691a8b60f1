#include "personal/token.h"

#include "personal/shape.h"

#include <stdio.h>

const char personal_base32[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* 32 kana without voiced marks, which half-width forms would split off, and without those that
 * look alike in small print (ソン, シツ) or are ヲ itself. In the order of their code. */
const uint16_t personal_kana32[32] = {
    0x30a2, 0x30a4, 0x30a6, 0x30a8, 0x30aa, 0x30ab, 0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5,
    0x30b9, 0x30bb, 0x30bf, 0x30c1, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce,
    0x30cf, 0x30d2, 0x30d5, 0x30d8, 0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2,
};

const char personal_letters[PERSONAL_KINDS] = {
    [PERSONAL_NAME] = 'n', [PERSONAL_EMAIL] = 'e', [PERSONAL_ADDRESS] = 'a',
    [PERSONAL_BANK] = 'b', [PERSONAL_NOTE] = 't',
};

static uint64_t
number_of(const unsigned char random[PERSONAL_TOKEN_RANDOM])
{
    uint64_t number;

    memcpy(&number, random, sizeof number);
    return number;
}

/* The remainder's bias is below 10^-11. */
static int
write_phone(char *text, const unsigned char *random)
{
    unsigned number = (unsigned)(number_of(random) % 20000000);

    return snprintf(text, PERSONAL_TOKEN_MAX, "0%u0-0%03u-%04u", 7 + number / 10000000 * 2,
                    number / 10000 % 1000, number % 10000);
}

/* Days 1 to 28, since every calendar has them in all months; not 1582, of which some libraries
 * leave days out. */
static int
write_birthday(char *text, const unsigned char *random)
{
    enum { YEARS = PERSONAL_YEAR_LAST - PERSONAL_YEAR_FIRST };
    unsigned number = (unsigned)(number_of(random) % (YEARS * 12 * 28));
    unsigned year = PERSONAL_YEAR_FIRST + number / (12 * 28);

    return snprintf(text, PERSONAL_TOKEN_MAX, "%04u-%02u-%02u",
                    year < PERSONAL_YEAR_LEFT_OUT ? year : year + 1, number / 28 % 12 + 1,
                    number % 28 + 1);
}

static int
write_reading(char *text, const unsigned char *random)
{
    char *at = text;

    for (int i = 0; i < PERSONAL_KANA_LEAD; i++)
        at += sk_utf8_encode(at, PERSONAL_KANA_WO);
    for (int i = 0; i < PERSONAL_KANA_DIGITS; i++)
        at += sk_utf8_encode(at, personal_kana32[random[i] & 31]);
    return (int)(at - text);
}

static int
write_letters(char *text, enum personal_kind kind, const unsigned char *random)
{
    char *at = text;

    *at++ = 's';
    *at++ = 'k';
    *at++ = personal_letters[kind];
    for (int i = 0; i < PERSONAL_DIGITS; i++)
        *at++ = personal_base32[random[i] & 31];
    if (kind != PERSONAL_EMAIL) return (int)(at - text);
    memcpy(at, PERSONAL_DOMAIN, sizeof PERSONAL_DOMAIN - 1);
    return (int)(at - text) + (int)sizeof PERSONAL_DOMAIN - 1;
}

void
personal_token_make(struct personal_token *out, enum personal_kind kind,
                    const unsigned char random[PERSONAL_TOKEN_RANDOM])
{
    int n;

    *out = (struct personal_token){ .kind = kind };
    if (kind == PERSONAL_PHONE)
        n = write_phone(out->text, random);
    else if (kind == PERSONAL_BIRTHDAY)
        n = write_birthday(out->text, random);
    else if (kind == PERSONAL_READING)
        n = write_reading(out->text, random);
    else
        n = write_letters(out->text, kind, random);
    out->n = (unsigned char)n;
}

/* 090-0ddd-dddd without its hyphens, or as it is dialled from abroad. */
static void
write_phone_like(struct sk_buf *out, sk_str token, sk_str typed)
{
    bool abroad = sk_str_starts(typed, SK_STR("+"));
    bool bare = sk_str_find_byte(typed, '-') == SIZE_MAX;

    if (abroad) sk_buf_add(out, bare ? SK_STR("+81") : SK_STR("+81 "));
    for (size_t i = abroad; i < token.n; i++)
        if (!bare || token.p[i] != '-') sk_buf_byte(out, token.p[i]);
}

static void
write_birthday_like(struct sk_buf *out, sk_str token, sk_str typed)
{
    static const char signs[] = "/.";
    char sign = '-';

    for (size_t i = 0; i < sizeof signs - 1; i++)
        if (sk_str_find_byte(typed, signs[i]) != SIZE_MAX) sign = signs[i];
    for (size_t i = 0; i < token.n; i++)
        sk_buf_byte(out, token.p[i] == '-' ? sign : token.p[i]);
}

void
personal_token_write(struct sk_buf *out, const struct personal_token *token, sk_str typed)
{
    if (token->kind == PERSONAL_PHONE)
        write_phone_like(out, personal_token_str(token), typed);
    else if (token->kind == PERSONAL_BIRTHDAY)
        write_birthday_like(out, personal_token_str(token), typed);
    else
        sk_buf_add(out, personal_token_str(token));
}
