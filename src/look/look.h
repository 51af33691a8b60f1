/* The face of every page of ours: one style sheet, the parts and layouts of pages (ui/look), the
 * words that all rooms say, and what a page begins with. A room with pages opens a look with its
 * own folder beside the shared one, begins a view for each request, fills view.values and shows a
 * template. ui/look/NAME.html says which values a part wants; optional ones are an object
 * ({{#with}}) or false by being absent.
 *
 * Layouts: look/desk (header, side list, page) wants rooms (list of name, path, picture, here,
 * count) and may have who (name, role, path, leave: where one signs out); look/gate (one column in
 * the middle) wants nothing more. */
#ifndef SK_LOOK_LOOK_H
#define SK_LOOK_LOOK_H

#include "base/when.h"
#include "part/form.h"
#include "part/http.h"
#include "part/lang.h"
#include "part/template.h"

enum { LOOK_HEADERS = 8 };

/* Headers of every answer of a room with pages: for struct part_service. Scripts and styles are our
 * own files; nothing else runs, nothing comes from elsewhere, nobody frames us. */
extern const struct part_header look_headers[LOOK_HEADERS];

/* Templates, words and small files of the shared folder and the room's; read by many threads. */
struct look;

/* Reads share/src/look/ui and share/`ui` ("src/console/ui": *.html, words/{ja,en}.json and
 * words/SUBJECT.{ja,en}.json, asset/ if there is one). Small files are served at `assets`
 * ("/asset/"). Errors name the file; a template with a key that has no words in some language is
 * one. Yours: look_close. */
sk_err look_open(struct look **look, const char *share, const char *ui,
                 const char *assets) SK_CHECKED;
void look_close(struct look *look); /* NULL is allowed */
/* Answers a GET for a small file; the route's pattern names it {name}. */
sk_err look_asset_answer(struct part_response *response, const struct part_request *request,
                         const struct look *look) SK_CHECKED;

/* One request for one page. */
struct look_view {
    const struct look *look;
    struct part_request *request;
    struct part_response *response;
    sk_arena *mem; /* the request's */
    enum part_lang lang;
    sk_when now;
    struct part_value *values; /* root of the template's values */
};

/* Chooses the language, forbids keeping the answer, and sets what layouts show: lang, the same page
 * in the other language, style, script, icon, icons, request; `place` names where we are ("関所
 * コンソール") and `home` is its first page's path. */
void look_view_begin(struct look_view *view, const struct look *look,
                     struct part_response *response, struct part_request *request, sk_when now);
void look_view_place(struct look_view *view, sk_str place, sk_str home);
/* Renders the template into the answer. `title` goes before the place in the window's title. */
sk_err look_view_show(struct look_view *view, const char *template, sk_str title) SK_CHECKED;
/* The page of an error, for part_service's error_page: the view has begun and has its place. */
sk_err look_view_error(struct look_view *view) SK_CHECKED;

/* Words in the reader's language; empty when there are none. */
sk_str look_words(const struct look_view *view, const char *key);
/* The same with each '#' replaced by the number ("1,234"). `key`.one is taken for 1 if there is
 * one. */
sk_str look_words_n(const struct look_view *view, const char *key, int64_t n);
/* The same with each '#' replaced by a text. */
sk_str look_words_with(const struct look_view *view, const char *key, sk_str text);

/* "1,234" */
sk_str look_number(sk_arena *mem, int64_t number);
/* Sets an object {utc, text, ago} for {{#with name}}{{> look/time}}{{/with}}: date and time in
 * Japan, and how long ago, or until when. A time of 0 sets nothing. */
void look_time(const struct look_view *view, struct part_value *object, const char *name,
               sk_when when);

enum look_state { LOOK_NONE, LOOK_WELL, LOOK_HERE, LOOK_ACT, LOOK_STATES };
extern const char *const look_state_names[LOOK_STATES]; /* classes of look.css */
/* Sets state and word, for look/chip. */
void look_chip(const struct look_view *view, struct part_value *object, enum look_state state,
               const char *key);
/* Sets the object `notice`, for look/notice: what happened, what it means or what to do (or NULL).
 */
void look_notice(const struct look_view *view, enum look_state state, const char *what,
                 const char *cure);
/* Sets the object `empty`, for look/empty; `cure`, `path` and `press` may be NULL. */
void look_empty(const struct look_view *view, enum look_state state, const char *what,
                const char *cure, const char *path, const char *press);

/* How a row of a form's table (part_form_check) is shown. Keys are of words. */
struct look_field {
    const char *label, *help; /* help: NULL for none */
    const char *type;         /* "text", "email", "tel", "password", "search"; NULL: text */
    const char *autocomplete; /* NULL: off */
    const char *format;       /* words for a value of the wrong form; NULL: by the row's kind */
};
/* Sets the object `field` with one object a row, named as the row, for {{#with field.email}}
 * {{> look/field}}{{/with}} (or look/area), and the list `faults` for look/faults. Passwords are
 * not shown again. `answers` may be NULL: an empty form. `found` is NULL or has a text for each
 * row: what something else than the table found wrong with it, or nothing. */
void look_form(const struct look_view *view, const struct part_field *rows,
               const struct look_field *shown, const struct part_field_answer *answers,
               const sk_str *found, size_t count);

#endif
