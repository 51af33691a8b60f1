/* The block page: a template with a few names, read once, filled per refusal.
 *
 *     {{id}} {{status}} {{time}} {{lang}} {{site}} {{title}} {{what}} {{meaning}} {{todo}}
 *     {{puzzle}} {{to}}                    of the challenge's page; empty elsewhere
 *     {{provider}} {{company}} {{privacy}} {{element}} {{key}} {{script}}
 *                                          of the page with a company's widget
 *     {{#ja}} ... {{/ja}}   {{#en}} ... {{/en}}
 *
 * Values are escaped for HTML text and quoted attributes. A page may carry <style> elements (their
 * hashes are put into its Content-Security-Policy) but no script: none would run. */
#ifndef SEKISHO_GATE_PAGE_H
#define SEKISHO_GATE_PAGE_H

#include "gate/human.h"
#include "gate/words.h"

enum {
    GATE_PAGE_BYTES = 65536, /* of a template */
    GATE_PAGE_PIECES = 256,  /* texts and names in one */
    GATE_PAGE_STYLES = 4
};

struct gate_page;

/* On `mem`, which must outlive it, as must `text`. SK_BAD with "line:column: what is wrong". */
sk_err gate_page_new(struct gate_page **page, sk_arena *mem, sk_str text) SK_CHECKED;
/* The built-in template (ui/block.html). */
sk_str gate_page_default(void);
/* The challenge's (ui/challenge.html), and the script that solves it. */
sk_str gate_page_challenge(void);
sk_str gate_page_script(void);
/* The page with a company's widget (ui/human.html), and its script. */
sk_str gate_page_human(void);
sk_str gate_page_human_script(void);
/* The hashes of the page's <style> elements, as a policy has them. */
sk_str gate_page_styles(const struct gate_page *page);
/* The policy of a page that has a form and our script, and talks to nobody else. */
sk_str gate_page_active_policy(const struct gate_page *page);
/* The value of the page's Content-Security-Policy header. */
sk_str gate_page_policy(const struct gate_page *page);

struct gate_page_facts {
    sk_str id, site, time;
    sk_str puzzle, to;
    const struct gate_human *human; /* NULL: no company is named */
    sk_str script;                  /* of its widget */
    int status;
    enum gate_cause cause;
    enum gate_language language;
};

void gate_page_html(struct sk_buf *out, const struct gate_page *page,
                    const struct gate_page_facts *facts);
/* {"error":{"id":...,"status":403,"title":...,"message":...,"help":...}} and a line end. */
void gate_page_json(struct sk_buf *out, const struct gate_page_facts *facts);

#endif
