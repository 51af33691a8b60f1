/* GATE-13. For every input that the configuration declares, values that do not have the declared
 * format are sent to its route, all other fields being right; each must be refused by the gate,
 * with a request id that the record explains, so that it never reaches the place where it would be
 * stored. Bodies that are not what their type says are refused on any route. */
#include "evidence/probe.h"
#include "evidence/record.h"

enum { BAD_MAX = 6, LONG_TEXT = 70000 };

/* Values are given as they stand in a form's body (percent-encoded). */
static const struct shape {
    const char *format; /* first word of the declaration */
    const char *good;
    const char *bad[BAD_MAX];
} shapes[] = {
    { "email",
      "hanako%40example.jp",
      { "hanako", "a%40b%40c", "hanako%40", "%40example.jp", "a+b%40c" } },
    { "phone", "090-1234-5678", { "abc", "12", "090-1234-567x", "%2B81%3B1" } },
    { "postal", "123-4567", { "12-34567", "abc", "12345678" } },
    { "number", "12.5", { "abc", "1%2C2%2C", "--1" } },
    { "integer", "12", { "abc", "1.5", "1e3" } },
    { "date", "2026-11-23", { "2026-13-01", "yesterday", "23.11.2026x" } },
    { "url", "https%3A%2F%2Fexample.jp%2F", { "javascript%3A1", "example" } },
    { "kana", "%E3%82%B5%E3%82%A4%E3%83%88%E3%82%A6", { "Saito", "%E9%BD%8B%E8%97%A4" } },
    { "text",
      "%E3%81%93%E3%82%93%E3%81%AB%E3%81%A1%E3%81%AF",
      { "a%01b", "a%0Ab", "a%FF%FEb", "a%00b", "%C0%AF" } },
    { "lines",
      "%E3%81%93%E3%82%93%0D%0A%E3%81%AB%E3%81%A1%E3%81%AF",
      { "a%01b", "a%FF%FEb", "a%00b", "%C0%AF" } },
};

static const struct shape *
shape_of(sk_str format)
{
    sk_str word, rest = format;
    if (!sk_str_cut(&word, &rest, ' ')) return NULL;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (sk_str_eq(word, sk_str_of(shapes[i].format))) return &shapes[i];
    return NULL;
}

/* The form of a route with `value` in one field and good values in all others. */
static sk_str
form_with(sk_arena *mem, const struct evidence_site *site, const struct evidence_input *input,
          sk_str value)
{
    struct sk_buf form = { .mem = mem };
    for (size_t i = 0; i < site->input_count; i++) {
        const struct evidence_input *other = &site->input[i];
        const struct shape *shape = shape_of(other->format);
        if (!sk_str_eq(other->route, input->route) || !shape) continue;
        sk_buf_printf(&form, "%s%.*s=", form.n ? "&" : "", SK_ARG(other->field));
        sk_buf_add(&form, other == input ? value : sk_str_of(shape->good));
    }
    return sk_buf_str(&form);
}

static sk_err
expect_refusal(struct evidence_report *report, const struct evidence_instance *instance,
               const struct evidence_site *site, sk_str route, const char *type, sk_str body,
               const char *what)
{
    struct evidence_answer answer;
    sk_str header = sk_str_printf(report->mem, "Content-Type: %s\r\n", type);
    sk_str request = evidence_request(report->mem, "POST", route, site->host, header.p, body);
    TRY(evidence_ask(&answer, report->mem, instance, site->host, request));
    sk_str id = evidence_answer_header(&answer, "X-Request-Id");
    if (answer.status < 400 || answer.status >= 500)
        evidence_failed(report, "%s: %.*s answered %d, expected a refusal", what, SK_ARG(route),
                        answer.status);
    else if (!id.n || !evidence_record_explains(instance, id))
        evidence_failed(report, "%s: %.*s answered %d, but not the gate (no record of it)", what,
                        SK_ARG(route), answer.status);
    else
        evidence_saw(report, "%s refused (%d)", what, answer.status);
    return sk_ok();
}

static sk_err
try_input(struct evidence_report *report, const struct evidence_instance *instance,
          const struct evidence_site *site, const struct evidence_input *input)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const struct shape *shape = shape_of(input->format);
    if (!shape) return sk_ok();
    for (size_t i = 0; i < BAD_MAX && shape->bad[i]; i++) {
        sk_str body = form_with(report->mem, site, input, sk_str_of(shape->bad[i]));
        sk_str what = sk_str_printf(report->mem, "%.*s (%.*s) = %s", SK_ARG(input->field),
                                    SK_ARG(input->format), shape->bad[i]);
        TRY(expect_refusal(report, instance, site, input->route, form, body, what.p));
    }
    char *too_long = sk_alloc(report->mem, LONG_TEXT);
    memset(too_long, '1', LONG_TEXT);
    sk_str body = form_with(report->mem, site, input, (sk_str){ too_long, LONG_TEXT });
    sk_str what = sk_str_printf(report->mem, "%.*s (%.*s) of %d characters", SK_ARG(input->field),
                                SK_ARG(input->format), LONG_TEXT);
    return expect_refusal(report, instance, site, input->route, form, body, what.p);
}

static sk_err
try_broken_bodies(struct evidence_report *report, const struct evidence_instance *instance,
                  const struct evidence_site *site)
{
    static const struct {
        const char *what, *type, *body;
    } broken[] = {
        { "JSON that is none", "application/json", "{\"a\": [1, 2" },
        { "XML that is none", "application/xml", "<a><b></a>" },
        { "multipart without its end", "multipart/form-data; boundary=b",
          "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n" },
        { "a form that is not UTF-8", "application/x-www-form-urlencoded", "name=%83%65%83%58" },
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        TRY(expect_refusal(report, instance, site, SK_STR("/"), broken[i].type,
                           sk_str_of(broken[i].body), broken[i].what));
    return sk_ok();
}

/* Nothing may be refused only because everything is. */
static sk_err
try_good_form(struct evidence_report *report, const struct evidence_instance *instance,
              const struct evidence_site *site, const struct evidence_input *input)
{
    struct evidence_answer answer;
    sk_str body = form_with(report->mem, site, input, sk_str_of(shape_of(input->format)->good));
    sk_str request = evidence_request(report->mem, "POST", input->route, site->host,
                                      "Content-Type: application/x-www-form-urlencoded\r\n", body);
    TRY(evidence_ask(&answer, report->mem, instance, site->host, request));
    sk_str id = evidence_answer_header(&answer, "X-Request-Id");
    if (!answer.status || answer.status >= 500 || evidence_record_explains(instance, id))
        evidence_failed(report, "%.*s: a form in the declared format was refused by the gate (%d)",
                        SK_ARG(input->route), answer.status);
    else
        evidence_saw(report, "%.*s: a form in the declared format passes the gate",
                     SK_ARG(input->route));
    return sk_ok();
}

sk_err
evidence_probe_input(struct evidence_report *report, const struct evidence_instance *instance)
{
    size_t declared = 0;
    for (size_t i = 0; i < instance->site_count; i++) {
        const struct evidence_site *site = &instance->site[i];
        for (size_t k = 0; k < site->input_count; k++) {
            TRY(try_input(report, instance, site, &site->input[k]));
            declared += shape_of(site->input[k].format) != NULL;
        }
        if (site->input_count && shape_of(site->input[0].format))
            TRY(try_good_form(report, instance, site, &site->input[0]));
        TRY(try_broken_bodies(report, instance, site));
    }
    if (!declared) evidence_failed(report, "no input has a declared format (sekisho.conf: input)");
    return sk_ok();
}
