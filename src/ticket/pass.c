/* The pass: see ticket.h.
 *
 *     p1.<base64url of id and seconds until>.<base64url of the HMAC>
 *
 * Signed is  p1.<id and until>.<site>.<network>;  the latter two are not in the cookie, which has
 * nothing to tell about its bearer. */
#include "ticket/seal.h"

enum { UNTIL = 8, BODY = TICKET_PASS_ID + UNTIL, BODY_TEXT = (BODY * 4 + 2) / 3, PASS_TEXT = 128 };

static sk_str
signed_text(sk_arena *mem, sk_str front, sk_str site, const struct sk_net *client)
{
    struct sk_net network = sk_net_neighbours(client);
    struct sk_buf text = { .mem = mem };

    sk_buf_add(&text, front);
    sk_buf_printf(&text, ".%.*s.", SK_ARG(site));
    sk_buf_add(&text, sk_net_text(mem, &network));
    return sk_buf_str(&text);
}

sk_str
ticket_pass_make(sk_arena *mem, const struct ticket_key *key, sk_str site,
                 const struct sk_net *client, sk_when until)
{
    unsigned char body[BODY], mac[SK_SHA256];
    uint64_t seconds = until > 0 ? (uint64_t)until / 1000 : 0;
    struct sk_buf text = { .mem = mem };

    sk_random(body, TICKET_PASS_ID);
    for (unsigned i = UNTIL; i-- > 0; seconds >>= 8)
        body[TICKET_PASS_ID + i] = (unsigned char)(seconds & 255);
    sk_buf_add(&text, SK_STR("p1."));
    sk_buf_add(&text, sk_base64url(mem, (sk_str){ (const char *)body, sizeof body }));
    ticket_seal(mac, key, signed_text(mem, sk_buf_str(&text), site, client));
    sk_buf_byte(&text, '.');
    sk_buf_add(&text, sk_base64url(mem, (sk_str){ (const char *)mac, sizeof mac }));
    return sk_buf_str(&text);
}

static sk_err
forged(void)
{
    return sk_fail(SK_DENIED, "the pass is not one of this gate for this site and network");
}

sk_err
ticket_pass_verify(sk_str *id, sk_arena *mem, const struct ticket_key *key, sk_str pass,
                   sk_str site, const struct sk_net *client, sk_when now)
{
    size_t front = 3 + BODY_TEXT;
    uint64_t seconds = 0;
    sk_str body;

    if (pass.n > PASS_TEXT || pass.n <= front || pass.p[front] != '.' ||
        !sk_str_starts(pass, SK_STR("p1.")))
        return forged();
    if (!ticket_sealed(mem, key, signed_text(mem, sk_str_first(pass, front), site, client),
                       sk_str_from(pass, front + 1)) ||
        !sk_unbase64url(mem, &body, (sk_str){ pass.p + 3, BODY_TEXT }) || body.n != BODY)
        return forged();
    for (unsigned i = 0; i < UNTIL; i++)
        seconds = seconds << 8 | (unsigned char)body.p[TICKET_PASS_ID + i];
    if (now / 1000 >= (int64_t)seconds) return sk_fail(SK_DENIED, "the pass has expired");
    *id = sk_str_first(body, TICKET_PASS_ID);
    return sk_ok();
}
