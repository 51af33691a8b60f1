#include "sekisho/services.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#ifdef SEKISHO_HAS_ACCOUNTS
#include "accounts/accounts.h"
#endif
#ifdef SEKISHO_HAS_CONSOLE
#include "console/console.h"
#endif
#ifdef SEKISHO_HAS_KEEPER
#include "keeper/keeper.h"
#endif
#ifdef SEKISHO_HAS_LEDGER
#include "ledger/ledger.h"
#endif
#ifdef SEKISHO_HAS_POST
#include "post/post.h"
#endif
#ifdef SEKISHO_HAS_SCRIBE
#include "scribe/scribe.h"
#endif
#ifdef SEKISHO_HAS_VAULT
#include "vault/vault.h"
#endif
#include "sekisho/files.h"
#include "sekisho/render.h"

#include <stdio.h>

enum { TICKET_KEY = 32, TEXT_MAX = 1 << 20 };

#ifdef SEKISHO_HAS_SCRIBE
static bool
shuns(const struct conf *conf)
{
    return conf->shun.enabled;
}
#endif

const struct service services[] = {
#ifdef SEKISHO_HAS_LEDGER
    { .name = "ledger",
      .card = &ledger_card,
      .main = ledger_main,
      .socket = { "run/ledger.sock" },
      .reader = "sekisho-console",
      .late = true },
#endif
#ifdef SEKISHO_HAS_POST
    { .name = "post",
      .card = &post_card,
      .main = post_main,
      .socket = { "run/post.sock", "run/human.sock" },
      .also = "human",
      .check = post_config_check,
      .late = true },
#endif
#ifdef SEKISHO_HAS_KEEPER
    { .name = "keeper",
      .card = &keeper_card,
      .main = keeper_main,
      .socket = { "run/keeper.sock" },
      .ticket = true,
      .late = true },
#endif
#ifdef SEKISHO_HAS_VAULT
    { .name = "vault",
      .card = &vault_card,
      .main = vault_main,
      .socket = { "run/vault.sock" },
      .check = vault_conf_check,
      .late = true },
#endif
#ifdef SEKISHO_HAS_ACCOUNTS
    { .name = "accounts",
      .card = &accounts_card,
      .main = accounts_main,
      .socket = { "run/accounts.sock", "run/accounts-api.sock" },
      .check = accounts_conf_check,
      .ticket = true,
      .late = true },
#endif
#ifdef SEKISHO_HAS_CONSOLE
    { .name = "console",
      .card = &console_card,
      .main = console_main,
      .socket = { "run/console.sock" },
      .ticket = true },
#endif
#ifdef SEKISHO_HAS_SCRIBE
    { .name = "scribe", .card = &scribe_card, .main = scribe_main, .wanted = shuns },
#endif
    { .name = NULL },
};

bool
services_has(const char *name)
{
    for (const struct service *s = services; s->name; s++)
        if (strcmp(s->name, name) == 0) return true;
    return false;
}

bool
service_wanted(const struct service *service, const struct conf *conf)
{
    return !service->wanted || service->wanted(conf);
}

/* ── before the start ── */

static sk_err
ticket_key_make(const struct house *house)
{
    const char *path = house_path(house, "keys/ticket.key");
    unsigned char key[TICKET_KEY];
    sk_str old;

    TRY(files_folder(house_path(house, "keys"), 0700, NULL));
    if (!sk_failed(sk_file_read(&old, house->mem, path, TEXT_MAX)) && old.n == TICKET_KEY)
        return sk_ok();
    sk_random(key, sizeof(key));
    return files_write(path, (sk_str){ (const char *)key, sizeof(key) }, 0400);
}

/* The user of a part, when there are users of their own. */
static sk_err
user_of(const struct part_user **out, struct part_user *user, const struct house *house,
        const struct service *service)
{
    *out = NULL;
    if (!house->as_root) return sk_ok();
    TRY(part_user_find(user, service->card->user));
    *out = user;
    return sk_ok();
}

/* A part's own folder. What another part may read has that part's group, and so has all that is
 * made in it; the modes of the files decide what is shown. */
static sk_err
folder_prepare(const struct house *house, const struct service *service,
               const struct part_user *owner)
{
    const char *path = house_path(house, service->name);
    struct part_user reader, shared;

    if (!owner || !service->reader) return files_folder(path, 0700, owner);
    TRY(part_user_make(&reader, service->reader));
    shared = (struct part_user){ owner->uid, reader.gid };
    return files_folder(path, 02750, &shared);
}

static sk_err
service_prepare(const struct house *house, const struct service *service)
{
    const struct part_user *owner;
    struct part_user user;

    if (house->as_root) TRY(part_user_make(&user, service->card->user));
    TRY(user_of(&owner, &user, house, service));
    TRY(folder_prepare(house, service, owner));
    return files_folder(house_path(house, sk_str_printf(house->mem, "conf/%s", service->name).p),
                        0700, owner);
}

sk_err
services_prepare(struct house *house)
{
    TRY(ticket_key_make(house));
    TRY(files_folder(house_path(house, "conf"), 0755, NULL));
    for (const struct service *service = services; service->name; service++)
        if (service_wanted(service, house->conf)) TRY(service_prepare(house, service));
    return sk_ok();
}

/* ── what a part is told ── */

/* What the part calls the row's key; NULL: it is not told of it. */
static const char *
key_of(sk_arena *mem, const struct service *service, const struct conf_row *row)
{
    if (strcmp(row->block, service->name) == 0) return row->key;
    if (!service->also || strcmp(row->block, service->also) != 0) return NULL;
    return sk_str_printf(mem, "%s_%s", row->block, row->key).p;
}

static void
row_json(struct sk_json_writer *w, const char *key, const struct conf_row *row, const void *base,
         const struct house *house, const struct service *service)
{
    const char *place = (const char *)base + row->offset;
    const struct conf_list *list = (const void *)place;
    sk_str text = *(const sk_str *)(const void *)place;

    switch (row->kind) {
    case CONF_LIST:
        sk_json_array(w, key);
        for (size_t i = 0; i < list->count; i++)
            sk_json_str(w, NULL, list->item[i]);
        sk_json_end_array(w);
        return;
    case CONF_BOOL:
        sk_json_bool(w, key, *(const bool *)(const void *)place);
        return;
    case CONF_CHOICE:
        sk_json_str(w, key, conf_choice_word(row, *(const int64_t *)(const void *)place));
        return;
    case CONF_NUMBER:
    case CONF_SHARE:
    case CONF_SIZE:
        sk_json_int(w, key, *(const int64_t *)(const void *)place);
        return;
    case CONF_SECRET: /* the path of its copy */
        text = text.n ? sk_str_printf(house->mem, "%s/conf/%s/%s", house->state, service->name, key)
                      : text;
        break;
    default:
        break;
    }
    sk_json_str(w, key, text);
}

/* Rows of a block that stand together are one object. */
static void
purpose_json(struct sk_json_writer *w, const struct conf_purpose *purpose,
             const struct house *house)
{
    const char *block = "";

    sk_json_object(w, NULL);
    sk_json_str(w, "name", purpose->name);
    for (const struct conf_row *row = conf_purpose_rows; row->key; row++) {
        if (strcmp(row->block, block) != 0) {
            if (block[0]) sk_json_end_object(w);
            block = row->block;
            sk_json_object(w, block);
        }
        row_json(w, row->key, row, purpose, house, NULL);
    }
    if (block[0]) sk_json_end_object(w);
    sk_json_end_object(w);
}

void
services_purposes_json(struct sk_json_writer *w, const char *key, const struct house *house)
{
    sk_json_array(w, key);
    for (size_t i = 0; i < house->conf->purpose_count; i++)
        purpose_json(w, &house->conf->purpose[i], house);
    purpose_json(w, &house->conf->probe, house);
    sk_json_end_array(w);
}

static void
sites_json(struct sk_json_writer *w, const struct conf *conf)
{
    sk_json_array(w, "sites");
    for (size_t i = 0; i < conf->site_count; i++) {
        const struct conf_site *site = &conf->site[i];

        sk_json_object(w, NULL);
        sk_json_str(w, "name", site->name);
        sk_json_array(w, "names");
        for (size_t n = 0; n < site->names.count; n++)
            sk_json_str(w, NULL, site->names.item[n]);
        sk_json_end_array(w);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
}

sk_str
service_json(sk_arena *mem, const struct service *service, const struct house *house)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    for (const struct conf_row *row = conf_rows; row->key; row++) {
        const char *key = key_of(mem, service, row);

        if (key) row_json(&w, key, row, house->conf, house, service);
    }
    if (strcmp(service->name, "keeper") == 0) services_purposes_json(&w, "purposes", house);
    sk_json_object(&w, "house");
    sk_json_str(&w, "address", house->conf->address);
    sk_json_int(&w, "https", house->conf->https);
    if (services_has("console")) sk_json_int(&w, "console", house->conf->console.port);
    sites_json(&w, house->conf);
    sk_json_end_object(&w);
    sk_json_end_object(&w);
    sk_buf_byte(&out, '\n');
    return sk_buf_str(&out);
}

/* ── secrets ── */

/* The path that a row names, absolute; empty where it names none. */
static sk_str
secret_path(const struct house *house, const struct conf_row *row)
{
    const char *place = (const char *)house->conf + row->offset;
    sk_str path = *(const sk_str *)(const void *)place;

    return path.n ? render_path(house->mem, house->state, path) : path;
}

static void
secret_fault(struct house *house, const struct conf_row *row, sk_err e)
{
    const struct part_ucl *said = conf_said(house->conf, row->block, row->key);

    conf_fault(&house->faults, house->conf, said ? said->line : 1, said ? said->column : 1,
               "%s: %s: %s", row->block, row->key, e.why);
}

static void
secrets_check(struct house *house)
{
    for (const struct conf_row *row = conf_rows; row->key; row++) {
        sk_str path, text;
        sk_err e;

        if (row->kind != CONF_SECRET) continue;
        path = secret_path(house, row);
        if (path.n == 0) continue;
        e = sk_file_read(&text, house->mem, path.p, TEXT_MAX);
        if (!sk_failed(e) && sk_str_trim(text).n == 0)
            e = sk_fail(SK_BAD, "%s: is empty: put the secret into it", path.p);
        if (sk_failed(e)) secret_fault(house, row, e);
    }
}

void
services_check(struct house *house)
{
    secrets_check(house);
    for (const struct service *s = services; s->name; s++) {
        sk_err e = s->check ? s->check(service_json(house->mem, s, house)) : sk_ok();

        if (sk_failed(e)) conf_fault(&house->faults, house->conf, 1, 1, "%s: %s", s->name, e.why);
    }
}

/* ── writing it ── */

struct copy {
    const struct house *house;
    const struct part_user *owner;
    const char *folder; /* STATE/conf/NAME */
};

/* Whether the file's text was another before. */
static sk_err
put(bool *changed, const struct copy *copy, const char *name, sk_str text)
{
    const char *path = sk_str_printf(copy->house->mem, "%s/%s", copy->folder, name).p;
    sk_str old;

    if (!sk_failed(sk_file_read(&old, copy->house->mem, path, TEXT_MAX)) && sk_str_eq(old, text))
        return files_give(path, copy->owner);
    *changed = true;
    TRY(files_write(path, text, 0400));
    return files_give(path, copy->owner);
}

static sk_err
secrets_put(bool *changed, const struct copy *copy, const struct service *service)
{
    for (const struct conf_row *row = conf_rows; row->key; row++) {
        sk_str path, text;
        const char *key = key_of(copy->house->mem, service, row);

        if (row->kind != CONF_SECRET || !key) continue;
        path = secret_path(copy->house, row);
        if (path.n == 0) continue;
        TRY(sk_file_read(&text, copy->house->mem, path.p, TEXT_MAX));
        TRY(put(changed, copy, key, text));
    }
    return sk_ok();
}

static sk_err
service_render(bool *changed, const struct house *house, const struct service *service)
{
    struct copy copy = {
        .house = house,
        .folder = sk_str_printf(house->mem, "%s/conf/%s", house->state, service->name).p,
    };
    struct part_user user;
    sk_str key;

    TRY(user_of(&copy.owner, &user, house, service));
    TRY(secrets_put(changed, &copy, service));
    if (service->ticket) {
        TRY(sk_file_read(&key, house->mem, house_path(house, "keys/ticket.key"), TEXT_MAX));
        TRY(put(changed, &copy, "ticket.key", key));
    }
    return put(changed, &copy, sk_str_printf(house->mem, "%s.json", service->name).p,
               service_json(house->mem, service, house));
}

sk_err
services_render(unsigned *changed, const struct house *house)
{
    *changed = 0;
    for (unsigned i = 0; services[i].name; i++) {
        bool other = false;

        if (!service_wanted(&services[i], house->conf)) continue;
        TRY(service_render(&other, house, &services[i]));
        if (other) *changed |= 1u << i;
    }
    return sk_ok();
}
