/* Names of index rows: what the front can make by itself once it has a word's naming key. */
#include "base/hash.h"
#include "keeper/keeper.h"

void
keeper_row_name(unsigned char name[KEEPER_NAMING], const unsigned char naming[KEEPER_NAMING],
                uint32_t number)
{
    const char bytes[] = { (char)(number >> 24), (char)(number >> 16), (char)(number >> 8),
                           (char)number };

    sk_hmac_sha256(name, (sk_str){ (const char *)naming, KEEPER_NAMING },
                   (sk_str){ bytes, sizeof bytes });
}
