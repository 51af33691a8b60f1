/* The cache as the operators see it; the host's side stands in seclang.h. */
#ifndef SECLANG_CACHE_CACHE_H
#define SECLANG_CACHE_CACHE_H

#include "base/hash.h"
#include "seclang/seclang.h"

/* Both mark the entry as used. One whose body is damaged is not there. */
bool seclang_cache_has(struct seclang_cache *cache, const unsigned char key[SK_SHA256]);
bool seclang_cache_find(sk_str *body, struct seclang_cache *cache,
                        const unsigned char key[SK_SHA256]);
/* Copies both parts of the body, one behind the other. Beyond SECLANG_PACK_ENTRIES nothing is kept.
 */
void seclang_cache_put(struct seclang_cache *cache, const unsigned char key[SK_SHA256], sk_str note,
                       sk_str rest);
bool seclang_cache_is_only(const struct seclang_cache *cache);

#endif
