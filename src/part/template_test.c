#include "part/template.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static sk_arena *mem;
static char folder[64];

static void
put(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static sk_err
render(sk_str *out, const char *text, const struct part_value *root)
{
    struct part_templates *set = NULL;
    struct part_words *words = NULL;
    struct sk_buf buf = { .mem = mem };
    put("a.html", text);
    put("words.json", "{\"hello\":\"こんにちは、{name}さん <よ>\",\"end\":\"終\"}");
    char path[160];
    snprintf(path, sizeof path, "%s/words.json", folder);
    assert_false(sk_failed(part_words_load(&words, path)));
    sk_err e = part_templates_load(&set, folder);
    if (!sk_failed(e)) {
        e = part_template_render(&buf, set, "a", words, root);
        part_templates_free(set);
    }
    part_words_free(words);
    sk_buf_byte(&buf, 0);
    *out = (sk_str){ buf.p, buf.n - 1 };
    return e;
}

static void
expect(const char *text, const struct part_value *root, const char *expected)
{
    sk_str out;
    sk_err e = render(&out, text, root);
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_string_equal(out.p, expected);
}

static void
refuse(const char *text, const char *why)
{
    sk_str out;
    struct part_value *root = part_object_new(mem);
    part_set_text(root, "x", SK_STR("1"));
    sk_err e = render(&out, text, root);
    if (!sk_failed(e)) fail_msg("taken: %s", text);
    if (!strstr(e.why, why)) fail_msg("%s: expected '%s'", e.why, why);
}

static void
value__is_escaped_in_text_and_attributes(void **state)
{
    (void)state;
    struct part_value *root = part_object_new(mem);
    part_set_text(root, "x", SK_STR("<a href='\"'>&茶"));
    expect("<p title=\"{{x}}\">{{ x }}</p>", root,
           "<p title=\"&lt;a href=&#39;&quot;&#39;&gt;&amp;茶\">&lt;a "
           "href=&#39;&quot;&#39;&gt;&amp;茶</p>");
    expect("<a href=\"/s?q={{url x}}\">", root,
           "<a href=\"/s?q=%3Ca%20href%3D%27%22%27%3E%26%E8%8C%B6\">");
}

static void
value__is_refused_where_escaping_cannot_protect(void **state)
{
    (void)state;
    refuse("<a href={{x}}>", ":1:9: no value may stand here");
    refuse("<a title={{x}}>", "no value");
    refuse("<a {{x}}>", "no value");
    refuse("<{{x}}>", "no value");
    refuse("<a href=\"{{x}}\">", "no value");
    refuse("<a href=\"{{url x}}\">", "no value");
    refuse("<a onclick=\"{{x}}\">", "no value");
    refuse("<p style=\"{{x}}\">", "no value");
    refuse("<!-- {{x}} -->", "no value");
    refuse("<script>{{x}}</script>", "no value");
    refuse("<script>var a = 1;</script>", "script");
    refuse("<p title='{{raw x}}'>", "no value");
    refuse("<p class=a>", "not in quotes");
}

static void
path__leads_only_to_ourselves(void **state)
{
    (void)state;
    static const char *const evil[] = { "javascript:alert(1)",
                                        "//evil.example",
                                        "https://evil.example",
                                        "/\\evil.example",
                                        " /x",
                                        "" };
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        struct part_value *root = part_object_new(mem);
        part_set_text(root, "x", sk_str_of(evil[i]));
        expect("<a href=\"{{path x}}\">", root, "<a href=\"#\">");
    }
    struct part_value *root = part_object_new(mem);
    part_set_text(root, "x", SK_STR("/s/a?b=1&c=2"));
    expect("<a href=\"{{path x}}\">", root, "<a href=\"/s/a?b=1&amp;c=2\">");
}

static void
raw__takes_only_what_code_made(void **state)
{
    (void)state;
    struct part_value *root = part_object_new(mem);
    part_set_html(root, "x", SK_STR("<b>1</b>"));
    expect("{{raw x}}", root, "<b>1</b>");
    refuse("{{raw x}}", "not made by code");
}

static void
blocks__repeat_choose_and_nest(void **state)
{
    (void)state;
    struct part_value *root = part_object_new(mem), *list = part_set_list(root, "list");
    struct part_value *one = part_list_add(list), *two = part_list_add(list);
    part_set_text(root, "name", SK_STR("outer"));
    part_set_text(one, "name", SK_STR("甲"));
    part_set_flag(one, "last", false);
    part_set_flag(two, "last", true);
    part_set_list(root, "none");
    expect("{{#each list}}{{name}}{{#if last}}.{{else}},{{/if}}{{/each}}", root, "甲,outer.");
    expect("{{#each none}}x{{else}}empty{{/each}}{{#unless missing}}!{{/unless}}", root, "empty!");
    expect("<ul>\n  {{#each list}}\n  <li>{{name}}\n  {{/each}}\n</ul>\n", root,
           "<ul>\n  <li>甲\n  <li>outer\n</ul>\n");
}

static void
with__shows_an_objects_values_by_name(void **state)
{
    (void)state;
    struct part_value *root = part_object_new(mem), *when = part_set_object(root, "since");
    part_set_text(root, "text", SK_STR("outer"));
    part_set_text(when, "text", SK_STR("昨日"));
    expect("{{#with since}}<b>{{text}}</b>{{/with}}{{text}}", root, "<b>昨日</b>outer");
    expect("{{#with until}}{{text}}{{else}}never{{/with}}", root, "never");
    refuse("{{#with x}}{{/with}}", "not an object");
    refuse("{{#with x}}<p title=\"{{/with}}", "branches end");
}

static void
words__fill_in_values_escaped(void **state)
{
    (void)state;
    struct part_value *root = part_object_new(mem);
    part_set_text(root, "name", SK_STR("<b>"));
    expect("<p title=\"{{t end}}\">{{t hello}}", root,
           "<p title=\"終\">こんにちは、&lt;b&gt;さん &lt;よ&gt;");
}

static void
layout__wraps_and_parts_are_put_in(void **state)
{
    (void)state;
    struct part_value *root = part_object_new(mem);
    part_set_text(root, "x", SK_STR("1"));
    put("page.html", "<main>\n{{content}}\n</main>\n");
    put("bit.html", "[{{x}}]");
    expect("{{layout page}}\n<p>{{> bit}}</p>\n", root, "<main>\n<p>[1]</p>\n</main>\n");
}

static void
folders__are_one_set_and_clash_by_name(void **state)
{
    (void)state;
    struct part_templates *set = NULL;
    struct part_words *words = NULL;
    struct sk_buf out = { .mem = mem };
    sk_str here = sk_str_printf(mem, "%s/here", folder),
           shared = sk_str_printf(mem, "%s/shared", folder);
    sk_str one = sk_str_printf(mem, "%s/one.json", folder),
           two = sk_str_printf(mem, "%s/two.json", folder);
    const char *const folders[] = { here.p, shared.p, NULL }, *const files[] = { one.p, two.p,
                                                                                 NULL };
    assert_int_equal(mkdir(here.p, 0700) | mkdir(shared.p, 0700), 0);
    put("here/a.html", "{{layout frame}}{{t hello}} {{t bye}}");
    put("shared/frame.html", "<main>{{content}}</main>");
    put("one.json", "{\"hello\":\"茶\"}");
    put("two.json", "{\"bye\":\"終\"}");
    assert_false(sk_failed(part_templates_load_all(&set, folders)));
    assert_false(sk_failed(part_words_load_all(&words, files)));
    assert_false(sk_failed(part_template_render(&out, set, "a", words, part_object_new(mem))));
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("<main>茶 終</main>")));
    part_templates_free(set);
    part_words_free(words);
    put("shared/a.html", "");
    put("two.json", "{\"hello\":\"終\"}");
    assert_int_equal(part_templates_load_all(&set, folders).kind, SK_BAD);
    sk_err e = part_words_load_all(&words, files);
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "'hello' stands in two files"));
}

static void
errors__name_file_line_and_column(void **state)
{
    (void)state;
    refuse("<p>\n  {{#if x}}\n", "a.html:2:3: this block is never ended");
    refuse("a\n{{/if}}", "a.html:2:1: this ends a block");
    refuse("{{else}}", "{{else}} without a block");
    refuse("{{x", "{{ without }}");
    refuse("{{}}", "a name is missing");
    refuse("{{X}}", "a name has");
    refuse("{{foo bar}}", "unknown word");
    refuse("{{> nowhere}}", "no such file");
    refuse("a{{y}}", "a.html:1:2: no such text: 'y'");
    refuse("{{t nokey}}", "no words for 'nokey'");
    refuse("<p", "ends within a tag");
    refuse("{{#if x}}<p title=\"{{else}}{{/if}}", "branches end");
    refuse("{{#each x}}<p title=\"{{/each}}", "branches end");
    refuse("{{> a}}", "too deep");
}

static void
errors__refuse_the_17th_nested_block(void **state)
{
    (void)state;
    struct sk_buf text = { .mem = mem };
    for (int i = 0; i <= PART_TEMPLATE_DEPTH_MAX; i++)
        sk_buf_add(&text, SK_STR("{{#if x}}"));
    sk_buf_byte(&text, 0);
    refuse(text.p, "nested too deep");
}

static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    strcpy(folder, "/tmp/template-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(value__is_escaped_in_text_and_attributes),
        CASE(value__is_refused_where_escaping_cannot_protect),
        CASE(path__leads_only_to_ourselves),
        CASE(raw__takes_only_what_code_made),
        CASE(blocks__repeat_choose_and_nest),
        CASE(with__shows_an_objects_values_by_name),
        CASE(words__fill_in_values_escaped),
        CASE(layout__wraps_and_parts_are_put_in),
        CASE(folders__are_one_set_and_clash_by_name),
        CASE(errors__name_file_line_and_column),
        CASE(errors__refuse_the_17th_nested_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
