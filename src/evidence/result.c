#include "evidence/result.h"

#include "base/file.h"
#include "base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RESULTS_MAX = 4 << 20, FACTS_MAX = 1000 };

static void
write_result(struct sk_buf *out, const struct evidence_result *result)
{
    struct sk_json_writer w = { .out = out };
    sk_json_object(&w, NULL);
    sk_json_str(&w, "control", result->control);
    sk_json_str(&w, "probe", result->probe);
    sk_json_int(&w, "version", result->version);
    sk_json_str(&w, "started", sk_when_utc(out->mem, result->started));
    sk_json_int(&w, "started_ms", result->started);
    sk_json_int(&w, "ended_ms", result->ended);
    sk_json_bool(&w, "passed", result->passed);
    sk_json_int(&w, "failures", (int64_t)result->failure_count);
    sk_json_array(&w, "facts");
    for (size_t i = 0; i < result->fact_count; i++)
        sk_json_str(&w, NULL, result->fact[i]);
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}

/* A crash in the middle of a line leaves it without its end: begin a new one. */
static bool
needs_newline(int fd)
{
    char last = '\n';
    off_t end = lseek(fd, 0, SEEK_END);
    return end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n';
}

sk_err
evidence_result_append(const char *state, const struct evidence_result *result)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str folder = sk_str_printf(mem, "%s/evidence", state);
    sk_str path = sk_str_printf(mem, "%s/results.jsonl", folder.p);
    struct sk_buf line = { .mem = mem };

    if (mkdir(folder.p, 0750) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder.p, strerror(errno));
    DEFER(sk_fd_close) int fd = open(path.p, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", path.p, strerror(errno));
    if (needs_newline(fd)) sk_buf_byte(&line, '\n');
    write_result(&line, result);
    ssize_t n = write(fd, line.p, line.n);
    if (n != (ssize_t)line.n || fsync(fd) != 0)
        return sk_fail(
            errno == ENOSPC ? SK_FULL : SK_BROKEN,
            "%s: the result could not be kept: %s. Make room on the disk, then run again.", path.p,
            n < 0 ? strerror(errno) : "only a part was written");
    return sk_ok();
}

static bool
read_line(struct evidence_result *result, sk_arena *mem, sk_str line)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    if (sk_failed(sk_json_read(&root, line))) return false;
    const sk_json *facts = sk_json_get(root, "facts");
    size_t count = sk_json_count(facts);
    *result = (struct evidence_result){
        .control = sk_str_copy(mem, sk_json_get_str(root, "control")),
        .probe = sk_str_copy(mem, sk_json_get_str(root, "probe")),
        .version = (unsigned)sk_json_get_int(root, "version", 0),
        .started = sk_json_get_int(root, "started_ms", 0),
        .ended = sk_json_get_int(root, "ended_ms", 0),
        .passed = sk_json_get_bool(root, "passed", false),
        .failure_count = (size_t)sk_json_get_int(root, "failures", 0),
        .fact_count = count < FACTS_MAX ? count : FACTS_MAX,
    };
    result->fact = sk_array(mem, result->fact_count + 1, sizeof *result->fact);
    for (size_t i = 0; i < result->fact_count; i++)
        result->fact[i] = sk_str_copy(mem, sk_json_as_str(sk_json_at(facts, i)));
    if (result->failure_count > result->fact_count) result->failure_count = result->fact_count;
    return result->control.n != 0;
}

static sk_err
read_tail(sk_str *text, sk_arena *mem, const char *path)
{
    *text = (sk_str){ 0 };
    DEFER(sk_fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return sk_ok();
    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    off_t size = lseek(fd, 0, SEEK_END), from = size > RESULTS_MAX ? size - RESULTS_MAX : 0;
    char *p = sk_alloc(mem, (size_t)(size - from) + 1);
    ssize_t n = pread(fd, p, (size_t)(size - from), from);
    if (n < 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    *text = (sk_str){ p, (size_t)n };
    if (from) *text = sk_str_from(*text, sk_str_find_byte(*text, '\n'));
    return sk_ok();
}

sk_err
evidence_results_read(struct evidence_results *results, sk_arena *mem,
                      const struct evidence_catalog *catalog, const char *state)
{
    sk_str rest, line, path = sk_str_printf(mem, "%s/evidence/results.jsonl", state);
    *results = (struct evidence_results){
        .newest = sk_array(mem, catalog->count + 1, sizeof *results->newest),
        .known = sk_array(mem, catalog->count + 1, sizeof *results->known),
    };
    TRY(read_tail(&rest, mem, path.p));
    while (sk_str_cut(&line, &rest, '\n')) {
        struct evidence_result result;
        if (!line.n) continue;
        if (!read_line(&result, mem, line)) {
            results->broken_lines++;
            continue;
        }
        const struct evidence_control *control = evidence_catalog_find(catalog, result.control);
        if (!control) continue;
        size_t at = (size_t)(control - catalog->control);
        results->newest[at] = result;
        results->known[at] = true;
    }
    return sk_ok();
}
