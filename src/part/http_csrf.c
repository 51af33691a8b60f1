#include "part/http_csrf.h"

#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { NONCE = 16, HOUR = 3600 * 1000 };

static sk_err
key_make(const char *path)
{
    char draft[512];
    unsigned char bytes[PART_CSRF_KEY];
    int n = snprintf(draft, sizeof draft, "%s.%ld", path, (long)getpid());
    if (n < 0 || n >= (int)sizeof draft) return sk_fail(SK_FULL, "%s: path too long", path);
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", draft, strerror(errno));
    sk_random(bytes, sizeof bytes);
    bool written = write(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes && fsync(fd) == 0;
    explicit_bzero(bytes, sizeof bytes);
    close(fd);
    /* link() and not rename(): the first of several processes wins, whole. */
    bool linked = written && (link(draft, path) == 0 || errno == EEXIST);
    sk_err e = linked ? sk_ok() : sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    unlink(draft);
    return e;
}

sk_err
part_csrf_key_load(struct part_csrf_key *key, const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str bytes;
    if (!sk_file_exists(path)) TRY(key_make(path));
    TRY(sk_file_read(&bytes, mem, path, PART_CSRF_KEY));
    if (bytes.n != PART_CSRF_KEY)
        return sk_fail(SK_BROKEN, "%s: not a key of %d bytes; remove it and start again", path,
                       PART_CSRF_KEY);
    memcpy(key->bytes, bytes.p, PART_CSRF_KEY);
    explicit_bzero((void *)bytes.p, bytes.n);
    return sk_ok();
}

static sk_str
sign(sk_arena *mem, const struct part_csrf_key *key, sk_str nonce, sk_str purpose, int64_t hour)
{
    unsigned char mac[SK_SHA256];
    sk_str text =
        sk_str_printf(mem, "form|%.*s|%" PRId64 "|%.*s", SK_ARG(nonce), hour, SK_ARG(purpose));
    sk_hmac_sha256(mac, (sk_str){ (const char *)key->bytes, PART_CSRF_KEY }, text);
    return sk_str_printf(mem, "%" PRId64 ".%.*s", hour,
                         SK_ARG(sk_hex(mem, (sk_str){ (const char *)mac, sizeof mac })));
}

static bool
nonce_valid(sk_str nonce)
{
    for (size_t i = 0; i < nonce.n; i++)
        if (!strchr("0123456789abcdef", nonce.p[i]) || !nonce.p[i]) return false;
    return nonce.n == NONCE * 2;
}

sk_str
part_csrf_token(struct part_response *response, const struct part_request *request,
                const struct part_csrf_key *key, sk_str purpose, sk_when now)
{
    sk_str nonce = part_request_cookie(request, PART_CSRF_COOKIE);
    if (!nonce_valid(nonce)) {
        unsigned char bytes[NONCE];
        sk_random(bytes, sizeof bytes);
        nonce = sk_hex(request->mem, (sk_str){ (const char *)bytes, sizeof bytes });
        part_response_header(response, "Set-Cookie",
                             sk_str_printf(request->mem,
                                           PART_CSRF_COOKIE "=%.*s; Path=/; Secure; HttpOnly; "
                                                            "SameSite=Strict",
                                           SK_ARG(nonce)));
    }
    return sign(request->mem, key, nonce, purpose, now / HOUR);
}

sk_err
part_csrf_check(const struct part_request *request, const struct part_csrf_key *key, sk_str purpose,
                sk_str token, sk_when now)
{
    sk_str nonce = part_request_cookie(request, PART_CSRF_COOKIE);
    int64_t hour = 0, this_hour = now / HOUR;
    sk_str digits = sk_str_first(token, sk_str_find_byte(token, '.'));
    bool read =
        sk_str_to_i64(&hour, digits) && hour <= this_hour && hour >= this_hour - PART_CSRF_HOURS;
    if (!read || !nonce_valid(nonce) ||
        !sk_str_eq_secret(token, sign(request->mem, key, nonce, purpose, hour)))
        return sk_fail(SK_DENIED, "the form was not sent from our page, or too late");
    return sk_ok();
}
