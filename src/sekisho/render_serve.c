/* GATE-05: files that are never served, whatever lies in the application's folder. One table row a
 * reason. The path is decoded twice more than once (an upstream may decode again), cleaned of dot
 * segments and backslashes, and lower-cased; trailing dots, blanks and ;parameters, which some
 * servers strip, and fragments and encoded question marks, which some take off before they look for
 * the file, count as the end of a name. */
#include "explain/explain.h"
#include "sekisho/render.h"

#define END "(?:[.\\s]*(?:[;?\\x23][^/]*)?(?:::\\$[a-z]+)?)(?:/|$)"

static const struct reason {
    const char *why;
    const char *pattern;
} reasons[] = {
    { "hidden file or folder", "(?:^|/)\\.(?!well-known" END ")(?!(?<=^/\\.)sekisho/)[^/]" },
    { "version control", "(?:^|/)(?:cvs/(?:root|entries|repository)|_darcs|rcs/)" END },
    { "backup copy",
      "(?:~|\\x23|\\.(?:bak|bkp|backup|old|orig|original|save|saved|sav|sw[a-p]|tmp|temp|copy|rej|"
      "diff|patch|dist|sample|example|disabled|prev|previous)[0-9]*)" END },
    { "database or dump",
      "\\.(?:sql|sqlite[0-9]?|db[0-9]?|mdb|accdb|dump|dmp|bson|rdb|frm|ibd|myd|myi|ldf|mdf|pgdump)"
      "(?:\\.(?:gz|bz2|xz|zip|zst|7z|tgz|rar))?" END },
    { "archive of the site",
      "(?:^|[/._-])(?:backup|bak|dump|db|database|site|www|htdocs|public_html|wwwroot|web|webroot|"
      "mysql|postgres|pgsql|data|src|source|release|deploy)s?(?:[._-][^/]*)?"
      "\\.(?:zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|rar|7z|war|jar)" END },
    { "configuration",
      "\\.(?:env|ini|ya?ml|conf|cfg|cnf|config|toml|properties|inc|log|lock|neon|htaccess|htpasswd|"
      "user\\.ini)" END },
    { "configuration",
      "(?:^|/)(?:(?:composer|package|package-lock|npm-shrinkwrap|bower|tsconfig|appsettings[^/"
      "]*)\\.json|"
      "wp-config[^/]*|dockerfile|docker-compose[^/]*|makefile|vagrantfile|gemfile|procfile|"
      "requirements\\.txt|phpunit\\.xml|pom\\.xml|build\\.gradle|(?:local_)?settings\\.py|"
      "phpinfo\\.php|adminer[^/]*\\.php)" END },
    { "key or certificate",
      "(?:\\.(?:pem|key|p12|pfx|jks|keystore|ppk|der|gpg|kdbx?)|(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519)"
      "(?:\\.pub)?)" END },
};

static const char how[] = "phase:1,t:none,t:urlDecodeUni,t:urlDecodeUni,t:removeNulls,"
                          "t:normalizePathWin,t:lowercase,deny,status:403,log,auditlog,"
                          "severity:'CRITICAL',tag:'sekisho/serve'";

static void
refuse(struct sk_buf *out, unsigned id, const char *why, const char *pattern)
{
    sk_buf_printf(out,
                  "SecRule REQUEST_FILENAME \"@rx %s\" \"id:%u,%s,"
                  "msg:'This is never served: %s',logdata:'%%{MATCHED_VAR}'\"\n",
                  pattern, id, how, why);
}

static void
refuse_extensions(struct sk_buf *out, const struct conf_site *site)
{
    struct sk_buf pattern = { .mem = out->mem };

    if (site->serve_extensions.count == 0) return;
    sk_buf_add(&pattern, SK_STR("\\.(?:"));
    for (size_t i = 0; i < site->serve_extensions.count; i++) {
        sk_str ending = site->serve_extensions.item[i];

        if (sk_str_starts(ending, SK_STR("."))) ending = sk_str_from(ending, 1);
        if (i) sk_buf_byte(&pattern, '|');
        explain_literal(&pattern, sk_str_lower(out->mem, ending));
    }
    sk_buf_printf(&pattern, ")%s", END);
    sk_buf_byte(&pattern, '\0');
    refuse(out, RULE_SERVE + 101, "refused ending", pattern.p);
}

static void
allow_files(struct sk_buf *out, const struct conf_site *site)
{
    if (site->serve_files.count == 0) return;
    sk_buf_add(out, SK_STR("SecRule REQUEST_FILENAME \"@rx ^(?:"));
    for (size_t i = 0; i < site->serve_files.count; i++) {
        if (i) sk_buf_byte(out, '|');
        explain_literal(out, site->serve_files.item[i]);
    }
    sk_buf_printf(out, ")$\" \"id:%d,phase:1,t:none,pass,nolog,skipAfter:SEKISHO-SERVE-END\"\n",
                  RULE_SERVE);
}

static bool
allows_all(const struct conf_site *site)
{
    for (size_t i = 0; i < site->serve_allow.count; i++)
        if (sk_str_eq(site->serve_allow.item[i], SK_STR("/"))) return true;
    return site->serve_allow.count == 0;
}

static void
allow_prefixes(struct sk_buf *out, const struct conf_site *site)
{
    if (allows_all(site)) return;
    sk_buf_add(out, SK_STR("SecRule REQUEST_FILENAME \"!@rx ^(?:"));
    for (size_t i = 0; i < site->serve_allow.count; i++) {
        if (i) sk_buf_byte(out, '|');
        explain_literal(out, site->serve_allow.item[i]);
    }
    sk_buf_add(out, SK_STR("|/\\x2esekisho/")); /* our own pages */
    /* As the upstream will see it: cleaned, but with its case. */
    sk_buf_printf(out,
                  ")\" \"id:%d,phase:1,t:none,t:urlDecodeUni,t:normalizePath,deny,status:403,log,"
                  "auditlog,severity:'CRITICAL',tag:'sekisho/serve',"
                  "msg:'This is not among the paths that the site serves'\"\n",
                  RULE_SERVE + 102);
}

void
render_serve(struct sk_buf *out, const struct conf_site *site)
{
    if (!site->serve_enabled) return;
    sk_buf_add(out, SK_STR("\n# What may be served\n"));
    allow_files(out, site);
    for (unsigned i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        refuse(out, RULE_SERVE + 1 + i, reasons[i].why, reasons[i].pattern);
    refuse_extensions(out, site);
    allow_prefixes(out, site);
    sk_buf_add(out, SK_STR("SecMarker \"SEKISHO-SERVE-END\"\n"));
}

/* Signatures of what servers generate: Apache mod_autoindex and nginx autoindex ("Index of /"),
 * IIS ("[To Parent Directory]"), Python's http.server and Tomcat ("Directory listing for"), Jetty.
 */
void
render_listing(struct sk_buf *out, const struct conf_site *site)
{
    if (!site->serve_enabled || !site->serve_listing) return;
    sk_buf_printf(
        out,
        "\n# Lists of a folder's files\n"
        "SecRule RESPONSE_BODY \"@rx (?i)<title>(?:Index of /|Directory listing for |"
        "Directory: /|Listing directory )|<pre><a href=[^>]{1,200}>\\[To Parent Directory\\]</a>\" "
        "\"id:%d,phase:4,t:none,deny,status:403,log,auditlog,severity:'CRITICAL',"
        "tag:'sekisho/serve',msg:'The application listed the files of a folder'\"\n",
        RULE_SERVE + 110);
}
