#include "accounts/digits.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "personal/text.h"

static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Blanks and all kinds of hyphens, which apps and papers put between groups. */
static bool
is_filler(uint32_t code)
{
    return code == ' ' || code == '-' || code == '\t' || code == '\r' || code == '\n' ||
           code == 0x2212 || code == 0x30fc || (code >= 0x2010 && code <= 0x2015);
}

/* The digit that stands for a character; 0: none. */
static char
digit_of(uint32_t code)
{
    return (char)(code >= '0' && code <= '9' ? code : 0);
}

static char
base32_of(uint32_t code)
{
    if (code >= 'a' && code <= 'z') code -= 32;
    if (code == 'I' || code == 'L') code = '1';
    if (code == 'O') code = '0';
    return (char)(code && code < 0x80 && strchr(base32, (int)code) ? code : 0);
}

static sk_str
read_all(sk_arena *mem, sk_str typed, char (*of)(uint32_t code))
{
    struct sk_buf out = { .mem = mem };
    sk_str folded;
    uint32_t code;

    if (typed.n > ACCOUNTS_TYPED_MAX || sk_failed(personal_text_nfkc(&folded, mem, typed)))
        return (sk_str){ 0 };
    while (folded.n) {
        unsigned n = sk_utf8_decode(&code, folded);
        folded = sk_str_from(folded, n);
        if (is_filler(code)) continue;
        char c = of(code);
        if (!c) return (sk_str){ 0 };
        sk_buf_byte(&out, c);
    }
    return sk_buf_str(&out);
}

sk_str
accounts_digits_read(sk_arena *mem, sk_str typed)
{
    return read_all(mem, typed, digit_of);
}

sk_str
accounts_base32_read(sk_arena *mem, sk_str typed)
{
    return read_all(mem, typed, base32_of);
}

sk_str
accounts_digits_new(sk_arena *mem, size_t count)
{
    enum { EVEN = 250 }; /* a multiple of 10: bytes above it would make some digits likelier */
    char *out = sk_alloc(mem, count + 1);
    unsigned char byte;

    for (size_t i = 0; i < count;) {
        sk_random(&byte, 1);
        if (byte < EVEN) out[i++] = (char)('0' + byte % 10);
    }
    out[count] = 0;
    return (sk_str){ out, count };
}

sk_str
accounts_base32_new(sk_arena *mem, size_t count)
{
    char *out = sk_alloc(mem, count + 1);

    sk_random(out, count);
    for (size_t i = 0; i < count; i++)
        out[i] = base32[(unsigned char)out[i] & 31];
    out[count] = 0;
    return (sk_str){ out, count };
}
