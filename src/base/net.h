/* Addresses and networks of both IP versions, as one kind of value. */
#ifndef SK_BASE_NET_H
#define SK_BASE_NET_H

#include "base/str.h"

/* An address and how many of its leading bits count. IPv4 lies at ::ffff:0:0/96, so that an IPv4
 * client on an IPv6 socket is the same client. Bits behind the prefix are 0. */
struct sk_net {
    unsigned char byte[16];
    unsigned char bits; /* 0 .. 128; of IPv4 96 .. 128 */
};

/* "192.0.2.7", "10.0.0.0/8", "2001:db8::/32", "::1". False: it is none (nor with bits behind its
 * prefix, which is a mistyped network). Zone indices are refused. */
bool sk_net_read(struct sk_net *net, sk_str text);
bool sk_net_is_v4(const struct sk_net *net);
/* Whether all of `part` lies in `net`. */
bool sk_net_has(const struct sk_net *net, const struct sk_net *part);
/* The network around an address: its first v4 or v6 bits ("/24" is 24, not 120). */
struct sk_net sk_net_around(const struct sk_net *address, unsigned v4, unsigned v6);
/* As sk_net_read reads it; without "/n" where it is a whole address. */
sk_str sk_net_text(sk_arena *mem, const struct sk_net *net);

/* Who is one client: an address of IPv4; of IPv6 the /64 out of which a host may choose freely. */
static inline struct sk_net
sk_net_source(const struct sk_net *address)
{
    return sk_net_around(address, 32, 64);
}

/* Who is likely one customer of a provider, one data centre's rack: /24 and /48. */
static inline struct sk_net
sk_net_neighbours(const struct sk_net *address)
{
    return sk_net_around(address, 24, 48);
}

#endif
