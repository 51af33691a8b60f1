/* Tickets, passes and solutions. The first byte says which. A key that the fuzzer does not know
 * would keep it outside the door, so payloads of tickets are signed here. */
#include "base/hash.h"
#include "ticket/ticket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ticket_key key = { "fuzz" };

static sk_str
sealed(sk_arena *mem, sk_str payload)
{
    struct sk_buf text = { .mem = mem };
    unsigned char mac[SK_SHA256];

    sk_buf_add(&text, SK_STR("v1."));
    sk_buf_add(&text, sk_base64url(mem, payload));
    sk_hmac_sha256(mac, (sk_str){ (const char *)key.byte, sizeof key.byte }, sk_buf_str(&text));
    sk_buf_byte(&text, '.');
    sk_buf_add(&text, sk_base64url(mem, (sk_str){ (const char *)mac, sizeof mac }));
    return sk_buf_str(&text);
}

/* What is taken can be made again, and says the same. */
static void
ticket_try(sk_arena *mem, sk_str text)
{
    struct ticket first, again;
    struct sk_buf out = { .mem = mem };

    if (sk_failed(ticket_verify(&first, mem, &key, text, 1000))) return;
    if (first.level < 0 || first.level > 2 || first.at > 1000 + TICKET_AHEAD) __builtin_trap();
    if (!ticket_make(&out, &key, &first)) return; /* other JSON is shorter than ours may be */
    if (sk_failed(ticket_verify(&again, mem, &key, sk_buf_str(&out), 1000)) ||
        !sk_str_eq(first.principal, again.principal) || first.level != again.level)
        __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str text = { (const char *)data + 1, size ? size - 1 : 0 };
    struct ticket_solved solved;
    struct sk_net client;
    sk_str id;

    if (size > 0 && data[0] % 4 == 0) ticket_try(mem, sealed(mem, text));
    if (size > 0 && data[0] % 4 == 1) ticket_try(mem, text);
    if (size > 0 && data[0] % 4 == 2 && sk_net_read(&client, SK_STR("192.0.2.1")) &&
        !sk_failed(ticket_pass_verify(&id, mem, &key, text, SK_STR("shop"), &client, 1)))
        __builtin_trap(); /* nobody has made one */
    if (size > 0 && data[0] % 4 == 3 &&
        !sk_failed(
            ticket_puzzle_verify(&solved, mem, &key, SK_STR("shop"), sk_base64(mem, text), 1)))
        __builtin_trap();
    sk_arena_free(mem);
    return 0;
}
