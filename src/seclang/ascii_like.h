/* Characters beyond ASCII that programs turn into an ASCII one: full-width forms, and what Windows'
 * code pages and databases call the best fit. Attackers write with them. */
#ifndef SECLANG_ASCII_LIKE_H
#define SECLANG_ASCII_LIKE_H

#include "base/str.h"

/* The ASCII character, 0: none. */
unsigned char seclang_ascii_like(uint32_t code);

#endif
