/* What the receiver of an export checks; asks nothing but the files in its folder. */
#include "base/file.h"
#include "base/json.h"
#include "ledger/export.h"
#include "ledger/note.h"
#include "ledger/record.h"
#include "ledger/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SMALL_MAX = 64 * 1024 };

struct received {
    sk_arena *mem;
    const char *folder;
    struct ledger_key key;
    struct ledger_checkpoint head;
    struct ledger_lines records, proofs;
    int record_fd, proof_fd;
    struct ledger_exported *out;
    uint64_t nth, sequence; /* of the record before */
    uint64_t before;        /* the first record's `prev` */
    bool ends;              /* the newest one is the record of an export */
    sk_str tenant;
};

static sk_err
small_read(sk_str *text, struct received *r, const char *name)
{
    return sk_file_read(text, r->mem, sk_str_printf(r->mem, "%s/%s", r->folder, name).p, SMALL_MAX);
}

static sk_err
head_read(struct received *r, sk_str vkey)
{
    sk_str note;

    if (vkey.n == 0) TRY(small_read(&vkey, r, "vkey"));
    TRY(ledger_vkey_read(&r->key, sk_str_trim(vkey)));
    TRY(small_read(&note, r, "checkpoint"));
    TRY(ledger_checkpoint_read(&r->head, note, &r->key));
    r->out->size = r->head.size;
    r->out->is_signed = true;
    return sk_ok();
}

static sk_err
proof_read(struct ledger_proof *proof, uint64_t *sequence, sk_str line)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *read = NULL;
    const sk_json *hashes;

    TRY(sk_json_read(&read, line));
    hashes = sk_json_get(read, "proof");
    *sequence = (uint64_t)sk_json_get_int(read, "seq", 0);
    proof->count = (unsigned)sk_json_count(hashes);
    if (proof->count > LEDGER_PROOF_MAX) return sk_fail(SK_BAD, "a proof of too many hashes");
    for (unsigned i = 0; i < proof->count; i++) {
        sk_str bytes;

        if (!sk_unbase64(mem, &bytes, sk_json_as_str(sk_json_at(hashes, i))) ||
            bytes.n != SK_SHA256)
            return sk_fail(SK_BAD, "a proof of no hashes");
        memcpy(proof->hash[i].b, bytes.p, SK_SHA256);
    }
    return sk_ok();
}

static sk_err
inclusion_check(const struct received *r, const struct ledger_record *record, sk_str proof_line)
{
    struct ledger_proof proof;
    struct ledger_hash leaf;
    uint64_t sequence;

    TRY(proof_read(&proof, &sequence, proof_line));
    ledger_leaf(&leaf, record->line);
    if (sequence != record->sequence || record->sequence == 0 ||
        !ledger_inclusion_holds(&proof, record->sequence - 1, r->head.size, &leaf, &r->head.root))
        return sk_fail(SK_BAD, "record %" PRIu64 " is not in the signed tree", record->sequence);
    return sk_ok();
}

static sk_err
chain_check(struct received *r, const struct ledger_record *record)
{
    if (r->out->records == 0) {
        r->tenant = sk_str_copy(r->mem, record->event.tenant);
        r->before = record->prev;
        r->out->first_nth = record->nth;
    } else if (record->nth != r->nth + 1 || record->prev != r->sequence) {
        return sk_fail(SK_BAD,
                       "between record %" PRIu64 " and record %" PRIu64 " of the tenant some are "
                       "missing",
                       r->sequence, record->sequence);
    }
    if (!sk_str_eq(record->event.tenant, r->tenant))
        return sk_fail(SK_BAD, "record %" PRIu64 " is another tenant's", record->sequence);
    r->nth = record->nth;
    r->sequence = record->sequence;
    r->ends = sk_str_eq(record->event.action, SK_STR("ledger.export"));
    r->out->records++;
    r->out->last = record->sequence;
    return sk_ok();
}

static sk_err
pair_check(bool *got, struct received *r)
{
    struct ledger_record record;
    bool proof_got, whole, proof_whole;
    sk_str line, proof;

    TRY(ledger_lines_next(got, &line, &whole, &r->records));
    TRY(ledger_lines_next(&proof_got, &proof, &proof_whole, &r->proofs));
    if (*got != proof_got) return sk_fail(SK_BAD, "there are not as many proofs as records");
    if (!*got) return sk_ok();
    if (!whole || sk_failed(ledger_record_read(&record, line)))
        return sk_fail(SK_BAD, "line %" PRIu64 " of records.jsonl is no record",
                       r->out->records + 1);
    TRY(inclusion_check(r, &record, proof));
    return chain_check(r, &record);
}

/* Where the first record is not the tenant's first, the ledger has said why. */
static sk_err
beginning_check(struct received *r)
{
    DEFER(sk_json_close) sk_json *details = NULL;
    struct ledger_record record;
    sk_str text, line;
    uint64_t gone;

    if (r->before == 0 && r->out->first_nth == 1) return sk_ok();
    TRY(small_read(&text, r, "kept.jsonl"));
    if (!sk_str_cut(&line, &text, '\n')) return sk_fail(SK_BAD, "kept.jsonl is empty");
    TRY(ledger_record_read(&record, line));
    TRY(inclusion_check(r, &record, sk_str_trim(text)));
    TRY(sk_json_read(&details, record.event.details));
    bool prune = sk_str_eq(record.event.action, SK_STR("ledger.prune"));
    if (!prune && !sk_str_eq(record.event.action, SK_STR("ledger.segment")))
        return sk_fail(SK_BAD, "kept.jsonl has another record");
    gone = (uint64_t)sk_json_get_int(details, prune ? "last" : "pruned", 0);
    if (gone >= r->before) return sk_ok();
    return sk_fail(SK_BAD, "records before record %" PRIu64 " are missing", r->out->last);
}

static sk_err
all_check(struct received *r)
{
    bool got = true;

    r->record_fd =
        open(sk_str_printf(r->mem, "%s/records.jsonl", r->folder).p, O_RDONLY | O_CLOEXEC);
    r->proof_fd = open(sk_str_printf(r->mem, "%s/proofs.jsonl", r->folder).p, O_RDONLY | O_CLOEXEC);
    if (r->record_fd < 0 || r->proof_fd < 0)
        return sk_fail(SK_MISSING, "%s is no export of a tenant: %s", r->folder, strerror(errno));
    ledger_lines_begin(&r->records, r->record_fd, 0);
    ledger_lines_begin(&r->proofs, r->proof_fd, 0);
    while (got)
        TRY(pair_check(&got, r));
    if (!r->ends)
        return sk_fail(SK_BAD, "its last record is not that of an export: records at its end are "
                               "missing");
    return beginning_check(r);
}

sk_err
ledger_export_check(struct ledger_exported *exported, const char *folder, sk_str vkey)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct received r = {
        .mem = mem, .folder = folder, .out = exported, .record_fd = -1, .proof_fd = -1
    };
    sk_err e;

    *exported = (struct ledger_exported){ 0 };
    e = head_read(&r, vkey);
    if (!sk_failed(e)) e = all_check(&r);
    if (r.records.p) ledger_lines_end(&r.records);
    if (r.proofs.p) ledger_lines_end(&r.proofs);
    sk_fd_close(&r.record_fd);
    sk_fd_close(&r.proof_fd);
    return e;
}
