/* Countries and cities of addresses: see geo.h. */
#include "seclang/geo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <maxminddb.h>
#include <stdlib.h>
#include <unistd.h>

struct seclang_geo {
    MMDB_s db;
};

static bool
says_countries(const MMDB_s *db)
{
    static const char *const kinds[] = { "Country", "City", "Location", "Enterprise", "Insights" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strstr(db->metadata.database_type, kinds[i])) return true;
    return false;
}

sk_err
seclang_geo_open(struct seclang_geo **geo, const char *path)
{
    struct seclang_geo *fresh;
    int e;

    *geo = NULL;
    if (access(path, R_OK) != 0)
        return sk_fail(errno == EACCES ? SK_DENIED : SK_MISSING, "%s: %s", path, strerror(errno));
    fresh = calloc(1, sizeof *fresh);
    if (!fresh) return sk_fail(SK_FULL, "%s: no memory", path);
    e = MMDB_open(path, MMDB_MODE_MMAP, &fresh->db);
    if (e != MMDB_SUCCESS) {
        free(fresh);
        return sk_fail(
            SK_BAD, "%s: no database in MaxMind's format (.mmdb; the older .dat is not read): %s",
            path, MMDB_strerror(e));
    }
    if (!says_countries(&fresh->db)) {
        sk_err wrong =
            sk_fail(SK_BAD, "%s is a database of type %s; expected one of countries or cities",
                    path, fresh->db.metadata.database_type);

        seclang_geo_close(fresh);
        return wrong;
    }
    *geo = fresh;
    return sk_ok();
}

void
seclang_geo_close(struct seclang_geo *geo)
{
    if (!geo) return;
    MMDB_close(&geo->db);
    free(geo);
}

/* ── values ── */

static sk_str
text_of(sk_arena *mem, const MMDB_entry_data_s *data)
{
    switch (data->type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
        return sk_str_copy(mem, (sk_str){ data->utf8_string, data->data_size });
    case MMDB_DATA_TYPE_DOUBLE:
        return sk_str_printf(mem, "%.4f", data->double_value);
    case MMDB_DATA_TYPE_UINT16:
        return sk_str_printf(mem, "%u", (unsigned)data->uint16);
    case MMDB_DATA_TYPE_UINT32:
        return sk_str_printf(mem, "%u", (unsigned)data->uint32);
    default:
        return (sk_str){ 0 };
    }
}

/* Where each fact stands in a record. */
static const struct {
    const char *name;
    const char *path[5];
} rows[SECLANG_GEO_FACTS] = {
    { "COUNTRY_CODE", { "country", "iso_code", NULL } },
    { "COUNTRY_NAME", { "country", "names", "en", NULL } },
    { "COUNTRY_CONTINENT", { "continent", "code", NULL } },
    { "REGION", { "subdivisions", "0", "iso_code", NULL } },
    { "CITY", { "city", "names", "en", NULL } },
    { "POSTAL_CODE", { "postal", "code", NULL } },
    { "LATITUDE", { "location", "latitude", NULL } },
    { "LONGITUDE", { "location", "longitude", NULL } },
    { "DMA_CODE", { "location", "metro_code", NULL } },
};

static size_t
facts_of(struct seclang_geo_fact *fact, sk_arena *mem, MMDB_entry_s *entry)
{
    size_t count = 0;

    for (size_t i = 0; i < SECLANG_GEO_FACTS; i++) {
        MMDB_entry_data_s data;
        sk_str value;

        if (MMDB_aget_value(entry, &data, rows[i].path) != MMDB_SUCCESS || !data.has_data) continue;
        value = text_of(mem, &data);
        if (value.n > 0) fact[count++] = (struct seclang_geo_fact){ rows[i].name, value };
    }
    return count;
}

static bool
to_sockaddr(struct sockaddr_storage *address, sk_str text)
{
    struct sockaddr_in *four = (struct sockaddr_in *)address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
    char buf[INET6_ADDRSTRLEN + 1];

    if (text.n == 0 || text.n >= sizeof buf) return false;
    memcpy(buf, text.p, text.n);
    buf[text.n] = 0;
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, buf, &four->sin_addr) == 1) {
        address->ss_family = AF_INET;
        return true;
    }
    address->ss_family = AF_INET6;
    return inet_pton(AF_INET6, buf, &six->sin6_addr) == 1;
}

size_t
seclang_geo_find(struct seclang_geo_fact fact[SECLANG_GEO_FACTS], const struct seclang_geo *geo,
                 sk_arena *mem, sk_str address)
{
    struct sockaddr_storage where;
    MMDB_lookup_result_s found;
    int e = MMDB_SUCCESS;

    if (!to_sockaddr(&where, address)) return 0;
    found = MMDB_lookup_sockaddr(&geo->db, (struct sockaddr *)&where, &e);
    if (e != MMDB_SUCCESS || !found.found_entry) return 0;
    return facts_of(fact, mem, &found.entry);
}
