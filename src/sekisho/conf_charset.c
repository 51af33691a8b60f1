/* The charsets of forms that a site may name, besides UTF-8 which needs no naming. */
#include "sekisho/conf.h"

const struct conf_charset conf_charsets[] = {
    { "Shift_JIS", "shift_jis|shift-jis|sjis|x-sjis|ms_kanji|ms932|cp932|windows-31j|csshiftjis" },
    { "EUC-JP", "euc-jp|eucjp|x-euc-jp|eucjp-win|eucjp-ms" },
    { "ISO-2022-JP", "iso-2022-jp|csiso2022jp" },
    { .name = NULL },
};

const struct conf_charset *
conf_charset_find(sk_str name)
{
    for (const struct conf_charset *row = conf_charsets; row->name; row++)
        if (sk_str_eq_nocase(name, sk_str_of(row->name))) return row;
    return NULL;
}

void
conf_charsets_check(const struct conf_site *site, const struct conf *conf,
                    struct conf_faults *faults)
{
    const struct conf_list *list = &site->body_charsets;

    for (size_t i = 0; i < list->count; i++) {
        const struct conf_charset *row = conf_charset_find(list->item[i]);

        if (!row)
            conf_fault(faults, conf, site->line, site->column,
                       "site %.*s: charset %.*s: expected Shift_JIS, EUC-JP or ISO-2022-JP",
                       SK_ARG(site->name), SK_ARG(list->item[i]));
        for (size_t before = 0; row && before < i; before++)
            if (conf_charset_find(list->item[before]) == row)
                conf_fault(faults, conf, site->line, site->column,
                           "site %.*s: charset %s stands there twice", SK_ARG(site->name),
                           row->name);
    }
}
