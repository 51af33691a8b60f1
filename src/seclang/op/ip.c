/* @ipMatch, @ipMatchFromFile: IPv4 and IPv6 addresses and networks (RFC 4632, RFC 4291) as sorted
 * ranges. A value that is no address matches nothing. An IPv4 address is not looked for among
 * networks of IPv6, nor the other way round. */
#include "base/file.h"
#include "seclang/op/rows.h"

#include <arpa/inet.h>
#include <stdlib.h>

enum { ADDRESS = 16, NETWORKS_MOST = 1 << 20 };

struct range {
    unsigned char family; /* 4 or 6 */
    unsigned char from[ADDRESS], to[ADDRESS];
};

struct ranges {
    sk_arena *mem;
    struct range *range; /* sorted, disjoint once compiled */
    size_t count, room;
};

static bool
read_address(unsigned char *family, unsigned char address[ADDRESS], sk_str text)
{
    char buf[INET6_ADDRSTRLEN + 1];
    bool six = sk_str_find_byte(text, ':') != SIZE_MAX;

    if (text.n == 0 || text.n >= sizeof(buf) || sk_str_find_byte(text, 0) != SIZE_MAX) return false;
    memcpy(buf, text.p, text.n);
    buf[text.n] = 0;
    memset(address, 0, ADDRESS);
    *family = six ? 6 : 4;
    return inet_pton(six ? AF_INET6 : AF_INET, buf, address) == 1;
}

static bool
read_network(struct range *range, sk_str text)
{
    size_t slash = sk_str_find_byte(text, '/');
    int64_t bits, width;

    if (!read_address(&range->family, range->from, sk_str_first(text, slash))) return false;
    width = range->family == 6 ? 128 : 32;
    bits = width;
    if (slash != SIZE_MAX && !sk_str_to_i64(&bits, sk_str_from(text, slash + 1))) return false;
    if (bits < 0 || bits > width) return false;
    memcpy(range->to, range->from, ADDRESS);
    for (int64_t i = bits; i < width; i++) {
        unsigned char bit = (unsigned char)(0x80 >> (i & 7));

        range->from[i / 8] = (unsigned char)(range->from[i / 8] & ~bit);
        range->to[i / 8] |= bit;
    }
    return true;
}

static sk_err
add(struct ranges *all, sk_str text)
{
    struct range range;

    if (!read_network(&range, text))
        return sk_fail(SK_BAD,
                       "\"%.*s\" is no address or network: 192.0.2.1, 192.0.2.0/24, "
                       "2001:db8::/32",
                       SK_ARG(text));
    if (all->count == NETWORKS_MOST)
        return sk_fail(SK_FULL, "more than %d networks", NETWORKS_MOST);
    if (all->count == all->room) {
        size_t room = all->room ? 2 * all->room : 8;

        all->range = sk_grow(all->mem, all->range, all->room * sizeof(range), room * sizeof(range));
        all->room = room;
    }
    all->range[all->count++] = range;
    return sk_ok();
}

static int
compare(const void *a, const void *b)
{
    const struct range *x = a, *y = b;

    if (x->family != y->family) return x->family < y->family ? -1 : 1;
    return memcmp(x->from, y->from, ADDRESS);
}

/* Networks lie in each other or apart: what begins inside of the one before it is part of it. */
static void
sort(struct ranges *all)
{
    size_t kept = 0;

    if (all->count > 1) qsort(all->range, all->count, sizeof(struct range), compare);
    for (size_t i = 0; i < all->count; i++) {
        struct range *last = kept ? &all->range[kept - 1] : NULL, *next = &all->range[i];

        if (last && last->family == next->family && memcmp(next->from, last->to, ADDRESS) <= 0) {
            if (memcmp(next->to, last->to, ADDRESS) > 0) memcpy(last->to, next->to, ADDRESS);
            continue;
        }
        all->range[kept++] = *next;
    }
    all->count = kept;
}

SECLANG_OP_COMPILE(ip)
{
    struct ranges *all = SK_NEW(mem, struct ranges);
    sk_str part;

    (void)place;
    *state = all;
    all->mem = mem;
    if (has_macro) return sk_fail(SK_BAD, "@ipMatch takes no macros");
    while (sk_str_cut(&part, &argument, ','))
        if (sk_str_trim(part).n > 0) TRY(add(all, sk_str_trim(part)));
    if (all->count == 0) return sk_fail(SK_BAD, "@ipMatch needs addresses or networks");
    sort(all);
    return sk_ok();
}

/* What an address may consist of; the rest of the line is a remark. */
static sk_str
first_word(sk_str line)
{
    size_t n = 0;

    while (n < line.n && line.p[n] && strchr("0123456789abcdefABCDEF.:/", line.p[n]))
        n++;
    return sk_str_first(line, n);
}

SECLANG_OP_COMPILE(ip_file)
{
    struct ranges *all = SK_NEW(mem, struct ranges);
    sk_str text, line, name = sk_str_trim(argument);
    const char *path;

    *state = all;
    all->mem = mem;
    if (has_macro) return sk_fail(SK_BAD, "@ipMatchFromFile takes no macros");
    if (name.n == 0) return sk_fail(SK_BAD, "@ipMatchFromFile needs a file");
    TRY(seclang_op_path(&path, mem, place, name));
    TRY(sk_file_read(&text, mem, path, SECLANG_LIST_BYTES));
    for (unsigned number = 1; sk_str_cut(&line, &text, '\n'); number++) {
        sk_err failed;

        line = sk_str_trim(line);
        if (line.n == 0 || line.p[0] == '#') continue;
        failed = add(all, first_word(line).n ? first_word(line) : line);
        if (sk_failed(failed)) return sk_fail(failed.kind, "%s:%u: %s", path, number, failed.why);
    }
    sort(all);
    return sk_ok();
}

SECLANG_OP_RUN(ip)
{
    const struct ranges *all = state;
    struct range key;
    size_t low = 0, high = all->count;

    if (!read_address(&key.family, key.from, value)) return false;
    while (low < high) { /* the first range that begins behind the address */
        size_t middle = low + (high - low) / 2;

        if (compare(&all->range[middle], &key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || all->range[low - 1].family != key.family ||
        memcmp(key.from, all->range[low - 1].to, ADDRESS) > 0)
        return false;
    seclang_op_say(run, "IPmatch", value);
    return true;
}

/* An address has two characters at least ("::"), and a dot or a colon. */
SECLANG_OP_FILTER(ip)
{
    (void)state, (void)argument;
    *filter = (struct seclang_filter){ .least = 2, .sets = 1 };
    sk_bytes_put(&filter->set[0], '.');
    sk_bytes_put(&filter->set[0], ':');
}
