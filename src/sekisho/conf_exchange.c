/* exchange "/path" { ... } and show "/path" { ... }: where personal data is swapped for tokens, and
 * where tokens are shown. Fields stand under their kind: phone = ["tel", "customer[mobile]"]. */
#include "sekisho/conf.h"

#define EXCHANGE(member) offsetof(struct conf_exchange, member)
#define SHOW(member)     offsetof(struct conf_show, member)
#define FIELDS(kind)     (EXCHANGE(fields) + (kind) * sizeof(struct conf_list))
#define KIND(name, kind, help)                                                                     \
    {                                                                                              \
        "", name, CONF_LIST, FIELDS(kind), NULL, NULL, 0, 0, help                                  \
    }

const struct conf_row conf_exchange_rows[] = {
    KIND("name", PERSONAL_NAME, "Fields with a name, as it is written."),
    KIND("reading", PERSONAL_READING, "Fields with a name, as it is spoken, in kana."),
    KIND("phone", PERSONAL_PHONE,
         "Fields with a phone number; one in three fields is tel1+tel2+tel3."),
    KIND("email", PERSONAL_EMAIL, "Fields with an e-mail address."),
    KIND("address", PERSONAL_ADDRESS, "Fields with a postal address, or a line of one."),
    KIND("birthday", PERSONAL_BIRTHDAY,
         "Fields with a date of birth; one in three fields is year+month+day."),
    KIND("bank", PERSONAL_BANK, "Fields with a bank account."),
    KIND("note", PERSONAL_NOTE, "Fields with free text about a person."),
    { "", "person", CONF_CHOICE, EXCHANGE(person), "self", "self|new", 0, 0,
      "Whose the values are: of who types them, whose browser sees them again; or of somebody new, "
      "each time, as where staff types." },
    { "", "earns", CONF_TEXT, EXCHANGE(earns), "", NULL, 0, 0,
      "The purpose under which these values may be read later beside its budgets. Left out: "
      "none." },
    { "", "tenant", CONF_NUMBER, EXCHANGE(tenant), "0", NULL, 0, 16,
      "Which segment of the path names the tenant, from 1; 0: none does." },
    { "", "charset", CONF_CHOICE, EXCHANGE(charset), "utf-8", "utf-8|shift_jis|euc-jp", 0, 0,
      "That of the pages whose forms come here: browsers send it without saying so." },
    { .key = NULL },
};

const struct conf_row conf_show_rows[] = {
    { "", "purpose", CONF_TEXT, SHOW(purpose), "", NULL, 0, 0,
      "The purpose that the values are read for. Left out: people see their own, and masks." },
    { "", "kinds", CONF_LIST, SHOW(kinds), NULL, NULL, 0, 0,
      "The kinds that are shown here: name, phone, ... Left out: all that the purpose shows." },
    { "", "tenant", CONF_NUMBER, SHOW(tenant), "0", NULL, 0, 16,
      "Which segment of the path names the tenant, from 1; 0: none does." },
    { .key = NULL },
};

static void
purpose_check(sk_str purpose, const struct part_ucl *block, const struct conf *conf,
              struct conf_faults *faults)
{
    if (purpose.n && (!conf_is_plain(purpose, "-_") || purpose.n > 64))
        conf_fault(faults, conf, block->line, block->column,
                   "%.*s: expected a purpose's name: at most 64 letters, digits, - and _",
                   SK_ARG(purpose));
}

/* How often a name stands there, by itself or as a part of tel1+tel2+tel3. */
static size_t
times(const struct conf_exchange *exchange, sk_str name)
{
    size_t count = 0;

    for (int kind = 0; kind < PERSONAL_KINDS; kind++)
        for (size_t i = 0; i < exchange->fields[kind].count; i++) {
            sk_str rest = exchange->fields[kind].item[i], one;

            while (sk_str_cut(&one, &rest, '+'))
                count += sk_str_eq(one, name);
        }
    return count;
}

/* Returns how many names stand there. */
static size_t
field_check(const struct conf_exchange *exchange, sk_str field, enum personal_kind kind,
            const struct part_ucl *block, const struct conf *conf, struct conf_faults *faults)
{
    bool joins = kind == PERSONAL_PHONE || kind == PERSONAL_BIRTHDAY;
    sk_str rest = field, name;
    size_t count = 0;

    for (; sk_str_cut(&name, &rest, '+'); count++) {
        if (!conf_field_is_plain(name))
            conf_fault(faults, conf, block->line, block->column,
                       "%.*s: a field's name holds letters, digits and _ - . [ ]", SK_ARG(name));
        else if (times(exchange, name) > 1)
            conf_fault(faults, conf, block->line, block->column, "%.*s stands there twice",
                       SK_ARG(name));
    }
    if (count != 1 && (count != CONF_JOINED || !joins))
        conf_fault(faults, conf, block->line, block->column,
                   "%.*s: a phone number or birthday in three fields is expected: tel1+tel2+tel3",
                   SK_ARG(field));
    return count;
}

static void
fields_check(const struct conf_exchange *exchange, const struct part_ucl *block,
             const struct conf *conf, struct conf_faults *faults)
{
    size_t count = 0;

    for (int kind = 0; kind < PERSONAL_KINDS; kind++)
        for (size_t i = 0; i < exchange->fields[kind].count; i++)
            count += field_check(exchange, exchange->fields[kind].item[i], (enum personal_kind)kind,
                                 block, conf, faults);
    if (count == 0)
        conf_fault(faults, conf, block->line, block->column,
                   "exchange %.*s: expected fields, such as phone = [\"tel\"]",
                   SK_ARG(exchange->path));
    if (count > CONF_EXCHANGED_MAX)
        conf_fault(faults, conf, block->line, block->column, "more than %d fields",
                   CONF_EXCHANGED_MAX);
}

/* Whether the block has a path, and there is room for it; a fault where not. */
static bool
is_room(size_t count, const struct part_ucl *block, const struct conf *conf,
        struct conf_faults *faults)
{
    if (count < CONF_EXCHANGES_MAX) return conf_path_check(block, conf, faults);
    conf_fault(faults, conf, block->line, block->column, "more than %d %.*s blocks",
               CONF_EXCHANGES_MAX, SK_ARG(block->key));
    return false;
}

void
conf_exchange_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                   struct conf_faults *faults)
{
    struct conf_exchange *exchange = &site->exchange[site->exchange_count];

    if (!is_room(site->exchange_count, block, conf, faults)) return;
    exchange->path = block->name;
    exchange->line = block->line;
    exchange->column = block->column;
    conf_block_read(exchange, conf_exchange_rows, block, conf, faults);
    fields_check(exchange, block, conf, faults);
    purpose_check(exchange->earns, block, conf, faults);
    site->exchange_count++;
}

void
conf_show_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
               struct conf_faults *faults)
{
    struct conf_show *show = &site->show[site->show_count];

    if (!is_room(site->show_count, block, conf, faults)) return;
    show->path = block->name;
    show->line = block->line;
    show->column = block->column;
    conf_block_read(show, conf_show_rows, block, conf, faults);
    purpose_check(show->purpose, block, conf, faults);
    for (size_t i = 0; i < show->kinds.count; i++)
        if (personal_kind_of(show->kinds.item[i]) == PERSONAL_NONE)
            conf_fault(faults, conf, block->line, block->column,
                       "kinds: %.*s: expected name, reading, phone, email, address, birthday, bank "
                       "or note",
                       SK_ARG(show->kinds.item[i]));
    site->show_count++;
}

static void
declared_check(sk_str purpose, const struct conf *conf, unsigned line, unsigned column,
               struct conf_faults *faults)
{
    if (purpose.n == 0) return;
    for (size_t i = 0; i < conf->purpose_count; i++)
        if (sk_str_eq(conf->purpose[i].name, purpose)) return;
    conf_fault(faults, conf, line, column,
               "there is no purpose %.*s: expected purpose %.*s { ... } beside the sites",
               SK_ARG(purpose), SK_ARG(purpose));
}

void
conf_exchanges_check(const struct conf *conf, struct conf_faults *faults)
{
    for (size_t i = 0; i < conf->site_count; i++) {
        const struct conf_site *site = &conf->site[i];

        for (size_t k = 0; k < site->exchange_count; k++)
            declared_check(site->exchange[k].earns, conf, site->exchange[k].line,
                           site->exchange[k].column, faults);
        for (size_t k = 0; k < site->show_count; k++)
            declared_check(site->show[k].purpose, conf, site->show[k].line, site->show[k].column,
                           faults);
    }
}
