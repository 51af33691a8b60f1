/* Whether a request's path may mean a place below some path, to anybody who reads it.
 *
 * nginx, PHP, servlet containers and application routers disagree about `//`, `/./`, `..`, `%2e`,
 * `%252e`, `;parameters`, backslashes, letters' case, trailing dots, and about what stands behind a
 * script's name (/index.php/wp-admin). An area is protected when any of these readings leads into
 * it: whoever is refused too much wrote such a path on purpose. */
#ifndef SEKISHO_GATE_AREA_H
#define SEKISHO_GATE_AREA_H

#include "base/str.h"

enum {
    GATE_AREA_SEGMENTS = 128, /* of a path; one with more is covered: it cannot be judged */
    GATE_AREA_DECODINGS = 3,  /* how often a path is decoded; what is still encoded then, too */
    GATE_AREA_PATH = 256      /* bytes of an area's own path */
};

/* `area` begins with a slash and is plain: letters, digits, - _ . ~ and slashes, no empty or dot
 * segment. False: it is none. "/" covers everything. */
bool gate_area_is_plain(sk_str area);
/* Whether all readers read `path` (raw, with or without its query) the same: as it is written. */
bool gate_area_is_literal(sk_str path);
/* Whether `path` is the area's or lies below it, taken literally. */
bool gate_area_begins(sk_str area, sk_str path);
/* `path` is what the request line has, raw, with or without its query. */
bool gate_area_covers(sk_arena *mem, sk_str area, sk_str path);

#endif
