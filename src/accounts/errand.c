#include "accounts/errand.h"

#include <pthread.h>
#include <stdlib.h>

struct accounts_errands {
    pthread_mutex_t lock;
    struct accounts_errand *first, **last;
    size_t count;
    struct accounts_bell *bell;
};

struct accounts_errands *
accounts_errands_new(void)
{
    struct accounts_errands *e = calloc(1, sizeof *e);
    struct accounts_bell *bell = accounts_bell_new();
    if (!e || !bell) {
        accounts_bell_free(bell);
        free(e);
        return NULL;
    }
    pthread_mutex_init(&e->lock, NULL);
    e->last = &e->first;
    e->bell = bell;
    return e;
}

void
accounts_errands_free(struct accounts_errands *e)
{
    if (!e) return;
    for (struct accounts_errand *next, *errand = e->first; errand; errand = next) {
        next = errand->next;
        sk_arena_free(errand->mem);
    }
    accounts_bell_free(e->bell);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

struct accounts_bell *
accounts_errands_bell(struct accounts_errands *e)
{
    return e->bell;
}

bool
accounts_errands_put(struct accounts_errands *e, struct accounts_errand *errand)
{
    pthread_mutex_lock(&e->lock);
    bool room = e->count < ACCOUNTS_ERRANDS_MAX;
    if (room) {
        errand->next = NULL;
        *e->last = errand;
        e->last = &errand->next;
        e->count++;
    }
    pthread_mutex_unlock(&e->lock);
    if (room) accounts_bell_ring(e->bell);
    return room;
}

struct accounts_errand *
accounts_errands_take(struct accounts_errands *e)
{
    pthread_mutex_lock(&e->lock);
    struct accounts_errand *first = e->first;
    e->first = NULL;
    e->last = &e->first;
    e->count = 0;
    pthread_mutex_unlock(&e->lock);
    return first;
}

bool
accounts_errands_some(struct accounts_errands *e)
{
    pthread_mutex_lock(&e->lock);
    bool some = e->first != NULL;
    pthread_mutex_unlock(&e->lock);
    return some;
}

sk_err
accounts_carry(struct accounts_errands *errands, sk_str account,
               const struct accounts_letter *letter)
{
    sk_arena *mem = sk_arena_new(2048);
    struct accounts_errand *errand = SK_NEW(mem, struct accounts_errand);
    errand->mem = mem;
    errand->account = sk_str_copy(mem, account);
    errand->letter = *letter;
    errand->letter.key = sk_str_copy(mem, letter->key);
    for (size_t i = 0; i < letter->fills; i++)
        errand->letter.fill[i].value = sk_str_copy(mem, letter->fill[i].value);
    if (accounts_errands_put(errands, errand)) return sk_ok();
    sk_arena_free(mem);
    return sk_fail(SK_FULL, "more than %d letters are waiting", ACCOUNTS_ERRANDS_MAX);
}
