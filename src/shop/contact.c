#include "shop/contact.h"

#include "base/hash.h"
#include "personal/token.h"

const struct part_field shop_contact_fields[SHOP_CONTACT_FIELDS] = {
    [SHOP_CONTACT_NAME] = { "name", PART_FIELD_LINE, 80, true },
    [SHOP_CONTACT_EMAIL] = { "email", PART_FIELD_EMAIL, 254, true },
    [SHOP_CONTACT_PHONE] = { "phone", PART_FIELD_PHONE, 24, false },
    [SHOP_CONTACT_SUBJECT] = { "subject", PART_FIELD_LINE, 100, true },
    [SHOP_CONTACT_MESSAGE] = { "message", PART_FIELD_LINES, 1000, true },
    [SHOP_CONTACT_TRAP] = { "website", PART_FIELD_LINE, 0, false },
};

/* 40 random bits in Crockford's base 32: easy to read out, says nothing about how many there are.
 */
static sk_str
number_new(sk_arena *mem)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned char bytes[8];
    char text[9];
    sk_random(bytes, sizeof bytes);
    for (int i = 0; i < 8; i++)
        text[i] = digits[bytes[i] & 31];
    return sk_str_printf(mem, "%.4s-%.4s", text, text + 4);
}

struct work {
    sk_arena *mem;
    const struct shop_contact *contact;
    sk_str number;
};

static sk_err
check_rate(const struct shop_contact *c, struct part_store *store)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT count(*) FROM contact WHERE tenant = ?1 AND at > ?2"));
    part_query_int(q, 1, c->tenant);
    part_query_int(q, 2, c->at - 3600 * 1000);
    TRY(part_query_step(&row, q));
    int64_t count = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return count < SHOP_CONTACT_PER_HOUR ? sk_ok()
                                         : sk_fail(SK_BUSY, "too many messages in this hour");
}

static sk_err
insert(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    const struct shop_contact *c = w->contact;
    struct part_query *q;
    TRY(check_rate(c, store));
    TRY(part_store_query(&q, store,
                         "INSERT INTO contact (tenant, number, at, request, lang, name, email,"
                         " phone, subject, message)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"));
    part_query_int(q, 1, c->tenant);
    part_query_text(q, 2, w->number);
    part_query_int(q, 3, c->at);
    part_query_text(q, 4, c->request);
    part_query_text(q, 5, sk_str_of(part_lang_names[c->lang]));
    for (int i = 0; i < SHOP_CONTACT_TRAP; i++)
        part_query_text(q, 6 + i, c->answer[i].value);
    return part_query_run(q);
}

sk_err
shop_contact_store(sk_str *number, sk_arena *mem, struct part_store *store,
                   const struct shop_contact *contact)
{
    struct work w = { mem, contact, number_new(mem) };
    TRY(part_store_write(store, insert, &w));
    *number = w.number;
    return sk_ok();
}

static sk_str
token_or_none(sk_str text)
{
    struct personal_token token;
    return personal_token_is(&token, text) ? text : (sk_str){ 0 };
}

sk_err
shop_contact_find(struct shop_contact_writer *writer, sk_arena *mem, struct part_store *store,
                  int64_t tenant, sk_str number)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT name, email FROM contact WHERE tenant = ?1 AND number = ?2"));
    part_query_int(q, 1, tenant);
    part_query_text(q, 2, number);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no message of that number");
    writer->name = token_or_none(part_query_get_text(mem, q, 0));
    writer->email = token_or_none(part_query_get_text(mem, q, 1));
    part_query_done(q);
    return sk_ok();
}
