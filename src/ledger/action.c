#include "ledger/action.h"

/* Whoever records something new adds a row here, in order. */
const struct ledger_action ledger_actions[] = {
    { "accounts.codes_make", "account", "予備コードを作り直した", "recovery codes were made anew" },
    { "accounts.device_known", "account", "ロックされたアカウントの端末を本人が確認した",
      "the owner of a locked account made a device known" },
    { "accounts.factor_add", "factor", "二つ目の認証手段を追加した", "a second factor was added" },
    { "accounts.factor_remove", "factor", "二つ目の認証手段を削除した",
      "a second factor was removed" },
    { "accounts.first_factor", "session", "一つ目の認証に成功した",
      "the first of two factors was right" },
    { "accounts.invite", "account", "アカウントへ招待した", "somebody was invited" },
    { "accounts.key_add", "job", "アカウントの鍵を替え始めた", "a new accounts key was made" },
    { "accounts.key_drop", "key", "アカウントの古い鍵を破棄した",
      "an older accounts key was destroyed" },
    { "accounts.lock", "account", "アカウントをロックした", "an account was locked" },
    { "accounts.lock_lift", "account or network", "ロックを解除した", "a lock was lifted" },
    { "accounts.mass_reset", "job", "パスワードを一斉に無効にした",
      "all passwords of a realm were made void" },
    { "accounts.password_change", "account", "パスワードを変更した", "a password was changed" },
    { "accounts.password_void", "account", "パスワードを無効にした", "a password was made void" },
    { "accounts.phone_proven", "", "電話番号を確認した", "a phone number was proven" },
    { "accounts.remove", "account", "アカウントを削除した", "an account was removed" },
    { "accounts.right_ask", "account", "特権を申請した", "a privilege was asked for" },
    { "accounts.right_end", "account", "特権の期限が切れた", "a privilege ended by itself" },
    { "accounts.right_give", "account", "特権を承認した", "a privilege was approved" },
    { "accounts.right_refuse", "account", "特権の申請を断った", "a privilege was refused" },
    { "accounts.right_take", "account", "権限を取り上げた", "a right was taken away" },
    { "accounts.screens_set", "account", "使える画面を決めた",
      "the screens of a sub-administrator were set" },
    { "accounts.session_end", "session or account", "セッションを終わらせた",
      "sessions were ended" },
    { "accounts.sign_in", "session", "サインイン", "a sign-in" },
    { "accounts.sign_out", "session", "サインアウト", "a sign-out" },
    { "accounts.sign_up", "account", "アカウントを開設した", "somebody signed up" },
    { "accounts.source_shut", "", "失敗を繰り返す接続元を締め出した",
      "a source of failures has to wait" },
    { "console.release", "network", "締め出しを解いた", "a network was let in again" },
    { "console.shut_out", "network", "接続元を締め出した", "a network was shut out" },
    { "gate.release", "", "締め出しを解いた", "the gate let a source in again" },
    { "gate.shut_out", "request", "攻撃を続ける接続元を締め出した",
      "the gate shut a source out that went on attacking" },
    { "gate.shut_out_by_hand", "", "指定された接続元を締め出した",
      "the gate shut a source out that its owner named" },
    { "ledger.close", "segment", "記録の書き込みを終えた", "the record's writer ended" },
    { "ledger.export", "tenant", "テナントの記録を書き出した", "a tenant's records were exported" },
    { "ledger.hold", "hold", "記録の削除を止めた（保全）", "a legal hold was placed" },
    { "ledger.open", "segment", "記録の書き込みを始めた", "the record's writer started" },
    { "ledger.prune", "segment", "保存期間を過ぎた記録を削除した",
      "records past their keeping were removed" },
    { "ledger.recover", "segment", "書きかけの行を取り除いた", "an unfinished line was cut off" },
    { "ledger.release", "hold", "記録の保全を解いた", "a legal hold was released" },
    { "ledger.resume", "segment", "断っていた記録の受け付けを再開した",
      "records are taken again after refusals" },
    { "ledger.segment", "segment", "新しい記録ファイルを始めた", "a new segment was begun" },
    { "sekisho.reload", "configuration", "設定を反映した",
      "a changed configuration was taken over" },
    { "sekisho.start", "", "Sekisho を起動した", "Sekisho was started" },
    { "sekisho.stop", "", "Sekisho を停止した", "Sekisho was stopped" },
};

const size_t ledger_action_count = sizeof ledger_actions / sizeof *ledger_actions;

const struct ledger_action *
ledger_action_find(sk_str name)
{
    for (size_t i = 0; i < ledger_action_count; i++)
        if (sk_str_eq(name, sk_str_of(ledger_actions[i].name))) return &ledger_actions[i];
    return NULL;
}
