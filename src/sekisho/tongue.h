/* Messages in English, and in Japanese where LC_ALL, LC_MESSAGES or LANG begins with "ja". */
#ifndef SEKISHO_TONGUE_H
#define SEKISHO_TONGUE_H

#include <stdbool.h>

bool tongue_is_ja(void);

/* Picks one of two texts or formats with the same conversions. */
const char *tongue(const char *en, const char *ja) __attribute__((format_arg(1), format_arg(2)));

#endif
