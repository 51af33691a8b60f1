#include "accounts/work.h"

enum {
    MOST = 200000,             /* hashes: about a second of a telephone */
    PATIENCE = 10 * 60 * 1000, /* ms to fill in the form */
};

/* Good for one site and source. */
static sk_str
where(const struct accounts_page *page)
{
    struct sk_net source = sk_net_source(&page->visitor.client);
    return sk_str_printf(page->mem, "accounts|%.*s|%.*s", SK_ARG(page->visitor.site->name),
                         SK_ARG(sk_net_text(page->mem, &source)));
}

struct due {
    const struct accounts_page *page;
    struct accounts_verdict verdict;
};

static sk_err
look(void *ctx, struct part_store *store)
{
    struct due *d = ctx;
    struct accounts_try attempt = { .realm = d->page->visitor.realm,
                                    .client = d->page->visitor.client };
    return accounts_limit_look(&d->verdict, d->page->mem, store, &attempt, d->page->visitor.now);
}

sk_err
accounts_work_ask(struct accounts_page *page, bool due)
{
    struct due d = { .page = page };
    struct sk_buf puzzle = { .mem = page->mem };
    TRY(accounts_read(page->house, look, &d));
    if (due || d.verdict.challenge)
        ticket_puzzle_make(&puzzle, &page->house->ticket_key, where(page), MOST,
                           page->visitor.now + PATIENCE);
    part_set_text(page->view.values, "puzzle", sk_buf_str(&puzzle));
    return sk_ok();
}

struct spend {
    struct ticket_solved solved;
    bool first;
};

static sk_err
spend(void *ctx, struct part_store *store)
{
    struct spend *s = ctx;
    return accounts_limit_spend(&s->first, store, s->solved.challenge, s->solved.until);
}

sk_err
accounts_work_done(bool *done, struct accounts_page *page)
{
    struct spend s = { .first = false };
    sk_str solution = accounts_page_field(page, "solution");
    *done = false;
    if (!solution.n) return sk_ok();
    sk_err e = ticket_puzzle_verify(&s.solved, page->mem, &page->house->ticket_key, where(page),
                                    solution, page->visitor.now);
    if (sk_failed(e)) return sk_ok(); /* as if there were none */
    TRY(accounts_write(page->house, spend, &s));
    *done = s.first;
    return sk_ok();
}
