/* The table of directives: all of the ModSecurity 2 and 3 reference manuals, and our own. */
#include "seclang/parse/directive.h"

#define AT(member) offsetof(struct seclang_settings, member)
#define GIB        ((int64_t)1 << 30)

static const struct seclang_word on_off[] = { { "On", 1 }, { "Off", 0 }, { 0 } };
static const struct seclang_word engines[] = {
    { "On", SECLANG_ON }, { "Off", SECLANG_OFF }, { "DetectionOnly", SECLANG_DETECT }, { 0 }
};
static const struct seclang_word limit_actions[] = { { "Reject", SECLANG_REJECT },
                                                     { "ProcessPartial", SECLANG_PARTIAL },
                                                     { 0 } };
static const struct seclang_word audits[] = { { "On", SECLANG_AUDIT_ON },
                                              { "Off", SECLANG_AUDIT_OFF },
                                              { "RelevantOnly", SECLANG_AUDIT_RELEVANT },
                                              { 0 } };
static const struct seclang_word audit_types[] = { { "Serial", SECLANG_SERIAL },
                                                   { "Concurrent", SECLANG_CONCURRENT },
                                                   { "Parallel", SECLANG_CONCURRENT },
                                                   { "HTTPS", SECLANG_HTTPS },
                                                   { 0 } };
static const struct seclang_word audit_formats[] = { { "Native", SECLANG_NATIVE },
                                                     { "JSON", SECLANG_JSON },
                                                     { 0 } };
static const struct seclang_word detectors[] = { { "own", SECLANG_OWN },
                                                 { "libinjection", SECLANG_LIBINJECTION },
                                                 { "both", SECLANG_BOTH },
                                                 { 0 } };
static const struct seclang_word only_off[] = { { "Off", 0 }, { 0 } };
static const struct seclang_word only_on[] = { { "On", 1 }, { 0 } };

#define FLAG(n, m, h)                                                                              \
    {                                                                                              \
        n, 1, 1, seclang_set_flag, AT(m), 0, 0, on_off, h                                          \
    }
#define WORD(n, m, w, h)                                                                           \
    {                                                                                              \
        n, 1, 1, seclang_set_word, AT(m), 0, 0, w, h                                               \
    }
#define QUIET(n, a, b, h)                                                                          \
    {                                                                                              \
        n, a, b, seclang_set_quiet, 0, 0, 0, NULL, h                                               \
    }
#define WARNED(n, b, h)                                                                            \
    {                                                                                              \
        n, 0, b, seclang_set_warned, 0, 0, 0, NULL, h                                              \
    }
#define BY(n, least, most, set, by, h)                                                             \
    {                                                                                              \
        n, least, most, set, by, 0, 0, NULL, h                                                     \
    }

static const struct seclang_directive rows[] = {
    /* rules */
    { "SecRule", 2, 3, seclang_set_rule, 0, 0, 0, NULL,
      "Asks an operator about targets and acts on a match." },
    { "SecAction", 1, 1, seclang_set_action, 0, 0, 0, NULL, "Acts without asking." },
    { "SecMarker", 1, 1, seclang_set_marker, 0, 0, 0, NULL,
      "A place in every phase for skipAfter to go on behind." },
    { "SecDefaultAction", 1, 1, seclang_set_default_action, 0, 0, 0, NULL,
      "What the rules of a phase do where they do not say it, and what block means." },
    BY("SecRuleRemoveById", 1, SECLANG_ARGS_MOST, seclang_set_remove, SECLANG_BY_ID,
       "Removes rules above it by id or range of ids."),
    BY("SecRuleRemoveByTag", 1, SECLANG_ARGS_MOST, seclang_set_remove, SECLANG_BY_TAG,
       "Removes rules above it that have a tag which this pattern finds."),
    BY("SecRuleRemoveByMsg", 1, SECLANG_ARGS_MOST, seclang_set_remove, SECLANG_BY_MSG,
       "Removes rules above it whose msg this pattern finds."),
    BY("SecRuleUpdateTargetById", 2, 3, seclang_set_update_target, SECLANG_BY_ID,
       "Adds targets to rules above it, or excludes them; a third argument is what they replace."),
    BY("SecRuleUpdateTargetByTag", 2, 3, seclang_set_update_target, SECLANG_BY_TAG,
       "The same for rules with a tag which this pattern finds."),
    BY("SecRuleUpdateTargetByMsg", 2, 3, seclang_set_update_target, SECLANG_BY_MSG,
       "The same for rules whose msg this pattern finds."),
    { "SecRuleUpdateActionById", 2, 2, seclang_set_update_action, 0, 0, 0, NULL,
      "Changes the actions of a rule above it; 942100:1 is the second rule of a chain." },
    { "SecRuleScript", 1, 2, seclang_set_refused, 0, 0, 0, NULL, "rules run no scripts." },
    { "SecRemoteRules", 2, 3, seclang_set_refused, 0, 0, 0, NULL,
      "rules come from files that were reviewed, not from the network." },
    WARNED("SecRemoteRulesFailAction", 1, "there are no remote rules."),
    { "SecRuleInheritance", 1, 1, seclang_set_refused, 0, 0, 0, only_on,
      "a location always has its server's rules; remove single rules by id." },
    { "SecRulePerfTime", 1, 1, seclang_set_warned, 0, 0, 0, NULL,
      "no times are kept for single rules." },
    { "SekishoFold", 1, 1, seclang_set_fold, 0, 0, 0, on_off,
      "Whether rules that the configuration has decided are removed when loading (On)." },
    WORD("SekishoDetector", detector, detectors,
         "Who answers @detectSQLi and @detectXSS: own detectors, libinjection, or both of them "
         "(own). libinjection ends the process where one of its assertions fails."),
    FLAG("SekishoSecondLook", second_look,
         "Whether a match counts only if it is there with characters taken whole (On)."),
    { "SekishoScreen", 1, 1, seclang_set_screen, 0, 0, 0, on_off,
      "Whether values are held against all rules at once before rules are walked (On)." },
    { "SekishoFormCharset", 1, 4, seclang_set_form_charset, 0, 0, 0, NULL,
      "Charsets of forms that are decoded, the first also where a form does not say its own and is "
      "no UTF-8." },
    BY("Include", 1, 1, seclang_set_include, 0, "Reads a file, or those that a pattern names."),
    BY("IncludeOptional", 1, 1, seclang_set_include, 1, "The same; nothing there is no error."),

    /* the engine */
    WORD("SecRuleEngine", engine, engines, "Whether rules act (On), only report, or rest (Off)."),
    { "SecPcreMatchLimit", 1, 1, seclang_set_unsigned, AT(pcre_match_limit), 0, INT32_MAX, NULL,
      "How many steps a pattern may take on one value; 0: our default. Past it the request is "
      "refused." },
    QUIET("SecPcreMatchLimitRecursion", 1, 1, "Matching does not recurse here: not needed."),
    { "SecInterceptOnError", 1, 1, seclang_set_refused, 0, 0, 0, only_on,
      "a request that could not be judged is never let through." },
    { "SecCollectionTimeout", 1, 1, seclang_set_collection_timeout, 0, 1, INT32_MAX, NULL,
      "Seconds after which a stored collection ends (3600)." },
    { "SecWebAppId", 1, 1, seclang_set_web_app_id, 0, 0, 0, NULL,
      "Separates SESSION, USER and RESOURCE of several sites." },
    QUIET("SecSensorId", 1, 1, "Names this machine in ModSecurity's own logs; ours has the site."),
    QUIET("SecComponentSignature", 1, 1, "Names a rule set; for people who read the file."),
    { "SecServerSignature", 1, 1, seclang_set_text, AT(server_signature), 0, 0, NULL,
      "What the Server header says." },
    QUIET("SecCacheTransformations", 1, 2, "Values are always transformed once."),
    QUIET("SecStatusEngine", 1, 1, "Nothing is ever reported to anyone else."),
    { "SecChrootDir", 1, 1, seclang_set_refused, 0, 0, 0, NULL, "the server confines itself." },
    { "SecConnEngine", 1, 1, seclang_set_warned, 0, 0, 0, only_off,
      "connections are limited by the server." },
    WARNED("SecConnReadStateLimit", 2, "connections are limited by the server."),
    WARNED("SecConnWriteStateLimit", 2, "connections are limited by the server."),
    WARNED("SecReadStateLimit", 2, "connections are limited by the server."),
    WARNED("SecWriteStateLimit", 2, "connections are limited by the server."),
    { "SecGeoLookupDb", 1, 1, seclang_set_geo, 0, 0, 0, NULL,
      "A database of countries or cities (.mmdb), beside the rule file, for @geoLookup." },
    WARNED("SecGsbLookupDb", 1, "there is no list of unsafe sites: @gsbLookup matches nothing."),
    WARNED("SecHttpBlKey", 1, "http:BL is not asked."),
    WARNED("SecGuardianLog", 2, "no program is fed with log lines."),
    { "SecContentInjection", 1, 1, seclang_set_warned, 0, 0, 0, only_off,
      "responses are never rewritten by rules." },
    { "SecStreamInBodyInspection", 1, 1, seclang_set_warned, 0, 0, 0, only_off,
      "there is no STREAM_INPUT_BODY." },
    { "SecStreamOutBodyInspection", 1, 1, seclang_set_warned, 0, 0, 0, only_off,
      "there is no STREAM_OUTPUT_BODY." },
    { "SecDisableBackendCompression", 1, 1, seclang_set_warned, 0, 0, 0, only_off,
      "the server decides what it asks of the upstream." },
    { "SecHashEngine", 1, 1, seclang_set_refused, 0, 0, 0, only_off,
      "links are not signed by rules." },
    WARNED("SecHashKey", 2, "links are not signed by rules."),
    WARNED("SecHashParam", 1, "links are not signed by rules."),
    WARNED("SecHashMethodRx", 2, "links are not signed by rules."),
    WARNED("SecHashMethodPm", 2, "links are not signed by rules."),

    /* requests */
    FLAG("SecRequestBodyAccess", request_body_access, "Whether request bodies are read (Off)."),
    { "SecRequestBodyLimit", 1, 1, seclang_set_size, AT(request_body_limit), 1, GIB, NULL,
      "The longest request body in bytes (134217728)." },
    { "SecRequestBodyNoFilesLimit", 1, 1, seclang_set_size, AT(request_body_no_files_limit), 1, GIB,
      NULL, "The same without the bytes of uploaded files (1048576)." },
    WORD("SecRequestBodyLimitAction", request_body_limit_action, limit_actions,
         "A longer body is refused (Reject) or judged up to the limit (ProcessPartial)."),
    QUIET("SecRequestBodyInMemoryLimit", 1, 1, "The server decides where bodies wait."),
    { "SecRequestBodyJsonDepthLimit", 1, 1, seclang_set_unsigned, AT(json_depth_limit), 1, 10000,
      NULL, "How deep JSON and XML may be nested (512)." },
    { "SecArgumentsLimit", 1, 1, seclang_set_unsigned, AT(arguments_limit), 1, 100000, NULL,
      "How many arguments a request may have (1000)." },
    { "SecArgumentSeparator", 1, 1, seclang_set_argument_separator, 0, 0, 0, NULL,
      "What stands between arguments (&)." },
    { "SecCookieFormat", 1, 1, seclang_set_cookie_format, 0, 0, 1, NULL,
      "Cookies as Netscape (0) or RFC 2109 (1) wrote them." },
    { "SecCookieV0Separator", 1, 1, seclang_set_warned, 0, 0, 0, NULL,
      "cookies are always separated by semicolons." },
    { "SecUnicodeMapFile", 1, 2, seclang_set_unicode_map, 0, 0, 0, NULL,
      "A unicode.mapping file, beside the rule file, and its code page (20127) for "
      "t:urlDecodeUni." },
    WARNED("SecUnicodeCodePage", 1, "name the code page in SecUnicodeMapFile."),
    WARNED("SecRequestEncoding", 1,
           "requests are bytes; t:utf8toUnicode and others say how to "
           "read them."),
    { "SecXmlExternalEntity", 1, 1, seclang_set_refused, 0, 0, 0, only_off,
      "XML never reads what it names." },
    { "SecParseXmlIntoArgs", 1, 1, seclang_set_warned, 0, 0, 0, only_off,
      "XML is in XML:/*, not in ARGS." },
    QUIET("SecTmpDir", 1, 1, "The server decides where bodies wait."),
    QUIET("SecDataDir", 1, 1, "Collections are kept by the host's store."),
    QUIET("SecUploadDir", 1, 1, "Uploads are not kept by the engine."),
    { "SecUploadKeepFiles", 1, 1, seclang_set_warned, 0, 0, 0, only_off,
      "uploads are not kept by the engine." },
    QUIET("SecUploadFileMode", 1, 1, "Uploads are not kept by the engine."),
    QUIET("SecUploadFileLimit", 1, 1,
          "Uploads are not kept by the engine; SecArgumentsLimit "
          "bounds their number."),
    QUIET("SecTmpSaveUploadedFiles", 1, 1, "Uploads are not kept by the engine."),

    /* responses */
    FLAG("SecResponseBodyAccess", response_body_access, "Whether response bodies are read (Off)."),
    { "SecResponseBodyLimit", 1, 1, seclang_set_size, AT(response_body_limit), 1, GIB, NULL,
      "The longest response body in bytes (524288)." },
    WORD("SecResponseBodyLimitAction", response_body_limit_action, limit_actions,
         "A longer body is refused (Reject) or judged up to the limit (ProcessPartial)."),
    { "SecResponseBodyMimeType", 1, SECLANG_ARGS_MOST, seclang_set_mime_types, 0, 0, 0, NULL,
      "Types of responses that are read (text/plain text/html)." },
    { "SecResponseBodyMimeTypesClear", 0, 0, seclang_set_mime_types_clear, 0, 0, 0, NULL,
      "Forgets the types said so far." },

    /* logs */
    WORD("SecAuditEngine", audit, audits,
         "Transactions in the audit log: all, none (Off), or those that matched or failed."),
    { "SecAuditLog", 1, 1, seclang_set_text, AT(audit_log), 0, 0, NULL, "The audit log's file." },
    WARNED("SecAuditLog2", 1, "there is one audit log; copy it elsewhere by its lines."),
    { "SecAuditLogParts", 1, 1, seclang_set_audit_parts, AT(audit_parts), 0, 0, NULL,
      "Which parts an entry in ModSecurity's form has (ABCFHZ)." },
    { "SecAuditLogRelevantStatus", 1, 1, seclang_set_relevant_status, 0, 0, 0, NULL,
      "A pattern for the statuses that RelevantOnly logs." },
    WORD("SecAuditLogType", audit_type, audit_types, "One file (Serial) or one per transaction."),
    WORD("SecAuditLogFormat", audit_format, audit_formats, "Lines of JSON or ModSecurity's form."),
    { "SecAuditLogStorageDir", 1, 1, seclang_set_text, AT(audit_storage_dir), 0, 0, NULL,
      "Where SecAuditLogType Concurrent puts its files; it must be there." },
    { "SecAuditLogDirMode", 1, 1, seclang_set_mode, AT(audit_dir_mode), 0700, 07777, NULL,
      "Permissions of folders below it (0700)." },
    { "SecAuditLogFileMode", 1, 1, seclang_set_mode, AT(audit_file_mode), 0600, 07777, NULL,
      "Permissions of files in them (0600); one log for all is opened by the host." },
    QUIET("SecDebugLog", 1, 1, "There is no debug log; rules explain themselves by tests."),
    QUIET("SecDebugLogLevel", 1, 1, "There is no debug log."),
};

const struct seclang_directive *
seclang_directive_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

const struct seclang_directive *
seclang_directive_find(sk_str name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq_nocase(name, sk_str_of(rows[i].name))) return &rows[i];
    return NULL;
}

sk_str
seclang_directive_near(sk_arena *mem, sk_str got)
{
    struct seclang_near near = { .got = got };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        seclang_near_offer(&near, rows[i].name);
    return seclang_near_text(mem, &near);
}
