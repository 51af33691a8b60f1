/* cmdLine: what a shell or cmd.exe ignores or takes for the same. " ' \ ^ go; runs of blanks,
 * commas and semicolons become one space, none before / and (; letters become small. The text ends
 * at a zero byte, as it would for a program that is started with it. */
#include "seclang/tf/rows.h"

enum class { PLAIN, GONE, BLANK, TIGHT, END };

static const unsigned char class_of[256] = {
    [0] = END,      ['"'] = GONE,  ['\''] = GONE, ['\\'] = GONE,  ['^'] = GONE,
    [' '] = BLANK,  [','] = BLANK, [';'] = BLANK, ['\t'] = BLANK, ['\r'] = BLANK,
    ['\n'] = BLANK, ['/'] = TIGHT, ['('] = TIGHT,
};

static void
put(struct seclang_tf_text *text, bool *space, unsigned char c)
{
    unsigned char class = class_of[c];

    if (class == GONE) return;
    if (class == BLANK) {
        if (!*space) text->p[text->n++] = ' ';
        *space = true;
        return;
    }
    if (class == TIGHT && *space) text->n--;
    *space = false;
    text->p[text->n++] = sk_lower_byte(c);
}

SECLANG_TF(cmd_line)
{
    struct seclang_tf_text text;
    bool space = false;
    size_t i = 0;

    (void)map;
    while (i < in.n &&
           (class_of[seclang_tf_at(in, i)] == PLAIN || class_of[seclang_tf_at(in, i)] == TIGHT) &&
           sk_lower_byte(seclang_tf_at(in, i)) == seclang_tf_at(in, i))
        i++;
    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    for (; i < in.n && in.p[i] != 0; i++)
        put(&text, &space, seclang_tf_at(in, i));
    return seclang_tf_end(out, &text, in);
}
