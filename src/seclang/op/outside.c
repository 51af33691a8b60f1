/* Operators that ask beside the value: @geoLookup a database, @rbl what the host knows of the DNS.
 * Neither waits for anybody. */
#include "seclang/op/rows.h"

enum { ZONE_MOST = 190 }; /* with the 64 bytes of an IPv6 address in front it is still a name */

SECLANG_OP_RUN(geo_lookup)
{
    (void)state;
    if (!run->outside || !run->outside->locate(run->outside->tx, value)) return false;
    run->matched = sk_str_printf(run->mem, "Geo lookup for \"%.*s\" succeeded", SK_ARG(value));
    return true;
}

/* The state is the zone: a zero-terminated text. */
SECLANG_OP_COMPILE(rbl)
{
    sk_str zone = sk_str_trim(argument);

    (void)place, (void)has_macro;
    *state = NULL;
    if (zone.n > 0 && zone.p[zone.n - 1] == '.') zone.n--;
    if (zone.n == 0 || zone.n > ZONE_MOST)
        return sk_fail(SK_BAD, "@rbl needs the list's domain: @rbl list.example");
    for (size_t i = 0; i < zone.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-._",
                    sk_lower_byte((unsigned char)zone.p[i])) ||
            zone.p[i] == 0)
            return sk_fail(SK_BAD, "\"%.*s\" is no domain", SK_ARG(zone));
    *state = sk_str_zcopy(mem, sk_str_lower(mem, zone));
    return sk_ok();
}

SECLANG_OP_RUN(rbl)
{
    sk_str zone = sk_str_of(state);

    if (!run->outside || !run->outside->listed(run->outside->tx, zone, value)) return false;
    seclang_op_capture(run, sk_str_printf(run->mem, "RBL lookup of %.*s succeeded at %.*s",
                                          SK_ARG(value), SK_ARG(zone)));
    run->matched = run->capture[0];
    return true;
}
