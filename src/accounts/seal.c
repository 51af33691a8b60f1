#include "accounts/seal.h"

#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEY = 32,
    SALT = 24,
    TAG = 16,
    NONCE = 12,
    HEAD = 1 + 4 + SALT,
    VERSION = 1,
    FILE_MAX = 1024,
    PARTS_MAX = 16 * 1024 /* bytes of what a keyed hash is made of */
};

static const char *const use_names[ACCOUNTS_USES] = {
    [ACCOUNTS_USE_SEAL] = "sekisho accounts seal 1",
    [ACCOUNTS_USE_INDEX] = "sekisho accounts index 1",
    [ACCOUNTS_USE_PEPPER] = "sekisho accounts pepper 1",
    [ACCOUNTS_USE_RECOVERY] = "sekisho accounts recovery 1",
    [ACCOUNTS_USE_CODE] = "sekisho accounts code 1",
    [ACCOUNTS_USE_LINK] = "sekisho accounts link 1",
};

struct key {
    uint32_t number;
    unsigned char sub[ACCOUNTS_USES][KEY];
};

struct accounts_keys {
    pthread_rwlock_t *lock; /* a pointer, so that readers need no more than const */
    pthread_rwlock_t lock_here;
    size_t count;
    struct key key[ACCOUNTS_KEYS_MAX]; /* as in the file: newest last */
};

static sk_str
bytes_of(const unsigned char *p, size_t n)
{
    return (sk_str){ (const char *)p, n };
}

/* RFC 5869, 2.3: one HMAC for each 32 bytes. `key` is the pseudorandom key. */
static void
expand(unsigned char *out, size_t n, sk_str key, sk_str info)
{
    unsigned char block[SK_SHA256 + 256 + 1], made[SK_SHA256];
    size_t kept = 0;

    if (info.n > 256) abort(); /* ours: names and salts */
    for (unsigned char i = 1; n; i++) {
        memcpy(block + kept, info.p, info.n);
        block[kept + info.n] = i;
        sk_hmac_sha256(made, key, bytes_of(block, kept + info.n + 1));
        size_t part = n < sizeof made ? n : sizeof made;
        memcpy(out, made, part);
        memcpy(block, made, sizeof made);
        out += part, n -= part, kept = sizeof made;
    }
    explicit_bzero(block, sizeof block);
    explicit_bzero(made, sizeof made);
}

/* RFC 5869: extract with a fixed salt, then a subkey for each use. */
static void
key_derive(struct key *key, sk_str root)
{
    unsigned char random[SK_SHA256];

    sk_hmac_sha256(random, SK_STR("sekisho accounts key"), root);
    for (int use = 0; use < ACCOUNTS_USES; use++)
        expand(key->sub[use], KEY, bytes_of(random, sizeof random), sk_str_of(use_names[use]));
    explicit_bzero(random, sizeof random);
}

static sk_err
line_read(struct key *key, sk_arena *mem, sk_str line)
{
    sk_str number, root;
    int64_t value;

    if (!sk_str_cut(&number, &line, ' ') || !sk_str_to_i64(&value, number) || value < 1 ||
        value > INT32_MAX || line.n != 2 * (size_t)KEY || !sk_unhex(mem, &root, line))
        return sk_fail(SK_BROKEN, "not of the form NUMBER and 64 hexadecimal digits");
    key->number = (uint32_t)value;
    key_derive(key, root);
    explicit_bzero((void *)root.p, root.n);
    return sk_ok();
}

static sk_err
lines_read(struct accounts_keys *keys, sk_arena *mem, sk_str text, const char *path)
{
    sk_str line;

    while (sk_str_cut(&line, &text, '\n')) {
        if (line.n == 0 && text.n == 0) break;
        if (keys->count == ACCOUNTS_KEYS_MAX)
            return sk_fail(SK_FULL, "%s: more than %d keys", path, ACCOUNTS_KEYS_MAX);
        struct key *key = &keys->key[keys->count];
        sk_err e = line_read(key, mem, line);
        if (sk_failed(e)) return sk_fail(e.kind, "%s:%zu: %s", path, keys->count + 1, e.why);
        if (keys->count && key->number <= keys->key[keys->count - 1].number)
            return sk_fail(SK_BROKEN, "%s:%zu: its number must be above the one before", path,
                           keys->count + 1);
        keys->count++;
    }
    return keys->count ? sk_ok() : sk_fail(SK_BROKEN, "%s: no key in it", path);
}

/* On disk with its name before anything is sealed with it. */
static sk_err
folder_sync(const char *path)
{
    char copy[PATH_MAX];

    snprintf(copy, sizeof copy, "%s", path);
    DEFER(sk_fd_close) int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0)
        return sk_fail(SK_BROKEN, "the folder of %s: %s", path, strerror(errno));
    return sk_ok();
}

/* Writes the whole file beside its place and puts it there: by link() where it must be new, so that
 * of two starts one wins and both read the same key, else by rename(). */
static sk_err
file_put(const char *path, sk_str text, bool is_new)
{
    char draft[PATH_MAX];
    int n = snprintf(draft, sizeof draft, "%s.%ld", path, (long)getpid());

    if (n < 0 || n >= (int)sizeof draft) return sk_fail(SK_FULL, "%s: path too long", path);
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", draft, strerror(errno));
    bool done = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    close(fd);
    if (done) done = is_new ? link(draft, path) == 0 || errno == EEXIST : rename(draft, path) == 0;
    sk_err e = done ? sk_ok() : sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    unlink(draft);
    return sk_failed(e) ? e : folder_sync(path);
}

/* Appends a line with a new random key to what the file had. */
static sk_err
file_add(const char *path, sk_str had, uint32_t number, bool is_new)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    unsigned char root[KEY];

    sk_random(root, sizeof root);
    sk_str hex = sk_hex(mem, bytes_of(root, sizeof root));
    sk_str text = sk_str_printf(mem, "%.*s%" PRIu32 " %.*s\n", SK_ARG(had), number, SK_ARG(hex));
    sk_err e = file_put(path, text, is_new);
    explicit_bzero(root, sizeof root);
    explicit_bzero((void *)hex.p, hex.n);
    explicit_bzero((void *)text.p, text.n);
    return e;
}

static sk_err
file_read(struct accounts_keys *keys, sk_arena *mem, sk_str *text, const char *path)
{
    struct stat info;

    TRY(sk_file_read(text, mem, path, FILE_MAX));
    if (stat(path, &info) != 0 || (info.st_mode & 077) != 0)
        return sk_fail(SK_DENIED, "%s: others may read it; chmod 600 it, then change the key",
                       path);
    return lines_read(keys, mem, *text, path);
}

/* Pages of their own, which no core dump has. */
static struct accounts_keys *
keys_new(void)
{
    void *pages = mmap(NULL, sizeof(struct accounts_keys), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED) abort(); /* as sk_alloc: nothing that we could do then would be safe */
    madvise(pages, sizeof(struct accounts_keys), MADV_DONTDUMP);
    struct accounts_keys *keys = pages;
    keys->lock = &keys->lock_here;
    pthread_rwlock_init(keys->lock, NULL);
    return keys;
}

sk_err
accounts_keys_open(struct accounts_keys **keys, const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(FILE_MAX * 4);
    struct accounts_keys *made = keys_new();
    sk_str text = { 0 };

    sk_err e = sk_file_exists(path) ? sk_ok() : file_add(path, (sk_str){ 0 }, 1, true);
    if (!sk_failed(e)) e = file_read(made, mem, &text, path);
    if (text.n) explicit_bzero((void *)text.p, text.n);
    if (sk_failed(e)) {
        accounts_keys_free(made);
        return e;
    }
    *keys = made;
    return sk_ok();
}

sk_err
accounts_keys_reload(struct accounts_keys *keys, const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(FILE_MAX * 4);
    DEFER(accounts_keys_close) struct accounts_keys *read = keys_new();
    sk_str text = { 0 };

    sk_err e = file_read(read, mem, &text, path);
    if (text.n) explicit_bzero((void *)text.p, text.n);
    TRY(e);
    pthread_rwlock_wrlock(keys->lock);
    keys->count = read->count;
    memcpy(keys->key, read->key, sizeof keys->key);
    pthread_rwlock_unlock(keys->lock);
    return sk_ok();
}

sk_err
accounts_keys_add(const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(FILE_MAX * 4);
    DEFER(accounts_keys_close) struct accounts_keys *keys = keys_new();
    sk_str text;

    TRY(file_read(keys, mem, &text, path));
    sk_err e = keys->count < ACCOUNTS_KEYS_MAX
                   ? file_add(path, text, accounts_keys_newest(keys) + 1, false)
                   : sk_fail(SK_FULL,
                             "%s: %d keys already; remove the oldest when nothing is "
                             "sealed with it any more",
                             path, ACCOUNTS_KEYS_MAX);
    explicit_bzero((void *)text.p, text.n);
    return e;
}

/* The file's bytes are written over before its last name goes: what a disk keeps of a deleted file
 * is not the key. (Copies that the disk itself has moved are beyond us.) */
static sk_err
file_replace(const char *path, sk_str had, sk_str text)
{
    DEFER(sk_fd_close) int old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    char *zeros = calloc(1, had.n);
    sk_err e = old < 0 || !zeros ? sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno))
                                 : file_put(path, text, false);

    if (!sk_failed(e) && (pwrite(old, zeros, had.n, 0) != (ssize_t)had.n || fsync(old) != 0))
        e = sk_fail(SK_BROKEN, "%s: the old bytes could not be written over: %s", path,
                    strerror(errno));
    free(zeros);
    return e;
}

sk_err
accounts_keys_drop(const char *path, uint32_t number)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(FILE_MAX * 4);
    DEFER(accounts_keys_close) struct accounts_keys *keys = keys_new();
    struct sk_buf left = { .mem = mem };
    sk_str text, line;

    TRY(file_read(keys, mem, &text, path));
    if (number == accounts_keys_newest(keys)) return sk_fail(SK_DENIED, "the newest key stays");
    for (sk_str rest = text; sk_str_cut(&line, &rest, '\n') && line.n;) {
        sk_str first = sk_str_first(line, sk_str_find_byte(line, ' '));
        int64_t value;
        if (sk_str_to_i64(&value, first) && value == number) continue;
        sk_buf_printf(&left, "%.*s\n", SK_ARG(line));
    }
    sk_err e = left.n == text.n ? sk_fail(SK_MISSING, "there is no key %" PRIu32, number)
                                : file_replace(path, text, sk_buf_str(&left));
    explicit_bzero((void *)text.p, text.n);
    if (left.n) explicit_bzero(left.p, left.n);
    return e;
}

void
accounts_keys_free(struct accounts_keys *keys)
{
    if (!keys) return;
    pthread_rwlock_destroy(keys->lock);
    explicit_bzero(keys, sizeof *keys);
    munmap(keys, sizeof *keys);
}

void
accounts_keys_close(struct accounts_keys **keys)
{
    accounts_keys_free(*keys);
    *keys = NULL;
}

uint32_t
accounts_keys_newest(const struct accounts_keys *keys)
{
    pthread_rwlock_rdlock(keys->lock);
    uint32_t number = keys->key[keys->count - 1].number;
    pthread_rwlock_unlock(keys->lock);
    return number;
}

size_t
accounts_keys_numbers(uint32_t numbers[ACCOUNTS_KEYS_MAX], const struct accounts_keys *keys)
{
    pthread_rwlock_rdlock(keys->lock);
    size_t count = keys->count;
    for (size_t i = 0; i < count; i++)
        numbers[i] = keys->key[count - 1 - i].number;
    pthread_rwlock_unlock(keys->lock);
    return count;
}

/* A copy: the key may go from the list while its copy is used. */
struct subkey {
    unsigned char byte[KEY];
};

static void
subkey_wipe(struct subkey *sub)
{
    explicit_bzero(sub, sizeof *sub);
}

static sk_err
subkey_get(struct subkey *sub, const struct accounts_keys *keys, enum accounts_use use,
           uint32_t number)
{
    bool found = false;

    pthread_rwlock_rdlock(keys->lock);
    for (size_t i = 0; i < keys->count && !found; i++) {
        found = keys->key[i].number == number;
        if (found) memcpy(sub->byte, keys->key[i].sub[use], KEY);
    }
    pthread_rwlock_unlock(keys->lock);
    return found ? sk_ok() : sk_fail(SK_MISSING, "the accounts key %" PRIu32 " is gone", number);
}

static void
put_u32(unsigned char out[4], uint32_t number)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(number >> (24 - 8 * i));
}

/* Each part with its length before it, so that no two lists of parts give the same bytes. */
static void
put_part(struct sk_buf *out, sk_str part)
{
    unsigned char length[4];

    put_u32(length, (uint32_t)part.n);
    sk_buf_add(out, bytes_of(length, sizeof length));
    sk_buf_add(out, part);
}

/* What GCM authenticates beside the text: the head, which is sent in clear, and what it is bound
 * to. */
static sk_str
bound_text(sk_arena *mem, sk_str head, const struct accounts_bound *bound)
{
    struct sk_buf out = { .mem = mem };

    sk_buf_add(&out, head);
    put_part(&out, bound->kind);
    put_part(&out, bound->realm);
    put_part(&out, bound->tenant);
    put_part(&out, bound->account);
    return sk_buf_str(&out);
}

struct once { /* key and nonce of one text */
    unsigned char key[KEY], nonce[NONCE];
};

static void
once_wipe(struct once *once)
{
    explicit_bzero(once, sizeof *once);
}

static void
once_derive(struct once *once, sk_str key, sk_str salt)
{
    unsigned char both[KEY + NONCE];

    expand(both, sizeof both, key, salt);
    memcpy(once->key, both, KEY);
    memcpy(once->nonce, both + KEY, NONCE);
    explicit_bzero(both, sizeof both);
}

static void
cipher_close(EVP_CIPHER_CTX **cipher)
{
    EVP_CIPHER_CTX_free(*cipher);
}

/* AES-256-GCM in one go: out has in.n bytes. `tag` is written when sealing, checked when opening.
 */
static bool
gcm(unsigned char *out, unsigned char tag[TAG], const struct once *once, sk_str beside, sk_str in,
    bool sealing)
{
    DEFER(cipher_close) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int n, last;

    if (!c || EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, once->key, once->nonce, sealing) != 1)
        return false;
    if (EVP_CipherUpdate(c, NULL, &n, (const unsigned char *)beside.p, (int)beside.n) != 1)
        return false;
    if (EVP_CipherUpdate(c, out, &n, (const unsigned char *)(in.n ? in.p : ""), (int)in.n) != 1)
        return false;
    if (!sealing && EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, tag) != 1) return false;
    if (EVP_CipherFinal_ex(c, out + n, &last) != 1) return false;
    return !sealing || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1;
}

sk_err
accounts_seal(sk_str *sealed, sk_arena *mem, const struct accounts_keys *keys,
              const struct accounts_bound *bound, sk_str text)
{
    DEFER(once_wipe) struct once once;
    DEFER(subkey_wipe) struct subkey sub;
    uint32_t number = accounts_keys_newest(keys);

    if (text.n > ACCOUNTS_SEALED_MAX) return sk_fail(SK_FULL, "a text too long to be sealed");
    TRY(subkey_get(&sub, keys, ACCOUNTS_USE_SEAL, number));
    unsigned char *out = sk_alloc(mem, HEAD + text.n + TAG);
    out[0] = VERSION;
    put_u32(out + 1, number);
    sk_random(out + 5, SALT);
    once_derive(&once, bytes_of(sub.byte, KEY), bytes_of(out + 5, SALT));
    sk_str beside = bound_text(mem, bytes_of(out, HEAD), bound);
    if (!gcm(out + HEAD, out + HEAD + text.n, &once, beside, text, true))
        return sk_fail(SK_BROKEN, "AES-256-GCM failed");
    *sealed = sk_base64url(mem, bytes_of(out, HEAD + text.n + TAG));
    return sk_ok();
}

/* The bytes of a sealed text with the number of its key; false: it is none. */
static bool
sealed_read(sk_str *bytes, uint32_t *number, sk_arena *mem, sk_str sealed)
{
    if (sealed.n > (HEAD + ACCOUNTS_SEALED_MAX + TAG) * 2) return false;
    if (!sk_unbase64url(mem, bytes, sealed)) return false;
    if (bytes->n < HEAD + TAG || bytes->p[0] != VERSION) return false;
    *number = 0;
    for (int i = 1; i <= 4; i++)
        *number = *number << 8 | (unsigned char)bytes->p[i];
    return *number != 0;
}

sk_err
accounts_unseal(sk_str *text, sk_arena *mem, const struct accounts_keys *keys,
                const struct accounts_bound *bound, sk_str sealed)
{
    DEFER(once_wipe) struct once once = { 0 };
    DEFER(subkey_wipe) struct subkey sub;
    uint32_t number;
    sk_str bytes;

    if (!sealed_read(&bytes, &number, mem, sealed)) return sk_fail(SK_DENIED, "not a sealed text");
    TRY(subkey_get(&sub, keys, ACCOUNTS_USE_SEAL, number));
    size_t n = bytes.n - HEAD - TAG;
    unsigned char *plain = sk_alloc(mem, n + 1), tag[TAG];
    memcpy(tag, bytes.p + HEAD + n, TAG);
    once_derive(&once, bytes_of(sub.byte, KEY), (sk_str){ bytes.p + 5, SALT });
    sk_str beside = bound_text(mem, sk_str_first(bytes, HEAD), bound);
    if (!gcm(plain, tag, &once, beside, (sk_str){ bytes.p + HEAD, n }, false)) {
        explicit_bzero(plain, n);
        return sk_fail(SK_DENIED, "a sealed text was changed or belongs elsewhere");
    }
    plain[n] = 0;
    *text = bytes_of(plain, n);
    return sk_ok();
}

uint32_t
accounts_sealed_by(sk_str sealed)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    uint32_t number;
    sk_str bytes;

    return sealed_read(&bytes, &number, mem, sealed) ? number : 0;
}

sk_err
accounts_keyed(unsigned char out[ACCOUNTS_KEYED], const struct accounts_keys *keys,
               enum accounts_use use, uint32_t number, const sk_str *parts, size_t count)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(subkey_wipe) struct subkey sub;
    struct sk_buf text = { .mem = mem };

    TRY(subkey_get(&sub, keys, use, number));
    if (count > ACCOUNTS_KEYED_PARTS_MAX) return sk_fail(SK_FULL, "too many parts to be hashed");
    for (size_t i = 0; i < count; i++)
        put_part(&text, parts[i]);
    if (text.n > PARTS_MAX) return sk_fail(SK_FULL, "too much to be hashed");
    sk_hmac_sha256(out, bytes_of(sub.byte, KEY), sk_buf_str(&text));
    if (text.n) explicit_bzero(text.p, text.n);
    return sk_ok();
}

sk_err
accounts_keyed_text(sk_str *text, sk_arena *mem, const struct accounts_keys *keys,
                    enum accounts_use use, uint32_t number, const sk_str *parts, size_t count)
{
    unsigned char keyed[ACCOUNTS_KEYED];

    TRY(accounts_keyed(keyed, keys, use, number, parts, count));
    *text = sk_str_printf(mem, "%" PRIu32 ".%.*s", number,
                          SK_ARG(sk_base64url(mem, bytes_of(keyed, sizeof keyed))));
    return sk_ok();
}

uint32_t
accounts_keyed_by(sk_str text)
{
    sk_str number;
    int64_t value;

    if (!sk_str_cut(&number, &text, '.') || !sk_str_to_i64(&value, number)) return 0;
    return value > 0 && value <= INT32_MAX ? (uint32_t)value : 0;
}

sk_err
accounts_index(sk_str *index, sk_arena *mem, const struct accounts_keys *keys, uint32_t number,
               const struct accounts_bound *bound, sk_str same)
{
    sk_str parts[] = { bound->kind, bound->realm, bound->tenant, same };

    return accounts_keyed_text(index, mem, keys, ACCOUNTS_USE_INDEX, number, parts,
                               sizeof parts / sizeof *parts);
}
