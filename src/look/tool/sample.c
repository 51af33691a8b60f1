#include "look/tool/sample.h"

enum { SECOND = 1000 };

static const struct part_field rows[] = {
    { "q", PART_FIELD_LINE, 100, false },
    { "name", PART_FIELD_LINE, 40, true },
    { "mail", PART_FIELD_EMAIL, 254, true },
    { "why", PART_FIELD_LINES, 400, false },
};
enum { ROWS = sizeof rows / sizeof *rows };
static const struct look_field shown[ROWS] = {
    { "sample.search", NULL, "search", NULL, NULL },
    { "sample.name", NULL, NULL, "name", NULL },
    { "sample.mail", "sample.mail.help", "email", "email", NULL },
    { "sample.why", NULL, NULL, NULL, NULL },
};
static const char *const states[LOOK_STATES] = { "state.none", "state.well", "state.look",
                                                 "state.act" };

static void
rooms_set(struct look_view *view)
{
    static const char *const pictures[][2] = {
        { "home", "sample.title" },   { "people", "sample.who" },   { "door", "sample.form" },
        { "shut", "sample.refused" }, { "record", "sample.table" }, { "mail", "sample.rest" }
    };
    struct part_value *list = part_set_list(view->values, "rooms");
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        struct part_value *room = part_list_add(list);
        part_set_text(room, "path", SK_STR("/"));
        part_set_text(room, "name", look_words(view, pictures[i][1]));
        part_set_text(room, "picture", sk_str_of(pictures[i][0]));
        part_set_flag(room, "here", i == 0);
        part_set_text(room, "count", i == 3 ? SK_STR("12") : (sk_str){ 0 });
    }
    struct part_value *who = part_set_object(view->values, "who");
    part_set_text(who, "name", SK_STR("関 守子"));
    part_set_text(who, "role", look_words(view, "sample.who"));
    part_set_text(who, "path", SK_STR("/gate"));
}

static void
figures_set(struct look_view *view)
{
    struct part_value *list = part_set_list(view->values, "figures");
    for (int i = 0; i < LOOK_STATES; i++) {
        struct part_value *figure = part_list_add(list);
        look_chip(view, figure, (enum look_state)i, states[i]);
        part_set_text(figure, "name", look_words(view, i % 2 ? "sample.passed" : "sample.refused"));
        part_set_text(figure, "value", look_number(view->mem, 987 * (i + 1) * (i + 1)));
        part_set_text(figure, "unit", look_words(view, "sample.unit"));
        part_set_text(figure, "trend", look_words(view, "sample.trend"));
        part_set_text(figure, "press", i > 1 ? look_words(view, "sample.press") : (sk_str){ 0 });
        part_set_text(figure, "path", SK_STR("/gate"));
        look_time(view, figure, "since", view->now - i * 3700 * SECOND);
    }
}

static void
table_set(struct look_view *view)
{
    struct part_value *list = part_set_list(view->values, "rows");
    for (int i = 0; i < 8; i++) {
        struct part_value *row = part_list_add(list);
        look_time(view, row, "at", view->now - i * i * 3700 * SECOND);
        part_set_text(row, "id", sk_str_printf(view->mem, "acc_01JD8Z3V9K2M4N6P8Q0%c", 'A' + i));
        part_set_text(row, "count", look_number(view->mem, i * 1234));
        look_chip(view, row, (enum look_state)(i % LOOK_STATES), states[i % LOOK_STATES]);
    }
    struct part_value *pager = part_set_object(view->values, "pager");
    part_set_text(pager, "range", SK_STR("1–8 / 1,234"));
    part_set_text(pager, "newer", (sk_str){ 0 });
    part_set_text(pager, "older", SK_STR("?from=9"));
}

static void
choices_set(struct look_view *view, const char *name, const char *label)
{
    struct part_value *field = part_set_object(view->values, name);
    part_set_text(field, "name", sk_str_of(name));
    part_set_text(field, "label", look_words(view, label));
    part_set_text(field, "help", (sk_str){ 0 });
    part_set_text(field, "fault", (sk_str){ 0 });
    part_set_flag(field, "required", false);
    struct part_value *list = part_set_list(field, "choices");
    for (int i = 0; i < LOOK_STATES; i++) {
        struct part_value *choice = part_list_add(list);
        part_set_text(choice, "key", sk_str_of(look_state_names[i]));
        part_set_text(choice, "word", look_words(view, states[i]));
        part_set_flag(choice, "chosen", i == 1);
    }
}

static void
form_set(struct look_view *view)
{
    struct part_field_answer answers[ROWS] = {
        [1] = { SK_STR("関 守子"), PART_FIELD_OK }, [2] = { SK_STR("mori@"), PART_FIELD_FORMAT }
    };
    look_form(view, rows, shown, answers, NULL, ROWS);
    choices_set(view, "kind", "sample.state");
    choices_set(view, "screens", "sample.screens");
}

static void
rest_set(struct look_view *view)
{
    struct part_value *progress = part_set_object(view->values, "progress");
    part_set_text(progress, "what", look_words(view, "sample.reset"));
    part_set_int(progress, "done", 61234);
    part_set_int(progress, "all", 100000);
    part_set_text(progress, "text", SK_STR("61,234 / 100,000"));
    part_set_text(progress, "left", look_words_n(view, "in.minute", 4));
    part_set_flag(progress, "over", false);
    part_set_text(progress, "again", SK_STR("?"));
    struct part_value *line = part_set_list(view->values, "timeline");
    for (int i = 0; i < LOOK_STATES; i++) {
        struct part_value *item = part_list_add(line);
        look_chip(view, item, (enum look_state)i, states[i]);
        look_time(view, item, "time", view->now - i * 4000 * SECOND);
        part_set_text(item, "what", look_words(view, "sample.saved"));
        part_set_text(item, "text", look_words(view, "sample.saved.cure"));
    }
    look_notice(view, LOOK_WELL, "sample.saved", "sample.saved.cure");
    look_empty(view, LOOK_NONE, "sample.nothing", "sample.nothing.cure", "/gate", "sample.press");
    look_time(view, view->values, "since", view->now);
}

static void
confirm_set(struct look_view *view)
{
    struct part_value *confirm = part_set_object(view->values, "confirm");
    part_set_text(confirm, "what", look_words(view, "sample.remove"));
    part_list_add_text(part_set_list(confirm, "means"), look_words(view, "sample.remove.means"));
    part_set_text(confirm, "action", SK_STR("/"));
    part_set_text(confirm, "token", SK_STR("1"));
    part_set_text(confirm, "press", look_words(view, "sample.danger"));
    part_set_text(confirm, "back", SK_STR("/"));
    part_set_list(confirm, "keep");
    struct part_value *type = part_set_object(confirm, "type");
    static const char *const texts[][2] = {
        { "name", "typed" }, { "type", "text" }, { "autocomplete", "off" }, { "value", "" },
        { "help", "" },      { "fault", "" },    { "most", "40" }
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        part_set_text(type, texts[i][0], sk_str_of(texts[i][1]));
    part_set_text(type, "label", look_words(view, "sample.remove.type"));
    part_set_flag(type, "required", true);
}

static sk_err
sample_show(struct part_response *response, struct part_request *request, const char *template)
{
    struct look_view view;
    look_view_begin(&view, request->ctx, response, request, sk_now());
    look_view_place(&view, look_words(&view, "place"), SK_STR("/"));
    rooms_set(&view);
    figures_set(&view);
    table_set(&view);
    form_set(&view);
    rest_set(&view);
    confirm_set(&view);
    return look_view_show(&view, template, look_words(&view, "sample.title"));
}

static sk_err
desk_get(struct part_response *response, struct part_request *request)
{
    return sample_show(response, request, "desk");
}

static sk_err
gate_get(struct part_response *response, struct part_request *request)
{
    return sample_show(response, request, "gate");
}

static sk_err
asset_get(struct part_response *response, struct part_request *request)
{
    return look_asset_answer(response, request, request->ctx);
}

const struct part_route look_sample_routes[LOOK_SAMPLE_ROUTES] = {
    { PART_GET, "/", desk_get, 0, NULL },
    { PART_GET, "/gate", gate_get, 0, NULL },
    { PART_GET, "/asset/{name}", asset_get, 0, NULL },
};
