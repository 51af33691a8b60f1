/* Solving the proof of work that stands in a page, as a browser would. */
#ifndef EVIDENCE_PUZZLE_H
#define EVIDENCE_PUZZLE_H

#include "base/json.h"

/* The puzzle in a page's data-puzzle="...". SK_MISSING: the page has none. Yours: sk_json_free. */
sk_err evidence_puzzle_read(sk_json **puzzle, sk_arena *mem, sk_str page) SK_CHECKED;
/* What a browser hands in; not `right`: with a number that solves nothing. */
sk_str evidence_puzzle_solution(sk_arena *mem, const sk_json *puzzle, bool right);
/* Appends it as a form's value. The text is base 64: three of its characters are escaped. */
void evidence_puzzle_escape(struct sk_buf *out, sk_str solution);

#endif
