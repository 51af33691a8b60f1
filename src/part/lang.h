/* The languages that pages are in. */
#ifndef SK_PART_LANG_H
#define SK_PART_LANG_H

#include "base/str.h"

struct part_request;
struct part_response;

enum part_lang { PART_JA, PART_EN, PART_LANGS };

extern const char *const part_lang_names[PART_LANGS]; /* "ja", "en" */

/* False (lang untouched) when `name` is none of ours. */
bool part_lang_find(enum part_lang *lang, sk_str name);
/* The best of ours for an Accept-Language header (RFC 9110 section 12.5.4). Japanese when there is
 * no header or Japanese is as welcome as English; English to readers of neither. */
enum part_lang part_lang_accept(sk_str header);
/* The language of an answer: ?lang= (remembered in a cookie), then the cookie, then what the
 * browser asks for. Sets Content-Language and Vary. */
enum part_lang part_lang_choose(struct part_response *response, const struct part_request *request);

#endif
