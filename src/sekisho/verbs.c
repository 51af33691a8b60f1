/* All verbs and all options: one row each. sekisho(1) is checked against these tables. */
#include "sekisho/verb.h"

#ifdef SEKISHO_HAS_EVIDENCE
#include "evidence/evidence.h"
#endif
#include "sekisho/folk.h"

#include <stdio.h>

#define AT(member) offsetof(struct verb_args, member)

const struct verb_option verb_options[] = {
    { "--config", "FILE", AT(config), "the configuration; otherwise STATE/sekisho.conf",
      "設定ファイル（省略時は STATE/sekisho.conf）" },
    { "--state", "DIR", AT(state), "the state folder; otherwise ./var",
      "状態を置くフォルダ（省略時は ./var）" },
    { "--port", "N", AT(port), "listen on N (HTTPS) and N+1 (plain, redirects)",
      "N 番（HTTPS）と N+1 番（転送のみ）で待ち受けます" },
    { "--upstream", "URL", AT(upstream), "protect this application in place of the built-in shop",
      "内蔵ショップの代わりに、このアプリケーションを守ります" },
    { "--detach", NULL, AT(detach), "return once everything answers, and go on in the background",
      "すべて応答したら戻り、背後で動き続けます" },
    { "--json", NULL, AT(json), "print JSON", "JSON で出力します" },
    { "--id", "ID", AT(id), "only the request with this id", "この番号の要求だけを表示します" },
    { "--follow", NULL, AT(follow), "go on with what comes", "新しい記録を待って表示し続けます" },
    { "--since", "WHEN", AT(since), "only after WHEN: 10m, 2h, 3d or 2026-11-23T09:00",
      "これ以降だけを表示します（10m、2h、3d または 2026-11-23T09:00）" },
    { "--until", "WHEN", AT(until), "only before WHEN", "これより前だけを表示します" },
    { "--principal", "ID", AT(principal), "only what this account did",
      "このアカウントの操作だけを表示します" },
    { "--tenant", "T", AT(tenant), "only of this tenant", "このテナントだけを対象にします" },
    { "--action", "NAME", AT(action), "only this action, or those of a room: accounts.*",
      "この操作だけを表示します（accounts.* のようにまとめて指定もできます）" },
    { "--object", "ID", AT(object), "only what was done to this",
      "この対象への操作だけを表示します" },
    { "--outcome", "WORD", AT(outcome), "only ok, denied or failed",
      "結果で絞り込みます（ok、denied、failed）" },
    { "--utc", NULL, AT(utc), "times in UTC in place of Japan's",
      "日本時間の代わりに UTC で表示します" },
    { "--out", "DIR", AT(out), "the folder to write to", "書き出し先のフォルダ" },
    { "--tiles", "DIR", AT(tiles), "the whole tree, with entries, for an auditor",
      "監査人のために、本文を含む木の全体を書き出します" },
    { "--reason", "TEXT", AT(reason), "why; it is recorded", "理由（記録されます）" },
    { "--authority", "NAME", AT(authority), "for an authority: answered once under this name",
      "公的機関のため。この名前では 1 度だけ書き出します" },
    { "--purpose", "NAME", AT(purpose), "only for this purpose", "この目的だけを対象にします" },
    { "--route", "PATH", AT(route), "only by this area of the site",
      "サイトのこの領域だけを対象にします" },
    { "--list", NULL, AT(list), "the people, one a line, in place of tables",
      "表の代わりに、対象者を 1 行に 1 人ずつ出力します" },
    { "--request", "FILE", AT(request), "judge one raw HTTP request",
      "HTTP 要求を 1 件だけ判定します" },
    { "--response", "FILE", AT(response), "and the response to it", "その応答も判定します" },
    { "--rules", "FILE", AT(rules), "by the rules of FILE in place of the site's",
      "サイトの規則の代わりに、この FILE の規則を使います" },
    { "--from", "PLACE", AT(from), "a release: URL, FILE.tar.gz or DIR",
      "リリースの場所（URL、FILE.tar.gz、または DIR）" },
    { "--keyring", "FILE", AT(keyring), "the key that must have signed the release",
      "リリースの署名を確かめる鍵" },
    { "--unsigned", NULL, AT(is_unsigned), "take a release without a signature",
      "署名のないリリースを受け入れます" },
    { "--check", NULL, AT(check), "only check; change nothing", "検査だけ行い、何も変更しません" },
    { "--undo", NULL, AT(undo), "go back to the rules before", "以前の規則に戻します" },
    { "--share", "DIR", AT(share), "data files (internal)", "データの場所（内部用）" },
    { "--number", "N", AT(number), "which instance (internal)", "何番目か（内部用）" },
    { .name = NULL },
};

const struct verb verbs[] = {
    { "up", "", "start the gate and the shop, and keep them running",
      "ゲートとショップを起動し、動かし続けます", "--config --state --port --upstream --detach",
      "  sekisho up --state var --port 8443\n"
      "  sekisho up --detach --upstream http://127.0.0.1:8000\n",
      0, 0, verb_up, NULL, false },
    { "stop", "", "stop what runs in a state folder", "動いているものを止めます",
      "--config --state", "  sekisho stop --state var\n", 0, 0, verb_stop, NULL, false },
    { "check", "[FILE]", "try a configuration without changing anything",
      "何も変えずに設定を検査します", "--state --json",
      "  sekisho check /etc/sekisho/sekisho.conf\n", 0, 1, verb_check, NULL, false },
    { "reload", "", "take a changed configuration over; a faulty one changes nothing",
      "変更した設定を反映します（誤りがあれば何も変えません）", "--config --state",
      "  sekisho reload --state var\n", 0, 0, verb_reload, NULL, false },
    { "restart", "PART", "start one part again", "部品を 1 つ起動し直します", "--config --state",
      "  sekisho restart shop-2 --state var\n", 1, 1, verb_restart, NULL, false },
    { "status", "", "show parts, listeners, counts", "部品・待ち受け・件数を表示します",
      "--config --state --json", "  sekisho status --state var\n", 0, 0, verb_status, NULL, false },
    { "log", "[records|verify|export|hold]",
      "explain what was refused, show what was recorded, check and hand out the record",
      "拒否の理由と操作の記録を表示し、記録を検査・書き出しします",
      "--config --state --id --follow --since --until --json --principal --tenant --action "
      "--object "
      "--outcome --utc --out --tiles --reason --keyring",
      "  sekisho log --id 01KAT0P5Z7Q8W9X2Y3Z4A5B6C7\n"
      "  sekisho log --since 10m --follow\n"
      "  sekisho log records --action 'accounts.*' --outcome denied --since 2d\n"
      "  sekisho log verify\n"
      "  sekisho log export --tenant tea --out tea-2026\n"
      "  sekisho log hold add case-7 --tenant tea --reason 'court order'\n",
      0, 3, verb_log, NULL, false },
    { "shun", "list | release NET | add NET [WHILE]",
      "who is shut out for attacking, and your say in it",
      "攻撃のため締め出されている接続元を表示し、解除・追加します", "--config --state --json",
      "  sekisho shun list\n"
      "  sekisho shun release 192.0.2.7\n"
      "  sekisho shun add 198.51.100.0/24 2h\n",
      1, 3, verb_shun, NULL, false },
    { "rules", "test|explain|lint|why|update",
      "try requests against the rules, and let rules explain themselves",
      "要求を規則に照らして判定し、規則を説明・検査します",
      "--config --state --request --response --id --rules --json --from --keyring "
      "--unsigned --check --undo",
      "  sekisho rules test tests/rules\n"
      "  sekisho rules explain 942100\n"
      "  sekisho rules lint\n"
      "  sekisho rules lint my.conf\n"
      "  sekisho rules why --request request.txt\n"
      "  sekisho rules update 4.28.0 --check\n",
      1, VERB_ARGS_MAX, verb_rules, NULL, false },
    { "accounts", "list|invite|remove|sessions|screens|rights|reset",
      "people: list, invite and remove them, end sessions, approve rights, reset all passwords",
      "利用者の一覧・招待・削除、セッションの終了、権限の承認、パスワードの一斉リセット",
      "--state --json",
      "  sekisho accounts invite --realm operator hanako@example.jp\n"
      "  sekisho accounts rights approve req_0123456789ABCDEFGHJK\n"
      "  sekisho accounts reset --realm buyer --reason \"a leak\"\n",
      0, VERB_ARGS_MAX, NULL, folk_main, false },
#ifdef SEKISHO_HAS_VAULT
    { "vault",
      "exposure|scope|receipt|status|purposes|freeze|thaw|reserve|put|read|erase|erased|export|"
      "hold|honey|rotate|unseal|...",
      "personal data: who has been seen; taking in, showing, erasing, handing out; keys",
      "個人情報: 誰の情報が表示されたか。預かり・表示・消去・書き出し、鍵の管理",
      "--config --state --since --until --principal --tenant --purpose --reason --authority "
      "--route "
      "--id "
      "--list --out --utc --json",
      "  sekisho vault exposure\n"
      "  sekisho vault scope --since 2026-11-20 --until 2026-11-23\n"
      "  sekisho vault scope --since 3d --principal acc_0123456789ABCDEFGHJK --out scope\n"
      "  sekisho vault receipt per_0123456789abcdefghjk\n"
      "  sekisho vault erased cas_0123456789abcdefghjk --out proof\n",
      1, VERB_ARGS_MAX, verb_vault, NULL, false },
#endif
    { "sweep", "PLACE...",
      "find personal data and card numbers in an application's databases, logs and uploads",
      "アプリケーションのデータベース・ログ・アップロードに残る個人情報とカード番号を探します",
      "--since --json",
      "  sekisho sweep /var/www/shop /var/log/shop\n"
      "  sekisho sweep postgresql:///shop 'mysql:shop?defaults=/root/shop.cnf'\n"
      "  sekisho sweep /srv/uploads --since 7d --json\n",
      1, VERB_ARGS_MAX, verb_sweep, NULL, false },
#ifdef SEKISHO_HAS_EVIDENCE
    { "evidence", "run|status [ID...]", "prove the promises, or show what is proven",
      "約束ごとを検証し、結果を表示します", "--state --json",
      "  sekisho evidence run --all --state var\n  sekisho evidence status\n", 0, VERB_ARGS_MAX,
      NULL, evidence_main, false },
#endif
    { "part", "NAME", "run one part", "部品を動かします", "--state --share --number", "", 1, 1,
      verb_part, NULL, true },
    { .name = NULL },
};

int
verb_fail(sk_err e)
{
    fprintf(stderr, "sekisho: %s\n", e.why);
    return sk_kind_rows[e.kind].exit_code;
}

bool
verb_takes(const struct verb *verb, const char *option)
{
    sk_str word, rest = sk_str_of(verb->options);

    while (sk_str_cut(&word, &rest, ' '))
        if (sk_str_eq(word, sk_str_of(option))) return true;
    return false;
}
