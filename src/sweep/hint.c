#include "sweep/judge.h"

#define BIT(kind) (1u << (kind))

/* Parts of column names, of English, Japanese and Japanese in Latin letters. A bare "name" is left
 * out: most tables that have it are of products, files, settings. */
static const struct {
    const char *word;
    unsigned kinds;
} hints[] = {
    { "tel", BIT(PERSONAL_PHONE) },          { "phone", BIT(PERSONAL_PHONE) },
    { "mobile", BIT(PERSONAL_PHONE) },       { "fax", BIT(PERSONAL_PHONE) },
    { "denwa", BIT(PERSONAL_PHONE) },        { "電話", BIT(PERSONAL_PHONE) },
    { "携帯", BIT(PERSONAL_PHONE) },         { "birth", BIT(PERSONAL_BIRTHDAY) },
    { "bday", BIT(PERSONAL_BIRTHDAY) },      { "生年月日", BIT(PERSONAL_BIRTHDAY) },
    { "誕生", BIT(PERSONAL_BIRTHDAY) },      { "kana", BIT(PERSONAL_READING) },
    { "yomi", BIT(PERSONAL_READING) },       { "フリガナ", BIT(PERSONAL_READING) },
    { "ふりがな", BIT(PERSONAL_READING) },   { "カナ", BIT(PERSONAL_READING) },
    { "last_name", BIT(PERSONAL_NAME) },     { "first_name", BIT(PERSONAL_NAME) },
    { "lastname", BIT(PERSONAL_NAME) },      { "firstname", BIT(PERSONAL_NAME) },
    { "family_name", BIT(PERSONAL_NAME) },   { "given_name", BIT(PERSONAL_NAME) },
    { "full_name", BIT(PERSONAL_NAME) },     { "fullname", BIT(PERSONAL_NAME) },
    { "customer_name", BIT(PERSONAL_NAME) }, { "billing_name", BIT(PERSONAL_NAME) },
    { "shipping_name", BIT(PERSONAL_NAME) }, { "recipient", BIT(PERSONAL_NAME) },
    { "name01", BIT(PERSONAL_NAME) },        { "name02", BIT(PERSONAL_NAME) },
    { "shimei", BIT(PERSONAL_NAME) },        { "氏名", BIT(PERSONAL_NAME) },
    { "お名前", BIT(PERSONAL_NAME) },        { "宛名", BIT(PERSONAL_NAME) },
};

unsigned
sweep_hints(sk_str column)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (sk_str_find_nocase(column, sk_str_of(hints[i].word)) != SIZE_MAX)
            kinds |= hints[i].kinds;
    /* name01_kana is a reading, not a name */
    return kinds & BIT(PERSONAL_READING) ? kinds & ~BIT(PERSONAL_NAME) : kinds;
}
