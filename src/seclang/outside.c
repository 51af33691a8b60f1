/* What operators ask beside the value: the database of countries, lists in the DNS. */
#include "seclang/outside.h"

#include <arpa/inet.h>

/* ── @geoLookup ── */

/* Each lookup that finds something replaces what GEO had. */
static bool
locate(void *subject, sk_str address)
{
    struct seclang_tx *tx = subject;
    struct seclang_list *list = &tx->list[SECLANG_VAR_GEO];
    struct seclang_geo_fact fact[SECLANG_GEO_FACTS];
    size_t count = tx->rules->geo ? seclang_geo_find(fact, tx->rules->geo, tx->mem, address) : 0;

    if (count == 0) return false;
    list->count = 0;
    for (size_t i = 0; i < count; i++)
        seclang_list_add(list, tx->mem,
                         seclang_value_new(tx->mem, sk_str_of(fact[i].name), fact[i].value));
    return true;
}

/* ── @rbl ── */

static bool
to_bytes(unsigned char bytes[16], size_t *count, sk_str address)
{
    char text[INET6_ADDRSTRLEN + 1];

    if (address.n == 0 || address.n >= sizeof text) return false;
    memcpy(text, address.p, address.n);
    text[address.n] = 0;
    *count = 4;
    if (inet_pton(AF_INET, text, bytes) == 1) return true;
    *count = 16;
    return inet_pton(AF_INET6, text, bytes) == 1;
}

sk_str
seclang_rbl_name(sk_arena *mem, sk_str zone, sk_str address)
{
    struct sk_buf name = { .mem = mem };
    unsigned char bytes[16];
    size_t count;

    if (!to_bytes(bytes, &count, address)) return (sk_str){ 0 };
    for (size_t i = count; i-- > 0;) {
        if (count == 4)
            sk_buf_printf(&name, "%u.", bytes[i]);
        else
            sk_buf_printf(&name, "%x.%x.", bytes[i] & 15, bytes[i] >> 4);
    }
    sk_buf_add(&name, zone);
    return sk_buf_str(&name);
}

bool
seclang_rbl_lists(const unsigned char record[4])
{
    return record[0] == 127 && !(record[1] == 255 && record[2] == 255);
}

static bool
listed(void *subject, sk_str zone, sk_str address)
{
    struct seclang_tx *tx = subject;
    sk_str name;

    if (!tx->host.listed) return false;
    name = seclang_rbl_name(tx->mem, zone, address);
    return name.n > 0 && tx->host.listed(tx->host.ctx, name);
}

const sk_str *
seclang_rules_rbl_zones(const struct seclang_rules *rules, size_t *count)
{
    *count = rules->rbl_zone_count;
    return rules->rbl_zone;
}

const struct seclang_outside *
seclang_outside(struct seclang_tx *tx)
{
    tx->outside = (struct seclang_outside){ tx, locate, listed };
    return &tx->outside;
}
