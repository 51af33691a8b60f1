/* Where an HTTP/1.1 answer ends (RFC 9112). Each part has a function that uses some bytes and
 * either stays, goes on to another part, or ends. */
#include "answer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
answer_reset(struct answer *a, bool bodiless)
{
    a->part = ANSWER_HEAD;
    a->status = 0;
    a->closes = false;
    a->bodiless = bodiless;
    a->left = a->line = a->head_n = 0;
}

/* The value of a header in the head, or NULL; runs to the end of its line. */
static const char *
header(const struct answer *a, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = strstr(a->head, "\r\n"); p; p = strstr(p, "\r\n")) {
        p += 2;
        if (strncasecmp(p, name, n) == 0 && p[n] == ':') {
            p += n + 1;
            while (*p == ' ' || *p == '\t')
                p++;
            return p;
        }
    }
    return NULL;
}

static enum answer_end
head_done(struct answer *a)
{
    const char *value;

    if (strncmp(a->head, "HTTP/1.", 7) != 0 || a->head_n < 12) return ANSWER_BAD;
    a->status = (int)strtol(a->head + 9, NULL, 10);
    if (a->status >= 100 && a->status < 200) {
        a->head_n = 0;
        return ANSWER_MORE;
    }
    value = header(a, "Connection");
    a->closes = value && strncasecmp(value, "close", 5) == 0;
    if (a->bodiless || a->status == 204 || a->status == 304) return ANSWER_DONE;
    value = header(a, "Transfer-Encoding");
    if (value && strncasecmp(value, "chunked", 7) == 0) {
        a->part = ANSWER_CHUNK_SIZE;
        return ANSWER_MORE;
    }
    value = header(a, "Content-Length");
    if (!value) {
        a->part = ANSWER_UNTIL_CLOSE;
        a->closes = true;
        return ANSWER_MORE;
    }
    a->left = strtoul(value, NULL, 10);
    a->part = ANSWER_LENGTH;
    return a->left ? ANSWER_MORE : ANSWER_DONE;
}

static enum answer_end
feed_head(struct answer *a, const char *bytes, size_t n, size_t *used)
{
    for (*used = 0; *used < n;) {
        if (a->head_n == ANSWER_HEAD_MAX) return ANSWER_BAD;
        a->head[a->head_n++] = bytes[(*used)++];
        if (a->head_n >= 4 && memcmp(a->head + a->head_n - 4, "\r\n\r\n", 4) == 0) {
            a->head[a->head_n] = 0;
            return head_done(a);
        }
    }
    return ANSWER_MORE;
}

static enum answer_end
feed_length(struct answer *a, const char *bytes, size_t n, size_t *used)
{
    (void)bytes;
    *used = n < a->left ? n : a->left;
    a->left -= *used;
    return a->left ? ANSWER_MORE : ANSWER_DONE;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "1a;extension\r\n"; `line` is SIZE_MAX once the number has ended. */
static enum answer_end
feed_chunk_size(struct answer *a, const char *bytes, size_t n, size_t *used)
{
    for (*used = 0; *used < n;) {
        char c = bytes[(*used)++];
        int digit = hex_digit(c);

        if (c == '\n') {
            a->line = 0;
            a->part = a->left ? ANSWER_CHUNK : ANSWER_TRAILER;
            a->left += a->left ? 2 : 0; /* the line end behind the data */
            return ANSWER_MORE;
        }
        if (digit < 0 || a->line == SIZE_MAX) {
            a->line = SIZE_MAX;
            continue;
        }
        if (++a->line > 8) return ANSWER_BAD;
        a->left = a->left * 16 + (size_t)digit;
    }
    return ANSWER_MORE;
}

static enum answer_end
feed_chunk(struct answer *a, const char *bytes, size_t n, size_t *used)
{
    if (feed_length(a, bytes, n, used) == ANSWER_DONE) a->part = ANSWER_CHUNK_SIZE;
    return ANSWER_MORE;
}

static enum answer_end
feed_trailer(struct answer *a, const char *bytes, size_t n, size_t *used)
{
    for (*used = 0; *used < n;) {
        char c = bytes[(*used)++];

        if (c == '\n') {
            if (a->line == 0) return ANSWER_DONE;
            a->line = 0;
        } else if (c != '\r') {
            a->line++;
        }
    }
    return ANSWER_MORE;
}

static enum answer_end
feed_until_close(struct answer *a, const char *bytes, size_t n, size_t *used)
{
    (void)a;
    (void)bytes;
    *used = n;
    return ANSWER_MORE;
}

enum answer_end
answer_feed(struct answer *a, const char *bytes, size_t n, size_t *used)
{
    static enum answer_end (*const parts[])(struct answer *, const char *, size_t, size_t *) = {
        [ANSWER_HEAD] = feed_head,
        [ANSWER_LENGTH] = feed_length,
        [ANSWER_CHUNK_SIZE] = feed_chunk_size,
        [ANSWER_CHUNK] = feed_chunk,
        [ANSWER_TRAILER] = feed_trailer,
        [ANSWER_UNTIL_CLOSE] = feed_until_close,
    };
    enum answer_end end = ANSWER_MORE;

    for (*used = 0; *used < n && end == ANSWER_MORE;) {
        size_t some;

        end = parts[a->part](a, bytes + *used, n - *used, &some);
        *used += some;
    }
    return end;
}

enum answer_end
answer_closed(const struct answer *a)
{
    return a->part == ANSWER_UNTIL_CLOSE ? ANSWER_DONE : ANSWER_BAD;
}
