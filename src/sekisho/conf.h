/* sekisho.conf: what the operator decided. Read by tables (conf_rows.c), which are also what
 * sekisho.conf(5) is checked against; every fault is named with its place, not only the first. */
#ifndef SEKISHO_CONF_H
#define SEKISHO_CONF_H

#include "base/str.h"
#include "part/ucl.h"
#include "personal/personal.h"

enum {
    CONF_SITES_MAX = 64,
    CONF_LIST_MAX = 64,       /* entries of one list */
    CONF_INPUTS_MAX = 64,     /* input blocks of a site */
    CONF_ADMINS_MAX = 32,     /* admin blocks of a site */
    CONF_LOGINS_MAX = 32,     /* login blocks of a site */
    CONF_PATH_MAX = 256,      /* bytes of such a path */
    CONF_EXCHANGES_MAX = 32,  /* exchange blocks of a site, and show blocks */
    CONF_EXCHANGED_MAX = 128, /* fields of an exchange block */
    CONF_JOINED = 3,          /* of them, that are one value: tel1+tel2+tel3 */
    CONF_FIELDS_MAX = 64,     /* fields of an input block */
    CONF_LENGTH_MAX = 20000,  /* characters of a declared field */
    CONF_FAULTS_MAX = 50,     /* told at once */
    CONF_PURPOSES_MAX = 64,
    CONF_NAME_MAX = 64, /* bytes of a purpose's or role's name */
};

struct conf_list {
    sk_str item[CONF_LIST_MAX];
    size_t count;
};

enum conf_mode { CONF_BLOCK, CONF_DETECT, CONF_OFF };
enum conf_past { CONF_REFUSE, CONF_WINDOWS };

/* A field's declared form (GATE-13); rows in conf_format.c. */
struct conf_field {
    sk_str name;
    const struct conf_format *format;
    int64_t limit;  /* of "text 100"; 0 where the format has none */
    sk_str choices; /* of "choice a|b|c" */
    bool required;
    unsigned line, column;
};

struct conf_input {
    sk_str path; /* a * stands for any one segment */
    bool only;   /* refuse fields that are not declared */
    struct conf_list types;
    struct conf_field field[CONF_FIELDS_MAX];
    size_t field_count;
};

/* A place that some networks may enter, and there those who have signed in. */
struct conf_admin {
    sk_str path;
    struct conf_list networks, screens;
    int64_t realm; /* row of the choice */
    bool second_factor;
};

/* Where an application signs people in. */
struct conf_login {
    sk_str path, account;
    struct conf_list failed;
    int64_t minutes, per_account, per_source, per_network, per_site;
};

enum conf_person { CONF_PERSON_SELF, CONF_PERSON_NEW };

/* Where fields are swapped for tokens. */
struct conf_exchange {
    sk_str path;
    struct conf_list fields[PERSONAL_KINDS]; /* by kind */
    int64_t person;                          /* enum conf_person */
    int64_t charset;                         /* row of the choice; 0: UTF-8 */
    unsigned line, column;
    sk_str earns;
    int64_t tenant; /* segment of the path; 0: none */
};

/* Where tokens are shown. */
struct conf_show {
    sk_str path, purpose;
    struct conf_list kinds;
    int64_t tenant;
    unsigned line, column;
};

enum conf_challenge { CONF_CHALLENGE_ADAPTIVE, CONF_CHALLENGE_ALWAYS, CONF_CHALLENGE_OFF };

struct conf_site {
    sk_str name;
    struct conf_list names;
    sk_str chain, key; /* PEM files; empty: self-signed */
    struct conf_list servers, backup;
    int64_t body_limit;
    int64_t body_past; /* enum conf_past */
    struct conf_list serve_allow, serve_extensions, serve_files;
    bool serve_enabled, serve_listing; /* true: refused */
    bool body_utf8;
    struct conf_list body_charsets; /* names of conf_charsets */
    struct conf_input input[CONF_INPUTS_MAX];
    size_t input_count;
    struct conf_admin admin[CONF_ADMINS_MAX];
    size_t admin_count;
    struct conf_login login[CONF_LOGINS_MAX];
    size_t login_count;
    struct conf_exchange exchange[CONF_EXCHANGES_MAX];
    size_t exchange_count;
    struct conf_show show[CONF_EXCHANGES_MAX];
    size_t show_count;
    int64_t challenge; /* enum conf_challenge */
    unsigned line, column;
};

/* People in a window. */
struct conf_limits {
    int64_t principal, tenant, purpose;
};

/* Rows of a purpose's choice `show`. */
enum conf_showing {
    CONF_SHOW_PLAIN,
    CONF_SHOW_MASKED,
    CONF_SHOW_RENDER,
    CONF_SHOW_ERASE,
    CONF_SHOW_LETTER,
    CONF_SHOWS
};

/* What personal data may be read or erased for; see keeper/purpose.h. */
struct conf_purpose {
    sk_str name;
    struct conf_list sites, realms, roles, routes, tenants, kinds;
    int64_t level, show /* enum conf_showing */, on_overrun, earned_days, ticket;
    struct conf_limits second, hour, day;
};

struct conf_keeper {
    int64_t root_key; /* row of the choice */
    sk_str root_file, pkcs11_module, pkcs11_token, pkcs11_pin;
    int64_t rotate_days;
    struct conf_list pkcs11_paths;
};

struct conf_vault {
    struct conf_list keep;
    int64_t receipt; /* row of the choice */
    struct conf_list receipt_without;
};

struct conf_ledger {
    int64_t keep_days;
    sk_str origin;
};

struct conf_shun {
    bool enabled;
    int64_t strikes, longest; /* longest: minutes */
    struct conf_list spare;
};

struct conf_console {
    int64_t port; /* 0 in the file: the second after https */
    struct conf_list networks;
};

/* Minutes of inactivity, and of all, for each realm; see accounts/conf.h. */
struct conf_accounts {
    int64_t lock_after, lock_minutes;
    int64_t stretch, rounds, passes, memory; /* of passwords */
    struct conf_list second_factor, sign_up;
    int64_t operator_idle, operator_longest, merchant_idle, merchant_longest;
    int64_t buyer_idle, buyer_longest, worker_idle, worker_longest;
};

/* How SMS are sent and calls placed; see post/config.h. */
struct conf_gateway {
    sk_str url, body, secret;
    int64_t method, type, rate;
    struct conf_list headers, success;
};

struct conf_post {
    sk_str smtp, from, user, password, ca;
    int64_t tls, rate;
    struct conf_gateway sms, voice;
};

enum conf_provider {
    CONF_PROOF_OF_WORK,
    CONF_TURNSTILE,
    CONF_HCAPTCHA,
    CONF_RECAPTCHA,
    CONF_RECAPTCHA_SCORE
};

/* Who tells people from programs; see gate/human.h and post/human.h. */
struct conf_human {
    int64_t provider;
    int64_t score; /* hundredths */
    sk_str site_key, secret, verify, script;
};

struct conf {
    const char *file;
    const struct part_ucl *root; /* the file's tree: where something was said */
    sk_str state;
    sk_str address;
    int64_t https, http;
    int64_t mode; /* enum conf_mode */
    int64_t paranoia, inbound, outbound;
    sk_str crs;          /* folder of the Core Rule Set's rules; "none" leaves it out */
    sk_str rules_source; /* where `rules update` gets releases from */
    struct conf_list before, after;
    bool response; /* inspect responses */
    int64_t instances;
    bool shop; /* the built-in shop is used by some site */
    struct conf_ledger ledger;
    struct conf_post post;
    struct conf_accounts accounts;
    struct conf_console console;
    struct conf_human human;
    struct conf_shun shun;
    struct conf_keeper keeper;
    struct conf_vault vault;
    struct conf_purpose purpose[CONF_PURPOSES_MAX];
    size_t purpose_count;
    struct conf_purpose probe; /* the house's own, which sekisho evidence reads for */
    struct conf_site *site;
    size_t site_count;
};

/* ── the tables ── */

enum conf_kind {
    CONF_TEXT,
    CONF_LIST,
    CONF_PATH,
    CONF_NUMBER,
    CONF_SIZE,
    CONF_BOOL,
    CONF_CHOICE,
    CONF_SHARE, /* "0.5": from 0 to 1, kept in hundredths */
    CONF_SECRET /* a path; the part that needs the file is given a copy of its own */
};

struct conf_row {
    const char *block; /* "" for the top of the file */
    const char *key;
    enum conf_kind kind;
    size_t offset;       /* in struct conf or struct conf_site: sk_str, conf_list, int64_t, bool */
    const char *usual;   /* written as in the file, lists with blanks between; NULL: none */
    const char *choices; /* CONF_CHOICE: "block|detect|off" */
    int64_t least, most; /* numbers, sizes */
    const char *help;    /* one sentence */
};
extern const struct conf_row conf_rows[];          /* into struct conf; ends with key NULL */
extern const struct conf_row conf_site_rows[];     /* into struct conf_site */
extern const struct conf_row conf_admin_rows[];    /* into struct conf_admin */
extern const struct conf_row conf_login_rows[];    /* into struct conf_login */
extern const struct conf_row conf_exchange_rows[]; /* into struct conf_exchange */
extern const struct conf_row conf_show_rows[];     /* into struct conf_show */
extern const struct conf_row conf_purpose_rows[];  /* into struct conf_purpose */

struct conf_format {
    const char *name;
    const char *pattern; /* PCRE of the whole value; of one character where there is a limit */
    int64_t limit;       /* the limit's default; 0: takes none */
    const char *help;
};
extern const struct conf_format conf_formats[]; /* ends with name NULL */
const struct conf_format *conf_format_find(sk_str name);

struct conf_charset {
    const char *name;
    const char *said; /* what clients call it, lower case: "shift_jis|sjis" */
};
extern const struct conf_charset conf_charsets[]; /* ends with name NULL */
/* Without regard to case; NULL: none. */
const struct conf_charset *conf_charset_find(sk_str name);

/* The word of a choice's number; of a row of CONF_CHOICE. */
sk_str conf_choice_word(const struct conf_row *row, int64_t value);

/* ── reading ── */

/* Faults, one line each: "file:line:column: what is wrong, what was expected". */
struct conf_faults {
    struct sk_buf text;
    unsigned count;
};
void conf_fault(struct conf_faults *faults, const struct conf *conf, unsigned line, unsigned column,
                const char *fmt, ...) SK_PRINTF(5, 6);

/* Reads `text` into *conf (all on `mem`). `file` is borrowed, for messages. Returns SK_BAD when
 * there were faults; they are in `faults` then. Paths stay as written. */
sk_err conf_read(struct conf **conf, struct conf_faults *faults, sk_arena *mem, sk_str text,
                 const char *file) SK_CHECKED;

/* input { } blocks; used by conf_read. */
void conf_input_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                     struct conf_faults *faults);
/* admin { } blocks; used by conf_read. */
void conf_admin_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                     struct conf_faults *faults);
/* login { } blocks; used by conf_read. */
void conf_login_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                     struct conf_faults *faults);
/* exchange { } and show { } blocks; used by conf_read. */
void conf_exchange_read(struct conf_site *site, const struct part_ucl *block,
                        const struct conf *conf, struct conf_faults *faults);
/* Faults for purposes that are named and not declared; once all is read. */
void conf_exchanges_check(const struct conf *conf, struct conf_faults *faults);
void conf_show_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                    struct conf_faults *faults);
/* purpose { } blocks, once all sites are known; used by conf_read. */
void conf_purpose_read(struct conf *conf, const struct part_ucl *block, struct conf_faults *faults);
/* The one that is always there: conf->probe. */
sk_err conf_purpose_own(struct conf *conf, sk_arena *mem, struct conf_faults *faults) SK_CHECKED;
/* A block of one of the tables whose rows have no block of their own, defaults included. */
void conf_block_read(void *base, const struct conf_row *rows, const struct part_ucl *block,
                     const struct conf *conf, struct conf_faults *faults);
/* A path that every reader reads the same. */
bool conf_is_path(sk_str path);
/* Whether a block is named by a path that every reader reads the same; a fault where not. */
bool conf_path_check(const struct part_ucl *block, const struct conf *conf,
                     struct conf_faults *faults);
/* What the human { } block lacks; used by conf_read. */
void conf_human_check(struct conf_faults *faults, const struct conf *conf);
/* Where a key was said: itself, else its block, else NULL. */
const struct part_ucl *conf_said(const struct conf *conf, const char *block, const char *key);
/* Faults for what is no network, and for an empty list. */
void conf_networks_check(const struct conf_list *networks, const struct conf *conf, unsigned line,
                         unsigned column, struct conf_faults *faults);
/* What can be a form field's name in rules and nginx.conf. */
bool conf_field_is_plain(sk_str name);
/* Letters, digits and `extra`: what may stand between quotes in nginx.conf. */
bool conf_is_plain(sk_str text, const char *extra);
/* Faults for names of charsets that are none, or stand there twice. */
void conf_charsets_check(const struct conf_site *site, const struct conf *conf,
                         struct conf_faults *faults);
/* A list of texts; faults where it is none or too long. */
void conf_list_read(struct conf_list *list, const struct part_ucl *node, const struct conf *conf,
                    struct conf_faults *faults);
/* "yes", "true", "on", "1" and their opposites. */
bool conf_bool_read(bool *value, sk_str text);
/* "0.5", "1", "0.75": at most two digits behind the point. */
bool conf_share_read(int64_t *hundredths, sk_str text);
/* "12mb", "500k", "2g", plain bytes; powers of 1024. */
bool conf_size_read(int64_t *value, sk_str text);

/* The file that is written at first run, with comments. */
extern const char conf_first[];

#endif
