/* The rules of a site: the engine's settings, what may be served, the declared inputs, the Core
 * Rule Set. The settings follow modsecurity.conf-recommended, the refusals of broken bodies too.
 *
 * Mode `detect` is about the Core Rule Set, which guesses. What the operator declared (serve,
 * input) and bodies that cannot be read are refused in every mode; so the engine is switched to
 * detection only around the rule set, in each phase. */
#include "sekisho/render.h"

static void
settings(struct sk_buf *out, const struct conf *conf, const struct conf_site *site)
{
    sk_buf_printf(out,
                  "SecRuleEngine On\n"
                  "SecRequestBodyAccess On\n"
                  "SecRequestBodyLimit %lld\n"
                  "SecRequestBodyNoFilesLimit 1048576\n"
                  "SecRequestBodyLimitAction %s\n"
                  "SecArgumentsLimit 1000\n"
                  "SecRequestBodyJsonDepthLimit 64\n"
                  "SecResponseBodyAccess %s\n"
                  "SecResponseBodyMimeType text/plain text/html text/xml application/json "
                  "multipart/byteranges\n"
                  "SecResponseBodyLimit 1048576\n"
                  "SecResponseBodyLimitAction ProcessPartial\n"
                  "SecPcreMatchLimit 100000\n"
                  "SecPcreMatchLimitRecursion 100000\n"
                  "SecArgumentSeparator &\n"
                  "SecCookieFormat 0\n"
                  "SecAuditEngine RelevantOnly\n"
                  "SecAuditLogRelevantStatus \"^(?:5|4(?!04))\"\n"
                  "SecAuditLogParts ABIJDEFHZ\n"
                  "SecDefaultAction \"phase:1,log,auditlog,pass\"\n"
                  "SecDefaultAction \"phase:2,log,auditlog,pass\"\n\n",
                  (long long)site->body_limit,
                  site->body_past == CONF_REFUSE ? "Reject" : "ProcessPartial",
                  conf->response ? "On" : "Off");
}

/* Forms are decoded before they are judged, and the rule set takes what is decoded. Its version 3
 * asks whether the client's word is ^LIST$, version 4 whether |word| is in the list: so that both
 * have every word between bars, the first one stands at both ends. */
static void
charsets(struct sk_buf *out, const struct conf_site *site)
{
    const struct conf_list *list = &site->body_charsets;

    if (list->count == 0) return;
    sk_buf_add(out, SK_STR("SekishoFormCharset"));
    for (size_t i = 0; i < list->count; i++)
        sk_buf_printf(out, " %s", conf_charset_find(list->item[i])->name);
    sk_buf_printf(out,
                  "\nSecAction \"id:%d,phase:1,nolog,pass,t:none,"
                  "setvar:'tx.allowed_request_content_type_charset="
                  "utf-8|utf-8|iso-8859-1|iso-8859-15|windows-1252",
                  RULE_SETUP + 1);
    for (size_t i = 0; i < list->count; i++)
        sk_buf_printf(out, "|%s", conf_charset_find(list->item[i])->said);
    sk_buf_add(out, SK_STR("|utf-8'\"\n"));
}

static void
body_kinds(struct sk_buf *out)
{
    sk_buf_printf(
        out,
        "SecRule REQUEST_HEADERS:Content-Type \"@rx "
        "^(?:application/(?:[a-z0-9.+-]+\\+)?|text/)xml\" "
        "\"id:%d,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML\"\n"
        "SecRule REQUEST_HEADERS:Content-Type \"@rx ^application/(?:[a-z0-9.+-]+\\+)?json\" "
        "\"id:%d,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON\"\n",
        RULE_BASE + 1, RULE_BASE + 2);
}

static void
bodies(struct sk_buf *out, const struct conf_site *site)
{
    static const char *const tail =
        "log,auditlog,deny,status:400,tag:'sekisho/body',severity:'CRITICAL'";

    sk_buf_printf(out,
                  "SecRule REQBODY_ERROR \"!@eq 0\" \"id:%d,phase:2,t:none,%s,"
                  "msg:'The request body cannot be read',logdata:'%%{REQBODY_ERROR_MSG}'\"\n"
                  "SecRule MULTIPART_STRICT_ERROR \"!@eq 0\" \"id:%d,phase:2,t:none,%s,"
                  "msg:'The multipart body is not well formed'\"\n"
                  "SecRule MULTIPART_UNMATCHED_BOUNDARY \"@eq 1\" \"id:%d,phase:2,t:none,%s,"
                  "msg:'The multipart body holds a boundary that is none'\"\n",
                  RULE_BASE + 3, tail, RULE_BASE + 4, tail, RULE_BASE + 5, tail);
    if (!site->body_utf8) return;
    sk_buf_printf(out,
                  "SecRule ARGS|ARGS_NAMES|REQUEST_FILENAME \"@validateUtf8Encoding\" "
                  "\"id:%d,phase:2,t:none,%s,msg:'Text that is not valid UTF-8'\"\n",
                  RULE_BASE + 6, tail);
}

/* Between these two the Core Rule Set only records. */
static void
detect_from(struct sk_buf *out, const struct conf *conf, unsigned phase)
{
    if (conf->mode != CONF_DETECT) return;
    sk_buf_printf(out,
                  "SecAction \"id:%u,phase:%u,pass,nolog,t:none,ctl:ruleEngine=DetectionOnly\"\n",
                  RULE_SETUP + 10 + phase, phase);
}

static void
refuse_from(struct sk_buf *out, const struct conf *conf, unsigned phase)
{
    if (conf->mode != CONF_DETECT) return;
    sk_buf_printf(out, "SecAction \"id:%u,phase:%u,pass,nolog,t:none,ctl:ruleEngine=On\"\n",
                  RULE_SETUP + 20 + phase, phase);
}

/* The names of version 3 and of version 4 of the rule set. */
static void
crs_settings(struct sk_buf *out, const struct conf *conf)
{
    sk_buf_printf(out,
                  "SecAction \"id:%d,phase:1,nolog,pass,t:none,setvar:tx.crs_setup_version=334,"
                  "setvar:tx.paranoia_level=%lld,setvar:tx.executing_paranoia_level=%lld,"
                  "setvar:tx.blocking_paranoia_level=%lld,setvar:tx.detection_paranoia_level=%lld,"
                  "setvar:tx.inbound_anomaly_score_threshold=%lld,"
                  "setvar:tx.outbound_anomaly_score_threshold=%lld\"\n",
                  RULE_SETUP, (long long)conf->paranoia, (long long)conf->paranoia,
                  (long long)conf->paranoia, (long long)conf->paranoia, (long long)conf->inbound,
                  (long long)conf->outbound);
}

static void
includes(struct sk_buf *out, const struct render *r, const struct conf_list *files)
{
    for (size_t i = 0; i < files->count; i++) {
        sk_str path = render_path(out->mem, r->state, files->item[i]);
        sk_buf_printf(out, "Include \"%.*s\"\n", SK_ARG(path));
    }
}

/* A password is what a person likes, and none of our pages shows it again. The path is taken as it
 * was written and must be one of ours without any way to read it otherwise. */
static void
passwords(struct sk_buf *out)
{
    static const char *const fields[] = { "password", "old", "new" };

    sk_buf_printf(out,
                  "SecRule REQUEST_URI_RAW \"@rx ^/\\.sekisho/[a-z]+/[a-z-]+(?:\\?|$)\" "
                  "\"id:%d,phase:1,t:none,pass,nolog",
                  RULE_SETUP + 2);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        sk_buf_printf(out, ",ctl:ruleRemoveTargetByTag=OWASP_CRS;ARGS:%s", fields[i]);
    sk_buf_add(out, SK_STR("\"\n"));
}

/* What our own pages are told and no record may show, beside what a name tells already: passwords
 * old and new, codes that were mailed or stand on a list. */
static void
secrets(struct sk_buf *out)
{
    sk_buf_printf(out,
                  "SecRule REQUEST_FILENAME \"@beginsWith /.sekisho/\" \"id:%d,phase:1,"
                  "t:none,t:urlDecodeUni,t:normalizePath,pass,nolog,sanitiseArg:old,"
                  "sanitiseArg:new,sanitiseArg:code,sanitiseArg:recovery\"\n",
                  RULE_SETUP + 3);
}

static bool
has_crs(const struct conf *conf)
{
    return conf->mode != CONF_OFF && !sk_str_eq(conf->crs, SK_STR("none"));
}

/* The rule set's third version looks at the text of XML documents only; applications read their
 * attributes as well. */
static void
attributes(struct sk_buf *out)
{
    sk_buf_add(out, SK_STR("SecRuleUpdateTargetByTag "
                           "\"^attack-(?:sqli|xss|rce|lfi|rfi|injection-[a-z]+)$\" "
                           "\"XML://@*\"\n"));
}

/* Random letters: once in ten thousand they look like SQL, and its owner would be refused for as
 * long as the cookie lives. Our own parts read them strictly, no application gets them. */
static void
own_cookies(struct sk_buf *out)
{
    sk_buf_add(out, SK_STR("SecRuleUpdateTargetByTag \"OWASP_CRS\" "
                           "\"!REQUEST_COOKIES:/^__Host-sekisho-/\"\n"));
}

sk_str
render_rules(sk_arena *mem, const struct render *r, const struct conf_site *site)
{
    const struct conf *conf = r->conf;
    struct sk_buf out = { .mem = mem };

    sk_buf_printf(&out, "# Rules of the site %.*s, made from %s. Do not edit.\n\n",
                  SK_ARG(site->name), conf->file);
    settings(&out, conf, site);
    charsets(&out, site);
    body_kinds(&out);
    secrets(&out);
    render_head(&out);
    if (has_crs(conf)) {
        crs_settings(&out, conf);
        passwords(&out);
        includes(&out, r, &conf->before);
    }
    render_serve(&out, site);
    detect_from(&out, conf, 1);
    refuse_from(&out, conf, 2);
    bodies(&out, site);
    render_inputs(&out, site);
    render_exchanged_masks(&out, site);
    detect_from(&out, conf, 2);
    if (conf->mode != CONF_OFF) render_unread(&out);
    if (conf->response) {
        refuse_from(&out, conf, 4);
        render_listing(&out, site);
        detect_from(&out, conf, 4);
    }
    if (has_crs(conf)) {
        sk_buf_printf(&out, "\nInclude \"%.*s/*.conf\"\n",
                      SK_ARG(render_path(mem, r->state, conf->crs)));
        attributes(&out);
        own_cookies(&out);
        includes(&out, r, &conf->after);
    }
    return sk_buf_str(&out);
}
