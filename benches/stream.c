/* One long body through one transaction, window by window:
 *
 *     sekisho_bench_stream RULES KIND MEGABYTES BLOCK
 *
 * BLOCK is a file that is repeated until MEGABYTES are reached; KIND says of what: "answer" (HTML),
 * or a request's Content-Type, with FILE's bytes between what it takes to make a body of it. Prints
 * {"mb_s":...,"ns_byte":...,"kept":...,"peak_mb":...,"refused":...}: CPU time, bytes of the
 * transaction's arena at the end, and how much larger the process has been than before. */
#include "base/file.h"
#include "clock.h"
#include "seclang/seclang.h"

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_MOST = 1 << 26, SLICE = 65536, MB = 1 << 20 };

static const struct kind {
    const char *name, *type, *head, *tail;
} kinds[] = {
    { "answer", NULL, "", "" },
    { "form", "application/x-www-form-urlencoded", "", "" },
    { "json", "application/json", "[", "{}]" },
    { "xml", "text/xml", "<a>", "</a>" },
    { "file", "multipart/form-data; boundary=b",
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\n\r\n",
      "\r\n--b--\r\n" },
    { "field", "multipart/form-data; boundary=b",
      "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n", "\r\n--b--\r\n" },
};

static const struct kind *
kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (!strcmp(kinds[i].name, name)) return &kinds[i];
    return NULL;
}

static long
peak_kb(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof(line), f))
        if (!strncmp(line, "VmHWM:", 6)) kb = strtol(line + 6, NULL, 10);
    if (f) fclose(f);
    return kb;
}

static bool
give(struct seclang_tx *tx, const struct kind *kind, sk_str bytes)
{
    enum seclang_feed fed = SECLANG_MORE;

    for (; bytes.n > 0 && fed == SECLANG_MORE; bytes = sk_str_from(bytes, SLICE))
        fed = kind->type ? seclang_tx_request_body(tx, sk_str_first(bytes, SLICE))
                         : seclang_tx_response_body(tx, sk_str_first(bytes, SLICE));
    return fed == SECLANG_MORE;
}

static struct seclang_tx *
begin(struct seclang_worker *worker, const struct seclang_rules *rules, sk_arena *mem,
      const struct kind *kind)
{
    struct seclang_tx *tx = seclang_tx_new(worker, rules, mem, NULL);

    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 443);
    seclang_tx_request_line(tx, SK_STR("POST /a HTTP/1.1"), SK_STR("POST"), SK_STR("/a"),
                            SK_STR("HTTP/1.1"));
    seclang_tx_request_header(tx, SK_STR("Host"), SK_STR("shop.example.jp"));
    seclang_tx_request_header(tx, SK_STR("User-Agent"), SK_STR("Mozilla/5.0 (X11; Linux x86_64)"));
    seclang_tx_request_header(tx, SK_STR("Accept"), SK_STR("text/html"));
    if (kind->type) seclang_tx_request_header(tx, SK_STR("Content-Type"), sk_str_of(kind->type));
    (void)seclang_tx_request_headers(tx);
    seclang_tx_request_windows(tx, SIZE_MAX);
    if (kind->type) return tx;
    (void)seclang_tx_request_done(tx);
    seclang_tx_response_line(tx, 200, SK_STR("HTTP/1.1"));
    seclang_tx_response_header(tx, SK_STR("Content-Type"), SK_STR("text/html"));
    (void)seclang_tx_response_headers(tx);
    seclang_tx_response_windows(tx);
    return tx;
}

static void
measure(struct seclang_worker *worker, const struct seclang_rules *rules, const struct kind *kind,
        sk_str block, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(24576);
    struct seclang_tx *tx = begin(worker, rules, mem, kind);
    long peak = peak_kb();
    double began = clock_cpu_us(), us;
    size_t done = 0;
    bool refused;

    give(tx, kind, sk_str_of(kind->head));
    while (done < size && give(tx, kind, block))
        done += block.n;
    give(tx, kind, sk_str_of(kind->tail));
    refused = (kind->type ? seclang_tx_request_done(tx) : seclang_tx_response_done(tx)).act !=
              SECLANG_PASS;
    us = clock_cpu_us() - began;
    printf("{\"mb_s\":%.1f,\"ns_byte\":%.2f,\"kept\":%zu,\"peak_mb\":%.1f,\"refused\":%s}\n",
           (double)done / MB / us * 1e6, us * 1e3 / (double)done, sk_arena_used(mem),
           (double)(peak_kb() - peak) / 1024, refused ? "true" : "false");
    seclang_tx_free(tx);
}

int
main(int argc, char **argv)
{
    struct seclang_source *source = seclang_source_new();
    const struct kind *kind = argc == 5 ? kind_find(argv[2]) : NULL;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_worker *worker;
    struct seclang_rules *rules;
    sk_str block;
    sk_err e;

    if (!kind) {
        fprintf(stderr, "usage: sekisho_bench_stream RULES KIND MEGABYTES BLOCK\n");
        return 2;
    }
    seclang_source_file(source, argv[1]);
    e = seclang_rules_new(&rules, source);
    if (!sk_failed(e)) e = seclang_worker_new(&worker, rules);
    if (!sk_failed(e)) e = sk_file_read(&block, mem, argv[4], BLOCK_MOST);
    if (sk_failed(e)) {
        fprintf(stderr, "%s\n", e.why);
        return 1;
    }
    measure(worker, rules, kind, block, strtoul(argv[3], NULL, 10) * MB);
    return 0;
}
