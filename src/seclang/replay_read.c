/* Raw HTTP/1 messages, read. Apart from replay.c, so that who only reads them links no engine. */
#include "seclang/replay.h"

static sk_str
cut_line(sk_str *rest)
{
    sk_str line = { 0 };

    if (!sk_str_cut(&line, rest, '\n')) return (sk_str){ 0 };
    if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
    return line;
}

static sk_err
read_headers(struct seclang_replay *m, sk_str rest)
{
    for (;;) {
        sk_str line = cut_line(&rest);
        size_t colon = sk_str_find_byte(line, ':');

        if (line.n == 0) break;
        if (colon == SIZE_MAX)
            return sk_fail(SK_BAD, "not a header, expected name: value: %.*s", SK_ARG(line));
        if (m->header_count == SECLANG_REPLAY_HEADERS_MOST)
            return sk_fail(SK_FULL, "more than %d headers", SECLANG_REPLAY_HEADERS_MOST);
        m->header[m->header_count++] =
            (struct seclang_replay_header){ sk_str_first(line, colon),
                                            sk_str_trim(sk_str_from(line, colon + 1)) };
    }
    m->body = rest;
    return sk_ok();
}

/* The target may hold blanks: the method ends at the first, the protocol begins behind the last. */
struct seclang_replay_line
seclang_replay_cut(sk_str line)
{
    struct seclang_replay_line parts = { .line = line };
    size_t first = sk_str_find_byte(line, ' '), last = SIZE_MAX;

    for (size_t i = line.n; i > 0 && last == SIZE_MAX; i--)
        if (line.p[i - 1] == ' ') last = i - 1;
    parts.method = sk_str_first(line, first);
    if (first != SIZE_MAX && first < last) {
        parts.uri = sk_str_from(sk_str_first(line, last), first + 1);
        parts.protocol = sk_str_from(line, last + 1);
    } else if (first != SIZE_MAX) { /* HTTP/0.9 */
        parts.uri = sk_str_from(line, first + 1);
    }
    return parts;
}

sk_err
seclang_replay_read_request(struct seclang_replay *request, sk_str raw)
{
    sk_str rest = raw;
    struct seclang_replay_line parts = seclang_replay_cut(cut_line(&rest));

    *request = (struct seclang_replay){
        .line = parts.line, .method = parts.method, .uri = parts.uri, .protocol = parts.protocol
    };
    return read_headers(request, rest);
}

sk_err
seclang_replay_read_response(struct seclang_replay *response, sk_str raw)
{
    sk_str rest = raw, status;
    int64_t number = 0;
    size_t space;

    *response = (struct seclang_replay){ 0 };
    response->line = cut_line(&rest);
    space = sk_str_find_byte(response->line, ' ');
    response->protocol = sk_str_first(response->line, space);
    status = sk_str_first(sk_str_from(response->line, space == SIZE_MAX ? space : space + 1), 3);
    if (!sk_str_to_i64(&number, status))
        return sk_fail(SK_BAD, "no status line: %.*s", SK_ARG(response->line));
    response->status = (int)number;
    return read_headers(response, rest);
}
