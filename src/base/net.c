/* Addresses and networks: see net.h. */
#include "base/net.h"

#include <arpa/inet.h>

enum { TEXT_MOST = 63, V4_AT = 96 };

static const unsigned char v4_front[12] = { [10] = 0xff, [11] = 0xff };

/* Clears what lies behind the first `bits`. True: there was nothing. */
static bool
tail_clear(unsigned char byte[16], unsigned bits)
{
    bool clean = true;

    for (unsigned i = 0; i < 16; i++) {
        unsigned kept = bits >= 8 * (i + 1) ? 8 : bits > 8 * i ? bits - 8 * i : 0;
        unsigned char mask = (unsigned char)(0xff00u >> kept);

        clean &= (byte[i] & ~mask & 0xff) == 0;
        byte[i] &= mask;
    }
    return clean;
}

static bool
address_read(unsigned char byte[16], bool *v4, sk_str text)
{
    char zero_terminated[TEXT_MOST + 1];

    if (text.n == 0 || text.n > TEXT_MOST || memchr(text.p, '\0', text.n)) return false;
    memcpy(zero_terminated, text.p, text.n);
    zero_terminated[text.n] = '\0';
    *v4 = inet_pton(AF_INET, zero_terminated, byte + sizeof v4_front) == 1;
    if (*v4) memcpy(byte, v4_front, sizeof v4_front);
    return *v4 || inet_pton(AF_INET6, zero_terminated, byte) == 1;
}

/* Decimal digits only, no sign, no leading zero. */
static bool
bits_read(unsigned *bits, sk_str text, unsigned most)
{
    int64_t value;

    if (text.n == 0 || text.n > 3 || text.p[0] < '0' || text.p[0] > '9') return false;
    if (text.n > 1 && text.p[0] == '0') return false;
    if (!sk_str_to_i64(&value, text) || value > (int64_t)most) return false;
    *bits = (unsigned)value;
    return true;
}

bool
sk_net_read(struct sk_net *net, sk_str text)
{
    size_t slash = sk_str_find_byte(text, '/');
    struct sk_net made = { .bits = 128 };
    unsigned bits = 128;
    bool v4;

    if (!address_read(made.byte, &v4, sk_str_first(text, slash))) return false;
    if (slash != SIZE_MAX) {
        if (!bits_read(&bits, sk_str_from(text, slash + 1), v4 ? 32 : 128)) return false;
        if (v4) bits += V4_AT;
    }
    made.bits = (unsigned char)bits;
    if (!tail_clear(made.byte, bits)) return false;
    *net = made;
    return true;
}

bool
sk_net_is_v4(const struct sk_net *net)
{
    return net->bits >= V4_AT && memcmp(net->byte, v4_front, sizeof v4_front) == 0;
}

bool
sk_net_has(const struct sk_net *net, const struct sk_net *part)
{
    struct sk_net cut = *part;

    if (part->bits < net->bits) return false;
    (void)tail_clear(cut.byte, net->bits);
    return memcmp(cut.byte, net->byte, sizeof cut.byte) == 0;
}

struct sk_net
sk_net_around(const struct sk_net *address, unsigned v4, unsigned v6)
{
    unsigned bits = sk_net_is_v4(address) ? V4_AT + v4 : v6;
    struct sk_net net = *address;

    if (bits < net.bits) net.bits = (unsigned char)bits;
    (void)tail_clear(net.byte, net.bits);
    return net;
}

sk_str
sk_net_text(sk_arena *mem, const struct sk_net *net)
{
    bool v4 = sk_net_is_v4(net);
    char text[INET6_ADDRSTRLEN] = "";

    (void)inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? net->byte + sizeof v4_front : net->byte, text,
                    sizeof text);
    if (net->bits == 128) return sk_str_printf(mem, "%s", text);
    return sk_str_printf(mem, "%s/%d", text, v4 ? net->bits - V4_AT : net->bits);
}
