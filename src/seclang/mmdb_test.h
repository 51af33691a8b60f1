/* For tests: writes small databases in MaxMind's format (maxmind.github.io/MaxMind-DB), of networks
 * whose records are maps of maps of texts and numbers.
 *
 *     nodes of two 24-bit records │ 16 zero bytes │ data │ marker │ metadata */
#ifndef SECLANG_MMDB_TEST_H
#define SECLANG_MMDB_TEST_H

#include "base/str.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { MMDB_NODES_MOST = 1024, MMDB_EMPTY = 0, MMDB_LEAF = 1 << 20 };

/* records: 0 empty, below MMDB_LEAF a node, else MMDB_LEAF + place in the data */
struct mmdb {
    unsigned record[MMDB_NODES_MOST][2];
    unsigned nodes;
    struct sk_buf data;
};

static inline void
mmdb_begin(struct mmdb *db, sk_arena *mem)
{
    *db = (struct mmdb){ .nodes = 1, .data = { .mem = mem } };
}

/* ── data ── */

static inline void
mmdb_control(struct sk_buf *out, unsigned type, size_t size)
{
    sk_buf_byte(out, (char)(type < 8 ? type << 5 | size : size));
    if (type >= 8) sk_buf_byte(out, (char)(type - 7));
}

static inline void
mmdb_text(struct sk_buf *out, const char *text)
{
    mmdb_control(out, 2, strlen(text)); /* shorter than 29 bytes */
    sk_buf_add(out, sk_str_of(text));
}

static inline void
mmdb_map(struct sk_buf *out, size_t count)
{
    mmdb_control(out, 7, count);
}

static inline void
mmdb_list(struct sk_buf *out, size_t count)
{
    mmdb_control(out, 11, count);
}

/* type 5: 16 bits, 6: 32, 9: 64 */
static inline void
mmdb_number(struct sk_buf *out, unsigned type, uint64_t number)
{
    size_t bytes = type == 5 ? 2 : 4; /* leading zeros may be left out */

    mmdb_control(out, type, bytes);
    for (size_t i = bytes; i-- > 0;)
        sk_buf_byte(out, (char)(number >> 8 * i));
}

static inline void
mmdb_double(struct sk_buf *out, double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    mmdb_control(out, 3, 8);
    for (int shift = 56; shift >= 0; shift -= 8)
        sk_buf_byte(out, (char)(bits >> shift));
}

/* {"names": {"en": text}} with more entries to come */
static inline void
mmdb_named(struct sk_buf *out, const char *text)
{
    mmdb_text(out, "names");
    mmdb_map(out, 1);
    mmdb_text(out, "en");
    mmdb_text(out, text);
}

/* ── tree ── */

/* The network leads to what is put into db->data next. IPv4 networks lie in ::/96. */
static inline void
mmdb_network(struct mmdb *db, const char *address, unsigned bits)
{
    unsigned char bytes[16] = { 0 };
    unsigned node = 0;

    if (inet_pton(AF_INET, address, bytes + 12) == 1)
        bits += 96;
    else
        inet_pton(AF_INET6, address, bytes);
    for (unsigned i = 0; i + 1 < bits; i++) {
        unsigned *next = &db->record[node][bytes[i / 8] >> (7 - i % 8) & 1];

        if (*next == MMDB_EMPTY) *next = db->nodes++;
        node = *next;
    }
    db->record[node][bytes[(bits - 1) / 8] >> (7 - (bits - 1) % 8) & 1] =
        MMDB_LEAF + (unsigned)db->data.n;
}

static inline void
mmdb_record(struct sk_buf *out, const struct mmdb *db, unsigned record)
{
    unsigned value = record == MMDB_EMPTY  ? db->nodes
                     : record >= MMDB_LEAF ? db->nodes + 16 + record - MMDB_LEAF
                                           : record;

    for (int shift = 16; shift >= 0; shift -= 8)
        sk_buf_byte(out, (char)(value >> shift));
}

static inline void
mmdb_metadata(struct sk_buf *out, const struct mmdb *db, const char *type)
{
    sk_buf_add(out, SK_STR("\xab\xcd\xefMaxMind.com"));
    mmdb_map(out, 9);
    mmdb_text(out, "binary_format_major_version"), mmdb_number(out, 5, 2);
    mmdb_text(out, "binary_format_minor_version"), mmdb_number(out, 5, 0);
    mmdb_text(out, "build_epoch"), mmdb_number(out, 9, 1700000000);
    mmdb_text(out, "database_type"), mmdb_text(out, type);
    mmdb_text(out, "description"), mmdb_map(out, 1), mmdb_text(out, "en"), mmdb_text(out, "test");
    mmdb_text(out, "ip_version"), mmdb_number(out, 5, 6);
    mmdb_text(out, "languages"), mmdb_list(out, 1), mmdb_text(out, "en");
    mmdb_text(out, "node_count"), mmdb_number(out, 6, db->nodes);
    mmdb_text(out, "record_size"), mmdb_number(out, 5, 24);
}

/* The file's bytes, on db->data's arena. */
static inline sk_str
mmdb_bytes(const struct mmdb *db, const char *type)
{
    struct sk_buf out = { .mem = db->data.mem };

    for (unsigned i = 0; i < db->nodes; i++) {
        mmdb_record(&out, db, db->record[i][0]);
        mmdb_record(&out, db, db->record[i][1]);
    }
    for (int i = 0; i < 16; i++)
        sk_buf_byte(&out, 0);
    sk_buf_add(&out, (sk_str){ db->data.p, db->data.n });
    mmdb_metadata(&out, db, type);
    return sk_buf_str(&out);
}

#endif
