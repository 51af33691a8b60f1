#include "console/record.h"

struct reading {
    struct record_page *page;
    sk_arena *mem;
    size_t most;
};

static bool
record_take(void *ctx, const struct ledger_record *record)
{
    struct reading *reading = ctx;
    struct record_page *page = reading->page;
    const struct ledger_event *e = &record->event;
    sk_arena *mem = reading->mem;
    if (page->count == reading->most) {
        page->older = page->row[page->count - 1].sequence;
        return false;
    }
    struct record_row *row = &page->row[page->count++];
    *row = (struct record_row){
        .sequence = record->sequence,
        .tenant = sk_str_copy(mem, e->tenant),
        .site = sk_str_copy(mem, e->site),
        .request = sk_str_copy(mem, e->request),
        .principal = sk_str_copy(mem, e->principal),
        .role = sk_str_copy(mem, e->role),
        .action = sk_str_copy(mem, e->action),
        .object = sk_str_copy(mem, e->object),
        .outcome = sk_str_copy(mem, e->outcome),
        .details = sk_str_copy(mem, e->details),
    };
    (void)sk_when_read(&row->at, record->time);
    return true;
}

sk_err
record_page_read(struct record_page *page, sk_arena *mem, const char *state,
                 const struct ledger_filter *filter, size_t most)
{
    struct reading reading = { page, mem, most };
    struct ledger_filter newest = *filter;
    newest.newest_first = true;
    *page = (struct record_page){ 0 };
    sk_err e = ledger_read(state, &newest, record_take, &reading);
    return e.kind == SK_MISSING ? sk_ok() : e;
}
