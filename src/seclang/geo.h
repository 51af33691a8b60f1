/* Where an address is registered: a database in MaxMind's format (.mmdb), as GeoLite2-Country and
 * -City or DB-IP's. libmaxminddb enters at geo.c alone; it maps the file, so a newer one must take
 * its place by renaming, not by writing into it. */
#ifndef SECLANG_GEO_H
#define SECLANG_GEO_H

#include "base/arena.h"
#include "base/str.h"

struct seclang_geo;

/* Members of GEO: a name and what the database says. */
struct seclang_geo_fact {
    const char *name; /* "COUNTRY_CODE" */
    sk_str value;     /* on the arena */
};
enum { SECLANG_GEO_FACTS = 9 };

/* Yours: seclang_geo_close. SK_MISSING or SK_DENIED where the file cannot be read, SK_BAD when it
 * is no such database or says nothing of countries. */
sk_err seclang_geo_open(struct seclang_geo **geo, const char *path) SK_CHECKED;
void seclang_geo_close(struct seclang_geo *geo);
/* How many facts are known about the address; 0: none, or the text is no address. Names are not
 * looked up. */
size_t seclang_geo_find(struct seclang_geo_fact fact[SECLANG_GEO_FACTS],
                        const struct seclang_geo *geo, sk_arena *mem, sk_str address);

#endif
