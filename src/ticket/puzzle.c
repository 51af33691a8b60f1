/* The puzzle: proof of work in the form of ALTCHA (altcha.org, "Proof of work captcha"): see
 * ticket.h.
 *
 * The salt is  <random hex>?expires=<seconds>&  and ends with its ampersand for a reason: salt and
 * number are hashed as one text, and without an end mark "expires=17" + "5" and "expires=175" + ""
 * would be the same text, so that a solver could move digits and lengthen the puzzle's life. */
#include "ticket/seal.h"

#include "base/json.h"

enum { RANDOM = 12, HEX = 2 * SK_SHA256, SALT = 2 * RANDOM + 32, NUMBER_TEXT = 20 };

static const char expires_word[] = "?expires=";

/* Hex of SHA-256(salt + number). */
static sk_str
answer_of(sk_arena *mem, sk_str salt, int64_t number)
{
    unsigned char digest[SK_SHA256];
    struct sk_buf text = { .mem = mem };

    sk_buf_add(&text, salt);
    sk_buf_printf(&text, "%lld", (long long)number);
    sk_sha256(digest, sk_buf_str(&text));
    return sk_hex(mem, (sk_str){ (const char *)digest, sizeof digest });
}

/* ALTCHA signs the challenge under its key; ours is made of the key and of `where`, so that a
 * puzzle for one place is refused at another although it looks the same. */
static sk_str
signature_of(sk_arena *mem, const struct ticket_key *key, sk_str where, sk_str challenge)
{
    unsigned char own[SK_SHA256], mac[SK_SHA256];
    struct sk_buf text = { .mem = mem };
    sk_str signature;

    sk_buf_add(&text, SK_STR("puzzle1."));
    sk_buf_add(&text, where);
    ticket_seal(own, key, sk_buf_str(&text));
    sk_hmac_sha256(mac, (sk_str){ (const char *)own, sizeof own }, challenge);
    signature = sk_hex(mem, (sk_str){ (const char *)mac, sizeof mac });
    explicit_bzero(own, sizeof own);
    return signature;
}

/* A number from 0 to most, each as likely. */
static uint32_t
number_draw(uint32_t most)
{
    uint64_t drawn;

    sk_random(&drawn, sizeof drawn); /* 64 bits: what the remainder favours is below 2^-32 */
    return (uint32_t)(drawn % ((uint64_t)most + 1));
}

void
ticket_puzzle_make(struct sk_buf *out, const struct ticket_key *key, sk_str where, uint32_t most,
                   sk_when until)
{
    char random[RANDOM];
    struct sk_json_writer w = { .out = out };
    sk_str salt, challenge;

    sk_random(random, sizeof random);
    salt = sk_str_printf(out->mem, "%.*s%s%lld&",
                         SK_ARG(sk_hex(out->mem, (sk_str){ random, sizeof random })), expires_word,
                         (long long)(until + 999) / 1000);
    challenge = answer_of(out->mem, salt, number_draw(most));
    sk_json_object(&w, NULL);
    sk_json_text(&w, "algorithm", "SHA-256");
    sk_json_str(&w, "challenge", challenge);
    sk_json_int(&w, "maxnumber", most);
    sk_json_str(&w, "salt", salt);
    sk_json_str(&w, "signature", signature_of(out->mem, key, where, challenge));
    sk_json_end_object(&w);
}

/* ── checking ── */

/* The time in a salt of our own form. */
static bool
salt_read(sk_when *until, sk_str salt)
{
    sk_str word = sk_str_of(expires_word), rest;
    int64_t seconds;

    if (salt.n > SALT || salt.n <= 2 * RANDOM + word.n || salt.p[salt.n - 1] != '&') return false;
    rest = sk_str_from(salt, 2 * RANDOM);
    if (!sk_str_starts(rest, word)) return false;
    rest = sk_str_from(sk_str_first(rest, rest.n - 1), word.n);
    if (rest.n > NUMBER_TEXT || !sk_str_to_i64(&seconds, rest)) return false;
    if (seconds < 0 || seconds > INT64_MAX / 1000) return false;
    *until = seconds * 1000;
    return true;
}

static sk_err
solution_check(struct ticket_solved *solved, sk_arena *mem, const struct ticket_key *key,
               sk_str where, const sk_json *root, sk_when now)
{
    sk_str challenge = sk_json_get_str(root, "challenge"), salt = sk_json_get_str(root, "salt");
    int64_t number = sk_json_get_int(root, "number", -1);
    sk_when until;

    if (!sk_str_eq(sk_json_get_str(root, "algorithm"), SK_STR("SHA-256")) || challenge.n != HEX ||
        number < 0 || !salt_read(&until, salt))
        return sk_fail(SK_BAD, "not the solution of a puzzle");
    if (!sk_str_eq_secret(sk_json_get_str(root, "signature"),
                          signature_of(mem, key, where, challenge)))
        return sk_fail(SK_DENIED, "the puzzle is not one of this gate for this place");
    if (!sk_str_eq(answer_of(mem, salt, number), challenge))
        return sk_fail(SK_DENIED, "the puzzle is not solved");
    if (until <= now) return sk_fail(SK_DENIED, "the puzzle has expired");
    *solved = (struct ticket_solved){ sk_str_copy(mem, challenge), until };
    return sk_ok();
}

sk_err
ticket_puzzle_verify(struct ticket_solved *solved, sk_arena *mem, const struct ticket_key *key,
                     sk_str where, sk_str solution, sk_when now)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str text;

    if (solution.n > TICKET_SOLUTION || !sk_unbase64(mem, &text, solution))
        return sk_fail(SK_BAD, "the solution is not base 64");
    TRY(sk_json_read(&root, text));
    return solution_check(solved, mem, key, where, root, now);
}
