/* One operator's request for one page. */
#ifndef SK_CONSOLE_VISIT_H
#define SK_CONSOLE_VISIT_H

#include "console/house.h"

/* The gate names the site of a ticket: this one is ours. */
#define CONSOLE_SITE SK_STR("console")

struct console_visit {
    struct console *console;
    struct look_view view;
    struct ticket ticket;
    sk_str ticket_text; /* handed on with every question */
    sk_arena *mem;      /* the request's */
};

/* A page for the operator whose ticket the request carries; SK_DENIED without one of two factors
 * for this site. `build` sets values and calls console_show. */
typedef sk_err console_build(struct console_visit *visit);
sk_err console_page(struct part_response *response, struct part_request *request,
                    console_build *build) SK_CHECKED;
/* The same for a form that changes something: SK_DENIED, too, without the token of a form of ours.
 */
sk_err console_act(struct part_response *response, struct part_request *request,
                   console_build *act) SK_CHECKED;
/* part_service's error_page. */
void console_error(struct part_response *response, struct part_request *request, sk_err why);

/* --- for builds --- */

/* Renders the template with the words of `title` as its title. */
sk_err console_show(struct console_visit *visit, const char *template,
                    const char *title) SK_CHECKED;
/* After something was done: 303 to a path, where the words done.KEY are shown. */
void console_done(struct console_visit *visit, const char *path, const char *key);
/* A field of the address's query, or of the form that was sent. Borrowed. */
sk_str console_asked(const struct console_visit *visit, const char *name);
sk_str console_sent(const struct console_visit *visit, const char *name);
/* A time that was asked for: Japan's clock, as a date field sends it. 0: none, or not a time. */
sk_when console_asked_time(const struct console_visit *visit, const char *name);

/* One search field above a table: its value is shown again. */
struct console_sieve {
    const char *name, *label; /* of the query; a key of words */
    const char *type;         /* "search", "datetime-local" */
};
/* Sets the list `sieve`, for the part sieve. */
void console_sieve_show(struct console_visit *visit, const struct console_sieve *rows,
                        size_t count);
/* The address of a further page: this path with the rows' fields that were asked, and `name`=value.
 */
sk_str console_further(const struct console_visit *visit, const struct console_sieve *rows,
                       size_t count, const char *name, sk_str value);

#endif
