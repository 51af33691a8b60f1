#include "personal/value.h"

const struct personal_unfit_row personal_unfit_rows[PERSONAL_UNFITS] = {
    [PERSONAL_FITS] = { "fits", "問題ありません。", "It fits." },
    [PERSONAL_UNFIT_EMPTY] = { "empty", "入力がありません。", "There is nothing in it." },
    [PERSONAL_UNFIT_LONG] = { "long", "長すぎます。", "It is too long." },
    [PERSONAL_UNFIT_SIGN] = { "sign", "使えない文字が含まれています。",
                              "There is a sign in it that cannot be used." },
    [PERSONAL_UNFIT_TOKEN] = { "token", "これは値そのものではなく、値の代わりに置かれた記号です。",
                               "This is not a value, but what stands in a value's place." },
    [PERSONAL_UNFIT_KANA] = { "reading.kana", "フリガナはかなで入力してください。",
                              "Please write the reading in kana." },
    [PERSONAL_UNFIT_PHONE_SIGN] = { "phone.sign", "電話番号は数字とハイフンで入力してください。",
                                    "Please write the phone number with digits and hyphens." },
    [PERSONAL_UNFIT_PHONE_LENGTH] = { "phone.length", "電話番号の桁数が合いません。",
                                      "The phone number has too many or too few digits." },
    [PERSONAL_UNFIT_PHONE_PLAN] = { "phone.plan",
                                    "この番号で始まる電話番号はありません。市外局番から入力してくだ"
                                    "さい。",
                                    "No phone number begins so. Please write the area code as "
                                    "well." },
    [PERSONAL_UNFIT_EMAIL_SIGN] = { "email.sign", "メールアドレスには @ が一つ必要です。",
                                    "An e-mail address has one @." },
    [PERSONAL_UNFIT_EMAIL_LOCAL] = { "email.local", "メールアドレスの @ より前が正しくありません。",
                                     "What is before the @ cannot be used." },
    [PERSONAL_UNFIT_EMAIL_DOMAIN] = { "email.domain",
                                      "メールアドレスの @ より後が正しくありません。",
                                      "What is behind the @ is no domain." },
    [PERSONAL_UNFIT_POSTAL] = { "address.postal", "郵便番号は7桁の数字です。",
                                "A postal code has seven digits." },
    [PERSONAL_UNFIT_DATE_FORM] = { "birthday.form",
                                   "生年月日は 1980-01-31 のように入力してください。",
                                   "Please write the date of birth like 1980-01-31." },
    [PERSONAL_UNFIT_DATE_DAY] = { "birthday.day", "その日付は存在しません。",
                                  "There is no such day." },
    [PERSONAL_UNFIT_DATE_RANGE] = { "birthday.range",
                                    "1868年から今日までの日付を入力してください。",
                                    "Please write a day from 1868 until today." },
    [PERSONAL_UNFIT_BANK_FORM] = { "bank.form",
                                   "銀行コード4桁、支店コード3桁、預金種目、口座番号7桁、名義が必要"
                                   "です。",
                                   "Needed are the bank's 4 digits, the branch's 3, the kind of "
                                   "account, its number of 7 digits and the holder." },
    [PERSONAL_UNFIT_BANK_TYPE] = { "bank.type", "預金種目は普通(1)、当座(2)、貯蓄(4)です。",
                                   "The kind of account is 1 (普通), 2 (当座) or 4 (貯蓄)." },
    [PERSONAL_UNFIT_BANK_HOLDER] = { "bank.holder",
                                     "口座名義はカナ、英数字、ハイフンなどで30字以内です。",
                                     "The holder is written in kana, letters and digits, at most "
                                     "30." },
    [PERSONAL_UNFIT_PREFIX] = { "prefix", "電話番号か郵便番号の先頭3桁以上を入力してください。",
                                "Please write three or more digits of a phone number or postal "
                                "code." },
};

sk_err
personal_does_not_fit(struct personal_value *value, enum personal_unfit why)
{
    value->unfit = why;
    return (sk_err){ SK_BAD, personal_unfit_rows[why].en };
}
