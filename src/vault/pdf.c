#include "vault/pdf.h"

#include <zlib.h>

enum { OBJECTS = 4 };

/* What is drawn is somebody's address: it lies on the arena, which is overwritten. */
static void *
window_get(void *mem, unsigned count, unsigned size)
{
    return sk_array(mem, count, size);
}

static void
window_put(void *mem, void *window)
{
    (void)mem, (void)window;
}

static sk_err
shrink(sk_str *out, sk_arena *mem, sk_str page)
{
    z_stream z = { .zalloc = window_get, .zfree = window_put, .opaque = mem };
    size_t most;
    int done;

    if (deflateInit(&z, Z_DEFAULT_COMPRESSION) != Z_OK)
        return sk_fail(SK_BROKEN, "zlib does not start");
    most = deflateBound(&z, (uLong)page.n);
    z.next_in = (Bytef *)page.p;
    z.avail_in = (uInt)page.n;
    z.next_out = sk_alloc(mem, most);
    z.avail_out = (uInt)most;
    *out = (sk_str){ (const char *)z.next_out, 0 };
    done = deflate(&z, Z_FINISH);
    out->n = z.total_out;
    deflateEnd(&z);
    return done == Z_STREAM_END
               ? sk_ok()
               : sk_fail(SK_BROKEN, "a page of %zu bytes cannot be compressed", page.n);
}

sk_err
vault_pdf_make(struct sk_buf *out, sk_str page, double width, double height)
{
    size_t at[OBJECTS], begin = out->n, table;
    sk_str content;

    TRY(shrink(&content, out->mem, page));
    sk_buf_add(out, SK_STR("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"));
    at[0] = out->n - begin;
    sk_buf_add(out, SK_STR("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"));
    at[1] = out->n - begin;
    sk_buf_add(out, SK_STR("2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"));
    at[2] = out->n - begin;
    sk_buf_printf(out,
                  "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Resources<<>>"
                  "/Contents 4 0 R>>\nendobj\n",
                  width, height);
    at[3] = out->n - begin;
    sk_buf_printf(out, "4 0 obj\n<</Length %zu/Filter/FlateDecode>>\nstream\n", content.n);
    sk_buf_add(out, content);
    sk_buf_add(out, SK_STR("\nendstream\nendobj\n"));
    table = out->n - begin;
    sk_buf_printf(out, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (int i = 0; i < OBJECTS; i++)
        sk_buf_printf(out, "%010zu 00000 n \n", at[i]);
    sk_buf_printf(out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1,
                  table);
    return sk_ok();
}
