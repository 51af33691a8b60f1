/* The ticket: see ticket.h. */
#include "ticket/ticket.h"

#include "base/json.h"
#include "ticket/seal.h"

#include <stddef.h>

enum { LEVEL_MOST = 2 };

static const struct text_row {
    const char *name;
    size_t offset;
} texts[] = {
    { "id", offsetof(struct ticket, id) },
    { "site", offsetof(struct ticket, site) },
    { "tenant", offsetof(struct ticket, tenant) },
    { "realm", offsetof(struct ticket, realm) },
    { "principal", offsetof(struct ticket, principal) },
    { "role", offsetof(struct ticket, role) },
    { "session", offsetof(struct ticket, session) },
    { "route", offsetof(struct ticket, route) },
};
enum { TEXTS = sizeof texts / sizeof *texts };

sk_err
ticket_key_read(struct ticket_key *key, sk_str bytes)
{
    if (bytes.n != TICKET_KEY)
        return sk_fail(SK_BAD, "a ticket key has %d bytes, not %zu", TICKET_KEY, bytes.n);
    memcpy(key->byte, bytes.p, TICKET_KEY);
    return sk_ok();
}

void
ticket_key_wipe(struct ticket_key *key)
{
    explicit_bzero(key, sizeof *key);
}

/* ── making ── */

static sk_str
text_of(const struct ticket *ticket, const struct text_row *row)
{
    return *(const sk_str *)((const char *)ticket + row->offset);
}

static void
payload_write(struct sk_buf *out, const struct ticket *ticket)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    for (size_t i = 0; i < TEXTS; i++) {
        sk_str value = text_of(ticket, &texts[i]);

        if (value.n > 0) sk_json_str(&w, texts[i].name, value);
    }
    sk_json_int(&w, "level", ticket->level);
    sk_json_int(&w, "at", ticket->at);
    sk_json_end_object(&w);
}

bool
ticket_make(struct sk_buf *out, const struct ticket_key *key, const struct ticket *ticket)
{
    struct sk_buf payload = { .mem = out->mem }, text = { .mem = out->mem };
    unsigned char mac[SK_SHA256];

    for (size_t i = 0; i < TEXTS; i++)
        if (text_of(ticket, &texts[i]).n > TICKET_FIELD) return false;
    payload_write(&payload, ticket);
    sk_buf_add(&text, SK_STR("v1."));
    sk_buf_add(&text, sk_base64url(out->mem, sk_buf_str(&payload)));
    ticket_seal(mac, key, sk_buf_str(&text));
    sk_buf_byte(&text, '.');
    sk_buf_add(&text, sk_base64url(out->mem, (sk_str){ (const char *)mac, sizeof mac }));
    if (text.n > TICKET_TEXT) return false;
    sk_buf_add(out, sk_buf_str(&text));
    return true;
}

/* ── reading ── */

/* The payload of what this key has signed, decoded. */
static bool
payload_open(sk_str *payload, sk_arena *mem, const struct ticket_key *key, sk_str text)
{
    size_t dot;

    if (text.n > TICKET_TEXT || !sk_str_starts(text, SK_STR("v1."))) return false;
    dot = sk_str_find_byte(sk_str_from(text, 3), '.');
    if (dot == SIZE_MAX) return false;
    dot += 3;
    if (!ticket_sealed(mem, key, sk_str_first(text, dot), sk_str_from(text, dot + 1))) return false;
    return sk_unbase64url(mem, payload, (sk_str){ text.p + 3, dot - 3 });
}

struct reading {
    struct ticket *ticket;
    sk_arena *mem;
    const sk_json *root;
    unsigned numbers; /* of "level" and "at", how many were there */
    bool bad;
};

static int64_t
number_read(struct reading *reading, const char *name, int64_t most)
{
    int64_t value = sk_json_get_int(reading->root, name, -1);

    reading->numbers++;
    if (value >= 0 && value <= most) return value;
    reading->bad = true;
    return 0;
}

static void
text_read(struct reading *reading, const struct text_row *row, sk_str text)
{
    if (text.n == 0 || text.n > TICKET_FIELD) reading->bad = true;
    *(sk_str *)((char *)reading->ticket + row->offset) = sk_str_copy(reading->mem, text);
}

static void
member_read(void *ctx, const char *name, const sk_json *value)
{
    struct reading *reading = ctx;

    for (size_t i = 0; i < TEXTS; i++)
        if (strcmp(name, texts[i].name) == 0) {
            text_read(reading, &texts[i], sk_json_as_str(value));
            return;
        }
    if (strcmp(name, "at") == 0)
        reading->ticket->at = number_read(reading, name, INT64_MAX - TICKET_LIFE);
    else if (strcmp(name, "level") == 0)
        reading->ticket->level = (int)number_read(reading, name, LEVEL_MOST);
    else
        reading->bad = true; /* a name that this version does not know may limit what it says */
}

sk_err
ticket_verify(struct ticket *ticket, sk_arena *mem, const struct ticket_key *key, sk_str text,
              sk_when now)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct ticket made = { 0 };
    struct reading reading = { .ticket = &made, .mem = mem };
    sk_str payload;

    *ticket = made;
    if (!payload_open(&payload, mem, key, text))
        return sk_fail(SK_DENIED, "the ticket is not signed by this gate");
    TRY(sk_json_read(&root, payload));
    reading.root = root;
    sk_json_each(root, member_read, &reading);
    if (reading.bad || reading.numbers != 2 || made.id.n == 0)
        return sk_fail(SK_BAD, "the ticket is signed but not of this form");
    ticket->at = made.at;
    if (made.at > now + TICKET_AHEAD) return sk_fail(SK_DENIED, "the ticket is from the future");
    if (made.at + TICKET_LIFE < now) return sk_fail(SK_DENIED, "the ticket is too old");
    *ticket = made;
    return sk_ok();
}

sk_str
ticket_local(sk_arena *mem, const struct ticket_key *key, unsigned uid, sk_when now)
{
    struct sk_buf out = { .mem = mem };
    struct ticket ticket = {
        .id = SK_STR("local"),
        .site = SK_STR("console"),
        .realm = SK_STR("operator"),
        .principal = sk_str_printf(mem, "local:%u", uid),
        .role = SK_STR("local"),
        .level = 2,
        .at = now,
    };

    return ticket_make(&out, key, &ticket) ? sk_buf_str(&out) : (sk_str){ 0 };
}

bool
ticket_is_console(const struct ticket *ticket)
{
    return ticket->level == 2 && ticket->principal.n > 0 &&
           sk_str_eq(ticket->site, SK_STR("console")) &&
           sk_str_eq(ticket->realm, SK_STR("operator"));
}
