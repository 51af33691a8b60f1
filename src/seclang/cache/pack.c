#include "seclang/cache/pack.h"

struct head {
    char magic[16];
    unsigned char maker[SK_SHA256];
    unsigned char table[SK_SHA256]; /* digest of count and rows */
    uint64_t count;
};
struct row {
    unsigned char key[SK_SHA256];
    unsigned char sum[SK_SHA256];
    uint64_t age, from, size; /* from: in the file */
};

static const char magic[16] = "sekisho rules 1\n";

static sk_str
table_of(sk_str bytes, size_t count)
{
    return sk_str_first(sk_str_from(bytes, offsetof(struct head, count)),
                        sizeof(uint64_t) + count * sizeof(struct row));
}

static sk_err
read_head(struct head *head, sk_str bytes, const unsigned char maker[SK_SHA256])
{
    unsigned char sum[SK_SHA256];

    if (bytes.n < sizeof(*head)) return sk_fail(SK_BAD, "it is cut short");
    memcpy(head, bytes.p, sizeof(*head));
    if (memcmp(head->magic, magic, sizeof(magic)) != 0)
        return sk_fail(SK_BAD, "it is no file of ours, or of another version");
    if (memcmp(head->maker, maker, SK_SHA256) != 0)
        return sk_fail(SK_BAD, "another version or another processor has made it");
    if (head->count > SECLANG_PACK_ENTRIES)
        return sk_fail(SK_BAD, "it names more than %d entries", SECLANG_PACK_ENTRIES);
    if ((bytes.n - sizeof(*head)) / sizeof(struct row) < head->count)
        return sk_fail(SK_BAD, "it is cut short");
    sk_sha256(sum, table_of(bytes, (size_t)head->count));
    if (memcmp(head->table, sum, SK_SHA256) != 0) return sk_fail(SK_BAD, "its table is damaged");
    return sk_ok();
}

sk_err
seclang_pack_read(struct seclang_pack *pack, sk_arena *mem, sk_str bytes,
                  const unsigned char maker[SK_SHA256])
{
    struct head head;
    struct row row;

    *pack = (struct seclang_pack){ 0 };
    TRY(read_head(&head, bytes, maker));
    pack->entry = sk_array(mem, (size_t)head.count + 1, sizeof(*pack->entry));
    for (size_t i = 0; i < head.count; i++) {
        struct seclang_pack_entry *entry = &pack->entry[i];

        memcpy(&row, bytes.p + sizeof(head) + i * sizeof(row), sizeof(row));
        if (row.from > bytes.n || row.size > bytes.n - row.from) {
            pack->count = 0;
            return sk_fail(SK_BAD, "it is cut short");
        }
        memcpy(entry->key, row.key, SK_SHA256);
        memcpy(entry->sum, row.sum, SK_SHA256);
        entry->age = row.age < UINT32_MAX ? (uint32_t)row.age : UINT32_MAX;
        entry->body = sk_str_first(sk_str_from(bytes, (size_t)row.from), (size_t)row.size);
        pack->count++;
    }
    return sk_ok();
}

bool
seclang_pack_sound(const struct seclang_pack_entry *entry)
{
    unsigned char sum[SK_SHA256];

    sk_sha256(sum, entry->body);
    return memcmp(sum, entry->sum, SK_SHA256) == 0;
}

void
seclang_pack_write(struct sk_buf *out, const struct seclang_pack *pack,
                   const unsigned char maker[SK_SHA256])
{
    struct head head = { .count = pack->count };
    uint64_t at = sizeof(head) + pack->count * sizeof(struct row);
    size_t start = out->n;

    memcpy(head.magic, magic, sizeof(magic));
    memcpy(head.maker, maker, SK_SHA256);
    sk_buf_add(out, (sk_str){ (const char *)&head, sizeof(head) });
    for (size_t i = 0; i < pack->count; i++) {
        struct seclang_pack_entry *entry = &pack->entry[i];
        struct row row = { .age = entry->age, .from = at, .size = entry->body.n };

        sk_sha256(entry->sum, entry->body);
        memcpy(row.key, entry->key, SK_SHA256);
        memcpy(row.sum, entry->sum, SK_SHA256);
        sk_buf_add(out, (sk_str){ (const char *)&row, sizeof(row) });
        at += entry->body.n;
    }
    sk_sha256(head.table, table_of(sk_str_from(sk_buf_str(out), start), pack->count));
    memcpy(out->p + start, &head, sizeof(head));
    for (size_t i = 0; i < pack->count; i++)
        sk_buf_add(out, pack->entry[i].body);
}
