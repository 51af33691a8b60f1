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
    [GATE_CAUSE_PLACE] = {
        [GATE_JA] = { "この場所からは開けません",
                      "このページは、管理者が登録したネットワークからだけ開けます。",
                      "お使いの接続元は登録されていません。",
                      "登録された場所（事務所など）から開いてください。"
                      "登録が必要なときは、下の受付番号を管理者にお知らせください。" },
        [GATE_EN] = { "This cannot be opened from here",
                      "This page is open only to networks that the operator has listed.",
                      "Your connection comes from another one.",
                      "Open it from a listed place, such as the office. If yours should be listed, "
                      "tell the operator the number below." },
    },
    [GATE_CAUSE_SIGN_IN] = {
        [GATE_JA] = { "サインインが必要です",
                      "このページを開くには、サインインしてください。",
                      "送信された内容は、まだ何も処理されていません。",
                      "サインインのページを開き、終わったらもう一度お試しください。" },
        [GATE_EN] = { "Sign in first",
                      "This page is for those who have signed in.",
                      "Nothing of what was sent has been done.",
                      "Open the sign-in page, and try again afterwards." },
    },
    [GATE_CAUSE_RIGHT] = {
        [GATE_JA] = { "このページを開く権限がありません",
                      "サインインされていますが、このページを開く権限がないか、"
                      "二つ目の確認（ワンタイムパスワードなど）が済んでいません。",
                      "送信された内容は、何も処理されていません。",
                      "別のアカウントでサインインし直すか、管理者に権限を申請してください。" },
        [GATE_EN] = { "You may not open this",
                      "You have signed in, but without the right to open this page, or without a "
                      "second factor such as a one-time password.",
                      "Nothing of what was sent has been done.",
                      "Sign in with another account, or ask an operator for the right." },
    },
    [GATE_CAUSE_AWAY] = {
        [GATE_JA] = { "サインインの状態を確かめられません",
                      "アカウントの仕組みが応答していないため、ページを開けませんでした。",
                      "安全のため、確かめられない間は開きません。内容は何も処理されていません。",
                      "1 分ほどしてから、もう一度お試しください。"
                      "続くときは、下の受付番号を管理者にお知らせください。" },
        [GATE_EN] = { "Whether you have signed in cannot be told now",
                      "The accounts service does not answer, so this page was not opened.",
                      "What cannot be checked stays closed. Nothing of what was sent has been done.",
                      "Try again in a minute. If it goes on, tell the operator the number below." },
    },
    [GATE_CAUSE_OFTEN] = {
        [GATE_JA] = { "サインインの試行が多すぎます",
                      "短い間にサインインの失敗が続いたため、受け付けを止めています。",
                      "入力された内容は確かめられていません。同じ接続元のほかの方の失敗も数えられます。",
                      "15 分ほど待ってから、もう一度お試しください。"
                      "パスワードをお忘れのときは、再設定のページをお使いください。" },
        [GATE_EN] = { "Too many sign-ins have failed",
                      "Several sign-ins have failed within a short time, so none are taken now.",
                      "What was entered was not checked. Failures of others who share your address "
                      "count, too.",
                      "Wait about a quarter of an hour and try again. If you have forgotten the "
                      "password, reset it." },
    },
    [GATE_CAUSE_CHALLENGE] = {
        [GATE_JA] = { "サインインの前に確認しています",
                      "自動化された不正なサインインを防ぐため、お使いのブラウザーに短い計算をお願いしています。",
                      "画像を選ぶなどの操作は要りません。計算は数秒で終わり、個人の情報は使いません。",
                      "終わると、サインインのページに戻ります。もう一度入力してください。" },
        [GATE_EN] = { "A short check before you sign in",
                      "To keep automated sign-ins out, your browser is asked to do a short "
                      "calculation.",
                      "There is nothing to pick or to type. It takes some seconds and uses no "
                      "personal data.",
                      "Afterwards you are led back to the sign-in page. Enter your details again." },
    },
    [GATE_CAUSE_UNSOLVED] = {
        [GATE_JA] = { "確認をやり直しています",
                      "前の確認は時間切れか、正しくありませんでした。",
                      "画像を選ぶなどの操作は要りません。計算は数秒で終わり、個人の情報は使いません。",
                      "終わると、サインインのページに戻ります。もう一度入力してください。" },
        [GATE_EN] = { "The check is done once more",
                      "The one before came too late or was not right.",
                      "There is nothing to pick or to type. It takes some seconds and uses no "
                      "personal data.",
                      "Afterwards you are led back to the sign-in page. Enter your details again." },
    },
    [GATE_CAUSE_HUMAN] = {
        [GATE_JA] = { "サインインの前に確認しています",
                      "自動化された不正なサインインを防ぐため、人による操作であることを確かめています。",
                      "この確認には、外部の会社のサービスを使います。",
                      "終わると、サインインのページに戻ります。もう一度入力してください。" },
        [GATE_EN] = { "A short check before you sign in",
                      "To keep automated sign-ins out, it is checked that you are a person.",
                      "The check is done by a company's service.",
                      "Afterwards you are led back to the sign-in page. Enter your details again." },
    },
    [GATE_CAUSE_INSTEAD] = {
        [GATE_JA] = { "計算による確認に切り替えました",
                      "外部の確認サービスでは確かめられなかったため、代わりにお使いのブラウザーに計算をお願いしています。",
                      "画像を選ぶなどの操作は要りません。計算は数秒で終わり、個人の情報は使いません。",
                      "終わると、サインインのページに戻ります。もう一度入力してください。" },
        [GATE_EN] = { "A calculation instead",
                      "The company's check did not work out, so your browser is asked to do a "
                      "calculation in its place.",
                      "There is nothing to pick or to type. It takes some seconds and uses no "
                      "personal data.",
                      "Afterwards you are led back to the sign-in page. Enter your details again." },
    },
    [GATE_CAUSE_VAULT] = {
        [GATE_JA] = { "ただいま個人情報を保管できません",
                      "お名前やご住所などを安全に保管する仕組みが、いま応答していません。",
                      "送信された内容はショップに届いていません。ご注文や登録は行われていません。",
                      "前のページに戻り、しばらくしてから、もう一度送信してください。"
                      "続くときは、下の受付番号をショップにお知らせください。" },
        [GATE_EN] = { "Personal data cannot be kept right now",
                      "What keeps names and addresses safe does not answer at the moment.",
                      "Nothing of what was sent reached the shop: nothing was ordered or stored.",
                      "Go back and send it again in a little while. If it goes on, tell the shop the "
                      "number below." },
    },
    [GATE_CAUSE_SHUT_OUT] = {
        [GATE_JA] = { "しばらくの間、接続を止めています",
                      "お使いの接続元から攻撃とみられる通信が続いたため、一時的に受け付けを止めています。",
                      "送信された内容はショップに届いていません。ほかの方の通信が原因のこともあります。",
                      "しばらく待ってから、もう一度お試しください。"
                      "心当たりがないときは、下の受付番号をショップにお知らせください。" },
        [GATE_EN] = { "Connections from your address are held off for a while",
                      "Several requests from your address looked like attacks, so none are taken "
                      "for the time being.",
                      "Nothing of what was sent reached the shop. Somebody else who shares your "
                      "address may be the cause.",
                      "Wait a while and try again. If this is a mistake, tell the shop the number "
                      "below." },
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
