/* What directives set, and what a source is. */
#include "seclang/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct seclang_rules *
load(const char *text)
{
    struct seclang_rules *rules;
    struct seclang_source *source = seclang_source_new();
    seclang_source_text(source, sk_str_of(text), SOURCE_DIR "/src/seclang/cases/parse/given", 1);
    sk_err e = seclang_rules_new(&rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) fail_msg("%s", e.why);
    return rules;
}

static void
settings__have_the_manuals_defaults(void **state)
{
    (void)state;
    struct seclang_rules *rules = load("");
    const struct seclang_settings *s = seclang_rules_settings(rules);
    assert_int_equal(s->engine, SECLANG_OFF);
    assert_false(s->request_body_access);
    assert_int_equal(s->request_body_limit, 134217728);
    assert_int_equal(s->request_body_no_files_limit, 1048576);
    assert_int_equal(s->request_body_limit_action, SECLANG_REJECT);
    assert_false(s->response_body_access);
    assert_int_equal(s->response_body_limit, 524288);
    assert_int_equal(s->response_body_limit_action, SECLANG_REJECT);
    assert_int_equal(s->response_mime_type_count, 2);
    assert_int_equal(s->arguments_limit, 1000);
    assert_int_equal(s->json_depth_limit, 512);
    assert_true(s->second_look);
    assert_int_equal(s->detector, SECLANG_OWN);
    assert_int_equal(s->audit, SECLANG_AUDIT_OFF);
    assert_null(s->audit_log);
    assert_string_equal(s->audit_parts, "ABCFHZ");
    assert_null(s->server_signature);
    assert_int_equal(rules->collection_timeout, 3600);
    assert_int_equal(rules->argument_separator, '&');
    seclang_rules_free(rules);
}

static void
settings__are_what_directives_say(void **state)
{
    (void)state;
    struct seclang_rules *rules =
        load("SecRuleEngine detectiononly\nSecRequestBodyAccess On\nSecRequestBodyLimit 13107200\n"
             "SecRequestBodyNoFilesLimit 131072\nSecRequestBodyLimitAction ProcessPartial\n"
             "SecResponseBodyAccess On\nSecResponseBodyLimit 1000\n"
             "SecResponseBodyLimitAction ProcessPartial\nSecArgumentsLimit 255\n"
             "SecRequestBodyJsonDepthLimit 64\nSecPcreMatchLimit 250000\n"
             "SecAuditEngine RelevantOnly\nSecAuditLogType Concurrent\nSecAuditLogFormat JSON\n"
             "SecAuditLog /var/log/audit.log\nSecAuditLogParts ABIJDEFHZ\n"
             "SecServerSignature Shop\nSecCollectionTimeout 600\nSecArgumentSeparator ;\n"
             "SecCookieFormat 1\nSecWebAppId shop\nSekishoSecondLook Off\n"
             "SekishoDetector libinjection\n");
    const struct seclang_settings *s = seclang_rules_settings(rules);
    assert_int_equal(s->engine, SECLANG_DETECT);
    assert_true(s->request_body_access);
    assert_int_equal(s->request_body_limit, 13107200);
    assert_int_equal(s->request_body_no_files_limit, 131072);
    assert_int_equal(s->request_body_limit_action, SECLANG_PARTIAL);
    assert_true(s->response_body_access);
    assert_int_equal(s->response_body_limit, 1000);
    assert_int_equal(s->response_body_limit_action, SECLANG_PARTIAL);
    assert_int_equal(s->arguments_limit, 255);
    assert_int_equal(s->json_depth_limit, 64);
    assert_int_equal(s->pcre_match_limit, 250000);
    assert_false(s->second_look);
    assert_int_equal(s->detector, SECLANG_LIBINJECTION);
    assert_int_equal(s->audit, SECLANG_AUDIT_RELEVANT);
    assert_int_equal(s->audit_type, SECLANG_CONCURRENT);
    assert_int_equal(s->audit_format, SECLANG_JSON);
    assert_string_equal(s->audit_log, "/var/log/audit.log");
    assert_string_equal(s->audit_parts, "ABIJDEFHZ");
    assert_string_equal(s->server_signature, "Shop");
    assert_int_equal(rules->collection_timeout, 600);
    assert_int_equal(rules->argument_separator, ';');
    assert_int_equal(rules->cookie_format, 1);
    assert_string_equal(rules->web_app_id, "shop");
    seclang_rules_free(rules);
}

static void
settings__count_what_was_loaded_and_what_was_folded(void **state)
{
    (void)state;
    struct seclang_rules *rules = load("SecAction id:1,phase:1,log,setvar:tx.a=1\n"
                                       "SecRule TX:a \"@eq 2\" \"id:2,t:lowercase,chain\"\n"
                                       "  SecRule ARGS b\n"
                                       "SecRule ARGS b id:3,t:lowercase\n");
    const struct seclang_settings *s = seclang_rules_settings(rules);
    assert_int_equal(s->rule_count, 4);
    assert_int_equal(s->folded_count, 2);
    assert_int_equal(s->chain_count, 2);
    assert_int_equal(rules->rule_count, 2);
    seclang_rules_free(rules);
}

static void
mime_types__replace_the_defaults_and_add_up(void **state)
{
    (void)state;
    struct seclang_rules *rules =
        load("SecResponseBodyMimeType text/plain TEXT/HTML\nSecResponseBodyMimeType text/xml "
             "text/plain\n");
    const struct seclang_settings *s = seclang_rules_settings(rules);
    assert_int_equal(s->response_mime_type_count, 3);
    assert_true(sk_str_eq(s->response_mime_types[1], SK_STR("text/html")));
    assert_true(sk_str_eq(s->response_mime_types[2], SK_STR("text/xml")));
    seclang_rules_free(rules);
    rules = load("SecResponseBodyMimeTypesClear\n");
    assert_int_equal(seclang_rules_settings(rules)->response_mime_type_count, 0);
    seclang_rules_free(rules);
}

static void
relevant_status__is_compiled(void **state)
{
    (void)state;
    struct seclang_rules *rules = load("SecAuditLogRelevantStatus \"^(?:5|4(?!04))\"\n");
    assert_non_null(rules->relevant_status.rx);
    assert_non_null(rules->relevant_status.state);
    seclang_rules_free(rules);
}

static void
unicode_map__is_read_beside_the_rule_file(void **state)
{
    (void)state;
    struct seclang_rules *rules = load("SecUnicodeMapFile include/small.mapping 20127\n");
    assert_non_null(rules->unicode_map);
    assert_int_equal(rules->unicode_map->best_fit[0x3000], 0x20); /* ideographic space */
    assert_int_equal(rules->unicode_map->best_fit[0xff1c], '<');
    assert_int_equal(rules->unicode_map->best_fit[0x3042], 0);
    seclang_rules_free(rules);
}

static void
tx_slots__begin_with_the_ten_captures(void **state)
{
    (void)state;
    struct seclang_rules *rules =
        load("SecRule TX:Score|TX:1 \"@rx %{tx.other}\" \"id:1,setvar:tx.score=+1\"\n");
    assert_int_equal(rules->tx_slot_count, 12);
    assert_true(sk_str_eq(rules->tx_name[9], SK_STR("9")));
    assert_true(sk_str_eq(rules->tx_name[10], SK_STR("score")));
    assert_true(sk_str_eq(rules->tx_name[11], SK_STR("other")));
    seclang_rules_free(rules);
}

static void
equal_patterns__share_what_was_compiled(void **state)
{
    (void)state;
    struct seclang_rules *rules = load("SecRule ARGS|!ARGS:/^x/ \"@rx abc\" id:1\n"
                                       "SecRule ARGS|!ARGS:/^x/ \"@rx abc\" id:2\n"
                                       "SecRule ARGS \"@rx ABC\" id:3\n");
    assert_ptr_equal(rules->rule[0].op_state, rules->rule[1].op_state);
    assert_ptr_not_equal(rules->rule[0].op_state, rules->rule[2].op_state);
    assert_ptr_equal(rules->rule[0].exclusion[0].selector.rx_state,
                     rules->rule[1].exclusion[0].selector.rx_state);
    seclang_rules_free(rules);
}

static void
forms__share_their_beginnings(void **state)
{
    (void)state;
    struct seclang_rules *rules = load("SecRule ARGS a id:1,t:urlDecodeUni,t:lowercase\n"
                                       "SecRule ARGS a id:2,t:urlDecodeUni,t:htmlEntityDecode\n"
                                       "SecRule ARGS a id:3,t:urlDecodeUni\n"
                                       "SecRule ARGS a id:4,t:lowercase\n");
    assert_int_equal(rules->form_count, 5);
    assert_int_equal(rules->form[rules->rule[0].form].parent, rules->rule[2].form);
    assert_int_equal(rules->form[rules->rule[1].form].parent, rules->rule[2].form);
    assert_int_equal(rules->form[rules->rule[0].form].depth, 2);
    assert_int_equal(rules->form[rules->rule[3].form].parent, 0);
    seclang_rules_free(rules);
}

static void
filters__are_made_of_plain_patterns_only(void **state)
{
    (void)state;
    struct seclang_rules *rules = load("SecRule ARGS \"@rx select.+from\" id:1\n"
                                       "SecRule ARGS \"!@rx select.+from\" id:2\n"
                                       "SecRule ARGS \"@rx %{tx.a}select\" id:3\n");
    assert_true(rules->rule[0].filtered);
    assert_true(rules->rule[0].filter.least >= 11);
    assert_false(rules->rule[1].filtered);
    assert_false(rules->rule[2].filtered);
    seclang_rules_free(rules);
}

static void
bulk__takes_what_looks_at_response_bodies_nearly_as_they_are(void **state)
{
    (void)state;
    struct seclang_rules *rules =
        load("SecRule RESPONSE_BODY \"@rx ora-[0-9]+\" id:1,phase:4\n"
             "SecRule RESPONSE_BODY \"!@rx b\" id:2,phase:4\n"
             "SecRule RESPONSE_BODY \"@rx c\" id:3,phase:4,t:lowercase\n"
             "SecRule RESPONSE_STATUS \"@rx d\" id:4,phase:4\n"
             "SecRule RESPONSE_BODY \"@rx e+\" id:5,phase:4\n"
             "SecRule RESPONSE_BODY \"@pm f g\" id:6,phase:4\n"
             "SecRule RESPONSE_BODY \"@contains h\" id:7,phase:4,"
             "t:removeWhitespace,t:lowercase\n"
             "SecRule RESPONSE_BODY \"@rx i\" id:8,phase:4,t:removeNulls\n"
             "SecRule RESPONSE_BODY \"@rx j\" id:9,phase:4,t:urlDecode\n"
             "SecRule RESPONSE_BODY \"@streq k\" id:10,phase:4\n");
    assert_int_equal(rules->bulk_count, 6);
    assert_non_null(rules->bulk);
    assert_int_equal(rules->rule[0].bulk, 0);
    assert_int_equal(rules->rule[1].bulk, 1);
    assert_int_equal(rules->rule[2].bulk, 2);
    assert_int_equal(rules->rule[3].bulk, -1);
    assert_int_equal(rules->rule[4].bulk, 3);
    assert_int_equal(rules->rule[5].bulk, 4);
    assert_int_equal(rules->rule[6].bulk, 5);
    assert_int_equal(rules->rule[7].bulk, -1);
    assert_int_equal(rules->rule[8].bulk, -1);
    assert_int_equal(rules->rule[9].bulk, -1);
    seclang_rules_free(rules);
}

static void
key__names_the_contents(void **state)
{
    (void)state;
    struct seclang_rules *a = load("SecAction id:1\n"), *b = load("SecAction id:1\n"),
                         *c = load("SecAction id:2\n");
    assert_memory_equal(a->key, b->key, 32);
    assert_memory_not_equal(a->key, c->key, 32);
    seclang_rules_free(a);
    seclang_rules_free(b);
    seclang_rules_free(c);
}

static void
source_key__is_that_of_the_list(void **state)
{
    (void)state;
    unsigned char one[32], two[32], three[32];
    struct seclang_source *a = seclang_source_new(), *b = seclang_source_new();
    seclang_source_file(a, "rules/*.conf");
    seclang_source_text(a, SK_STR("SecAction id:1"), "nginx.conf", 7);
    seclang_source_append(b, a);
    seclang_source_key(one, a);
    seclang_source_key(two, b);
    assert_memory_equal(one, two, 32);
    seclang_source_text(b, SK_STR(""), "nginx.conf", 9);
    seclang_source_key(three, b);
    assert_memory_not_equal(one, three, 32);
    seclang_source_free(a);
    seclang_source_free(b);
}

static void
source__that_is_appended_to_itself_doubles(void **state)
{
    (void)state;
    struct seclang_rules *rules;
    struct seclang_source *source = seclang_source_new();
    seclang_source_text(source, SK_STR("SecMarker A"), "x", 1);
    seclang_source_append(source, source);
    assert_false(sk_failed(seclang_rules_new(&rules, source)));
    seclang_rules_free(rules);
    seclang_source_free(source);
}

static void
source__counts_lines_from_where_its_text_stands(void **state)
{
    (void)state;
    struct seclang_rules *rules;
    struct seclang_source *source = seclang_source_new();
    seclang_source_text(source, SK_STR("\n  SecNothing"), "nginx.conf", 41);
    sk_err e = seclang_rules_new(&rules, source);
    assert_int_equal(e.kind, SK_BAD);
    assert_string_equal(e.why, "nginx.conf:42:3: there is no directive SecNothing");
    assert_null(rules);
    seclang_source_free(source);
}

static void
source__names_a_file_that_is_not_there(void **state)
{
    (void)state;
    struct seclang_rules *rules;
    struct seclang_source *source = seclang_source_new();
    seclang_source_file(source, SOURCE_DIR "/src/seclang/cases/none.conf");
    sk_err e = seclang_rules_new(&rules, source);
    assert_int_equal(e.kind, SK_MISSING);
    assert_non_null(strstr(e.why, "cases/none.conf"));
    seclang_source_free(source);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings__have_the_manuals_defaults),
        cmocka_unit_test(settings__are_what_directives_say),
        cmocka_unit_test(settings__count_what_was_loaded_and_what_was_folded),
        cmocka_unit_test(mime_types__replace_the_defaults_and_add_up),
        cmocka_unit_test(relevant_status__is_compiled),
        cmocka_unit_test(unicode_map__is_read_beside_the_rule_file),
        cmocka_unit_test(tx_slots__begin_with_the_ten_captures),
        cmocka_unit_test(equal_patterns__share_what_was_compiled),
        cmocka_unit_test(forms__share_their_beginnings),
        cmocka_unit_test(filters__are_made_of_plain_patterns_only),
        cmocka_unit_test(bulk__takes_what_looks_at_response_bodies_nearly_as_they_are),
        cmocka_unit_test(key__names_the_contents),
        cmocka_unit_test(source_key__is_that_of_the_list),
        cmocka_unit_test(source__that_is_appended_to_itself_doubles),
        cmocka_unit_test(source__counts_lines_from_where_its_text_stands),
        cmocka_unit_test(source__names_a_file_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
