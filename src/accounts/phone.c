#include "accounts/phone.h"

#include "accounts/daily.h"
#include "accounts/id.h"
#include "accounts/mail.h"
#include "accounts/tell.h"

const char *const accounts_way_names[ACCOUNTS_WAYS] = { "sms", "voice" };

static const struct {
    enum post_kind kind;
    unsigned can;
    const char *letter; /* of mail/{ja,en}.json */
} ways[ACCOUNTS_WAYS] = {
    [ACCOUNTS_WAY_SMS] = { POST_SMS, ACCOUNTS_PHONE_SMS, "phone_sms" },
    [ACCOUNTS_WAY_VOICE] = { POST_VOICE, ACCOUNTS_PHONE_VOICE, "phone_voice" },
};

struct work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_phone_ask *ask;
    struct accounts_phone phone;
    sk_str index, code, flow, typed, proof, sealed;
    enum accounts_code_verdict verdict;
};

static struct accounts_bound
bound_of(const char *kind, sk_str account)
{
    return (struct accounts_bound){ .kind = sk_str_of(kind), .account = account };
}

/* --- sending --- */

/* Each costs money: the first few of a network are free, later ones cost the sender some work. */
static sk_err
limits_check(const struct work *w, struct part_store *store)
{
    const struct accounts_visitor *v = w->visitor;
    int64_t number, network, all;
    TRY(accounts_daily(&number, store, "phone.number", w->index, v->now));
    TRY(accounts_daily(&network, store, "phone.network", v->place, v->now));
    TRY(accounts_daily(&all, store, "phone.day", SK_STR("all"), v->now));
    if (number > ACCOUNTS_PHONE_PER_NUMBER || network > ACCOUNTS_PHONE_PER_NETWORK ||
        all > ACCOUNTS_PHONE_PER_DAY)
        return sk_fail(SK_BUSY, "too many codes today");
    return network > ACCOUNTS_PHONE_FREE && !w->ask->worked ? sk_fail(SK_BUSY, "work") : sk_ok();
}

static sk_err
send_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_bound bound = bound_of("phone.flow", (sk_str){ 0 });
    struct accounts_sent sent = { .purpose = ACCOUNTS_CODE_PHONE,
                                  .site = w->visitor->site->name,
                                  .subject = w->index };
    sk_str sealed;
    TRY(limits_check(w, store));
    TRY(accounts_seal(&sealed, w->mem, w->house->keys, &bound, w->phone.e164));
    sent.data = sk_str_printf(w->mem, "%s %.*s", accounts_way_names[w->ask->way], SK_ARG(sealed));
    return accounts_sent_make(&w->code, &w->flow, w->mem, store, w->house->keys, &sent,
                              w->visitor->now);
}

/* "1、2、3" is what a machine reads out one by one. */
static sk_str
spoken(sk_arena *mem, sk_str code, enum part_lang lang)
{
    struct sk_buf out = { .mem = mem };
    for (size_t i = 0; i < code.n; i++) {
        if (i) sk_buf_add(&out, lang == PART_JA ? SK_STR("、") : SK_STR(", "));
        sk_buf_byte(&out, code.p[i]);
    }
    return sk_buf_str(&out);
}

static sk_err
message_send(const struct work *w)
{
    bool voice = w->ask->way == ACCOUNTS_WAY_VOICE;
    struct accounts_letter letter = { .name = ways[w->ask->way].letter, .site = w->visitor->site };
    struct post_message message = {
        .kind = ways[w->ask->way].kind,
        .to = w->phone.e164,
        .purpose = SK_STR("accounts.phone"),
        .key = sk_str_printf(w->mem, "accounts.phone.%.*s", SK_ARG(w->visitor->request)),
        .life = ACCOUNTS_CODE_AGE / 1000,
    };
    accounts_letter_fill(&letter, "code", voice ? spoken(w->mem, w->code, w->ask->lang) : w->code);
    TRY(accounts_letter_write(&message.text, w->mem, w->house, w->ask->lang, &letter, "text"));
    return w->house->out.send(w->house->out.ctx, &message);
}

sk_err
accounts_phone_index(sk_str *index, sk_arena *mem, const struct accounts_keys *keys, sk_str e164)
{
    struct accounts_bound bound = bound_of("phone", (sk_str){ 0 });
    return accounts_index(index, mem, keys, accounts_keys_newest(keys), &bound, e164);
}

sk_err
accounts_phone_send(sk_str *flow, sk_arena *mem, struct accounts *house,
                    const struct accounts_visitor *visitor, const struct accounts_phone_ask *ask)
{
    struct work w = { .mem = mem, .house = house, .visitor = visitor, .ask = ask };
    TRY(accounts_phone_read(&w.phone, mem, ask->number));
    if (w.phone.foreign) return sk_fail(SK_BAD, "phone.foreign");
    if (!(w.phone.can & ways[ask->way].can)) return sk_fail(SK_BAD, "phone.sms");
    TRY(accounts_phone_index(&w.index, mem, house->keys, w.phone.e164));
    TRY(accounts_write(house, send_run, &w));
    *flow = w.flow;
    return message_send(&w);
}

/* --- proving --- */

static sk_err
proof_make(struct work *w, struct part_store *store, const struct accounts_sent *sent)
{
    struct accounts_bound flow = bound_of("phone.flow", (sk_str){ 0 });
    struct part_query *q;
    sk_str way, sealed, number, rest = sent->data;
    w->proof = accounts_id_new(w->mem, "prf");
    struct accounts_bound own = bound_of("phone.proof", w->proof);
    sk_str_cut(&way, &rest, ' ');
    TRY(accounts_unseal(&number, w->mem, w->house->keys, &flow, rest));
    TRY(accounts_seal(&sealed, w->mem, w->house->keys, &own, number));
    TRY(part_store_query(&q, store,
                         "INSERT INTO phone_proof (id, phone_index, phone, way, proven, ends)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
    part_query_text(q, 1, w->proof);
    part_query_text(q, 2, sent->subject);
    part_query_text(q, 3, sealed);
    part_query_text(q, 4, way);
    part_query_int(q, 5, w->visitor->now);
    part_query_int(q, 6, w->visitor->now + ACCOUNTS_PROOF_LIFE);
    TRY(part_query_run(q));
    struct accounts_fact fact = {
        .action = "accounts.phone_proven", .outcome = "ok", .object = w->proof, .method = way
    };
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

static sk_err
try_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_sent sent = { .purpose = ACCOUNTS_CODE_PHONE, .site = w->visitor->site->name };
    TRY(accounts_sent_try(&w->verdict, &sent, w->mem, store, w->house->keys, w->flow, w->typed,
                          w->visitor->now));
    return w->verdict == ACCOUNTS_CODE_RIGHT ? proof_make(w, store, &sent) : sk_ok();
}

sk_err
accounts_phone_try(enum accounts_code_verdict *verdict, sk_str *proof, sk_arena *mem,
                   struct accounts *house, const struct accounts_visitor *visitor, sk_str flow,
                   sk_str typed)
{
    struct work w = {
        .mem = mem, .house = house, .visitor = visitor, .flow = flow, .typed = typed
    };
    TRY(accounts_write(house, try_run, &w));
    *verdict = w.verdict;
    *proof = w.proof;
    return sk_ok();
}

/* --- taking --- */

static sk_err
proof_read(struct work *w, struct part_store *store, sk_str account, sk_when now)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "UPDATE phone_proof SET account = ?2 WHERE id = ?1 AND account IS NULL"
                         " AND ends > ?3 RETURNING phone_index, phone"));
    part_query_text(q, 1, w->proof);
    part_query_text(q, 2, account);
    part_query_int(q, 3, now);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such proof");
    w->index = part_query_get_text(w->mem, q, 0);
    w->sealed = part_query_get_text(w->mem, q, 1);
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_phone_take(sk_arena *mem, struct accounts *house, struct part_store *store, sk_str proof,
                    sk_str account, sk_when now)
{
    struct work w = { .mem = mem, .house = house, .proof = proof };
    struct accounts_bound own = bound_of("phone.proof", proof);
    struct account owner;
    struct part_query *q;
    sk_str number, sealed;
    TRY(proof_read(&w, store, account, now));
    TRY(accounts_account_get(&owner, mem, store, account));
    TRY(accounts_unseal(&number, mem, house->keys, &own, w.sealed));
    struct accounts_bound phone = accounts_account_bound(&owner, "phone");
    TRY(accounts_seal(&sealed, mem, house->keys, &phone, number));
    TRY(part_store_query(&q, store,
                         "UPDATE account SET phone_index = ?2, phone = ?3 WHERE id = ?1"));
    part_query_text(q, 1, account);
    part_query_text(q, 2, w.index);
    part_query_text(q, 3, sealed);
    return part_query_run(q);
}

struct holds {
    sk_str proof;
    sk_when now;
    bool yes;
};

static sk_err
holds_read(void *ctx, struct part_store *store)
{
    struct holds *h = ctx;
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM phone_proof WHERE id = ?1 AND account IS NULL"
                         " AND ends > ?2"));
    part_query_text(q, 1, h->proof);
    part_query_int(q, 2, h->now);
    TRY(part_query_step(&h->yes, q));
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_phone_holds(bool *holds, struct accounts *house, sk_str proof, sk_when now)
{
    struct holds h = { .proof = proof, .now = now };
    TRY(accounts_read(house, holds_read, &h));
    *holds = h.yes;
    return sk_ok();
}

sk_err
accounts_phone_sweep(struct part_store *store, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM phone_proof WHERE ends <= ?1"));
    part_query_int(q, 1, now);
    return part_query_run(q);
}
