#include "sekisho/tongue.h"

#include <stdlib.h>
#include <string.h>

bool
tongue_is_ja(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);

        if (value && value[0]) return strncmp(value, "ja", 2) == 0;
    }
    return false;
}

const char *
tongue(const char *en, const char *ja)
{
    return tongue_is_ja() ? ja : en;
}
