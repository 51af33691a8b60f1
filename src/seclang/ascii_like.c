/* A table of best fits. Punctuation and letters only where a parser of SQL, HTML, paths or commands
 * would take the result for its own; 。 and 、 are none, whatever resolvers do with the former. */
#include "seclang/ascii_like.h"

struct like {
    uint16_t from, to; /* code points, both included */
    unsigned char ascii;
};

/* In order of code points. */
static const struct like likes[] = {
    { 0x00a0, 0x00a0, ' ' },  { 0x00ab, 0x00ab, '<' },  { 0x00b4, 0x00b4, '\'' },
    { 0x00bb, 0x00bb, '>' },  { 0x0131, 0x0131, 'i' },  { 0x017f, 0x017f, 's' },
    { 0x02b9, 0x02b9, '\'' }, { 0x02ba, 0x02ba, '"' },  { 0x02bb, 0x02bd, '\'' },
    { 0x02c8, 0x02c8, '\'' }, { 0x02ca, 0x02ca, '\'' }, { 0x02cb, 0x02cb, '`' },
    { 0x02d0, 0x02d0, ':' },  { 0x037e, 0x037e, ';' },  { 0x066a, 0x066a, '%' },
    { 0x066d, 0x066d, '*' },  { 0x2000, 0x200a, ' ' },  { 0x2010, 0x2015, '-' },
    { 0x2018, 0x201b, '\'' }, { 0x201c, 0x201f, '"' },  { 0x2024, 0x2024, '.' },
    { 0x202f, 0x202f, ' ' },  { 0x2032, 0x2032, '\'' }, { 0x2033, 0x2033, '"' },
    { 0x2035, 0x2035, '`' },  { 0x2036, 0x2036, '"' },  { 0x2039, 0x2039, '<' },
    { 0x203a, 0x203a, '>' },  { 0x2044, 0x2044, '/' },  { 0x205f, 0x205f, ' ' },
    { 0x212a, 0x212a, 'k' },  { 0x2212, 0x2212, '-' },  { 0x2215, 0x2215, '/' },
    { 0x2216, 0x2216, '\\' }, { 0x2217, 0x2217, '*' },  { 0x2223, 0x2223, '|' },
    { 0x2236, 0x2236, ':' },  { 0x223c, 0x223c, '~' },  { 0x2329, 0x2329, '<' },
    { 0x232a, 0x232a, '>' },  { 0x3000, 0x3000, ' ' },  { 0x3008, 0x3008, '<' },
    { 0x3009, 0x3009, '>' },  { 0x301d, 0x301f, '"' },  { 0xfe52, 0xfe52, '.' },
    { 0xfe54, 0xfe54, ';' },  { 0xfe55, 0xfe55, ':' },  { 0xfe59, 0xfe59, '(' },
    { 0xfe5a, 0xfe5a, ')' },  { 0xfe5b, 0xfe5b, '{' },  { 0xfe5c, 0xfe5c, '}' },
    { 0xfe5f, 0xfe5f, '#' },  { 0xfe60, 0xfe60, '&' },  { 0xfe61, 0xfe61, '*' },
    { 0xfe62, 0xfe62, '+' },  { 0xfe63, 0xfe63, '-' },  { 0xfe64, 0xfe64, '<' },
    { 0xfe65, 0xfe65, '>' },  { 0xfe66, 0xfe66, '=' },  { 0xfe68, 0xfe68, '\\' },
    { 0xfe69, 0xfe69, '$' },  { 0xfe6a, 0xfe6a, '%' },  { 0xfe6b, 0xfe6b, '@' },
};

enum { WIDE_FIRST = 0xff01, WIDE_LAST = 0xff5e, WIDE_FROM_ASCII = 0xfee0 };

unsigned char
seclang_ascii_like(uint32_t code)
{
    size_t low = 0, high = sizeof(likes) / sizeof(likes[0]);

    if (code >= WIDE_FIRST && code <= WIDE_LAST) return (unsigned char)(code - WIDE_FROM_ASCII);
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (likes[middle].to < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof(likes) / sizeof(likes[0]) && likes[low].from <= code ? likes[low].ascii : 0;
}
