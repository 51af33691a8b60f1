#include "evidence/probe.h"

#include <stdarg.h>
#include <stdio.h>

const struct evidence_probe evidence_probes[] = {
    { "gate.tls", 1,
      "Which TLS versions and ciphers are accepted, and what does plain HTTP answer?",
      "どの TLS バージョンと暗号スイートを受け付け、平文の HTTP には何を返すか。",
      evidence_probe_tls },
    { "gate.waf", 1, "Are attacks refused and recorded, and benign requests let pass?",
      "攻撃は拒否されて記録され、普通のリクエストは通るか。", evidence_probe_waf },
    { "gate.public", 1, "Are files that are not meant for the public refused?",
      "公開しないファイルは拒否されるか。", evidence_probe_public },
    { "gate.upstreams", 1, "Is load spread, and does the service go on when one server stops?",
      "負荷は分散され、サーバーが 1 台止まってもサービスは続くか。", evidence_probe_upstreams },
    { "gate.input", 1, "Is input without its declared format refused and not stored?",
      "宣言した形式でない入力は拒否され、保存されないか。", evidence_probe_input },
    { "log.recorded", 1, "Do records say who acted, and is the start of what runs among them?",
      "記録には操作した者の ID があり、起動も記録されているか。", evidence_probe_log_recorded },
    { "log.kept", 1,
      "Is each record as it was signed, kept for six months at least, and removed after its time?",
      "各記録は署名されたときのままで、6 か月以上保管され、期限が来たものは削除されているか。",
      evidence_probe_log_kept },
    { "log.export", 1, "Can one tenant's records be handed out with proof that none is missing?",
      "一契約者の記録を、欠けがない証明とともに渡せるか。", evidence_probe_log_export },
    { "gate.shun", 1, "Is a source shut out that attacks over several requests, and let in again?",
      "何度も攻撃する送信元は締め出され、時間が経てば戻れるか。", evidence_probe_shun },
    { "gate.admin", 1, "Are administration areas closed to networks that are not listed?",
      "管理画面は、登録していないネットワークから開けないか。", evidence_probe_admin },
    { "gate.login", 1, "Are sign-ins refused once too many have failed?",
      "失敗が重なると、ログインは拒否されるか。", evidence_probe_login },
    { "gate.challenge", 1, "Must who looks like a program solve a challenge before signing in?",
      "プログラムらしい相手は、ログインの前に課題を解かなければならないか。",
      evidence_probe_challenge },
    { "accounts.second", 1, "Is no operator or merchant in, or was of late, by one factor?",
      "一要素だけで入った運営者・ショップオーナーは、いまも最近もいないか。",
      evidence_probe_second },
    { "accounts.privileges", 1,
      "Is each privilege approved by somebody else, listed, on record, and does it end?",
      "どの特権も、他の者が承認し、一覧と記録にあり、期限で失効するか。",
      evidence_probe_privileges },
    { "accounts.personal", 1,
      "Does nobody see users' data but those who signed in, and whole but those approved?",
      "利用者の情報は、ログインした者にだけ、全体は承認された者にだけ見えるか。",
      evidence_probe_personal },
    { "accounts.removed", 1, "Is nothing left of the accounts that were removed?",
      "削除したアカウントの痕跡は何も残っていないか。", evidence_probe_removed },
    { "vault.aes", 1,
      "Are phone, name, address and bank account found in no byte of the vault, however written?",
      "電話番号・氏名・住所・銀行口座は、どんな書き方でも、金庫のどのバイトにも現れないか。",
      evidence_probe_vault_aes },
    { "vault.sealed", 1, "Is no value found in any byte, and do equal ones not look equal?",
      "どの値もバイト列に現れず、同じ値どうしが同じに見えないか。", evidence_probe_vault_sealed },
    { "vault.transfers", 1, "Is what a transfer needed erased a month after it?",
      "振込の情報は、振込完了の 1 か月後に消去されるか。", evidence_probe_vault_transfers },
    { "vault.trades", 1, "Is what a trade needed erased a month after it?",
      "取引の情報は、取引完了の 1 か月後に消去されるか。", evidence_probe_vault_trades },
    { "vault.contracts", 1,
      "Is who has ended a contract gone within 60 days, copies of keys included?",
      "契約を終えた人の情報は、鍵の控えも含めて 60 日以内に消えるか。",
      evidence_probe_vault_contracts },
    { "vault.purpose", 1,
      "Is nobody shown without ticket and purpose, and is who was shown on record?",
      "チケットと目的がなければ誰も表示されず、表示した人は記録されるか。",
      evidence_probe_vault_purpose },
    { "vault.tenants", 1, "Does nothing of one tenant's answer to another's ticket?",
      "ある契約者の情報は、ほかの契約者のチケットには何も答えないか。",
      evidence_probe_vault_tenants },
    { "vault.keys", 1,
      "Can none but the keeper read keys, are none among the data, are they exchanged?",
      "鍵は鍵番のほかに誰も読めず、データの中になく、交換されているか。",
      evidence_probe_vault_keys },
    { "vault.export", 1, "Is data handed out for an authority once, signed and recorded?",
      "公的機関への書き出しは、一度だけ、署名付きで、記録されるか。", evidence_probe_vault_export },
    { "vault.scope", 1, "Do the tables say exactly who was shown to somebody?",
      "誰が見られたかを、漏えい報告の表は正確に答えるか。", evidence_probe_vault_scope },
    { "vault.rate", 1, "Is a mass read stopped, and an alarm raised within a second?",
      "大量の読み出しは止められ、1 秒以内に警報が上がるか。", evidence_probe_vault_rate },
};
const size_t evidence_probe_count = sizeof evidence_probes / sizeof *evidence_probes;

const struct evidence_probe *
evidence_probe_find(sk_str name)
{
    for (size_t i = 0; i < evidence_probe_count; i++)
        if (sk_str_eq(name, sk_str_of(evidence_probes[i].name))) return &evidence_probes[i];
    return NULL;
}

static sk_str say(sk_arena *mem, const char *fmt, va_list args) SK_PRINTF(2, 0);

static sk_str
say(sk_arena *mem, const char *fmt, va_list args)
{
    char text[600];
    vsnprintf(text, sizeof text, fmt, args);
    return sk_str_copy(mem, sk_str_of(text));
}

void
evidence_saw(struct evidence_report *report, const char *fmt, ...)
{
    va_list args;
    if (report->fact_count == EVIDENCE_FACTS_MAX) return;
    va_start(args, fmt);
    report->fact[report->fact_count++] = say(report->mem, fmt, args);
    va_end(args);
}

void
evidence_failed(struct evidence_report *report, const char *fmt, ...)
{
    va_list args;
    if (report->failure_count == EVIDENCE_FACTS_MAX) return;
    va_start(args, fmt);
    report->failure[report->failure_count++] = say(report->mem, fmt, args);
    va_end(args);
}

sk_str
evidence_host(const struct evidence_instance *instance)
{
    return instance->site[0].host.n ? instance->site[0].host : SK_STR("localhost");
}

sk_str
evidence_request(sk_arena *mem, const char *method, sk_str target, sk_str host, const char *extra,
                 sk_str body)
{
    struct sk_buf out = { .mem = mem };
    sk_buf_printf(&out, "%s ", method);
    sk_buf_add(&out, target);
    sk_buf_printf(&out,
                  " HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: Mozilla/5.0 (sekisho evidence)\r\n"
                  "Accept: text/html,application/json;q=0.9,*/*;q=0.8\r\nX-Sekisho-Probe: 1\r\n"
                  "Connection: close\r\n%s",
                  SK_ARG(host), extra ? extra : "");
    if (body.n) sk_buf_printf(&out, "Content-Length: %zu\r\n", body.n);
    sk_buf_add(&out, SK_STR("\r\n"));
    sk_buf_add(&out, body);
    return sk_buf_str(&out);
}
