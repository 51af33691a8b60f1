/* The page that is shown while the application does not answer. nginx fills in the request's id and
 * the status (its own server-side includes; values are escaped). */
#include "base/hash.h"
#include "sekisho/render.h"

static const char style[] =
    ":root{color-scheme:light dark;--paper:#fbfaf6;--ink:#20262c;--line:#dcd8ce;--amber:#a86a12}"
    "@media(prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e7e5df;--line:#2c333a;"
    "--amber:#e2b062}}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,'Noto Sans JP',"
    "sans-serif}main{max-width:44rem;margin:0 auto;padding:64px 16px}"
    "h1{font-size:1.5rem;line-height:1.4;margin:0 0 16px}p{margin:0 0 16px}"
    ".state{color:var(--amber);font-weight:600}"
    "dl{border-top:1px solid var(--line);margin:40px 0 0;padding-top:16px}dd{margin:0}"
    "code{font-size:1.1rem;user-select:all;overflow-wrap:anywhere}";

static const struct words {
    const char *language, *title, *state, *what, *todo, *id, *ask;
} tongues[] = {
    { "en", "The shop does not answer just now", "Out of reach",
      "Your request reached our gate, but the shop behind it did not answer. Nothing was ordered "
      "or "
      "changed by this request unless you were told so.",
      "Please wait a minute and load the page again.", "Request id",
      "If it does not help, tell the shop this id." },
    { "ja", "ただいまショップに接続できません", "応答がありません",
      "ご依頼は入口まで届きましたが、その先のショップが応答しませんでした。完了の表示がない限り、"
      "ご注文や変更は行われていません。",
      "1分ほどお待ちになり、もう一度ページを読み込んでください。", "お問い合わせ番号",
      "解決しない場合は、この番号をショップにお知らせください。" },
};

sk_str
render_page(sk_arena *mem, const char *language)
{
    const struct words *w = &tongues[0];
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < sizeof(tongues) / sizeof(tongues[0]); i++)
        if (strcmp(tongues[i].language, language) == 0) w = &tongues[i];
    sk_buf_printf(&out,
                  "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"robots\" content=\"noindex\">\n<title>%s</title>\n"
                  "<style>%s</style>\n</head>\n<body>\n<main>\n"
                  "<p class=\"state\">△ %s (<!--# echo var=\"status\" -->)</p>\n<h1>%s</h1>\n"
                  "<p>%s</p>\n<p><strong>%s</strong></p>\n"
                  "<dl><dt>%s</dt><dd><code><!--# echo var=\"sekisho_id\" --></code></dd>"
                  "<dd>%s</dd></dl>\n</main>\n</body>\n</html>\n",
                  w->language, w->title, style, w->state, w->title, w->what, w->todo, w->id,
                  w->ask);
    return sk_buf_str(&out);
}

sk_str
render_page_policy(sk_arena *mem)
{
    unsigned char digest[SK_SHA256];
    sk_str text;

    sk_sha256(digest, (sk_str){ style, sizeof(style) - 1 });
    text = sk_base64(mem, (sk_str){ (const char *)digest, sizeof(digest) });
    return sk_str_printf(mem,
                         "default-src 'none'; style-src 'sha256-%.*s'; frame-ancestors 'none'; "
                         "base-uri 'none'; form-action 'none'",
                         SK_ARG(text));
}
