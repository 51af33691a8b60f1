/* sekisho.conf from its tree into structs, by the tables of conf_rows.c. */
#include "sekisho/conf.h"

#include "sekisho/nearest.h"

#include <stdarg.h>
#include <stdio.h>

void
conf_fault(struct conf_faults *faults, const struct conf *conf, unsigned line, unsigned column,
           const char *fmt, ...)
{
    char text[1024];
    va_list args;

    if (faults->count++ >= CONF_FAULTS_MAX) return;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    sk_buf_printf(&faults->text, "%s:%u:%u: %s\n", conf->file, line, column, text);
}

static void
value_fault(struct conf_faults *faults, const struct conf *conf, const struct part_ucl *node,
            const char *expected)
{
    conf_fault(faults, conf, node->value_line, node->value_column, "%.*s: expected %s",
               SK_ARG(node->key), expected);
}

/* ── values by kind ── */

bool
conf_bool_read(bool *value, sk_str text)
{
    static const char *const words[] = { "false", "true", "no", "yes", "off", "on", "0", "1" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!sk_str_eq_nocase(text, sk_str_of(words[i]))) continue;
        *value = i % 2 == 1;
        return true;
    }
    return false;
}

bool
conf_size_read(int64_t *value, sk_str text)
{
    static const struct {
        const char *unit;
        unsigned shift;
    } units[] = { { "kb", 10 }, { "mb", 20 }, { "gb", 30 }, { "k", 10 }, { "m", 20 }, { "g", 30 } };
    unsigned shift = 0;
    int64_t n;

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        sk_str unit = sk_str_of(units[i].unit);

        if (text.n <= unit.n || !sk_str_eq_nocase(sk_str_from(text, text.n - unit.n), unit))
            continue;
        text.n -= unit.n;
        shift = units[i].shift;
        break;
    }
    if (!sk_str_to_i64(&n, sk_str_trim(text)) || n < 0 || n > INT64_MAX >> shift) return false;
    *value = n << shift;
    return true;
}

bool
conf_share_read(int64_t *hundredths, sk_str text)
{
    static const int64_t worth[] = { 100, 0, 10, 1 }; /* of "1.23", byte by byte */
    int64_t sum = 0;

    if (text.n == 0 || text.n == 2 || text.n > 4) return false;
    for (size_t i = 0; i < text.n; i++) {
        if (i == 1 ? text.p[i] != '.' : text.p[i] < '0' || text.p[i] > '9') return false;
        if (i != 1) sum += worth[i] * (text.p[i] - '0');
    }
    *hundredths = sum;
    return sum <= 100;
}

void
conf_list_read(struct conf_list *list, const struct part_ucl *node, const struct conf *conf,
               struct conf_faults *faults)
{
    list->count = 0;
    if (node->kind == PART_UCL_BLOCK) {
        value_fault(faults, conf, node, "a list such as [\"a\", \"b\"]");
        return;
    }
    if (node->kind == PART_UCL_TEXT) {
        if (node->text.n) list->item[list->count++] = node->text;
        return;
    }
    for (const struct part_ucl *item = node->first; item; item = item->next) {
        if (list->count == CONF_LIST_MAX) {
            conf_fault(faults, conf, item->line, item->column, "%.*s: more than %d entries",
                       SK_ARG(node->key), CONF_LIST_MAX);
            return;
        }
        list->item[list->count++] = item->text;
    }
}

static bool
choice_read(int64_t *value, sk_str text, const char *choices)
{
    sk_str rest = sk_str_of(choices), one;

    for (int64_t i = 0; sk_str_cut(&one, &rest, '|'); i++) {
        if (!sk_str_eq(one, text)) continue;
        *value = i;
        return true;
    }
    return false;
}

sk_str
conf_choice_word(const struct conf_row *row, int64_t value)
{
    sk_str rest = sk_str_of(row->choices), one = { 0 };

    for (int64_t i = 0; sk_str_cut(&one, &rest, '|') && i < value; i++)
        ;
    return one;
}

static bool
number_read(int64_t *value, const struct conf_row *row, sk_str text)
{
    bool read = row->kind == CONF_SIZE ? conf_size_read(value, text) : sk_str_to_i64(value, text);

    return read && *value >= row->least && *value <= row->most;
}

/* What a key wants, for people. */
static const char *
expected(char *out, size_t size, const struct conf_row *row)
{
    static const char *const plain[] = {
        [CONF_TEXT] = "a text",        [CONF_LIST] = "a list such as [\"a\", \"b\"]",
        [CONF_PATH] = "a path",        [CONF_SECRET] = "the path of a file that holds the secret",
        [CONF_BOOL] = "true or false", [CONF_SHARE] = "a share from 0.0 to 1.0",
    };

    if (row->kind == CONF_CHOICE)
        snprintf(out, size, "one of %s", row->choices);
    else if (row->kind == CONF_NUMBER)
        snprintf(out, size, "a number from %lld to %lld", (long long)row->least,
                 (long long)row->most);
    else if (row->kind == CONF_SIZE)
        snprintf(out, size, "a size such as 12mb, from %lld to %lld bytes", (long long)row->least,
                 (long long)row->most);
    else
        return plain[row->kind];
    return out;
}

static bool
scalar_read(void *base, const struct conf_row *row, sk_str text)
{
    char *place = (char *)base + row->offset;
    int64_t number;

    switch (row->kind) {
    case CONF_TEXT:
    case CONF_PATH:
    case CONF_SECRET:
        *(sk_str *)(void *)place = text;
        return true;
    case CONF_BOOL:
        return conf_bool_read((bool *)(void *)place, text);
    case CONF_CHOICE:
        return choice_read((int64_t *)(void *)place, text, row->choices);
    case CONF_SHARE:
        return conf_share_read((int64_t *)(void *)place, text);
    case CONF_NUMBER:
    case CONF_SIZE:
        if (!number_read(&number, row, text)) return false;
        *(int64_t *)(void *)place = number;
        return true;
    default:
        return false;
    }
}

static void
row_read(void *base, const struct conf_row *row, const struct part_ucl *node,
         const struct conf *conf, struct conf_faults *faults)
{
    char words[160];

    if (row->kind == CONF_LIST) {
        conf_list_read((struct conf_list *)(void *)((char *)base + row->offset), node, conf,
                       faults);
        return;
    }
    if (node->kind == PART_UCL_TEXT && scalar_read(base, row, node->text)) return;
    value_fault(faults, conf, node, expected(words, sizeof(words), row));
}

static void
usual_put(void *base, const struct conf_row *rows)
{
    for (const struct conf_row *row = rows; row->key; row++) {
        sk_str text = sk_str_of(row->usual);

        if (row->kind == CONF_LIST) {
            struct conf_list *list = (void *)((char *)base + row->offset);
            sk_str one;

            while (text.n && sk_str_cut(&one, &text, ' '))
                list->item[list->count++] = one;
        } else if (row->usual) {
            scalar_read(base, row, text);
        }
    }
}

/* ── blocks by the tables ── */

struct walk {
    void *base;
    const struct conf_row *rows;
    const struct conf *conf;
    struct conf_faults *faults;
    const char *const *besides; /* blocks that the caller reads itself */
};

static bool
is_block(const struct conf_row *rows, sk_str name)
{
    for (; rows->key; rows++)
        if (rows->block[0] && sk_str_eq(sk_str_of(rows->block), name)) return true;
    return false;
}

static void
unknown_fault(const struct walk *w, const char *block, const struct part_ucl *node)
{
    struct nearest near = nearest_to(node->key);

    for (const struct conf_row *row = w->rows; row->key; row++) {
        if (strcmp(row->block, block) == 0)
            nearest_try(&near, row->key);
        else if (!block[0])
            nearest_try(&near, row->block);
    }
    for (size_t i = 0; !block[0] && w->besides[i]; i++)
        nearest_try(&near, w->besides[i]);
    conf_fault(w->faults, w->conf, node->line, node->column, "unknown name %.*s%s%s%s%s%s",
               SK_ARG(node->key), block[0] ? " in " : "", block, near.best ? ": did you mean " : "",
               near.best ? near.best : "", near.best ? "?" : "");
}

static const struct conf_row *
row_find(const struct conf_row *rows, const char *block, sk_str key)
{
    for (; rows->key; rows++)
        if (strcmp(rows->block, block) == 0 && sk_str_eq(sk_str_of(rows->key), key)) return rows;
    return NULL;
}

static bool
said_before(const struct part_ucl *first, const struct part_ucl *node)
{
    for (; first != node; first = first->next)
        if (sk_str_eq(first->key, node->key) && sk_str_eq(first->name, node->name)) return true;
    return false;
}

static bool
is_besides(const struct walk *w, sk_str key)
{
    for (size_t i = 0; w->besides[i]; i++)
        if (sk_str_eq(sk_str_of(w->besides[i]), key)) return true;
    return false;
}

static void
block_walk(const struct walk *w, const char *name, const struct part_ucl *block)
{
    char inner[32];

    for (const struct part_ucl *node = block->first; node; node = node->next) {
        const struct conf_row *row = row_find(w->rows, name, node->key);

        if (!name[0] && is_besides(w, node->key)) continue;
        if (said_before(block->first, node))
            conf_fault(w->faults, w->conf, node->line, node->column, "%.*s stands here twice",
                       SK_ARG(node->key));
        if (row) {
            row_read(w->base, row, node, w->conf, w->faults);
        } else if (!name[0] && is_block(w->rows, node->key)) {
            snprintf(inner, sizeof(inner), "%.*s", SK_ARG(node->key));
            if (node->kind == PART_UCL_BLOCK)
                block_walk(w, inner, node);
            else
                value_fault(w->faults, w->conf, node, "a block { ... }");
        } else {
            unknown_fault(w, name, node);
        }
    }
}

void
conf_block_read(void *base, const struct conf_row *rows, const struct part_ucl *block,
                const struct conf *conf, struct conf_faults *faults)
{
    static const char *const none[] = { NULL };
    struct walk w = { base, rows, conf, faults, none };

    usual_put(base, rows);
    block_walk(&w, "", block);
}

/* ── sites ── */

static void
site_check(const struct conf_site *site, const struct conf *conf, struct conf_faults *faults)
{
    if (site->names.count == 0)
        conf_fault(faults, conf, site->line, site->column,
                   "site %.*s has no names: expected names = [\"www.example.jp\"]",
                   SK_ARG(site->name));
    if ((site->chain.n == 0) != (site->key.n == 0))
        conf_fault(faults, conf, site->line, site->column,
                   "site %.*s: a certificate needs both chain and key", SK_ARG(site->name));
    for (size_t i = 0; i < site->servers.count + site->backup.count; i++) {
        sk_str server = i < site->servers.count ? site->servers.item[i]
                                                : site->backup.item[i - site->servers.count];
        if (!sk_str_starts(server, SK_STR("http://")) && !sk_str_starts(server, SK_STR("unix:")))
            conf_fault(faults, conf, site->line, site->column,
                       "site %.*s: upstream %.*s: expected http://host:port or unix:path",
                       SK_ARG(site->name), SK_ARG(server));
    }
}

/* Texts end up in nginx.conf between quotes, and in file names. */
bool
conf_is_plain(sk_str text, const char *extra)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!word && !strchr(extra, c)) return false;
    }
    return text.n > 0;
}

static void
words_check(const struct conf_site *site, const struct conf *conf, struct conf_faults *faults)
{
    if (!conf_is_plain(site->name, "-_") || site->name.n > 32)
        conf_fault(faults, conf, site->line, site->column,
                   "a site's name is at most 32 letters, digits, - and _, for it names files too");
    if (sk_str_eq(site->name, SK_STR("console")))
        conf_fault(faults, conf, site->line, site->column,
                   "a site cannot be called console: the operators' own is");
    for (size_t i = 0; i < site->names.count; i++)
        if (!conf_is_plain(site->names.item[i], "-.*:[]"))
            conf_fault(faults, conf, site->line, site->column,
                       "site %.*s: %.*s is no host name (write xn--... for Japanese names)",
                       SK_ARG(site->name), SK_ARG(site->names.item[i]));
    for (size_t i = 0; i < site->servers.count + site->backup.count; i++) {
        sk_str server = i < site->servers.count ? site->servers.item[i]
                                                : site->backup.item[i - site->servers.count];
        if (!conf_is_plain(server, "-._:/[]"))
            conf_fault(faults, conf, site->line, site->column,
                       "site %.*s: the upstream %.*s holds characters that no address has",
                       SK_ARG(site->name), SK_ARG(server));
    }
}

static void
site_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
          struct conf_faults *faults)
{
    static const char *const named[] = { "input", "admin", "login", "exchange", "show", NULL };
    struct walk w = { site, conf_site_rows, conf, faults, named };

    site->name = block->name;
    site->line = block->line;
    site->column = block->column;
    usual_put(site, conf_site_rows);
    block_walk(&w, "", block);
    for (const struct part_ucl *node = block->first; node; node = node->next) {
        if (sk_str_eq(node->key, SK_STR("input"))) conf_input_read(site, node, conf, faults);
        if (sk_str_eq(node->key, SK_STR("admin"))) conf_admin_read(site, node, conf, faults);
        if (sk_str_eq(node->key, SK_STR("login"))) conf_login_read(site, node, conf, faults);
        if (sk_str_eq(node->key, SK_STR("exchange"))) conf_exchange_read(site, node, conf, faults);
        if (sk_str_eq(node->key, SK_STR("show"))) conf_show_read(site, node, conf, faults);
    }
    words_check(site, conf, faults);
    conf_charsets_check(site, conf, faults);
    site_check(site, conf, faults);
}

static void
sites_read(struct conf *conf, sk_arena *mem, const struct part_ucl *root,
           struct conf_faults *faults)
{
    size_t wanted = 1;

    for (const struct part_ucl *node = root->first; node; node = node->next)
        wanted += sk_str_eq(node->key, SK_STR("site"));
    conf->site = sk_array(mem, wanted, sizeof(*conf->site));
    for (const struct part_ucl *node = root->first; node; node = node->next) {
        if (!sk_str_eq(node->key, SK_STR("site"))) continue;
        if (node->kind != PART_UCL_BLOCK || !node->name.p) {
            conf_fault(faults, conf, node->line, node->column, "expected site NAME { ... }");
        } else if (said_before(root->first, node)) {
            conf_fault(faults, conf, node->line, node->column, "site %.*s stands here twice",
                       SK_ARG(node->name));
        } else if (conf->site_count == CONF_SITES_MAX) {
            conf_fault(faults, conf, node->line, node->column, "more than %d sites",
                       CONF_SITES_MAX);
        } else {
            site_read(&conf->site[conf->site_count++], node, conf, faults);
        }
    }
    if (conf->site_count == 0)
        conf_fault(faults, conf, 1, 1, "there is no site: expected site NAME { names = [...]; }");
    for (size_t i = 0; i < conf->site_count; i++)
        if (conf->site[i].servers.count == 0) conf->shop = true;
}

static void
purposes_read(struct conf *conf, const struct part_ucl *root, struct conf_faults *faults)
{
    for (const struct part_ucl *node = root->first; node; node = node->next) {
        if (!sk_str_eq(node->key, SK_STR("purpose"))) continue;
        if (said_before(root->first, node))
            conf_fault(faults, conf, node->line, node->column, "purpose %.*s stands here twice",
                       SK_ARG(node->name));
        else
            conf_purpose_read(conf, node, faults);
    }
}

sk_err
conf_read(struct conf **out, struct conf_faults *faults, sk_arena *mem, sk_str text,
          const char *file)
{
    static const char *const sites[] = { "site", "purpose", NULL };
    struct conf *conf = *out = SK_NEW(mem, struct conf);
    struct walk w = { conf, conf_rows, conf, faults, sites };
    struct part_ucl *root = NULL;

    conf->file = file;
    usual_put(conf, conf_rows);
    TRY(part_ucl_read(&root, mem, text, file));
    conf->root = root;
    block_walk(&w, "", root);
    conf_human_check(faults, conf);
    sites_read(conf, mem, root, faults);
    purposes_read(conf, root, faults);
    TRY(conf_purpose_own(conf, mem, faults));
    conf_exchanges_check(conf, faults);
    if (!conf_is_plain(conf->address, ".:"))
        conf_fault(faults, conf, 1, 1, "listen: address: expected an IP address");
    if (conf->http == 0) conf->http = conf->https + 1;
    if (conf->console.port == 0) conf->console.port = conf->https + 2;
    conf_networks_check(&conf->console.networks, conf, 1, 1, faults);
    if (conf->shun.spare.count > 0) conf_networks_check(&conf->shun.spare, conf, 1, 1, faults);
    if (conf->console.port == conf->https || conf->console.port == conf->http)
        conf_fault(faults, conf, 1, 1, "console: port: another one than those of listen");
    if (conf->http == conf->https)
        conf_fault(faults, conf, 1, 1, "listen: https and http need two ports");
    if (!faults->count) return sk_ok();
    return sk_fail(SK_BAD, "%u fault%s in %s", faults->count, faults->count == 1 ? "" : "s", file);
}
