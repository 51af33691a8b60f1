/* The scopes of a budget: found by name, freed when nobody is left in their windows. */
#include "keeper/budget_inner.h"

#include <stdlib.h>

/* A ticket can be shown for so long; then its scope is of no use. */
static const sk_when ticket_length[1] = { TICKET_LIFE + 2 * TICKET_AHEAD };

static int
class_of(const struct budget_scope *scope)
{
    return scope->kind != KEEPER_SCOPE_TICKET;
}

static struct budget_scope **
head_of(struct keeper_budget *b, const struct keeper_name *name)
{
    size_t hash;

    memcpy(&hash, name->byte, sizeof hash); /* a digest's bytes are as good as any hash */
    return &b->head[hash % SCOPE_HEADS];
}

static void
list_remove(struct keeper_budget *b, struct budget_scope *scope)
{
    int class = class_of(scope);

    *(scope->before ? &scope->before->after : &b->oldest[class]) = scope->after;
    *(scope->after ? &scope->after->before : &b->newest[class]) = scope->before;
}

static void
list_add(struct keeper_budget *b, struct budget_scope *scope)
{
    int class = class_of(scope);

    scope->before = b->newest[class];
    scope->after = NULL;
    *(scope->before ? &scope->before->after : &b->oldest[class]) = scope;
    b->newest[class] = scope;
}

static void
scope_free(struct keeper_budget *b, struct budget_scope *scope)
{
    struct budget_scope **link = head_of(b, &scope->name);

    while (*link != scope)
        link = &(*link)->chain;
    *link = scope->chain;
    list_remove(b, scope);
    keeper_people_clear(&scope->people);
    b->scopes--;
    free(scope);
}

static void
scope_move(struct keeper_budget *b, struct budget_scope *scope, sk_when now)
{
    b->seen -= keeper_people_move(&scope->people, now);
}

/* Of each class the first of the list is empty before all others. */
void
budget_scopes_sweep(struct keeper_budget *b, sk_when now, size_t most)
{
    for (int class = 0; class < CLASSES; class ++) {
        struct budget_scope *scope = b->oldest[class], *after;

        for (size_t i = 0; scope && i < most; i++, scope = after) {
            after = scope->after;
            scope_move(b, scope, now);
            if (scope->people.oldest) break;
            scope_free(b, scope);
        }
    }
}

struct budget_scope *
budget_scope_get(struct keeper_budget *b, const struct keeper_name *name, sk_when now)
{
    struct budget_scope *scope = *head_of(b, name);

    while (scope && !keeper_name_eq(&scope->name, name))
        scope = scope->chain;
    if (scope) scope_move(b, scope, now);
    return scope;
}

struct budget_scope *
budget_scope_make(struct keeper_budget *b, const struct keeper_name *name, enum keeper_scope kind,
                  sk_when now)
{
    struct budget_scope *scope = budget_scope_get(b, name, now), **head = head_of(b, name);

    if (scope) return scope;
    if (b->scopes == KEEPER_SCOPES_MAX) budget_scopes_sweep(b, now, KEEPER_SCOPES_MAX);
    if (b->scopes == KEEPER_SCOPES_MAX) return NULL;
    scope = calloc(1, sizeof *scope);
    if (!scope) return NULL;
    scope->name = *name;
    scope->kind = kind;
    scope->chain = *head;
    *head = scope;
    if (kind == KEEPER_SCOPE_TICKET)
        keeper_people_init(&scope->people, ticket_length, 1);
    else
        keeper_people_init(&scope->people, keeper_window_length, KEEPER_WINDOWS);
    list_add(b, scope);
    b->scopes++;
    return scope;
}

bool
budget_scope_see(struct keeper_budget *b, struct budget_scope *scope, const struct keeper_who *who,
                 sk_when now)
{
    bool fresh;

    if (!keeper_people_see(&fresh, &scope->people, who, now)) return false;
    b->seen += fresh;
    list_remove(b, scope);
    list_add(b, scope);
    return true;
}

void
budget_scopes_free(struct keeper_budget *b)
{
    struct budget_scope *after;

    for (int class = 0; class < CLASSES; class ++)
        for (struct budget_scope *scope = b->oldest[class]; scope; scope = after) {
            after = scope->after;
            keeper_people_clear(&scope->people);
            free(scope);
        }
}
