/* The small files that pages point at: style sheets, scripts, icons. Read once at the start, served
 * by name; an address with the version of the content may be kept for ever, so a changed file has a
 * new address and nobody sees an old one. */
#ifndef SK_PART_ASSETS_H
#define SK_PART_ASSETS_H

#include "part/http.h"

enum { PART_ASSETS_MAX = 32, PART_ASSET_SIZE_MAX = 128 * 1024 };

/* Reads every .css, .js, .svg and .txt of the folders (a list that ends with NULL); other files are
 * passed over. `path` is where the room serves them: "/asset/". SK_MISSING without a folder, SK_BAD
 * for two files of one name, SK_FULL. Yours: part_assets_free. */
struct part_assets;
sk_err part_assets_load(struct part_assets **assets, const char *const *folders,
                        const char *path) SK_CHECKED;
void part_assets_free(struct part_assets *assets); /* NULL is allowed */

/* "/asset/look.css?v=0123456789abcdef"; empty when there is no such file. Borrowed. */
sk_str part_asset_path(const struct part_assets *assets, const char *name);
/* The answer to a GET for one of them. SK_MISSING. */
sk_err part_asset_answer(struct part_response *response, const struct part_request *request,
                         const struct part_assets *assets, sk_str name) SK_CHECKED;

#endif
