#include "console/refused.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, ID_TIME = 10, ID_BITS = 5, MINUTE = 60 * 1000 };

/* --- pieces of the file --- */

struct file {
    int fd;
    int64_t size;
    char *chunk; /* of CHUNK bytes and a line before them */
    sk_arena *mem;
};

static sk_err
file_open(struct file *file, sk_arena *mem, const char *path)
{
    struct stat stat;
    *file = (struct file){ .fd = open(path, O_RDONLY | O_CLOEXEC), .mem = mem };
    if (file->fd < 0) {
        bool missing = errno == ENOENT;
        return sk_fail(missing ? SK_MISSING : SK_BROKEN, "%s: %s", path, strerror(errno));
    }
    if (fstat(file->fd, &stat) != 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    file->size = stat.st_size;
    file->chunk = sk_array(mem, CHUNK + CONSOLE_REFUSED_LINE, 1);
    return sk_ok();
}

static void
file_close(struct file *file)
{
    sk_fd_close(&file->fd);
}

static sk_err
read_at(struct file *file, char *to, size_t n, int64_t at)
{
    while (n) {
        ssize_t got = pread(file->fd, to, n, at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return sk_fail(SK_BROKEN, "the log became shorter while it was read");
        to += got;
        n -= (size_t)got;
        at += got;
    }
    return sk_ok();
}

/* Calls `take` with each line that ends before `end`, the last one first, until it says no or
 * `most` bytes were read. *at is where the line taken last begins (or reading stopped). */
static sk_err
lines_back(int64_t *at, struct file *file, int64_t end, int64_t most,
           bool (*take)(void *ctx, sk_str line, int64_t begins), void *ctx)
{
    size_t kept = 0; /* the start of a line, whose beginning lies in the chunk before */
    int64_t from = end, stop = end > most ? end - most : 0;
    *at = end;
    while (from > stop) {
        size_t n = from - stop < CHUNK ? (size_t)(from - stop) : CHUNK;
        memmove(file->chunk + n, file->chunk, kept);
        from -= (int64_t)n;
        TRY(read_at(file, file->chunk, n, from));
        size_t upto = n + kept; /* where the line at hand ends */
        for (size_t i = n; i > 0; i--) {
            if (file->chunk[i - 1] != '\n') continue;
            *at = from + (int64_t)i;
            if (upto > i && !take(ctx, (sk_str){ file->chunk + i, upto - i }, *at)) return sk_ok();
            upto = i - 1;
        }
        kept = upto <= CONSOLE_REFUSED_LINE ? upto : 0;
    }
    if (from == 0 && kept) take(ctx, (sk_str){ file->chunk, kept }, 0);
    if (from == 0) *at = 0;
    return sk_ok();
}

/* --- a page --- */

struct sieve {
    const struct refused_wish *wish;
    struct refused_page *page;
    sk_arena *mem;
    bool over; /* older than wanted: nothing further back can fit */
};

static bool
row_wanted(struct sieve *sieve, const struct explain_event *event)
{
    const struct refused_wish *wish = sieve->wish;
    sieve->over = wish->from && event->at && event->at < wish->from - MINUTE;
    if (!event->refused && !wish->recorded) return false;
    if (wish->from && event->at < wish->from) return false;
    if (wish->until && event->at >= wish->until) return false;
    if (wish->client.n && !sk_str_eq(wish->client, event->client)) return false;
    return !wish->site.n || sk_str_eq(wish->site, event->site);
}

static sk_str
shown(sk_arena *mem, sk_str text, size_t most)
{
    struct sk_buf out = { .mem = mem };
    explain_text(&out, text, most);
    return sk_buf_str(&out);
}

static void
row_add(struct sieve *sieve, const struct explain_event *event)
{
    sk_arena *mem = sieve->mem;
    sieve->page->row[sieve->page->count++] = (struct refused_row){
        .at = event->at,
        .id = shown(mem, event->id, 64),
        .client = shown(mem, event->client, 64),
        .method = shown(mem, event->method, 16),
        .uri = shown(mem, event->uri, 160),
        .site = shown(mem, event->site, 64),
        .msg = event->count ? shown(mem, event->match[0].msg, 160) : (sk_str){ 0 },
        .rule = event->count ? event->match[0].rule : 0,
        .status = event->status,
        .refused = event->refused,
    };
}

static bool
page_take(void *ctx, sk_str line, int64_t begins)
{
    struct sieve *sieve = ctx;
    DEFER(sk_json_close) sk_json *root = NULL;
    struct explain_event event;
    (void)begins;
    /* a line that the gate is just writing, or that a crash cut */
    if (sk_failed(sk_json_read(&root, line))) return true;
    explain_read(&event, root);
    if (row_wanted(sieve, &event)) row_add(sieve, &event);
    return !sieve->over && sieve->page->count < CONSOLE_REFUSED_ROWS;
}

sk_err
refused_list(struct refused_page *page, sk_arena *mem, const char *path,
             const struct refused_wish *wish)
{
    DEFER(file_close) struct file file = { .fd = -1 };
    struct sieve sieve = { .wish = wish, .page = page, .mem = mem };
    int64_t at;
    *page = (struct refused_page){ 0 };
    TRY(file_open(&file, mem, path));
    int64_t end = wish->before && wish->before < file.size ? wish->before : file.size;
    TRY(lines_back(&at, &file, end, CONSOLE_REFUSED_SCAN, page_take, &sieve));
    page->older = sieve.over ? 0 : at;
    page->unread = page->older > 0 && page->count < CONSOLE_REFUSED_ROWS;
    return sk_ok();
}

/* --- one line --- */

sk_when
refused_id_time(sk_str id)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    sk_when time = 0;
    if (id.n != 26) return 0;
    for (size_t i = 0; i < ID_TIME; i++) {
        const char *digit = id.p[i] ? strchr(digits, id.p[i]) : NULL;
        if (!digit) return 0;
        time = time << ID_BITS | (digit - digits);
    }
    return time;
}

struct hunt {
    sk_str id;
    sk_json *found;
    sk_when time; /* of the line that was looked at last */
};

static bool
hunt_take(void *ctx, sk_str line, int64_t begins)
{
    struct hunt *hunt = ctx;
    sk_json *root;
    (void)begins;
    if (sk_str_find(line, hunt->id) == SIZE_MAX || sk_failed(sk_json_read(&root, line)))
        return true;
    if (sk_str_eq(sk_json_get_str(root, "id"), hunt->id))
        hunt->found = root;
    else
        sk_json_free(root);
    return !hunt->found;
}

static bool
time_take(void *ctx, sk_str line, int64_t begins)
{
    struct hunt *hunt = ctx;
    DEFER(sk_json_close) sk_json *root = NULL;
    (void)begins;
    if (sk_failed(sk_json_read(&root, line))) return true;
    return !sk_when_read(&hunt->time, sk_json_get_str(root, "time"));
}

/* An offset behind which lines are of requests that began later than `time`, or nearly. */
static sk_err
offset_of(int64_t *offset, struct file *file, sk_when time)
{
    int64_t low = 0, high = file->size;
    while (high - low > CHUNK) {
        struct hunt hunt = { .time = 0 };
        int64_t at, middle = low + (high - low) / 2;
        TRY(lines_back(&at, file, middle, CONSOLE_REFUSED_LINE, time_take, &hunt));
        if (hunt.time > time)
            high = middle;
        else
            low = middle;
    }
    *offset = high;
    return sk_ok();
}

sk_err
refused_find(sk_json **line, sk_arena *mem, const char *path, sk_str id)
{
    DEFER(file_close) struct file file = { .fd = -1 };
    struct hunt hunt = { .id = id };
    sk_when time = refused_id_time(id);
    int64_t at, there;
    if (!time) return sk_fail(SK_MISSING, "not a reference number");
    TRY(file_open(&file, mem, path));
    TRY(offset_of(&there, &file, time + MINUTE));
    TRY(lines_back(&at, &file, there, CONSOLE_REFUSED_SCAN, hunt_take, &hunt));
    if (!hunt.found && there < file.size) /* it took long, or the log is not in order */
        TRY(lines_back(&at, &file, file.size, CONSOLE_REFUSED_SCAN, hunt_take, &hunt));
    if (!hunt.found) return sk_fail(SK_MISSING, "the log has no such request");
    *line = hunt.found;
    return sk_ok();
}
