/* What the gate refused: its audit log, STATE/log/gate-audit.json, read from its end. Lines lie
 * nearly in order of time (a line is written when its request has ended), so a page is a piece of
 * the file and no index is needed. Every question reads at most CONSOLE_REFUSED_SCAN bytes. */
#ifndef SK_CONSOLE_REFUSED_H
#define SK_CONSOLE_REFUSED_H

#include "base/json.h"
#include "explain/explain.h"

enum {
    CONSOLE_REFUSED_ROWS = 50,
    CONSOLE_REFUSED_SCAN = 32 * 1024 * 1024,
    CONSOLE_REFUSED_LINE = 1024 * 1024, /* a longer line is passed over */
};

struct refused_wish {
    sk_when from, until; /* 0: open */
    sk_str client, site; /* empty: all */
    bool recorded;       /* those that only were recorded, too */
    int64_t before;      /* offset in the file that a page ended at; 0: its end */
};

/* On the arena. */
struct refused_row {
    sk_when at;
    sk_str id, client, method, uri, site, msg;
    int64_t status, rule;
    bool refused;
};

struct refused_page {
    struct refused_row row[CONSOLE_REFUSED_ROWS]; /* newest first */
    size_t count;
    int64_t older; /* where the next page begins; 0: nothing is left */
    bool unread;   /* CONSOLE_REFUSED_SCAN was read before the page was full */
};

/* SK_MISSING: there is no log yet. */
sk_err refused_list(struct refused_page *page, sk_arena *mem, const char *path,
                    const struct refused_wish *wish) SK_CHECKED;
/* The line of a request; yours: sk_json_free. Looks where its id says that it was written, then
 * among the newest. SK_MISSING. */
sk_err refused_find(sk_json **line, sk_arena *mem, const char *path, sk_str id) SK_CHECKED;

/* The time in an id of ours (its first ten characters); 0: it is none. */
sk_when refused_id_time(sk_str id);

#endif
