#include "gate/exchange_html.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The spot of each @ in the text. */
static void
spots(const char *text, const enum gate_spot *wanted)
{
    struct gate_html html = { 0 };

    for (const char *c = text; *c; c++) {
        if (*c == '@') {
            enum gate_spot spot = gate_html_spot(&html);

            if (spot != *wanted) fail_msg("%s: at %s: %d, not %d", text, c, spot, *wanted);
            wanted++;
        }
        gate_html_pass(&html, (sk_str){ c, 1 });
    }
}

#define SPOTS(text, ...) spots(text, (const enum gate_spot[]){ __VA_ARGS__ })

static void
html__tells_text_from_tags(void **unused)
{
    (void)unused;
    SPOTS("@<p>@</p>@ a < b @<@", GATE_SPOT_TEXT, GATE_SPOT_TEXT, GATE_SPOT_TEXT, GATE_SPOT_TEXT,
          GATE_SPOT_CLOSED);
    SPOTS("<p@ @>@</p@>@", GATE_SPOT_CLOSED, GATE_SPOT_CLOSED, GATE_SPOT_TEXT, GATE_SPOT_CLOSED,
          GATE_SPOT_TEXT);
    SPOTS("<title>@</title>@<textarea>@<b>@</textarea>@", GATE_SPOT_TEXT, GATE_SPOT_TEXT,
          GATE_SPOT_FIELD, GATE_SPOT_FIELD, GATE_SPOT_TEXT);
}

static void
html__tells_attributes_apart(void **unused)
{
    (void)unused;
    SPOTS("<input disabled value=\"@>@\" title='@\"' data-x = @ onclick=\"@\" style='@'>@",
          GATE_SPOT_FIELD, GATE_SPOT_FIELD, GATE_SPOT_QUOTED, GATE_SPOT_DATA, GATE_SPOT_CLOSED,
          GATE_SPOT_CLOSED, GATE_SPOT_TEXT);
    SPOTS("<a HREF=\"mailto:@\"x=y>@<img/src=@/><br/>@<a href=Tel:@ href='x mailto:@' "
          "href=@>",
          GATE_SPOT_URL, GATE_SPOT_TEXT, GATE_SPOT_CLOSED, GATE_SPOT_TEXT, GATE_SPOT_URL,
          GATE_SPOT_CLOSED, GATE_SPOT_CLOSED);
    SPOTS("<a value =\n@ a-name-that-is-much-too-long-to-be-known=@>@", GATE_SPOT_FIELD,
          GATE_SPOT_DATA, GATE_SPOT_TEXT);
    SPOTS("<a on-something-that-is-very-long=@ a=>@</a href=@>@", GATE_SPOT_CLOSED, GATE_SPOT_TEXT,
          GATE_SPOT_CLOSED, GATE_SPOT_TEXT);
}

static void
html__takes_a_choice_without_value_for_a_field(void **unused)
{
    (void)unused;
    SPOTS("<select><option>@<option selected='selected'>@</option>@</select>@", GATE_SPOT_FIELD,
          GATE_SPOT_FIELD, GATE_SPOT_TEXT, GATE_SPOT_TEXT);
    SPOTS("<OPTION value='@'>@</option><option label=@ value = 1>@<optiona>@<option>@</select>@",
          GATE_SPOT_FIELD, GATE_SPOT_TEXT, GATE_SPOT_QUOTED, GATE_SPOT_TEXT, GATE_SPOT_TEXT,
          GATE_SPOT_FIELD, GATE_SPOT_TEXT);
}

static void
html__tells_scripts_and_styles(void **unused)
{
    (void)unused;
    SPOTS("<script>'@<b>@</scrip>@</script >@", GATE_SPOT_SCRIPT, GATE_SPOT_SCRIPT,
          GATE_SPOT_SCRIPT, GATE_SPOT_TEXT);
    SPOTS("<SCRIPT src=x>@<</Script>@<style>@</style/>@<iframe>@</iframe>@", GATE_SPOT_SCRIPT,
          GATE_SPOT_TEXT, GATE_SPOT_CLOSED, GATE_SPOT_TEXT, GATE_SPOT_CLOSED, GATE_SPOT_TEXT);
    SPOTS("<script>@</scriptx>@</script@>", GATE_SPOT_SCRIPT, GATE_SPOT_SCRIPT, GATE_SPOT_SCRIPT);
}

static void
html__tells_comments(void **unused)
{
    (void)unused;
    SPOTS("<!--@-->@<!-- -- @ --!>@<!-->@<!--->@<!-- > @-->", GATE_SPOT_CLOSED, GATE_SPOT_TEXT,
          GATE_SPOT_CLOSED, GATE_SPOT_TEXT, GATE_SPOT_TEXT, GATE_SPOT_TEXT, GATE_SPOT_CLOSED);
    SPOTS("<!doctype @>@<?xml @?>@</ @>@<!>@", GATE_SPOT_CLOSED, GATE_SPOT_TEXT, GATE_SPOT_CLOSED,
          GATE_SPOT_TEXT, GATE_SPOT_CLOSED, GATE_SPOT_TEXT, GATE_SPOT_TEXT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html__tells_text_from_tags),
        cmocka_unit_test(html__tells_attributes_apart),
        cmocka_unit_test(html__takes_a_choice_without_value_for_a_field),
        cmocka_unit_test(html__tells_scripts_and_styles),
        cmocka_unit_test(html__tells_comments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
