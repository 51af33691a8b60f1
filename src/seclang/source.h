/* The list of files and texts that rules are loaded from. */
#ifndef SECLANG_SOURCE_H
#define SECLANG_SOURCE_H

#include "seclang/seclang.h"

enum { SECLANG_SOURCE_MOST = 65536 }; /* entries */

struct seclang_source_item {
    const char *name; /* path or pattern; of a text: where it stands */
    bool is_file;
    sk_str text;
    unsigned line;
};

struct seclang_source {
    sk_arena *mem;
    struct seclang_source_item *item;
    size_t count, room;
};

#endif
