/* Small pieces of pages as the values that ui/look's parts want. */
#include "look/look.h"

#include <inttypes.h>
#include <stdio.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

const char *const look_state_names[LOOK_STATES] = { "none", "well", "look", "act" };

sk_str
look_number(sk_arena *mem, int64_t number)
{
    char plain[24];
    struct sk_buf out = { .mem = mem };
    int n = snprintf(plain, sizeof plain, "%" PRId64, number);
    for (int i = 0; i < n; i++) {
        bool digit_before = i > 0 && plain[i - 1] != '-';
        if (digit_before && (n - i) % 3 == 0) sk_buf_byte(&out, ',');
        sk_buf_byte(&out, plain[i]);
    }
    return sk_buf_str(&out);
}

/* "3 minutes ago", "in 2 hours". */
static sk_str
distance(const struct look_view *view, sk_when when)
{
    static const struct {
        int64_t unit;
        const char *name;
    } rows[] = { { DAY, "day" }, { HOUR, "hour" }, { MINUTE, "minute" } };
    bool past = when <= view->now;
    int64_t ms = past ? view->now - when : when - view->now;
    const char *way = past ? "ago" : "in";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (ms < rows[i].unit) continue;
        const char *key = sk_str_printf(view->mem, "%s.%s", way, rows[i].name).p;
        return look_words_n(view, key, ms / rows[i].unit);
    }
    return look_words(view, past ? "ago.now" : "in.now");
}

void
look_time(const struct look_view *view, struct part_value *object, const char *name, sk_when when)
{
    if (!when) return;
    struct part_value *time = part_set_object(object, name);
    part_set_text(time, "utc", sk_when_utc(view->mem, when));
    part_set_text(time, "text", sk_str_first(sk_when_jst(view->mem, when), 19));
    part_set_text(time, "ago", distance(view, when));
}

void
look_chip(const struct look_view *view, struct part_value *object, enum look_state state,
          const char *key)
{
    part_set_text(object, "state", sk_str_of(look_state_names[state]));
    part_set_text(object, "word", look_words(view, key));
}

static sk_str
words_or_none(const struct look_view *view, const char *key)
{
    return key ? look_words(view, key) : (sk_str){ 0 };
}

static struct part_value *
told(const struct look_view *view, const char *name, enum look_state state, const char *what,
     const char *cure)
{
    struct part_value *object = part_set_object(view->values, name);
    part_set_text(object, "state", sk_str_of(look_state_names[state]));
    part_set_text(object, "what", look_words(view, what));
    part_set_text(object, "cure", words_or_none(view, cure));
    return object;
}

void
look_notice(const struct look_view *view, enum look_state state, const char *what, const char *cure)
{
    told(view, "notice", state, what, cure);
}

void
look_empty(const struct look_view *view, enum look_state state, const char *what, const char *cure,
           const char *path, const char *press)
{
    struct part_value *empty = told(view, "empty", state, what, cure);
    part_set_text(empty, "path", sk_str_of(path));
    part_set_text(empty, "press", words_or_none(view, press));
}

/* --- forms --- */

static sk_str
fault_text(const struct look_view *view, const struct part_field *row,
           const struct look_field *shown, enum part_field_fault fault)
{
    static const char *const by_kind[PART_FIELD_KINDS] = {
        [PART_FIELD_LINE] = "fault.format",
        [PART_FIELD_LINES] = "fault.format",
        [PART_FIELD_EMAIL] = "fault.email",
        [PART_FIELD_PHONE] = "fault.phone",
    };
    if (fault == PART_FIELD_EMPTY) return look_words(view, "fault.empty");
    if (fault == PART_FIELD_LONG) return look_words_n(view, "fault.long", (int64_t)row->most);
    return look_words(view, shown->format ? shown->format : by_kind[row->kind]);
}

static void
field_set(const struct look_view *view, struct part_value *field, const struct part_field *row,
          const struct look_field *shown, sk_str value)
{
    const char *type = shown->type ? shown->type : "text";
    if (strcmp(type, "password") == 0) value = (sk_str){ 0 };
    part_set_text(field, "name", sk_str_of(row->name));
    part_set_text(field, "label", look_words(view, shown->label));
    part_set_text(field, "help", words_or_none(view, shown->help));
    part_set_text(field, "type", sk_str_of(type));
    part_set_text(field, "autocomplete",
                  sk_str_of(shown->autocomplete ? shown->autocomplete : "off"));
    part_set_text(field, "value", value);
    part_set_int(field, "most", (int64_t)row->most);
    part_set_flag(field, "required", row->required);
}

void
look_form(const struct look_view *view, const struct part_field *rows,
          const struct look_field *shown, const struct part_field_answer *answers,
          const sk_str *found, size_t count)
{
    struct part_value *fields = part_set_object(view->values, "field");
    struct part_value *faults = part_set_list(view->values, "faults");
    for (size_t i = 0; i < count; i++) {
        struct part_field_answer answer = answers ? answers[i] : (struct part_field_answer){ 0 };
        struct part_value *field = part_set_object(fields, rows[i].name);
        sk_str fault = { 0 };
        if (answer.fault) fault = fault_text(view, &rows[i], &shown[i], answer.fault);
        if (found && found[i].n) fault = found[i];
        field_set(view, field, &rows[i], &shown[i], answer.value);
        part_set_text(field, "fault", fault);
        if (!fault.n) continue;
        struct part_value *line = part_list_add(faults);
        part_set_text(line, "name", sk_str_of(rows[i].name));
        part_set_text(line, "label", look_words(view, shown[i].label));
        part_set_text(line, "fault", fault);
    }
}
