#include "evidence/bytes.h"

#include "base/file.h"
#include "base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, PREFIXES = 1 << 16, LEAST = 6, MOST = 4096, DEPTH = 8 };

/* ── needles ── */

void
evidence_bytes_open(struct evidence_bytes *b, sk_arena *mem)
{
    *b = (struct evidence_bytes){ .mem = mem };
    b->needle = sk_array(mem, EVIDENCE_NEEDLES_MAX + 1, sizeof *b->needle);
    b->head = sk_array(mem, PREFIXES, sizeof *b->head);
    b->buffer = sk_alloc(mem, CHUNK);
}

static size_t
prefix_of(const char *p)
{
    return (size_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static sk_err
needle_add(struct evidence_bytes *b, const char *what, const char *coding, sk_str bytes)
{
    struct evidence_needle *n;

    if (bytes.n < LEAST || bytes.n > MOST)
        return sk_fail(SK_BAD, "%s: a text of %zu bytes is not looked for", what, bytes.n);
    for (uint16_t i = b->head[prefix_of(bytes.p)]; i; i = b->needle[i].next)
        if (sk_str_eq(b->needle[i].bytes, bytes)) return sk_ok();
    if (b->count == EVIDENCE_NEEDLES_MAX) return sk_fail(SK_FULL, "too many texts to look for");
    n = &b->needle[++b->count];
    *n = (struct evidence_needle){ what, coding, bytes, b->head[prefix_of(bytes.p)] };
    b->head[prefix_of(bytes.p)] = (uint16_t)b->count;
    if (bytes.n > b->longest) b->longest = bytes.n;
    return sk_ok();
}

sk_err
evidence_bytes_add_raw(struct evidence_bytes *b, const char *what, sk_str bytes)
{
    return needle_add(b, what, "as it stands", sk_str_copy(b->mem, bytes));
}

/* False: the coding has no such sign. */
static bool
converted(sk_str *out, sk_arena *mem, iconv_t with, sk_str text)
{
    char *in = (char *)text.p; /* iconv() does not write there */
    size_t left = text.n, room = text.n * 4, space = room;
    char *p = sk_alloc(mem, room), *to = p;

    if (iconv(with, &in, &left, &to, &space) == (size_t)-1) return false;
    *out = (sk_str){ p, room - space };
    return true;
}

static sk_err
codings_add(struct evidence_bytes *b, const char *what, sk_str text)
{
    static const char *const codings[] = { "UTF-16LE", "UTF-16BE", "CP932", "EUC-JP" };

    for (size_t i = 0; i < sizeof codings / sizeof *codings; i++) {
        iconv_t with = iconv_open(codings[i], "UTF-8");
        sk_str other;
        bool has;

        if ((intptr_t)with == -1) return sk_fail(SK_BROKEN, "no converter to %s", codings[i]);
        has = converted(&other, b->mem, with, text);
        iconv_close(with);
        if (has && other.n >= LEAST) TRY(needle_add(b, what, codings[i], other));
    }
    return sk_ok();
}

/* Base 64 of a text in the middle of others: what it shares with its neighbours is left out. */
static sk_err
base64_add(struct evidence_bytes *b, const char *what, sk_str text)
{
    static const char before[] = "??";
    static const size_t skipped[] = { 0, 2, 3 };

    for (size_t offset = 0; offset < 3; offset++) {
        struct sk_buf all = { .mem = b->mem };
        sk_str coded;
        size_t whole = (offset + text.n) * 8 / 6;

        sk_buf_add(&all, (sk_str){ before, offset });
        sk_buf_add(&all, text);
        coded = sk_str_first(sk_base64(b->mem, sk_buf_str(&all)), whole);
        TRY(needle_add(b, what, "base 64", sk_str_from(coded, skipped[offset])));
    }
    return sk_ok();
}

static sk_err
escapes_add(struct evidence_bytes *b, const char *what, sk_str text)
{
    struct sk_buf upper = { .mem = b->mem }, percent = { .mem = b->mem }, json = { .mem = b->mem };
    iconv_t with = iconv_open("UTF-16BE", "UTF-8");
    sk_str wide;
    bool has;

    if ((intptr_t)with == -1) return sk_fail(SK_BROKEN, "no converter to UTF-16BE");
    has = converted(&wide, b->mem, with, text);
    iconv_close(with);
    for (size_t i = 0; i < text.n; i++) {
        sk_buf_printf(&upper, "%02X", (unsigned char)text.p[i]);
        sk_buf_printf(&percent, "%%%02X", (unsigned char)text.p[i]);
    }
    for (size_t i = 0; has && i + 1 < wide.n; i += 2)
        sk_buf_printf(&json, "\\u%02x%02x", (unsigned char)wide.p[i], (unsigned char)wide.p[i + 1]);
    TRY(needle_add(b, what, "hexadecimal", sk_hex(b->mem, text)));
    TRY(needle_add(b, what, "hexadecimal", sk_buf_str(&upper)));
    TRY(needle_add(b, what, "percent escapes", sk_buf_str(&percent)));
    return has ? needle_add(b, what, "JSON escapes", sk_buf_str(&json)) : sk_ok();
}

sk_err
evidence_bytes_add(struct evidence_bytes *b, const char *what, sk_str text)
{
    TRY(needle_add(b, what, "UTF-8", text));
    TRY(codings_add(b, what, text));
    TRY(base64_add(b, what, text));
    return escapes_add(b, what, text);
}

/* ── looking ── */

static void
piece_look(struct evidence_bytes *b, sk_str bytes, const char *where)
{
    for (size_t at = 0; at + 1 < bytes.n; at++)
        for (uint16_t i = b->head[prefix_of(bytes.p + at)]; i; i = b->needle[i].next) {
            const struct evidence_needle *n = &b->needle[i];

            if (bytes.n - at < n->bytes.n || memcmp(bytes.p + at, n->bytes.p, n->bytes.n) != 0)
                continue;
            if (!b->found++) {
                b->example = n;
                b->where = sk_str_copy(b->mem, sk_str_of(where));
            }
        }
}

void
evidence_bytes_look_in(struct evidence_bytes *b, sk_str bytes, const char *where)
{
    b->size += bytes.n;
    piece_look(b, bytes, where);
}

/* Each piece begins with the end of the one before, so that nothing is cut; what lay whole in that
 * end may be counted twice, which does no harm. */
static sk_err
file_look(struct evidence_bytes *b, int folder, const char *name)
{
    DEFER(sk_fd_close) int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    size_t kept = 0;
    ssize_t n;

    if (fd < 0)
        return errno == ENOENT ? sk_ok() : sk_fail(SK_DENIED, "%s: %s", name, strerror(errno));
    b->files++;
    while ((n = read(fd, b->buffer + kept, CHUNK - kept)) > 0) {
        size_t all = kept + (size_t)n;

        piece_look(b, (sk_str){ b->buffer, all }, name);
        b->size += (uint64_t)n;
        kept = all < b->longest ? all : b->longest - 1;
        memmove(b->buffer, b->buffer + all - kept, kept);
    }
    return n == 0 ? sk_ok() : sk_fail(SK_BROKEN, "%s: %s", name, strerror(errno));
}

static void
folder_close(DIR **folder)
{
    if (*folder) closedir(*folder);
}

/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH deep */
static sk_err
folder_look(struct evidence_bytes *b, int parent, const char *path, unsigned depth)
{
    int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DEFER(folder_close) DIR *folder = fd < 0 ? NULL : fdopendir(fd);

    if (!folder) return sk_fail(SK_MISSING, "%s: %s", path, strerror(errno));
    if (depth == DEPTH) return sk_fail(SK_FULL, "%s: folders are too deep", path);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (entry->d_type == DT_REG)
            TRY(file_look(b, fd, entry->d_name));
        else if (entry->d_type == DT_DIR)
            TRY(folder_look(b, fd, entry->d_name, depth + 1));
    }
    return sk_ok();
}

sk_err
evidence_bytes_look(struct evidence_bytes *b, const char *folder)
{
    return folder_look(b, AT_FDCWD, folder, 0);
}
