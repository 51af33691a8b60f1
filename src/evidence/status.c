#include "evidence/status.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "evidence/probe.h"

enum { STALE_AFTER = 2, ATTESTATIONS_MAX = 1000, FACTS_SHOWN = 5 };

const char *const evidence_standing_words[EVIDENCE_STANDINGS] = {
    [EVIDENCE_OPEN] = "open",   [EVIDENCE_PROVEN] = "proven", [EVIDENCE_FAILING] = "failing",
    [EVIDENCE_STALE] = "stale", [EVIDENCE_TESTED] = "tested", [EVIDENCE_ATTESTED] = "attested",
};

/* The order in which the counts are told. */
static const enum evidence_standing told[] = { EVIDENCE_PROVEN, EVIDENCE_FAILING,  EVIDENCE_STALE,
                                               EVIDENCE_TESTED, EVIDENCE_ATTESTED, EVIDENCE_OPEN };

bool
evidence_due(const struct evidence_control *control, const struct evidence_result *newest,
             bool known, sk_when now)
{
    return control->probe.n && (!known || !newest->passed || newest->ended > now ||
                                now - newest->ended >= control->every);
}

/* A result of another version of the probe answers another question; one from the future is a clock
 * that jumped: neither proves anything. */
static enum evidence_standing
standing_by_probe(const struct evidence_control *control, const struct evidence_result *newest,
                  sk_when now)
{
    const struct evidence_probe *probe = evidence_probe_find(control->probe);
    if (!newest->passed) return EVIDENCE_FAILING;
    if (!probe || probe->version != newest->version || !sk_str_eq(newest->probe, control->probe))
        return EVIDENCE_STALE;
    if (newest->ended > now + 60000 || now - newest->ended > STALE_AFTER * control->every)
        return EVIDENCE_STALE;
    return EVIDENCE_PROVEN;
}

static enum evidence_standing
standing_of(const struct evidence_board *board, size_t at, sk_when now)
{
    const struct evidence_control *control = &board->catalog->control[at];
    if (control->probe.n && board->results->known[at])
        return standing_by_probe(control, &board->results->newest[at], now);
    if (board->attestation[at]) return EVIDENCE_ATTESTED;
    return control->case_name.n && !control->probe.n ? EVIDENCE_TESTED : EVIDENCE_OPEN;
}

static sk_err
read_attestation(struct evidence_attestation *kept, sk_arena *mem, const sk_json *entry)
{
    sk_str hash = sk_json_get_str(entry, "sha256"), bytes;
    *kept = (struct evidence_attestation){
        .control = sk_str_copy(mem, sk_json_get_str(entry, "control")),
        .role = sk_str_copy(mem, sk_json_get_str(entry, "role")),
        .sha256 = sk_str_copy(mem, hash),
        .date = sk_json_get_int(entry, "date_ms", 0),
        .expires = sk_json_get_int(entry, "expires_ms", 0),
    };
    if (!kept->control.n || !kept->role.n || kept->date <= 0 || kept->expires <= kept->date)
        return sk_fail(SK_BAD, "expected control, role, date_ms and a later expires_ms");
    if (!sk_unhex(mem, &bytes, hash) || bytes.n != 32)
        return sk_fail(SK_BAD, "sha256: expected 64 hexadecimal digits, the evidence's hash");
    return sk_ok();
}

static sk_err
read_attestations(struct evidence_board *board, sk_arena *mem, const char *state, sk_when now)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str text, path = sk_str_printf(mem, "%s/evidence/attestations.json", state);
    sk_err e = sk_file_read(&text, mem, path.p, 1 << 20);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    e = sk_json_read(&root, text);
    if (sk_failed(e)) return sk_fail(e.kind, "%s: %s", path.p, e.why);
    for (size_t i = 0; i < sk_json_count(root) && i < ATTESTATIONS_MAX; i++) {
        struct evidence_attestation *kept = SK_NEW(mem, struct evidence_attestation);
        e = read_attestation(kept, mem, sk_json_at(root, i));
        if (sk_failed(e)) return sk_fail(e.kind, "%s: entry %zu: %s", path.p, i + 1, e.why);
        const struct evidence_control *control =
            evidence_catalog_find(board->catalog, kept->control);
        if (!control || !control->attested)
            return sk_fail(SK_BAD, "%s: entry %zu: %.*s cannot be attested", path.p, i + 1,
                           SK_ARG(kept->control));
        if (kept->date <= now && now < kept->expires)
            board->attestation[control - board->catalog->control] = kept;
    }
    return sk_ok();
}

sk_err
evidence_board_make(struct evidence_board *board, sk_arena *mem,
                    const struct evidence_catalog *catalog, const struct evidence_results *results,
                    const char *state, sk_when now)
{
    *board = (struct evidence_board){
        .catalog = catalog,
        .results = results,
        .standing = sk_array(mem, catalog->count + 1, sizeof *board->standing),
        .attestation = sk_array(mem, catalog->count + 1, sizeof *board->attestation),
    };
    TRY(read_attestations(board, mem, state, now));
    for (size_t i = 0; i < catalog->count; i++) {
        board->standing[i] = standing_of(board, i, now);
        board->count[board->standing[i]]++;
    }
    return sk_ok();
}

sk_str
evidence_board_counts(sk_arena *mem, const struct evidence_board *board)
{
    struct sk_buf out = { .mem = mem };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        sk_buf_printf(&out, "%s%u %s", i ? ", " : "", board->count[told[i]],
                      evidence_standing_words[told[i]]);
    return sk_buf_str(&out);
}

static void
print_row(struct sk_buf *out, const struct evidence_board *board, size_t at)
{
    const struct evidence_control *control = &board->catalog->control[at];
    const struct evidence_result *newest = &board->results->newest[at];
    const struct evidence_attestation *by = board->attestation[at];
    enum evidence_standing standing = board->standing[at];

    sk_buf_printf(out, "%-9.*s %-8s ", SK_ARG(control->id), evidence_standing_words[standing]);
    if (board->results->known[at])
        sk_buf_printf(out, " %.*s  %.*s", SK_ARG(control->probe),
                      SK_ARG(sk_when_jst(out->mem, newest->ended)));
    if (standing == EVIDENCE_TESTED)
        sk_buf_printf(out, " %.*s: %.*s", SK_ARG(control->case_file), SK_ARG(control->case_name));
    if (standing == EVIDENCE_ATTESTED)
        sk_buf_printf(out, " by %.*s until %.*s", SK_ARG(by->role),
                      SK_ARG(sk_when_jst(out->mem, by->expires)));
    sk_buf_printf(out, "\n          %.*s\n", SK_ARG(control->en));
    if (standing != EVIDENCE_FAILING) return;
    for (size_t i = 0; i < newest->failure_count && i < FACTS_SHOWN; i++)
        sk_buf_printf(out, "          ! %.*s\n", SK_ARG(newest->fact[i]));
    if (newest->failure_count > FACTS_SHOWN)
        sk_buf_printf(out, "          ! and %zu more\n", newest->failure_count - FACTS_SHOWN);
}

void
evidence_board_print(struct sk_buf *out, const struct evidence_board *board)
{
    for (size_t i = 0; i < board->catalog->count; i++)
        print_row(out, board, i);
    if (board->results->broken_lines)
        sk_buf_printf(out, "%zu lines of the results could not be read and were passed over\n",
                      board->results->broken_lines);
    sk_str counts = evidence_board_counts(out->mem, board);
    sk_buf_printf(out, "%.*s\n", SK_ARG(counts));
}

static void
json_run(struct sk_json_writer *w, const struct evidence_control *control,
         const struct evidence_result *newest)
{
    const struct evidence_probe *probe = evidence_probe_find(control->probe);

    sk_json_object(w, "run");
    sk_json_str(w, "probe", control->probe);
    sk_json_int(w, "version", newest->version);
    if (probe) {
        sk_json_text(w, "ja", probe->ja);
        sk_json_text(w, "en", probe->en);
    }
    sk_json_str(w, "ended", sk_when_utc(w->out->mem, newest->ended));
    sk_json_bool(w, "passed", newest->passed);
    sk_json_int(w, "failures", (int64_t)newest->failure_count);
    sk_json_array(w, "facts");
    for (size_t i = 0; i < newest->fact_count; i++)
        sk_json_str(w, NULL, newest->fact[i]);
    sk_json_end_array(w);
    sk_json_end_object(w);
}

static void
json_row(struct sk_json_writer *w, const struct evidence_board *board, size_t at)
{
    const struct evidence_control *control = &board->catalog->control[at];
    const struct evidence_attestation *by = board->attestation[at];

    sk_json_object(w, NULL);
    sk_json_str(w, "id", control->id);
    sk_json_text(w, "standing", evidence_standing_words[board->standing[at]]);
    sk_json_str(w, "ja", control->ja);
    sk_json_str(w, "en", control->en);
    sk_json_array(w, "sources");
    for (size_t i = 0; i < control->source_count; i++)
        sk_json_str(w, NULL, control->source[i]);
    sk_json_end_array(w);
    if (control->case_name.n) {
        sk_json_object(w, "case");
        sk_json_str(w, "file", control->case_file);
        sk_json_str(w, "name", control->case_name);
        sk_json_end_object(w);
    }
    if (board->results->known[at]) json_run(w, control, &board->results->newest[at]);
    if (by) {
        sk_json_object(w, "attestation");
        sk_json_str(w, "role", by->role);
        sk_json_str(w, "expires", sk_when_utc(w->out->mem, by->expires));
        sk_json_str(w, "sha256", by->sha256);
        sk_json_end_object(w);
    }
    sk_json_end_object(w);
}

void
evidence_board_json(struct sk_buf *out, const struct evidence_board *board)
{
    struct sk_json_writer w = { .out = out };
    sk_json_object(&w, NULL);
    sk_json_object(&w, "counts");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        sk_json_int(&w, evidence_standing_words[told[i]], board->count[told[i]]);
    sk_json_end_object(&w);
    sk_json_array(&w, "promises");
    for (size_t i = 0; i < board->catalog->count; i++)
        json_row(&w, board, i);
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}
