/* What a letter is made of, before there are words (mail.h). */
#ifndef SK_ACCOUNTS_LETTER_H
#define SK_ACCOUNTS_LETTER_H

#include "accounts/conf.h"

enum { ACCOUNTS_FILLS_MAX = 8 };

/* What stands for {name}; {site} is set always. */
struct accounts_fill {
    const char *name;
    sk_str value;
};

struct accounts_letter {
    const char *name; /* "sign_in"; its purpose for post is "accounts.sign_in" */
    sk_str key;       /* a second one of this key is not sent */
    int64_t life;     /* seconds after which it is worthless; 0: days */
    const struct accounts_site *site;
    struct accounts_fill fill[ACCOUNTS_FILLS_MAX];
    size_t fills;
};

#endif
