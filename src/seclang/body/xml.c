/* XML by libxml2's push parser with our own SAX handler: no tree is built, nothing is fetched, no
 * entity is expanded.
 *
 * Rules see what XPath would give them: the text of all elements joined (XML:/ *), and every
 * attribute's value (XML:// @*). What a document type declares (entities, identifiers) is put to
 * the text once, where the rules find it; a reference to such an entity is a blank. So a document
 * of a billion laughs costs what its bytes cost. */
#include "seclang/body/inner.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

enum {
    XML_BLOCK = 4096,          /* bytes given at once: faults do not depend on the chunks' sizes */
    XML_NODES_MOST = 100000,   /* elements, attributes, references, declarations; not counted where
                                  texts are cut in pieces */
    XML_MARKUP_MOST = 1 << 20, /* bytes of a tag, comment or declaration there: libxml2 keeps it
                                  whole and looks for its end from its beginning again */
    XML_EQUALS_MOST = 5000,    /* equals signs in markup that has not ended: libxml2 compares each
                                  attribute of a tag with all before it */
    XML_ENTITIES_MOST = 64
};

struct xml {
    struct seclang_body base;
    xmlParserCtxtPtr parser;
    char block[XML_BLOCK];
    size_t n;
    bool stopped;
    struct sk_buf text;
    unsigned depth, nodes;
    size_t quiet;                     /* bytes since libxml2 has last said something */
    size_t equals;                    /* equals signs in them */
    sk_str entity[XML_ENTITIES_MOST]; /* names declared in the document */
    unsigned entity_count;
    xmlEntity blank; /* what any of them stands for */
    sk_str problem;  /* libxml2's words */
};

static sk_str
text_of(const xmlChar *s)
{
    return sk_str_of((const char *)s);
}

static void
stop(struct xml *x, const char *why)
{
    seclang_body_fault(&x->base, "XML parsing error: XML: %s", why);
    x->stopped = true;
    xmlStopParser(x->parser);
}

static void
heard(struct xml *x)
{
    x->quiet = 0;
    x->equals = 0;
}

static void
count_nodes(struct xml *x, unsigned n)
{
    heard(x);
    if (x->base.limits.piece > 0) return;
    x->nodes += n;
    if (x->nodes > XML_NODES_MOST && !x->stopped) stop(x, "Too many nodes.");
}

/* ── what libxml2 calls ── */

static void
on_text(void *ctx, const xmlChar *s, int n)
{
    struct xml *x = ctx;

    heard(x);
    if (n <= 0) return;
    sk_buf_add(&x->text, (sk_str){ (const char *)s, (size_t)n });
    if (seclang_body_piece_due(&x->base, x->text.n) && x->base.sink.xml)
        x->base.sink.xml(x->base.sink.ctx, seclang_body_piece(&x->base, &x->text), false);
}

/* In overlapping pieces, as if it grew. */
static void
tell_attribute(struct xml *x, sk_str value)
{
    size_t piece = x->base.limits.piece;

    while (piece > 0 && value.n > piece) {
        size_t end = seclang_body_cut_at(value, piece);

        x->base.sink.xml(x->base.sink.ctx, sk_str_copy(x->base.out, sk_str_first(value, end)),
                         true);
        value = sk_str_from(value, seclang_body_cut_at(value, end - x->base.limits.overlap));
    }
    x->base.sink.xml(x->base.sink.ctx, sk_str_copy(x->base.out, value), true);
}

/* attributes: five pointers each: local name, prefix, URI, begin and end of the value. */
static void
on_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
           int namespace_count, const xmlChar **namespaces, int attribute_count, int defaulted,
           const xmlChar **attributes)
{
    struct xml *x = ctx;

    (void)name, (void)prefix, (void)uri, (void)namespace_count, (void)namespaces, (void)defaulted;
    if (x->stopped) return;
    for (int i = 0; i < attribute_count && x->base.sink.xml; i++) {
        const char *from = (const char *)attributes[i * 5 + 3];
        sk_str value = { from, (size_t)((const char *)attributes[i * 5 + 4] - from) };
        tell_attribute(x, value);
    }
    /* Last: stopping frees the text in which the values lie. */
    count_nodes(x, 1 + (unsigned)attribute_count);
    if (++x->depth > x->base.limits.depth && !x->stopped) stop(x, "Depth limit exceeded.");
}

static void
on_element_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct xml *x = ctx;

    (void)name, (void)prefix, (void)uri;
    heard(x);
    if (x->depth) x->depth--;
}

/* Declarations are told apart from the text by a blank. */
static void
add_declared(struct xml *x, const xmlChar *s)
{
    if (!s || !*s) return;
    if (x->text.n) sk_buf_byte(&x->text, ' ');
    sk_buf_add(&x->text, text_of(s));
    sk_buf_byte(&x->text, ' ');
}

static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
    struct xml *x = ctx;

    (void)name;
    add_declared(x, public_id);
    add_declared(x, system_id);
    count_nodes(x, 1);
}

static bool
is_declared(const struct xml *x, sk_str name)
{
    for (unsigned i = 0; i < x->entity_count; i++)
        if (sk_str_eq(x->entity[i], name)) return true;
    return false;
}

static void
on_entity(void *ctx, const xmlChar *name, int type, const xmlChar *public_id,
          const xmlChar *system_id, xmlChar *content)
{
    struct xml *x = ctx;

    add_declared(x, public_id);
    add_declared(x, system_id);
    add_declared(x, content);
    count_nodes(x, 1);
    if (x->stopped) return;
    if (type == XML_INTERNAL_PARAMETER_ENTITY || type == XML_EXTERNAL_PARAMETER_ENTITY) return;
    if (is_declared(x, text_of(name))) return;
    if (x->entity_count < XML_ENTITIES_MOST)
        x->entity[x->entity_count++] = sk_str_copy(x->base.mem, text_of(name));
    else if (!x->stopped)
        stop(x, "Too many entities.");
}

static void
on_unparsed_entity(void *ctx, const xmlChar *name, const xmlChar *public_id,
                   const xmlChar *system_id, const xmlChar *notation)
{
    (void)notation;
    on_entity(ctx, name, XML_EXTERNAL_GENERAL_UNPARSED_ENTITY, public_id, system_id, NULL);
}

/* A declared entity is a blank; one that is not is missing, which libxml2 takes for a fault. */
static xmlEntityPtr
get_entity(void *ctx, const xmlChar *name)
{
    struct xml *x = ctx;
    bool declared = is_declared(x, text_of(name));

    count_nodes(x, 1);
    return declared ? &x->blank : NULL;
}

static void
on_problem(void *ctx, xmlErrorPtr error)
{
    struct xml *x = ctx;

    if (x->problem.n || error->level != XML_ERR_FATAL) return;
    x->problem =
        sk_str_printf(x->base.mem, " (libxml2 error %d, line %d)", error->code, error->line);
}

static const xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = on_doctype,
    .getEntity = get_entity,
    .entityDecl = on_entity,
    .unparsedEntityDecl = on_unparsed_entity,
    .startElementNs = on_element,
    .endElementNs = on_element_end,
    .characters = on_text,
    .ignorableWhitespace = on_text,
    .cdataBlock = on_text,
    .serror = on_problem,
};

/* ── the parser ── */

/* A predefined entity is put in literally, without being parsed or copied. Its members are set so
 * that libxml2 writes nothing into it. */
static void
make_blank(struct xml *x)
{
    static xmlChar one[] = " ";

    x->blank = (xmlEntity){ .type = XML_ENTITY_DECL,
                            .name = one,
                            .orig = one,
                            .content = one,
                            .length = 1,
                            .etype = XML_INTERNAL_PREDEFINED_ENTITY };
}

static struct seclang_body *
begin(sk_arena *mem, sk_str content_type, const struct seclang_body_limits *limits,
      const struct seclang_body_sink *sink)
{
    struct xml *x = SK_NEW(mem, struct xml);
    xmlSAXHandler sax = handler;

    (void)content_type; /* its charset is the application's business; a declaration is heeded */
    seclang_body_init(&x->base, mem, limits, sink);
    x->text.mem = mem;
    make_blank(x);
    x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
    if (!x->parser) {
        seclang_body_fault(&x->base, "XML parsing error: XML: Failed to create parsing context.");
        x->stopped = true;
        return &x->base;
    }
    xmlCtxtUseOptions(x->parser, XML_PARSE_NONET);
    return &x->base;
}

static size_t
count_equals(sk_str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.n; i++)
        count += s.p[i] == '=';
    return count;
}

static void
flush(struct xml *x, bool last)
{
    if (x->stopped) return;
    x->quiet += x->n;
    x->equals += count_equals((sk_str){ x->block, x->n });
    if (x->equals > XML_EQUALS_MOST) {
        stop(x, "Too many attributes.");
        return;
    }
    xmlParseChunk(x->parser, x->block, (int)x->n, last);
    x->n = 0;
    if (x->base.limits.piece > 0 && x->quiet > XML_MARKUP_MOST && !x->stopped)
        stop(x, "Markup is too long.");
    if (x->stopped || x->parser->wellFormed == 1) return;
    seclang_body_fault(&x->base, "XML parsing error: XML: Failed parsing document.%.*s",
                       SK_ARG(x->problem));
    x->stopped = true;
}

static void
feed(struct seclang_body *body, sk_str chunk)
{
    struct xml *x = (struct xml *)body;

    if (x->stopped) return;
    if (chunk.n) chunk = seclang_body_take(body, chunk);
    while (chunk.n && !x->stopped) {
        sk_str piece = sk_str_first(chunk, XML_BLOCK - x->n);
        memcpy(x->block + x->n, piece.p, piece.n);
        x->n += piece.n;
        if (x->n == XML_BLOCK) flush(x, false);
        chunk = sk_str_from(chunk, piece.n);
    }
}

static void
finish(struct seclang_body *body, struct seclang_body_report *report)
{
    struct xml *x = (struct xml *)body;

    if (body->no_files > 0) flush(x, true);
    if (body->no_files > 0 && body->sink.xml)
        body->sink.xml(body->sink.ctx,
                       x->text.n ? sk_str_copy(body->out, sk_buf_str(&x->text)) : SK_STR(""),
                       false);
    *report = (struct seclang_body_report){ .error = body->error };
}

static void
release(struct seclang_body *body)
{
    struct xml *x = (struct xml *)body;

    if (!x->parser) return;
    if (x->parser->myDoc) xmlFreeDoc(x->parser->myDoc);
    x->parser->myDoc = NULL;
    xmlFreeParserCtxt(x->parser);
    x->parser = NULL;
}

const struct seclang_body_kind seclang_body_xml = { "XML", begin, feed, finish, release };
