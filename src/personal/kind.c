#include "personal/personal.h"

const struct personal_kind_row personal_kind_rows[PERSONAL_KINDS] = {
    [PERSONAL_NONE] = { "none", "なし", "none" },
    [PERSONAL_NAME] = { "name", "氏名", "name" },
    [PERSONAL_READING] = { "reading", "フリガナ", "reading of the name" },
    [PERSONAL_PHONE] = { "phone", "電話番号", "phone number" },
    [PERSONAL_EMAIL] = { "email", "メールアドレス", "e-mail address" },
    [PERSONAL_ADDRESS] = { "address", "住所", "postal address" },
    [PERSONAL_BIRTHDAY] = { "birthday", "生年月日", "date of birth" },
    [PERSONAL_BANK] = { "bank", "銀行口座", "bank account" },
    [PERSONAL_NOTE] = { "note", "備考", "note" },
};

enum personal_kind
personal_kind_of(sk_str name)
{
    for (int kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++)
        if (sk_str_eq(name, sk_str_of(personal_kind_rows[kind].name)))
            return (enum personal_kind)kind;
    return PERSONAL_NONE;
}
