/* One visit to one page: who comes, in which realm, whether somebody is signed in, and the values
 * that the template shows. A page is a build: it fills page->view.values and names a template, or
 * answers by itself (accounts_page_go). */
#ifndef SK_ACCOUNTS_PAGE_H
#define SK_ACCOUNTS_PAGE_H

#include "accounts/sign_in.h"

enum {
    ACCOUNTS_FORM_MAX = 32 * 1024, /* bytes of a form */
    ACCOUNTS_TO_MAX = 1024,        /* bytes of `to` */
};

struct accounts_page {
    struct accounts *house;
    struct part_request *request;
    struct part_response *response;
    sk_arena *mem; /* the request's */
    struct accounts_visitor visitor;
    struct look_view view;
    bool signed_in;                  /* session is whole */
    bool half;                       /* session waits for something */
    struct accounts_session session; /* of either */
    sk_str title;
    sk_str to; /* where to go afterwards: a path of this host; empty: not said */
};

typedef sk_err accounts_build(const char **template, struct accounts_page *page);

/* A page for everybody. */
sk_err accounts_page_open(struct part_response *response, struct part_request *request,
                          accounts_build *build) SK_CHECKED;
/* A page for those who have signed in; others are sent to sign in and back. */
sk_err accounts_page_own(struct part_response *response, struct part_request *request,
                         accounts_build *build) SK_CHECKED;
/* A page for those who have signed in or wait for a second factor. */
sk_err accounts_page_half(struct part_response *response, struct part_request *request,
                          accounts_build *build) SK_CHECKED;
/* part_service's error_page. */
void accounts_page_error(struct part_response *response, struct part_request *request, sk_err why);

/* --- for builds --- */

/* Words in the reader's language. */
sk_str accounts_words(const struct accounts_page *page, const char *key);
/* "/.sekisho/buyer/NAME" on the page's arena, with `to` and `shop` as its query where there are. */
sk_str accounts_page_path(const struct accounts_page *page, const char *name);
sk_str accounts_page_path_with(const struct accounts_page *page, const char *name, const char *key,
                               sk_str value);
/* The title, by its key. */
void accounts_page_title(struct accounts_page *page, const char *key);
/* Sets `token`, for a form that is posted to this very path. */
void accounts_page_form(struct accounts_page *page);
/* Whether the posted form came from our page; else sets the status and a notice. */
bool accounts_page_posted(struct accounts_page *page);
/* A text field of the form, without blanks at its ends; empty when it is not there, or not clean.
 */
sk_str accounts_page_field(const struct accounts_page *page, const char *name);
/* 303 to a path of ours. */
void accounts_page_go(struct accounts_page *page, sk_str path);
/* Sets cookies and goes where a sign-in leads next. False: it leads nowhere (wrong, to wait, ...).
 */
bool accounts_page_signed(struct accounts_page *page, const struct accounts_signed *signed_in);
/* A page that says one thing: `what` and `cure` are keys; a link to `path` with the words `press`
 * unless it is NULL. */
void accounts_page_say(const char **template, struct accounts_page *page, enum look_state state,
                       const char *what, const char *cure, sk_str path, const char *press);
/* A path of this host, or empty. */
sk_str accounts_to_read(sk_str to);

#endif
