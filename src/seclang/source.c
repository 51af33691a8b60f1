#include "seclang/source.h"

#include "base/hash.h"

struct seclang_source *
seclang_source_new(void)
{
    sk_arena *mem = sk_arena_new(0);
    struct seclang_source *source = SK_NEW(mem, struct seclang_source);
    source->mem = mem;
    return source;
}

void
seclang_source_free(struct seclang_source *source)
{
    if (source) sk_arena_free(source->mem);
}

static struct seclang_source_item *
add(struct seclang_source *source)
{
    if (source->count == source->room) {
        size_t room = source->room ? source->room * 2 : 8;
        source->item = sk_grow(source->mem, source->item, source->room * sizeof *source->item,
                               room * sizeof *source->item);
        source->room = room;
    }
    return &source->item[source->count++];
}

void
seclang_source_file(struct seclang_source *source, const char *path)
{
    *add(source) = (struct seclang_source_item){ .name = sk_str_zcopy(source->mem, sk_str_of(path)),
                                                 .is_file = true,
                                                 .line = 1 };
}

void
seclang_source_text(struct seclang_source *source, sk_str text, const char *name, unsigned line)
{
    *add(source) = (struct seclang_source_item){ .name = sk_str_zcopy(source->mem, sk_str_of(name)),
                                                 .text = sk_str_copy(source->mem, text),
                                                 .line = line };
}

void
seclang_source_append(struct seclang_source *source, const struct seclang_source *from)
{
    for (size_t i = 0, n = from->count; i < n; i++) {
        const struct seclang_source_item *item = &from->item[i];
        if (item->is_file)
            seclang_source_file(source, item->name);
        else
            seclang_source_text(source, item->text, item->name, item->line);
    }
}

/* Lengths are written before their texts, so that no two lists give the same bytes. */
void
seclang_source_key(unsigned char key[32], const struct seclang_source *source)
{
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf all = { .mem = mem };
    sk_buf_printf(&all, "%zu\n", source->count);
    for (size_t i = 0; i < source->count; i++) {
        const struct seclang_source_item *item = &source->item[i];
        sk_buf_printf(&all, "%c %zu %zu %u\n", item->is_file ? 'f' : 't', strlen(item->name),
                      item->text.n, item->line);
        sk_buf_add(&all, sk_str_of(item->name));
        sk_buf_add(&all, item->text);
    }
    sk_sha256(key, sk_buf_str(&all));
    sk_arena_free(mem);
}
