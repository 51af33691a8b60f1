/* What a refused client is told: see words.h. */
#include "gate/words.h"

static const struct gate_words words[GATE_CAUSES][GATE_LANGUAGES] = {
    [GATE_CAUSE_REQUEST] = {
        [GATE_JA] = { "この操作は受け付けられませんでした",
                      "送信された内容が、安全のための検査を通りませんでした。",
                      "内容はショップに届いていません。ご注文や登録は行われていません。",
                      "前のページに戻り、記号やプログラムのような文字列を除いて、もう一度お試しください。"
                      "それでもうまくいかないときは、下の受付番号をショップにお知らせください。" },
        [GATE_EN] = { "This could not be accepted",
                      "What was sent did not pass the security check.",
                      "It did not reach the shop: nothing was ordered, changed or stored.",
                      "Go back, leave out symbols or text that looks like program code, and try "
                      "again. If that does not help, tell the shop the number below." },
    },
    [GATE_CAUSE_LARGE] = {
        [GATE_JA] = { "送信できる大きさを超えています",
                      "送信された内容が大きすぎるため、受け付けられませんでした。",
                      "内容はショップに届いていません。",
                      "画像やファイルを小さくするか、何回かに分けて、もう一度送信してください。" },
        [GATE_EN] = { "This is too large to be sent",
                      "What was sent is larger than this site accepts.",
                      "It did not reach the shop.",
                      "Make pictures or files smaller, or send them one by one." },
    },
    [GATE_CAUSE_MALFORMED] = {
        [GATE_JA] = { "内容を読み取れませんでした",
                      "送信された内容の形式が正しくないか、途中で切れています。",
                      "内容はショップに届いていません。",
                      "前のページに戻り、ページを再読み込みしてから、もう一度送信してください。" },
        [GATE_EN] = { "This could not be read",
                      "What was sent is incomplete or not in the expected form.",
                      "It did not reach the shop.",
                      "Go back, reload the page, and send it again." },
    },
    [GATE_CAUSE_ANSWER] = {
        [GATE_JA] = { "このページは表示できませんでした",
                      "ページの内容が、安全のための検査を通りませんでした。",
                      "外に出てはならない情報が含まれている恐れがあるため、表示を止めました。",
                      "しばらくしてから、もう一度お試しください。"
                      "続くときは、下の受付番号をショップにお知らせください。" },
        [GATE_EN] = { "This page could not be shown",
                      "The page did not pass the security check.",
                      "It may contain something that must not leave the shop, so it was held back.",
                      "Try again a little later. If it goes on, tell the shop the number below." },
    },
};

const struct gate_words *
gate_words_of(enum gate_cause cause, enum gate_language language)
{
    return &words[cause][language];
}

enum gate_cause
gate_cause_of(int status, bool answer)
{
    if (answer) return GATE_CAUSE_ANSWER;
    if (status == 413 || status == 414 || status == 431) return GATE_CAUSE_LARGE;
    if (status == 400 || status == 415 || status == 422) return GATE_CAUSE_MALFORMED;
    return GATE_CAUSE_REQUEST;
}
