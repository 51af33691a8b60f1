#include "accounts/account.h"

#include "accounts/id.h"

const char *const accounts_state_names[ACCOUNTS_STATES] = { "invited", "active", "closed" };

#define COLUMNS                                                                                    \
    "id, coalesce(tenant, ''), role, realm, state, lang, made, seen, email, phone, name, "         \
    "password,"                                                                                    \
    " password_at, must_reset, email_index"

static sk_err
read_row(struct account *account, sk_arena *mem, const struct part_query *q)
{
    sk_str realm = part_query_get_text(mem, q, 3), state = part_query_get_text(mem, q, 4);
    *account = (struct account){
        .id = part_query_get_text(mem, q, 0),
        .tenant = part_query_get_text(mem, q, 1),
        .role = part_query_get_text(mem, q, 2),
        .made = part_query_get_int(q, 6),
        .seen = part_query_get_int(q, 7),
        .email_sealed = part_query_get_text(mem, q, 8),
        .phone_sealed = part_query_get_text(mem, q, 9),
        .name_sealed = part_query_get_text(mem, q, 10),
        .password = part_query_get_text(mem, q, 11),
        .password_at = part_query_get_int(q, 12),
        .must_reset = part_query_get_int(q, 13) != 0,
        .email_index = part_query_get_text(mem, q, 14),
    };
    (void)part_lang_find(&account->lang, part_query_get_text(mem, q, 5));
    if (!accounts_realm_find(&account->realm, realm)) return sk_fail(SK_BROKEN, "an unknown realm");
    for (int i = 0; i < ACCOUNTS_STATES; i++)
        if (sk_str_eq(state, sk_str_of(accounts_state_names[i])))
            account->state = (enum accounts_state)i;
    return sk_ok();
}

/* The next row of a question about accounts, which is done then. */
static sk_err
read_one(struct account *account, sk_arena *mem, struct part_query *q)
{
    bool row;
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such account");
    sk_err e = read_row(account, mem, q);
    part_query_done(q);
    return e;
}

sk_err
accounts_account_get(struct account *account, sk_arena *mem, struct part_store *store, sk_str id)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS " FROM account WHERE id = ?1 AND state <> 'closed'"));
    part_query_text(q, 1, id);
    return read_one(account, mem, q);
}

/* --- finding by address --- */

static struct accounts_bound
email_index_of(enum accounts_realm realm)
{
    /* Not of the tenant: an address without a tenant's name is looked for in all of the site's. */
    return (struct accounts_bound){ .kind = SK_STR("email"),
                                    .realm = sk_str_of(accounts_realms[realm].name) };
}

static sk_err
find_in_tenant(struct account *account, sk_arena *mem, struct part_store *store,
               enum accounts_realm realm, sk_str tenant, sk_str site, sk_str index)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS " FROM account"
                         " WHERE realm = ?1 AND coalesce(tenant, '') = ?2 AND email_index = ?3"
                         " AND state <> 'closed' AND (tenant IS NULL OR tenant IN"
                         " (SELECT id FROM tenant WHERE site = ?4))"));
    part_query_text(q, 1, sk_str_of(accounts_realms[realm].name));
    part_query_text(q, 2, tenant);
    part_query_text(q, 3, index);
    part_query_text(q, 4, site);
    return read_one(account, mem, q);
}

/* Theirs in one tenant of the site only: in two, nobody can tell which is meant. */
static sk_err
find_in_site(struct account *account, sk_arena *mem, struct part_store *store,
             enum accounts_realm realm, sk_str site, sk_str index)
{
    struct part_query *q;
    struct account first;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS " FROM account WHERE realm = ?1 AND email_index = ?2"
                         " AND state <> 'closed'"
                         " AND tenant IN (SELECT id FROM tenant WHERE site = ?3) LIMIT 2"));
    part_query_text(q, 1, sk_str_of(accounts_realms[realm].name));
    part_query_text(q, 2, index);
    part_query_text(q, 3, site);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such account");
    TRY(read_row(&first, mem, q));
    TRY(part_query_step(&row, q));
    part_query_done(q);
    if (row) return sk_fail(SK_MISSING, "more than one such account");
    *account = first;
    return sk_ok();
}

static sk_err
find_by_index(struct account *account, sk_arena *mem, struct part_store *store,
              enum accounts_realm realm, sk_str site, sk_str tenant, sk_str index)
{
    if (tenant.n || realm == ACCOUNTS_OPERATOR)
        return find_in_tenant(account, mem, store, realm, tenant, site, index);
    return find_in_site(account, mem, store, realm, site, index);
}

sk_err
accounts_account_find(struct account *account, sk_arena *mem, struct part_store *store,
                      const struct accounts_keys *keys, enum accounts_realm realm, sk_str site,
                      sk_str tenant, sk_str email_same)
{
    struct accounts_bound bound = email_index_of(realm);
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    size_t count = accounts_keys_numbers(numbers, keys);
    sk_err found = sk_fail(SK_MISSING, "no such account");
    /* All keys are asked whatever the first one finds. */
    for (size_t i = 0; i < count; i++) {
        struct account one;
        sk_str index;
        TRY(accounts_index(&index, mem, keys, numbers[i], &bound, email_same));
        sk_err e = find_by_index(&one, mem, store, realm, site, tenant, index);
        if (e.kind == SK_MISSING) continue;
        TRY(e);
        if (sk_failed(found)) *account = one;
        found = sk_ok();
    }
    return found;
}

sk_err
accounts_account_index(sk_str *index, sk_arena *mem, const struct accounts_keys *keys,
                       enum accounts_realm realm, sk_str email_same)
{
    struct accounts_bound bound = email_index_of(realm);
    return accounts_index(index, mem, keys, accounts_keys_newest(keys), &bound, email_same);
}

/* --- making --- */

static struct accounts_bound
bound_of(const char *kind, enum accounts_realm realm, sk_str tenant, sk_str id)
{
    return (struct accounts_bound){ .kind = sk_str_of(kind),
                                    .realm = sk_str_of(accounts_realms[realm].name),
                                    .tenant = tenant,
                                    .account = id };
}

static sk_err
seal_of(sk_str *sealed, sk_arena *mem, const struct accounts_keys *keys, const char *kind,
        const struct account_new *fresh, sk_str id, sk_str text)
{
    struct accounts_bound bound = bound_of(kind, fresh->realm, fresh->tenant, id);
    *sealed = (sk_str){ 0 };
    return text.n ? accounts_seal(sealed, mem, keys, &bound, text) : sk_ok();
}

static sk_err
check_new(const struct account_new *fresh)
{
    if (!accounts_realm_has_role(fresh->realm, fresh->role))
        return sk_fail(SK_BAD, "the realm %s has no role %.*s", accounts_realms[fresh->realm].name,
                       SK_ARG(fresh->role));
    if ((fresh->realm == ACCOUNTS_OPERATOR) != !fresh->tenant.n)
        return sk_fail(SK_BAD, "operators have no tenant, all others have one");
    if (!fresh->email.n || !fresh->email_same.n) return sk_fail(SK_BAD, "no address");
    return sk_ok();
}

static sk_err
insert(struct part_store *store, const struct account_new *fresh, sk_str id, sk_str index,
       sk_str email, sk_str name, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(
        &q, store,
        "INSERT INTO account (id, realm, tenant, role, state, lang, made,"
        " email_index, email, name) VALUES (?1, ?2, nullif(?3, ''), ?4, ?5, ?6, ?7,"
        " ?8, ?9, nullif(?10, ''))"));
    part_query_text(q, 1, id);
    part_query_text(q, 2, sk_str_of(accounts_realms[fresh->realm].name));
    part_query_text(q, 3, fresh->tenant);
    part_query_text(q, 4, fresh->role);
    part_query_text(q, 5, sk_str_of(accounts_state_names[fresh->state]));
    part_query_text(q, 6, sk_str_of(part_lang_names[fresh->lang]));
    part_query_int(q, 7, now);
    part_query_text(q, 8, index);
    part_query_text(q, 9, email);
    part_query_text(q, 10, name);
    return part_query_run(q);
}

/* Whether the address is taken in that tenant, by any key's index. */
static sk_err
check_free(sk_arena *mem, struct part_store *store, const struct accounts_keys *keys,
           const struct account_new *fresh)
{
    struct accounts_bound bound = email_index_of(fresh->realm);
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    size_t count = accounts_keys_numbers(numbers, keys);
    for (size_t i = 0; i < count; i++) {
        struct part_query *q;
        sk_str index;
        bool row;
        TRY(accounts_index(&index, mem, keys, numbers[i], &bound, fresh->email_same));
        TRY(part_store_query(&q, store,
                             "SELECT 1 FROM account WHERE realm = ?1"
                             " AND coalesce(tenant, '') = ?2 AND email_index = ?3"));
        part_query_text(q, 1, bound.realm);
        part_query_text(q, 2, fresh->tenant);
        part_query_text(q, 3, index);
        TRY(part_query_step(&row, q));
        part_query_done(q);
        if (row) return sk_fail(SK_DENIED, "there is an account of that address");
    }
    return sk_ok();
}

sk_err
accounts_account_make(sk_str *id, sk_arena *mem, struct part_store *store,
                      const struct accounts_keys *keys, const struct account_new *fresh,
                      sk_when now)
{
    sk_str index, email, name, made = accounts_id_new(mem, "acc");
    TRY(check_new(fresh));
    TRY(check_free(mem, store, keys, fresh));
    TRY(accounts_account_index(&index, mem, keys, fresh->realm, fresh->email_same));
    TRY(seal_of(&email, mem, keys, "email", fresh, made, fresh->email));
    TRY(seal_of(&name, mem, keys, "name", fresh, made, fresh->name));
    TRY(insert(store, fresh, made, index, email, name, now));
    *id = made;
    return sk_ok();
}

/* --- changing --- */

/* Runs a change of one account, whose id is ?1; SK_MISSING when there was nothing to change. */
static sk_err
run_change(struct part_store *store, struct part_query *q, sk_str id)
{
    part_query_text(q, 1, id);
    TRY(part_query_run(q));
    return part_store_changed(store) ? sk_ok() : sk_fail(SK_MISSING, "no such account");
}

sk_err
accounts_account_set_state(struct part_store *store, sk_str id, enum accounts_state state)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE account SET state = ?2 WHERE id = ?1"));
    part_query_text(q, 2, sk_str_of(accounts_state_names[state]));
    return run_change(store, q, id);
}

sk_err
accounts_account_set_lang(struct part_store *store, sk_str id, enum part_lang lang)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE account SET lang = ?2 WHERE id = ?1"));
    part_query_text(q, 2, sk_str_of(part_lang_names[lang]));
    return run_change(store, q, id);
}

sk_err
accounts_account_set_password(struct part_store *store, sk_str id, sk_str hash, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE account SET password = nullif(?2, ''), password_at = ?3,"
                         " must_reset = 0 WHERE id = ?1"));
    part_query_text(q, 2, hash);
    part_query_int(q, 3, now);
    return run_change(store, q, id);
}

sk_err
accounts_account_rehash(struct part_store *store, sk_str id, sk_str hash)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE account SET password = ?2 WHERE id = ?1"));
    part_query_text(q, 2, hash);
    return run_change(store, q, id);
}

sk_err
accounts_account_void_password(struct part_store *store, sk_str id)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE account SET must_reset = 1 WHERE id = ?1"));
    return run_change(store, q, id);
}

sk_err
accounts_account_saw(struct part_store *store, sk_str id, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE account SET seen = ?2 WHERE id = ?1"));
    part_query_int(q, 2, now);
    return run_change(store, q, id);
}

/* --- personal data --- */

struct accounts_bound
accounts_account_bound(const struct account *account, const char *kind)
{
    return bound_of(kind, account->realm, account->tenant, account->id);
}

static sk_err
open_one(sk_str *text, sk_arena *mem, const struct accounts_keys *keys,
         const struct account *account, const char *kind, sk_str sealed)
{
    struct accounts_bound bound = accounts_account_bound(account, kind);
    *text = (sk_str){ 0 };
    return sealed.n ? accounts_unseal(text, mem, keys, &bound, sealed) : sk_ok();
}

sk_err
accounts_account_email(sk_str *email, sk_arena *mem, const struct accounts_keys *keys,
                       const struct account *account)
{
    return open_one(email, mem, keys, account, "email", account->email_sealed);
}

sk_err
accounts_account_phone(sk_str *phone, sk_arena *mem, const struct accounts_keys *keys,
                       const struct account *account)
{
    return open_one(phone, mem, keys, account, "phone", account->phone_sealed);
}

sk_err
accounts_account_name(sk_str *name, sk_arena *mem, const struct accounts_keys *keys,
                      const struct account *account)
{
    return open_one(name, mem, keys, account, "name", account->name_sealed);
}

/* --- tenants --- */

sk_err
accounts_tenant_make(struct part_store *store, sk_str tenant, sk_str site, sk_when now)
{
    struct part_query *q;
    bool is;
    TRY(part_store_query(&q, store,
                         "INSERT INTO tenant (id, site, made) VALUES (?1, ?2, ?3)"
                         " ON CONFLICT DO NOTHING"));
    part_query_text(q, 1, tenant);
    part_query_text(q, 2, site);
    part_query_int(q, 3, now);
    TRY(part_query_run(q));
    TRY(accounts_tenant_of_site(&is, store, tenant, site));
    return is ? sk_ok() : sk_fail(SK_DENIED, "the tenant belongs to another site");
}

sk_err
accounts_tenant_of_site(bool *is, struct part_store *store, sk_str tenant, sk_str site)
{
    struct part_query *q;
    *is = true;
    if (!tenant.n) return sk_ok();
    TRY(part_store_query(&q, store, "SELECT 1 FROM tenant WHERE id = ?1 AND site = ?2"));
    part_query_text(q, 1, tenant);
    part_query_text(q, 2, site);
    TRY(part_query_step(is, q));
    part_query_done(q);
    return sk_ok();
}
