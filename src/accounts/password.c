#include "accounts/password.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "personal/text.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <sodium.h>

enum { SALT = 16, RAW = 64 /* of SHA-512: more would double the work */ };

struct raw {
    unsigned char byte[RAW];
};

static void
raw_wipe(struct raw *raw)
{
    explicit_bzero(raw, sizeof *raw);
}

/* A stored form taken apart. */
struct stored {
    uint32_t key;
    struct accounts_cost cost;
    sk_str salt, hash;
};

static bool
pbkdf2(struct raw *out, const struct accounts_cost *cost, sk_str salt, sk_str password)
{
    return PKCS5_PBKDF2_HMAC(password.p, (int)password.n, (const unsigned char *)salt.p,
                             (int)salt.n, (int)cost->rounds, EVP_sha512(), sizeof out->byte,
                             out->byte) == 1;
}

static bool
argon2id(struct raw *out, const struct accounts_cost *cost, sk_str salt, sk_str password)
{
    if (sodium_init() < 0 || salt.n != crypto_pwhash_SALTBYTES) return false;
    return crypto_pwhash(out->byte, sizeof out->byte, password.p, password.n,
                         (const unsigned char *)salt.p, cost->rounds, (size_t)cost->memory * 1024,
                         crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* What an algorithm is called, what its numbers are called and may be. */
struct number {
    const char *name; /* NULL: it has none */
    uint32_t usual, least, most;
};

const char *const accounts_stretch_names[ACCOUNTS_STRETCHES] = {
    [ACCOUNTS_STRETCH_PBKDF2] = "pbkdf2-sha512",
    [ACCOUNTS_STRETCH_ARGON2ID] = "argon2id",
};

static const struct row {
    struct number memory, rounds; /* in the order of the stored form */
    bool (*stretch)(struct raw *, const struct accounts_cost *, sk_str salt, sk_str password);
} rows[ACCOUNTS_STRETCHES] = {
    [ACCOUNTS_STRETCH_PBKDF2] = { { NULL, 0, 0, 0 },
                                  { "i", ACCOUNTS_ROUNDS_LEAST, ACCOUNTS_ROUNDS_LEAST,
                                    ACCOUNTS_ROUNDS_MOST },
                                  pbkdf2 },
    [ACCOUNTS_STRETCH_ARGON2ID] = { { "m", ACCOUNTS_ARGON_MEMORY, ACCOUNTS_ARGON_MEMORY_LEAST,
                                      ACCOUNTS_ARGON_MEMORY_MOST },
                                    { "t", ACCOUNTS_ARGON_PASSES, ACCOUNTS_ARGON_PASSES_LEAST,
                                      ACCOUNTS_ARGON_PASSES_MOST },
                                    argon2id },
};

uint32_t
accounts_argon_memory(uint32_t passes)
{
    static const uint32_t least[] = { 46 * 1024, 46 * 1024, 19 * 1024 }; /* by passes */

    return passes < 3 ? least[passes] : ACCOUNTS_ARGON_MEMORY_LEAST;
}

static uint32_t
within(const struct number *number, uint32_t value)
{
    if (!number->name) return 0;
    if (!value) return number->usual;
    if (value < number->least) return number->least;
    return value > number->most ? number->most : value;
}

/* The cost as it is used: never below the least. */
static struct accounts_cost
cost_of(const struct accounts_cost *asked)
{
    const struct row *row = &rows[asked->stretch];
    struct accounts_cost cost = { asked->stretch, within(&row->rounds, asked->rounds),
                                  within(&row->memory, asked->memory) };

    if (row->memory.name && cost.memory < accounts_argon_memory(cost.rounds))
        cost.memory = accounts_argon_memory(cost.rounds);
    return cost;
}

/* "NAME=NUMBER" at the start of *rest. */
static bool
number_read(uint32_t *value, sk_str *rest, const struct number *number)
{
    sk_str part, name;
    int64_t read;

    if (!number->name) return true;
    if (!sk_str_cut(&part, rest, ',') || !sk_str_cut(&name, &part, '=')) return false;
    if (!sk_str_eq(name, sk_str_of(number->name)) || !sk_str_to_i64(&read, part)) return false;
    if (read < number->least || read > number->most) return false;
    *value = (uint32_t)read;
    return true;
}

static bool
stored_read(struct stored *out, sk_arena *mem, sk_str text)
{
    static const struct number key = { "k", 1, 1, INT32_MAX };
    sk_str empty, name, numbers, salt;

    if (text.n > ACCOUNTS_PASSWORD_STORED_MAX) return false;
    if (!sk_str_cut(&empty, &text, '$') || empty.n || !sk_str_cut(&name, &text, '$') ||
        !sk_str_cut(&numbers, &text, '$') || !sk_str_cut(&salt, &text, '$'))
        return false;
    for (int i = 0; i < ACCOUNTS_STRETCHES; i++) {
        if (!sk_str_eq(name, sk_str_of(accounts_stretch_names[i]))) continue;
        out->cost.stretch = (enum accounts_stretch)i;
        return number_read(&out->key, &numbers, &key) &&
               number_read(&out->cost.memory, &numbers, &rows[i].memory) &&
               number_read(&out->cost.rounds, &numbers, &rows[i].rounds) && !numbers.n &&
               sk_unbase64url(mem, &out->salt, salt) && out->salt.n == SALT &&
               sk_unbase64url(mem, &out->hash, text) && out->hash.n == ACCOUNTS_KEYED;
    }
    return false;
}

static sk_str
head_write(sk_arena *mem, uint32_t key, const struct accounts_cost *cost, sk_str salt)
{
    const struct row *row = &rows[cost->stretch];
    struct sk_buf out = { .mem = mem };

    sk_buf_printf(&out, "$%s$k=%" PRIu32, accounts_stretch_names[cost->stretch], key);
    if (row->memory.name) sk_buf_printf(&out, ",%s=%" PRIu32, row->memory.name, cost->memory);
    sk_buf_printf(&out, ",%s=%" PRIu32 "$", row->rounds.name, cost->rounds);
    sk_buf_add(&out, sk_base64url(mem, salt));
    return sk_buf_str(&out);
}

/* The keyed hash of what was stretched, bound to the account and to how it was made. */
static sk_err
make(unsigned char hash[ACCOUNTS_KEYED], sk_arena *mem, const struct accounts_keys *keys,
     const struct stored *how, const struct accounts_bound *bound, sk_str password)
{
    DEFER(raw_wipe) struct raw raw;

    if (!rows[how->cost.stretch].stretch(&raw, &how->cost, how->salt, password))
        return sk_fail(SK_BROKEN, "%s failed", accounts_stretch_names[how->cost.stretch]);
    sk_str parts[] = { bound->realm,
                       bound->tenant,
                       bound->account,
                       head_write(mem, how->key, &how->cost, how->salt),
                       { (const char *)raw.byte, sizeof raw.byte } };
    return accounts_keyed(hash, keys, ACCOUNTS_USE_PEPPER, how->key, parts,
                          sizeof parts / sizeof *parts);
}

/* An arena whose password is wiped before it goes. */
struct typed {
    sk_arena *mem;
    sk_str one; /* the password in one spelling */
};

static void
typed_wipe(struct typed *typed)
{
    if (typed->one.n) explicit_bzero((void *)typed->one.p, typed->one.n);
    sk_arena_free(typed->mem);
}

static sk_err
typed_read(struct typed *typed, sk_str password)
{
    if (password.n > ACCOUNTS_PASSWORD_BYTES) return sk_fail(SK_BAD, "password.long");
    if (sk_failed(personal_text_nfkc(&typed->one, typed->mem, password)))
        return sk_fail(SK_BAD, "password.text");
    return sk_ok();
}

sk_err
accounts_password_hash(sk_str *stored, sk_arena *mem, const struct accounts_keys *keys,
                       const struct accounts_cost *cost, const struct accounts_bound *bound,
                       sk_str password)
{
    DEFER(typed_wipe) struct typed typed = { .mem = sk_arena_new(0) };
    char salt[SALT];
    unsigned char hash[ACCOUNTS_KEYED];
    struct stored how = { accounts_keys_newest(keys), cost_of(cost), { salt, SALT }, { 0 } };

    TRY(typed_read(&typed, password));
    sk_random(salt, sizeof salt);
    TRY(make(hash, typed.mem, keys, &how, bound, typed.one));
    *stored = sk_str_printf(mem, "%.*s$%.*s", SK_ARG(head_write(mem, how.key, &how.cost, how.salt)),
                            SK_ARG(sk_base64url(mem, (sk_str){ (const char *)hash, sizeof hash })));
    return sk_ok();
}

static bool
is_outdated(const struct stored *how, const struct accounts_cost *now, uint32_t newest)
{
    return how->key != newest || how->cost.stretch != now->stretch ||
           how->cost.rounds < now->rounds || how->cost.memory < now->memory;
}

bool
accounts_password_matches(bool *again, const struct accounts_keys *keys,
                          const struct accounts_cost *cost, const struct accounts_bound *bound,
                          sk_str stored, sk_str password)
{
    DEFER(typed_wipe) struct typed typed = { .mem = sk_arena_new(0) };
    static const char nothing[ACCOUNTS_KEYED];
    unsigned char hash[ACCOUNTS_KEYED];
    struct accounts_cost now = cost_of(cost);
    uint32_t newest = accounts_keys_newest(keys);
    struct stored how = { 0 };

    *again = false;
    if (sk_failed(typed_read(&typed, password))) return false;
    bool real = stored_read(&how, typed.mem, stored);
    if (!real) /* the same work for nobody */
        how = (struct stored){ newest, now, { nothing, SALT }, { nothing, sizeof nothing } };
    bool same = !sk_failed(make(hash, typed.mem, keys, &how, bound, typed.one)) &&
                sk_str_eq_secret((sk_str){ (const char *)hash, sizeof hash }, how.hash);
    *again = same && real && is_outdated(&how, &now, newest);
    return same && real;
}
