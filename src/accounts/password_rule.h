/* Which passwords are good enough: NIST SP 800-63B-4, 3.1.1.2. Length counts and guessing counts;
 * there are no rules about kinds of characters, nothing is cut, nothing expires. A password is
 * refused when it stands in the list of those that are tried first (common/passwords.txt: leaked
 * ones, Japanese ones, walks on the keyboard), when it is made of the person's own words, or when
 * zxcvbn thinks that it is guessed too soon. libzxcvbn is included by no other file. */
#ifndef SK_ACCOUNTS_PASSWORD_RULE_H
#define SK_ACCOUNTS_PASSWORD_RULE_H

#include "base/str.h"

enum {
    ACCOUNTS_PASSWORD_ALONE = 15, /* characters, where it is the only factor */
    ACCOUNTS_PASSWORD_WITH = 8,   /* characters, beside a second factor */
    ACCOUNTS_BITS_ALONE = 34,     /* of zxcvbn: 10^10 guesses */
    ACCOUNTS_BITS_WITH = 27,      /* 10^8 guesses */
    ACCOUNTS_SIGNS_LEAST = 5, /* different characters: zxcvbn does not see repeated Japanese ones */
    ACCOUNTS_OWN_WORDS_MAX = 16, /* of the person */
    ACCOUNTS_OWN_LEAST = 4,      /* bytes of such a word: shorter ones stand in many a password */
    ACCOUNTS_COMMON_MAX = 60000, /* lines of common/passwords.txt */
    ACCOUNTS_WORDS_MAX = 2000,   /* lines of common/words.txt */
};

enum accounts_password_fault {
    ACCOUNTS_PASSWORD_GOOD,
    ACCOUNTS_PASSWORD_EMPTY,
    ACCOUNTS_PASSWORD_TEXT,  /* not UTF-8, or control characters */
    ACCOUNTS_PASSWORD_SHORT, /* with the least length */
    ACCOUNTS_PASSWORD_LONG,
    ACCOUNTS_PASSWORD_COMMON,
    ACCOUNTS_PASSWORD_OWN,     /* made of the person's name, address, shop */
    ACCOUNTS_PASSWORD_REPEATS, /* few different characters */
    ACCOUNTS_PASSWORD_WEAK,
    ACCOUNTS_PASSWORD_FAULTS
};

/* The keys of sentences that say what to do, in ui/words/credentials.*.json. {least} is the least
 * length, {most} the most. */
extern const char *const accounts_password_words[ACCOUNTS_PASSWORD_FAULTS];

struct accounts_rules;
/* Reads FOLDER/passwords.txt and words.txt (share/src/accounts/common). SK_BROKEN with file and
 * line when they are not in order. Yours: accounts_rules_free. Many threads may use it. */
sk_err accounts_rules_open(struct accounts_rules **rules, const char *folder) SK_CHECKED;
void accounts_rules_free(struct accounts_rules *rules);
void accounts_rules_close(struct accounts_rules **rules); /* for DEFER */

struct accounts_password_ask {
    sk_str password;
    bool alone;        /* no second factor stands beside it */
    const sk_str *own; /* name, addresses, shop, site: whatever others can know */
    size_t own_count;  /* beyond ACCOUNTS_OWN_WORDS_MAX they are not looked at */
};

/* How few characters are enough. */
static inline size_t
accounts_password_least(bool alone)
{
    return alone ? ACCOUNTS_PASSWORD_ALONE : ACCOUNTS_PASSWORD_WITH;
}

/* The first thing that is wrong with it. Costs about a millisecond. */
enum accounts_password_fault accounts_password_judge(const struct accounts_rules *rules,
                                                     const struct accounts_password_ask *ask);

#endif
