#include "sekisho/rules_words.h"

#include "sekisho/tongue.h"

struct word {
    const char *name; /* as in configurations, compared without regard to case */
    const char *en, *ja;
};

/* With a member, "ARGS:q", the second text is used and the member put behind it. */
static const struct {
    const char *name;
    const char *en, *ja, *one_en, *one_ja;
} variables[] = {
    { "ARGS", "every parameter, of query and body", "すべてのパラメータ（クエリと本文）",
      "the parameter", "パラメータ" },
    { "ARGS_GET", "every parameter of the query", "クエリのすべてのパラメータ",
      "the query's parameter", "クエリのパラメータ" },
    { "ARGS_POST", "every parameter of the body", "本文のすべてのパラメータ",
      "the body's parameter", "本文のパラメータ" },
    { "ARGS_NAMES", "the names of all parameters", "すべてのパラメータの名前", "the parameter name",
      "パラメータ名" },
    { "ARGS_GET_NAMES", "the names of the query's parameters", "クエリのパラメータの名前",
      "the query's parameter name", "クエリのパラメータ名" },
    { "ARGS_POST_NAMES", "the names of the body's parameters", "本文のパラメータの名前",
      "the body's parameter name", "本文のパラメータ名" },
    { "ARGS_COMBINED_SIZE", "the length of all parameters together", "全パラメータの合計の長さ",
      NULL, NULL },
    { "REQUEST_COOKIES", "every cookie", "すべてのクッキー", "the cookie", "クッキー" },
    { "REQUEST_COOKIES_NAMES", "the names of all cookies", "すべてのクッキーの名前",
      "the cookie name", "クッキー名" },
    { "REQUEST_HEADERS", "every header of the request", "要求のすべてのヘッダー",
      "the request's header", "要求ヘッダー" },
    { "REQUEST_HEADERS_NAMES", "the names of the request's headers", "要求ヘッダーの名前",
      "the request's header name", "要求ヘッダー名" },
    { "REQUEST_URI", "path and query", "パスとクエリ", NULL, NULL },
    { "REQUEST_URI_RAW", "the request's target as it came", "要求先（届いたまま）", NULL, NULL },
    { "REQUEST_FILENAME", "the path", "パス", NULL, NULL },
    { "REQUEST_BASENAME", "the path's last part", "パスの末尾", NULL, NULL },
    { "REQUEST_LINE", "the request's first line", "要求の 1 行目", NULL, NULL },
    { "REQUEST_METHOD", "the method", "メソッド", NULL, NULL },
    { "REQUEST_PROTOCOL", "the protocol", "プロトコル", NULL, NULL },
    { "REQUEST_BODY", "the request's body", "要求の本文", NULL, NULL },
    { "QUERY_STRING", "the query as it came", "クエリ（届いたまま）", NULL, NULL },
    { "REQBODY_ERROR", "whether the body could not be read", "本文を読み取れなかったか", NULL,
      NULL },
    { "REQBODY_PROCESSOR", "how the body is read", "本文の読み取り方", NULL, NULL },
    { "FILES", "the names of uploaded files", "アップロードされたファイルの名前",
      "the name of the file in the field", "ファイル欄のファイル名" },
    { "FILES_NAMES", "the names of file fields", "ファイル欄の名前", "the file field's name",
      "ファイル欄名" },
    { "FILES_COMBINED_SIZE", "the size of all uploaded files together",
      "アップロードされたファイルの合計の大きさ", NULL, NULL },
    { "MULTIPART_PART_HEADERS", "the headers of a multipart body's parts",
      "multipart 本文の各部のヘッダー", "the headers of the part", "次の部のヘッダー" },
    { "MULTIPART_STRICT_ERROR", "whether the multipart body is not well formed",
      "multipart 本文の形式が正しくないか", NULL, NULL },
    { "XML", "texts and attributes of XML", "XML の文字列と属性", "XML, by the path",
      "XML（パス指定）" },
    { "TX", "the rules' own variables", "規則自身の変数", "the rules' variable", "規則の変数" },
    { "IP", "what is remembered of this address", "この送信元の記憶",
      "what is remembered of this address:", "この送信元の記憶:" },
    { "REMOTE_ADDR", "the client's address", "送信元のアドレス", NULL, NULL },
    { "RESPONSE_BODY", "the response's body", "応答の本文", NULL, NULL },
    { "RESPONSE_STATUS", "the response's status", "応答のステータス", NULL, NULL },
    { "RESPONSE_HEADERS", "every header of the response", "応答のすべてのヘッダー",
      "the response's header", "応答ヘッダー" },
    { "MATCHED_VARS", "the values that the rules above in this chain matched",
      "この連鎖で先に一致した値", "the matched value of", "先に一致した値" },
    { "MATCHED_VAR", "the value that matched last", "直前に一致した値", NULL, NULL },
    { "UNIQUE_ID", "the request's id", "要求の番号", NULL, NULL },
    { "DURATION", "the time since the request began", "要求開始からの時間", NULL, NULL },
};

static const struct word operators[] = {
    { "rx", "matches the pattern", "次のパターンに一致する" },
    { "rxglobal", "matches the pattern, everywhere", "次のパターンに（すべての箇所で）一致する" },
    { "pm", "holds one of the words", "次の語のいずれかを含む" },
    { "pmfromfile", "holds one of the words of the file", "次のファイルの語のいずれかを含む" },
    { "pmf", "holds one of the words of the file", "次のファイルの語のいずれかを含む" },
    { "contains", "holds", "次の文字列を含む" },
    { "containsword", "holds the word", "次の語を含む" },
    { "streq", "is", "次の文字列と等しい" },
    { "within", "stands within", "次の文字列の中にある" },
    { "beginswith", "begins with", "次の文字列で始まる" },
    { "endswith", "ends with", "次の文字列で終わる" },
    { "strmatch", "holds", "次の文字列を含む" },
    { "eq", "is the number", "次の数と等しい" },
    { "ge", "is at least", "次の数以上である" },
    { "gt", "is more than", "次の数より大きい" },
    { "le", "is at most", "次の数以下である" },
    { "lt", "is less than", "次の数より小さい" },
    { "ipmatch", "is one of the addresses", "次のアドレスのいずれかである" },
    { "ipmatchfromfile", "is an address of the file", "次のファイルのアドレスである" },
    { "detectsqli", "reads as SQL injection", "SQL インジェクションと読める" },
    { "detectxss", "reads as cross-site scripting", "クロスサイトスクリプティングと読める" },
    { "validatebyterange", "holds a byte outside of", "次の範囲外のバイトを含む" },
    { "validateurlencoding", "is wrongly percent-encoded", "パーセント符号化が正しくない" },
    { "validateutf8encoding", "is no valid UTF-8", "UTF-8 として正しくない" },
    { "verifycc", "holds a card number by the pattern", "次のパターンのカード番号を含む" },
    { "unconditionalmatch", "is there", "存在する" },
    { "nomatch", "never matches", "決して一致しない" },
    { "geolookup", "can be found on the map", "所在を検索できる" },
    { "rbl", "is listed by", "次のリストに載っている" },
};

static const struct word transformations[] = {
    { "lowercase", "letters made small", "小文字にする" },
    { "uppercase", "letters made large", "大文字にする" },
    { "urldecode", "percent signs decoded", "パーセント符号を復号する" },
    { "urldecodeuni", "percent signs and %u decoded", "パーセント符号と %u を復号する" },
    { "htmlentitydecode", "HTML entities decoded", "HTML の文字参照を復号する" },
    { "jsdecode", "JavaScript escapes decoded", "JavaScript のエスケープを復号する" },
    { "cssdecode", "CSS escapes decoded", "CSS のエスケープを復号する" },
    { "escapeseqdecode", "backslash escapes decoded", "バックスラッシュのエスケープを復号する" },
    { "utf8tounicode", "UTF-8 written as %u", "UTF-8 を %u 表記にする" },
    { "base64decode", "Base64 decoded", "Base64 を復号する" },
    { "base64decodeext", "Base64 decoded, tolerantly", "Base64 を（寛容に）復号する" },
    { "hexdecode", "hexadecimal decoded", "16 進表記を復号する" },
    { "compresswhitespace", "blanks made one", "空白を 1 つにまとめる" },
    { "removewhitespace", "blanks taken out", "空白を取り除く" },
    { "removenulls", "null bytes taken out", "ヌル文字を取り除く" },
    { "replacenulls", "null bytes made blanks", "ヌル文字を空白にする" },
    { "removecomments", "comments taken out", "コメントを取り除く" },
    { "replacecomments", "comments made blanks", "コメントを空白にする" },
    { "removecommentschar", "signs of comments taken out", "コメント記号を取り除く" },
    { "cmdline", "the shell's signs evened out", "シェルの記号をならす" },
    { "normalisepath", "./ and ../ resolved", "./ と ../ を解決する" },
    { "normalizepath", "./ and ../ resolved", "./ と ../ を解決する" },
    { "normalisepathwin", "./, ../ and \\ resolved", "./ と ../ と \\ を解決する" },
    { "normalizepathwin", "./, ../ and \\ resolved", "./ と ../ と \\ を解決する" },
    { "length", "its length taken", "長さにする" },
    { "trim", "blanks at both ends taken off", "両端の空白を除く" },
    { "sha1", "SHA-1 taken", "SHA-1 を求める" },
    { "md5", "MD5 taken", "MD5 を求める" },
    { "hexencode", "written in hexadecimal", "16 進表記にする" },
};

static const struct word answers[] = {
    { "pass", "goes on: it only counts and records", "通して、加点・記録だけを行う" },
    { "deny", "refuses the request", "要求を拒否する" },
    { "drop", "closes the connection without an answer", "応答せずに接続を切る" },
    { "redirect", "sends the client elsewhere", "別の場所へ転送する" },
    { "allow", "lets the request pass all further rules", "以後の規則をすべて飛ばして通す" },
    { "allow:phase", "lets the request pass the rest of this phase",
      "この段階の残りを飛ばして通す" },
    { "allow:request", "lets the request pass, looks at the response", "要求を通し、応答は調べる" },
};

static const struct word phases[] = {
    { "1", "when the request's headers have come", "要求ヘッダーを受け取ったとき" },
    { "2", "when the request's body has come", "要求の本文を受け取ったとき" },
    { "3", "when the response's headers have come", "応答ヘッダーを受け取ったとき" },
    { "4", "when the response's body has come", "応答の本文を受け取ったとき" },
    { "5", "at the end, for the log", "終わりに、記録のため" },
};

static const char *
find(const struct word *word, size_t count, sk_str name)
{
    for (size_t i = 0; i < count; i++)
        if (sk_str_eq_nocase(sk_str_of(word[i].name), name)) return tongue(word[i].en, word[i].ja);
    return NULL;
}
#define FIND(table, name) find(table, sizeof(table) / sizeof((table)[0]), name)

static const char *
one_or_all(size_t i, bool one)
{
    if (one && variables[i].one_en) return tongue(variables[i].one_en, variables[i].one_ja);
    return tongue(variables[i].en, variables[i].ja);
}

sk_str
rules_words_target(sk_arena *mem, sk_str target)
{
    bool count = sk_str_starts(target, SK_STR("&"));
    sk_str rest = sk_str_from(target, count), name = { 0 };
    bool one = sk_str_find_byte(rest, ':') != SIZE_MAX;

    (void)sk_str_cut(&name, &rest, ':');
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        if (sk_str_eq(sk_str_of(variables[i].name), name)) {
            sk_str what =
                sk_str_printf(mem, "%s%s%.*s", one_or_all(i, one), one ? " " : "", SK_ARG(rest));

            if (!count) return what;
            return sk_str_printf(mem, tongue("how many there are of %.*s", "%.*s の個数"),
                                 SK_ARG(what));
        }
    return target;
}

const char *
rules_words_op(sk_str op)
{
    return FIND(operators, op);
}

const char *
rules_words_tf(sk_str tf)
{
    return FIND(transformations, tf);
}

const char *
rules_words_phase(unsigned phase)
{
    const char digit[] = { (char)('0' + phase % 10), '\0' };
    const char *words = FIND(phases, sk_str_of(digit));

    return words ? words : "";
}

const char *
rules_words_does(const char *does)
{
    const char *words = FIND(answers, sk_str_of(does));

    return words ? words : "";
}

const char *
rules_words_severity(int severity)
{
    static const char *const names[] = { "EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
                                         "WARNING",   "NOTICE", "INFO",     "DEBUG" };

    return severity >= 0 && severity <= 7 ? names[severity] : "";
}
