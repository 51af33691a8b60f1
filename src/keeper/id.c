#include "base/hash.h"
#include "keeper/keeper.h"

enum { PREFIX = 4, DIGITS = 20 };

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz"; /* Crockford's base 32 */

bool
keeper_id_is_none(const struct keeper_id *id)
{
    static const struct keeper_id none;

    return memcmp(id, &none, sizeof none) == 0;
}

bool
keeper_id_read(struct keeper_id *id, const char *kind, sk_str text)
{
    *id = (struct keeper_id){ { 0 } };
    if (text.n == 0) return true;
    if (text.n != sizeof id->text || memcmp(text.p, kind, PREFIX - 1) != 0 ||
        text.p[PREFIX - 1] != '_')
        return false;
    for (size_t i = PREFIX; i < text.n; i++)
        if (!memchr(digits, text.p[i], sizeof digits - 1)) return false;
    memcpy(id->text, text.p, sizeof id->text);
    return true;
}

struct keeper_id
keeper_id_new(const char *kind)
{
    struct keeper_id id;
    unsigned char random[DIGITS];

    sk_random(random, sizeof random);
    memcpy(id.text, kind, PREFIX - 1);
    id.text[PREFIX - 1] = '_';
    for (size_t i = 0; i < DIGITS; i++)
        id.text[PREFIX + i] = digits[random[i] & 31];
    return id;
}
