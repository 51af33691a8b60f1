/* Areas and the many spellings of a path: see area.h. */
#include "gate/area.h"

/* One way to read a path. */
struct reading {
    bool parameters; /* ";x" ends a segment's name */
    bool parents;    /* ".." takes the segment before it away */
};

struct segments {
    sk_str at[GATE_AREA_SEGMENTS];
    size_t count;
};

/* Of a path whose bytes are all ordinary: no segment is empty, but for the last, or means something
 * else to somebody. */
static bool
segments_are_names(sk_str path)
{
    sk_str rest = sk_str_from(path, 1), segment;

    while (sk_str_cut(&segment, &rest, '/'))
        if (segment.n == 0 ? rest.p != NULL : segment.p[segment.n - 1] == '.') return false;
    return true;
}

static bool
is_word(unsigned char c, const char *besides)
{
    unsigned char small = sk_lower_byte(c);

    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || (c && strchr(besides, c));
}

bool
gate_area_is_plain(sk_str area)
{
    if (area.n > GATE_AREA_PATH || !sk_str_starts(area, SK_STR("/"))) return false;
    for (size_t i = 0; i < area.n; i++)
        if (!is_word((unsigned char)area.p[i], "-_.~/")) return false;
    return segments_are_names(area);
}

/* "%E3": a byte of a letter outside of ASCII, but not one that full-width ASCII begins with. */
static bool
is_foreign_byte(sk_str s)
{
    int high = s.n < 3 ? -1 : sk_hex_value(s.p[1]), low = s.n < 3 ? -1 : sk_hex_value(s.p[2]);

    return high >= 8 && low >= 0 && (high != 0xe || low != 0xf);
}

bool
gate_area_is_literal(sk_str path)
{
    path = sk_str_first(path, sk_str_find_byte(path, '?'));
    if (!sk_str_starts(path, SK_STR("/"))) return false;
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];

        if (c == '%' ? !is_foreign_byte(sk_str_from(path, i)) : !is_word(c, "-_.~/!$&'()*+,=:@"))
            return false;
    }
    return segments_are_names(path);
}

bool
gate_area_begins(sk_str area, sk_str path)
{
    if (area.n > 1 && area.p[area.n - 1] == '/') area.n--;
    if (!sk_str_starts(path, area)) return false;
    return area.n == 1 || path.n == area.n || path.p[area.n] == '/';
}

/* ── decoding ── */

/* %41, and IIS's %u0041 for what fits a byte or is the full-width form of ASCII. Bytes taken. */
static size_t
escape_read(char *byte, sk_str s)
{
    bool wide = s.n >= 6 && sk_lower_byte((unsigned char)s.p[1]) == 'u';
    size_t digits = wide ? 4 : 2, front = wide ? 2 : 1;
    int value = 0;

    if (s.n < front + digits) return 0;
    for (size_t i = 0; i < digits; i++) {
        int digit = sk_hex_value(s.p[front + i]);

        if (digit < 0) return 0;
        value = value << 4 | digit;
    }
    if (value >= 0xff01 && value <= 0xff5e) value -= 0xfee0;
    if (value > 255) return 0;
    *byte = (char)value;
    return front + digits;
}

/* Once. *changed: there was something to decode. */
static sk_str
decode(sk_arena *mem, sk_str s, bool *changed)
{
    char *out = sk_alloc(mem, s.n + 1);
    size_t n = 0;

    *changed = false;
    for (size_t i = 0; i < s.n;) {
        size_t taken = s.p[i] == '%' ? escape_read(&out[n], sk_str_from(s, i)) : 0;

        if (taken == 0) out[n] = s.p[i];
        *changed |= taken > 0;
        i += taken ? taken : 1;
        n++;
    }
    return (sk_str){ out, n };
}

/* Full-width letters, which some readers take for plain ones (U+FF01 to U+FF5E: ef bc 81 to
 * ef bd 9e). */
static sk_str
narrow(sk_arena *mem, sk_str s)
{
    char *out;
    size_t n = 0;

    if (sk_str_find_byte(s, '\xef') == SIZE_MAX) return s;
    out = sk_alloc(mem, s.n + 1);
    for (size_t i = 0; i < s.n; i++, n++) {
        unsigned char middle = i + 2 < s.n ? (unsigned char)s.p[i + 1] : 0;
        unsigned code = middle ? (unsigned)(middle & 3) << 6 | ((unsigned char)s.p[i + 2] & 63) : 0;

        out[n] = s.p[i];
        if (s.p[i] != '\xef' || (middle != 0xbc && middle != 0xbd) || code < 1 || code > 0x5e)
            continue;
        out[n] = (char)(code + 0x20);
        i += 2;
    }
    return (sk_str){ out, n };
}

/* ── reading ── */

static bool
ends_segment(char c)
{
    return c == '/' || c == '\\' || c == '\0' || c == '?' || c == '#';
}

/* What readers take off the end of a name: dots, blanks, control characters. */
static sk_str
trimmed(sk_str name)
{
    while (name.n && ((unsigned char)name.p[name.n - 1] <= ' ' || name.p[name.n - 1] == '.'))
        name.n--;
    return name;
}

/* False: more segments than are looked at. */
static bool
segment_take(struct segments *to, sk_str name, struct reading how)
{
    if (how.parameters) name = sk_str_first(name, sk_str_find_byte(name, ';'));
    if (sk_str_eq(name, SK_STR(".."))) {
        if (how.parents) {
            to->count -= to->count > 0;
            return true;
        }
    } else {
        name = trimmed(name);
    }
    if (name.n == 0) return true;
    if (to->count == GATE_AREA_SEGMENTS) return false;
    to->at[to->count++] = name;
    return true;
}

static bool
split(struct segments *to, sk_str path, struct reading how)
{
    size_t from = 0;

    to->count = 0;
    for (size_t i = 0; i <= path.n; i++) {
        if (i < path.n && !ends_segment(path.p[i])) continue;
        if (!segment_take(to, (sk_str){ path.p + from, i - from }, how)) return false;
        from = i + 1;
    }
    return true;
}

/* A program that takes what stands behind its name for a path. */
static bool
is_script(sk_str name)
{
    static const char *const endings[] = { ".php",  ".php3", ".php4", ".php5", ".php7", ".phtml",
                                           ".cgi",  ".fcgi", ".pl",   ".py",   ".rb",   ".asp",
                                           ".aspx", ".jsp",  ".jspx", ".do",   ".exe",  ".dll" };

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        sk_str ending = sk_str_of(endings[i]);

        if (name.n > ending.n && sk_str_eq_nocase(sk_str_from(name, name.n - ending.n), ending))
            return true;
    }
    return false;
}

static bool
begins_at(const struct segments *path, size_t from, const struct segments *area)
{
    if (area->count > path->count - from) return false;
    for (size_t i = 0; i < area->count; i++)
        if (!sk_str_eq_nocase(path->at[from + i], area->at[i])) return false;
    return true;
}

static bool
leads_into(const struct segments *path, const struct segments *area)
{
    for (size_t i = 0; i <= path->count; i++)
        if ((i == 0 || is_script(path->at[i - 1])) && begins_at(path, i, area)) return true;
    return false;
}

static bool
covered(const struct segments *area, sk_str path)
{
    struct segments read;

    for (unsigned way = 0; way < 4; way++) {
        struct reading how = { .parameters = way & 1, .parents = way & 2 };

        if (!split(&read, path, how) || leads_into(&read, area)) return true;
    }
    return false;
}

bool
gate_area_covers(sk_arena *mem, sk_str area, sk_str path)
{
    struct segments wanted;
    bool changed = true;

    if (!split(&wanted, area, (struct reading){ 0 })) return true;
    path = sk_str_first(path, sk_str_find_byte(path, '?'));
    for (unsigned i = 0; changed && i <= GATE_AREA_DECODINGS; i++) {
        if (i > 0) path = decode(mem, path, &changed);
        if ((i == 0 || changed) && covered(&wanted, narrow(mem, path))) return true;
    }
    if (changed) (void)decode(mem, path, &changed);
    return changed; /* encoded more often than anybody has a use for */
}
