/* Reading heads that a server refused: see rawhead.h. */
#include "gate/rawhead.h"

static const sk_str nothing = { "", 0 };

/* False: *rest is used up. */
static bool
take_line(sk_str *line, sk_str *rest)
{
    if (rest->n == 0) return false;
    sk_str_cut(line, rest, '\n');
    if (line->n > 0 && line->p[line->n - 1] == '\r') line->n--;
    return true;
}

/* The target is all that stands between the first and the last blank: blanks in it are for rules
 * to see. "GET /" has no protocol. */
void
gate_rawhead_words(struct gate_rawline *out, sk_str line)
{
    size_t first = sk_str_find_byte(line, ' '), last = line.n;

    *out = (struct gate_rawline){ line, sk_str_first(line, first), nothing, nothing };
    if (first == SIZE_MAX) return;
    while (line.p[last - 1] != ' ')
        last--;
    if (last - 1 > first) {
        out->target = sk_str_from(sk_str_first(line, last - 1), first + 1);
        out->protocol = sk_str_from(line, last);
    } else {
        out->target = sk_str_from(line, first + 1);
    }
}

bool
gate_rawhead_line(struct gate_rawline *out, sk_str *rest)
{
    sk_str line;

    do {
        if (!take_line(&line, rest)) return false;
    } while (line.n == 0);
    gate_rawhead_words(out, line);
    return true;
}

bool
gate_rawhead_header(sk_str *name, sk_str *value, sk_str *rest)
{
    sk_str line;
    size_t colon;

    if (!take_line(&line, rest) || line.n == 0) return false;
    colon = sk_str_find_byte(line, ':');
    *name = sk_str_first(line, colon);
    *value = colon == SIZE_MAX ? nothing : sk_str_trim(sk_str_from(line, colon + 1));
    return true;
}
