#include "ledger/heads.h"

#include "base/hash.h"
#include "ledger/scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct ledger_heads {
    struct ledger_head **slot; /* open addressing; at most half are taken */
    size_t slots, count;
};

enum { SLOTS_FIRST = 256 };

static void *
must(void *made)
{
    if (made) return made;
    fputs("sekisho: no memory\n", stderr);
    abort();
}

struct ledger_heads *
ledger_heads_new(void)
{
    struct ledger_heads *heads = must(calloc(1, sizeof *heads));

    heads->slots = SLOTS_FIRST;
    heads->slot = must(calloc(heads->slots, sizeof *heads->slot));
    return heads;
}

void
ledger_heads_free(struct ledger_heads *heads)
{
    if (!heads) return;
    for (size_t i = 0; i < heads->slots; i++)
        free(heads->slot[i]);
    free(heads->slot);
    free(heads);
}

void
ledger_heads_close(struct ledger_heads **heads)
{
    ledger_heads_free(*heads);
    *heads = NULL;
}

size_t
ledger_heads_count(const struct ledger_heads *heads)
{
    return heads->count;
}

static struct ledger_head **
slot_of(struct ledger_head **slot, size_t slots, sk_str tenant)
{
    size_t i = sk_hash(tenant) & (slots - 1);

    while (slot[i] && !sk_str_eq((sk_str){ slot[i]->tenant, slot[i]->n }, tenant))
        i = (i + 1) & (slots - 1);
    return &slot[i];
}

static void
enlarge(struct ledger_heads *heads)
{
    size_t slots = heads->slots * 2;
    struct ledger_head **slot = must(calloc(slots, sizeof *slot));

    for (size_t i = 0; i < heads->slots; i++) {
        struct ledger_head *head = heads->slot[i];
        if (head) *slot_of(slot, slots, (sk_str){ head->tenant, head->n }) = head;
    }
    free(heads->slot);
    heads->slot = slot;
    heads->slots = slots;
}

struct ledger_head *
ledger_heads_take(struct ledger_heads *heads, sk_str tenant)
{
    struct ledger_head *head = *slot_of(heads->slot, heads->slots, tenant);

    if (head || heads->count == LEDGER_TENANTS_MAX) return head;
    if (2 * (heads->count + 1) > heads->slots) enlarge(heads);
    head = must(calloc(1, sizeof *head + tenant.n));
    head->n = tenant.n;
    if (tenant.n) memcpy(head->tenant, tenant.p, tenant.n);
    *slot_of(heads->slot, heads->slots, tenant) = head;
    heads->count++;
    return head;
}

void
ledger_heads_write(struct sk_buf *out, const struct ledger_heads *heads)
{
    for (size_t i = 0; i < heads->slots; i++) {
        const struct ledger_head *head = heads->slot[i];

        if (!head || head->nth == 0) continue;
        sk_buf_printf(out, "{\"tenant\":\"%.*s\",\"nth\":%" PRIu64 ",\"seq\":%" PRIu64 "}\n",
                      (int)head->n, head->tenant, head->nth, head->sequence);
    }
}

static bool
line_read(struct ledger_heads *heads, sk_str line)
{
    struct ledger_member m[LEDGER_SCAN_MEMBERS];
    struct ledger_head *head;
    int64_t nth, sequence;
    size_t count;

    if (sk_failed(ledger_scan(m, &count, line)) || count != 3 || !m[0].plain ||
        !sk_str_eq(m[0].name, SK_STR("tenant")) || !sk_str_to_i64(&nth, m[1].text) ||
        !sk_str_to_i64(&sequence, m[2].text) || nth <= 0 || sequence <= 0)
        return false;
    head = ledger_heads_take(heads, m[0].text);
    if (!head) return false;
    head->nth = (uint64_t)nth;
    head->sequence = (uint64_t)sequence;
    return true;
}

sk_err
ledger_heads_read(struct ledger_heads *heads, sk_str text)
{
    sk_str line, rest = text;

    for (unsigned number = 1; rest.n && sk_str_cut(&line, &rest, '\n'); number++)
        if (!line_read(heads, line)) return sk_fail(SK_BAD, "line %u is none", number);
    return sk_ok();
}
