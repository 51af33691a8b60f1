#include "evidence/record.h"

#include "base/json.h"

#include <fcntl.h>
#include <unistd.h>

/* The gate writes its line when the request ends, which may be a moment after the answer. */
enum { RECORD_TAIL = 4 << 20, RECORD_TRIES = 20, RECORD_WAIT_US = 50000 };

static sk_str
record_tail(sk_arena *mem, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return (sk_str){ 0 };
    off_t size = lseek(fd, 0, SEEK_END), from = size > RECORD_TAIL ? size - RECORD_TAIL : 0;
    char *p = sk_alloc(mem, (size_t)(size - from) + 1);
    ssize_t n = pread(fd, p, (size_t)(size - from), from);
    close(fd);
    return (sk_str){ p, n > 0 ? (size_t)n : 0 };
}

/* Whether the line of this event names at least one rule. */
static bool
line_names_rule(sk_str line, sk_str id)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    if (sk_failed(sk_json_read(&root, line))) return false;
    return sk_str_eq(sk_json_get_str(root, "id"), id) &&
           sk_json_count(sk_json_get(root, "matches")) > 0;
}

bool
evidence_record_explains(const struct evidence_instance *instance, sk_str id)
{
    for (int i = 0; i < RECORD_TRIES; i++, usleep(RECORD_WAIT_US)) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        sk_str path = sk_str_printf(mem, "%.*s/log/gate-audit.json", SK_ARG(instance->state));
        sk_str line, rest = record_tail(mem, path.p);
        while (sk_str_cut(&line, &rest, '\n'))
            if (sk_str_find(line, id) != SIZE_MAX && line_names_rule(line, id)) return true;
    }
    return false;
}
