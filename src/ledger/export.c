#include "ledger/export.h"

#include "base/file.h"
#include "base/json.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/reader.h"
#include "ledger/segment.h"
#include "ledger/tiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SMALL_MAX = 64 * 1024 };

static const char readme[] =
    "What lies here / ここにあるもの\n"
    "\n"
    "records.jsonl  one tenant's records in order, a JSON object a line. The last one is the "
    "record\n"
    "               of this export.\n"
    "proofs.jsonl   line by line: the inclusion proof of the record (RFC 9162, 2.1.3), hashes "
    "from\n"
    "               the leaf up, base64. The leaf is the record's line without its line end.\n"
    "kept.jsonl     only where older records are past their keeping: the ledger's record that "
    "says\n"
    "               so, and its proof.\n"
    "checkpoint     the signed tree head (c2sp.org/tlog-checkpoint); vkey: the key that signed it\n"
    "               (c2sp.org/signed-note). Compare vkey with one that you have from elsewhere.\n"
    "\n"
    "Each record counts its tenant's records in `nth` and names the sequence of the one before in\n"
    "`prev`. So from the first line to the last none is missing, none is changed, none is in "
    "another\n"
    "place; `sekisho log verify DIR` checks it, and so can anybody from these formats. "
    "What\n"
    "this cannot show is a writer that counted falsely when it wrote: that shows in the whole "
    "tree\n"
    "(`sekisho log export --tiles`), which an auditor of the platform may read.\n"
    "\n"
    "各記録は、そのテナントの何件目か（nth）と直前の記録の番号（prev）を含み、両方が証明の対象です"
    "。\n"
    "最初の行から最後の行まで、欠け・変更・並べ替えがないことを、このフォルダだけで確かめられます。"
    "\n"
    "vkey は別の経路で入手したものと比べてください。\n";

struct export
{
    const char *state;
    sk_arena *mem;
    struct ledger_link *link;
    int from, to; /* folders */
    struct ledger_key key;
    struct ledger_checkpoint head;
    struct ledger_tiles tiles;
    FILE *records, *proofs;
    struct ledger_exported *out;
    sk_err failed;
    uint64_t first_prev; /* of the first record: what came before it */
    bool kept;
};

static void
export_end(struct export **made)
{
    struct export *x = *made;

    if (x->records) fclose(x->records);
    if (x->proofs) fclose(x->proofs);
    sk_fd_close(&x->from);
    sk_fd_close(&x->to);
    ledger_link_close(x->link);
}

static struct export *
export_new(sk_arena *mem, const char *state, struct ledger_exported *out)
{
    struct export *x = SK_NEW(mem, struct export);

    *out = (struct ledger_exported){ 0 };
    x->state = state;
    x->out = out;
    x->mem = mem;
    x->from = x->to = -1;
    return x;
}

static sk_err
folder_make(struct export *x, const char *path)
{
    DIR *folder;
    unsigned entries = 0;

    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_DENIED, "%s cannot be made: %s", path, strerror(errno));
    folder = opendir(path);
    while (folder && readdir(folder))
        entries++;
    if (folder) closedir(folder);
    if (entries > 2) return sk_fail(SK_BAD, "%s is not empty", path);
    x->to = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return x->to < 0 ? sk_fail(SK_DENIED, "%s: %s", path, strerror(errno)) : sk_ok();
}

static sk_err
small_copy(struct export *x, sk_str *text, const char *name)
{
    const char *path = sk_str_printf(x->mem, "%s/ledger/%s", x->state, name).p;

    TRY(sk_file_read(text, x->mem, path, SMALL_MAX));
    return ledger_file_put(x->to, name, *text, false);
}

/* The writer records the export; the checkpoint that is there then covers that record. */
static sk_err
export_begin(struct export *x, sk_str tenant, const char *out)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    sk_str text, vkey, note;
    struct sk_buf question = { .mem = x->mem };

    x->from =
        open(sk_str_printf(x->mem, "%s/ledger", x->state).p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (x->from < 0) return sk_fail(SK_MISSING, "%s/ledger: %s", x->state, strerror(errno));
    x->tiles.dir = x->from;
    TRY(folder_make(x, out));
    TRY(ledger_link_open(&x->link, x->state));
    sk_buf_add(&question, SK_STR("{\"do\":\"export\",\"tenant\":"));
    sk_json_quote(&question, tenant);
    sk_buf_byte(&question, '}');
    TRY(ledger_ask(&text, x->mem, x->link, sk_buf_str(&question)));
    TRY(sk_json_read(&answer, text));
    x->out->last = (uint64_t)sk_json_get_int(answer, "seq", 0);
    TRY(small_copy(x, &vkey, "vkey"));
    TRY(small_copy(x, &note, "checkpoint"));
    TRY(ledger_vkey_read(&x->key, sk_str_trim(vkey)));
    TRY(ledger_checkpoint_read(&x->head, note, &x->key));
    x->out->size = x->head.size;
    x->out->is_signed = true;
    return x->head.size >= x->out->last
               ? sk_ok()
               : sk_fail(SK_BROKEN, "the checkpoint does not cover this export yet: try again");
}

/* ── one tenant ── */

static FILE *
file_make(const struct export *x, const char *name)
{
    int fd = openat(x->to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    return fd < 0 ? NULL : fdopen(fd, "w");
}

/* The proof is checked before it is handed out: damage shows here and not at the receiver. */
static sk_err
proof_make(struct ledger_proof *proof, struct export *x, const struct ledger_record *r)
{
    const struct ledger_source source = { ledger_tiles_get, &x->tiles };
    struct ledger_hash leaf;

    TRY(ledger_inclusion(proof, &source, r->sequence - 1, x->head.size));
    ledger_leaf(&leaf, r->line);
    if (ledger_inclusion_holds(proof, r->sequence - 1, x->head.size, &leaf, &x->head.root))
        return sk_ok();
    return sk_fail(SK_BROKEN,
                   "record %" PRIu64 " is not the one that the checkpoint has signed: `sekisho log "
                   "verify` tells more",
                   r->sequence);
}

static void
proof_write(FILE *out, const struct ledger_proof *proof, uint64_t sequence)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf text = { .mem = mem };
    struct sk_json_writer w = { .out = &text };

    sk_json_object(&w, NULL);
    sk_json_int(&w, "seq", (int64_t)sequence);
    sk_json_array(&w, "proof");
    for (unsigned i = 0; i < proof->count; i++)
        sk_json_str(&w, NULL,
                    sk_base64(mem, (sk_str){ (const char *)proof->hash[i].b, SK_SHA256 }));
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    sk_buf_byte(&text, '\n');
    fwrite(text.p, 1, text.n, out);
}

static bool
record_write(void *ctx, const struct ledger_record *r)
{
    struct export *x = ctx;
    struct ledger_proof proof;

    x->failed = proof_make(&proof, x, r);
    if (sk_failed(x->failed)) return false;
    if (x->out->records++ == 0) {
        x->out->first_nth = r->nth;
        x->first_prev = r->prev;
    }
    fwrite(r->line.p, 1, r->line.n, x->records);
    fputc('\n', x->records);
    proof_write(x->proofs, &proof, r->sequence);
    return true;
}

/* Newest first: the first record that says that all up to `first_prev` is past its keeping. */
static bool
kept_find(void *ctx, const struct ledger_record *r)
{
    struct export *x = ctx;
    DEFER(sk_json_close) sk_json *details = NULL;
    struct ledger_proof proof;
    bool prune = sk_str_eq(r->event.action, SK_STR("ledger.prune"));

    if (r->event.tenant.n || r->event.details.n == 0 ||
        (!prune && !sk_str_eq(r->event.action, SK_STR("ledger.segment"))) ||
        sk_failed(sk_json_read(&details, r->event.details)) ||
        (uint64_t)sk_json_get_int(details, prune ? "last" : "pruned", 0) < x->first_prev)
        return true;
    FILE *out = file_make(x, "kept.jsonl");
    if (!out) return true;
    x->failed = proof_make(&proof, x, r);
    fwrite(r->line.p, 1, r->line.n, out);
    fputc('\n', out);
    if (!sk_failed(x->failed)) proof_write(out, &proof, r->sequence);
    fclose(out);
    x->kept = true;
    return false;
}

static sk_err
kept_write(struct export *x)
{
    const struct ledger_filter filter = { .action = SK_STR("ledger.*"),
                                          .before = x->head.size + 1,
                                          .newest_first = true };

    if (x->first_prev == 0) return sk_ok();
    TRY(ledger_read(x->state, &filter, kept_find, x));
    TRY(x->failed);
    if (x->kept) return sk_ok();
    return sk_fail(SK_BROKEN,
                   "record %" PRIu64
                   " of this tenant is missing, and no record says that it is past "
                   "its keeping",
                   x->first_prev);
}

static sk_err
files_end(struct export *x)
{
    bool good = fflush(x->records) == 0 && fflush(x->proofs) == 0 && !ferror(x->records) &&
                !ferror(x->proofs);

    return good ? sk_ok() : sk_fail(SK_FULL, "the export cannot be written: %s", strerror(errno));
}

sk_err
ledger_export_tenant(struct ledger_exported *exported, const char *state, sk_str tenant,
                     const char *out)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 17);
    DEFER(export_end) struct export *x = export_new(mem, state, exported);

    TRY(export_begin(x, tenant, out));
    struct ledger_filter filter = { .tenant = tenant, .before = exported->last + 1 };
    x->records = file_make(x, "records.jsonl");
    x->proofs = file_make(x, "proofs.jsonl");
    if (!x->records || !x->proofs)
        return sk_fail(SK_DENIED, "%s cannot be written to: %s", out, strerror(errno));
    TRY(ledger_read(state, &filter, record_write, x));
    TRY(x->failed);
    TRY(files_end(x));
    TRY(kept_write(x));
    TRY(ledger_file_put(x->to, "README.txt", sk_str_of(readme), false));
    return ledger_export_check(exported, out, (sk_str){ 0 });
}

/* ── everything ── */

struct bundles {
    struct export *x;
    struct sk_buf text; /* of the bundle that grows */
    uint64_t n;         /* its index */
    unsigned width;
};

static sk_err
bundle_put(struct bundles *b)
{
    char path[LEDGER_TILE_PATH];

    if (b->width == 0) return sk_ok();
    ledger_bundle_path(path, b->n, b->width);
    return ledger_file_put(b->x->to, path, sk_buf_str(&b->text), false);
}

/* Entries are told with their length in two bytes, high one first. A bundle whose first entries are
 * past their keeping is left out. */
static bool
bundle_take(void *ctx, const struct ledger_record *r)
{
    struct bundles *b = ctx;
    uint64_t index = r->sequence - 1;

    if (index % LEDGER_TILE == 0) {
        b->n = index / LEDGER_TILE;
        b->width = 0;
        b->text.n = 0;
    } else if (b->n != index / LEDGER_TILE || b->width != index % LEDGER_TILE) {
        return true;
    }
    sk_buf_byte(&b->text, (char)(r->line.n >> 8));
    sk_buf_byte(&b->text, (char)(r->line.n & 255));
    sk_buf_add(&b->text, r->line);
    b->width++;
    b->x->out->records++;
    if (b->width < LEDGER_TILE) return true;
    b->x->failed = bundle_put(b);
    b->width = 0;
    return !sk_failed(b->x->failed);
}

static sk_err
tiles_copy(struct export *x)
{
    for (unsigned level = 0; level < LEDGER_LEVELS; level++)
        for (uint64_t n = 0; ledger_tile_width(level, n, x->head.size); n++) {
            struct ledger_hash hash[LEDGER_TILE];
            unsigned count, width = ledger_tile_width(level, n, x->head.size);
            char path[LEDGER_TILE_PATH];

            TRY(ledger_tile_read(hash, &count, x->from, level, n));
            ledger_tile_path(path, level, n, width);
            if (count < width) return sk_fail(SK_BROKEN, "%s is cut", path);
            TRY(ledger_file_put(x->to, path, (sk_str){ (const char *)hash, width * sizeof *hash },
                                false));
        }
    return sk_ok();
}

sk_err
ledger_export_tiles(struct ledger_exported *exported, const char *state, const char *out)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 17);
    DEFER(export_end) struct export *x = export_new(mem, state, exported);
    struct bundles b = { .x = x, .text = { .mem = x->mem }, .n = UINT64_MAX };

    TRY(export_begin(x, (sk_str){ 0 }, out));
    struct ledger_filter filter = { .before = x->head.size + 1 };
    TRY(tiles_copy(x));
    TRY(ledger_read(state, &filter, bundle_take, &b));
    TRY(x->failed);
    return bundle_put(&b);
}
