#include "known_request.h"

#include "base/utf8.h"

static bool
is_parsed(const struct request_case *c)
{
    return c->body == BODY_MULTIPART || c->body == BODY_JSON || c->body == BODY_XML;
}

/* What it matched was read out of a body. */
static bool
of_body(const struct sighting *seen)
{
    static const char *const names[] = { "ARGS",
                                         "FILES",
                                         "XML",
                                         "MULTIPART_FILENAME",
                                         "MULTIPART_NAME",
                                         "MULTIPART_PART_HEADERS",
                                         "MATCHED_VAR" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (sk_str_starts(seen->variable, sk_str_of(names[i]))) return true;
    return false;
}

/* Rules that count or keep what was read out of a body in TX. */
static bool
kept_of_body(const struct sighting *seen)
{
    return seen->rule == 921180 || seen->rule / 1000 == 922 ||
           sk_str_starts(seen->variable, SK_STR("TX:rfi_parameter_ARGS"));
}

/* The rules that a fault of the body itself sets off. */
static bool
about_fault(const struct sighting *seen)
{
    return seen->rule == 200002 || seen->rule == 200003;
}

/* They always fill REQUEST_BODY. Rules that find the same there again count it again. */
static bool
body_variable(const struct request_case *c, const struct sighting *seen)
{
    if (!is_parsed(c)) return false;
    return seen->rule == RULE_SCORES ||
           (!seen->ours && sk_str_ends(seen->variable, SK_STR("REQUEST_BODY")));
}

static bool
decoded_uri(const struct request_case *c, const struct sighting *seen)
{
    return (seen->rule == RULE_SCORES || sk_str_eq(seen->variable, SK_STR("REQUEST_URI"))) &&
           sk_str_find_byte(c->request->uri, '%') != SIZE_MAX;
}

/* Ours answers like theirs when it is asked that way. */
static bool
asked_so(const struct request_case *c, const struct sighting *seen, enum way way)
{
    if (seen->rule == RULE_SCORES) return c->sums(c->ctx, way);
    return c->matches(c->ctx, way, seen->rule) != seen->ours;
}

static bool
backslashes(const struct request_case *c, const struct sighting *seen)
{
    return asked_so(c, seen, WAY_BACKSLASH);
}

static bool
lines(const struct request_case *c, const struct sighting *seen)
{
    return asked_so(c, seen, WAY_MULTILINE);
}

/* 921180 counts arguments of one name: all members of a list have the same one here. Names of
 * theirs are longer and have dots and underscores in them. */
static bool
json_names(const struct request_case *c, const struct sighting *seen)
{
    if (c->body != BODY_JSON) return false;
    return seen->ours ? seen->rule == 921180 || sk_str_starts(seen->variable, SK_STR("ARGS_NAMES"))
                      : sk_str_starts(seen->variable, SK_STR("ARGS_NAMES:json."));
}

/* The beginning of a text behind the document: there is one quotation mark too many. */
static bool
json_rest(const struct request_case *c, const struct sighting *seen)
{
    bool open = false;

    for (size_t i = 0; i < c->request->body.n; i++) {
        open ^= c->request->body.p[i] == '"';
        i += open && c->request->body.p[i] == '\\';
    }
    return c->body == BODY_JSON && open && seen->ours && seen->rule == 200002;
}

/* Surrogates, what is longer than need be, what is beyond U+10FFFF: yajl takes it for UTF-8. */
static bool
json_utf8(const struct request_case *c, const struct sighting *seen)
{
    return c->body == BODY_JSON && seen->ours && seen->rule == 200002 &&
           !sk_utf8_valid(c->request->body);
}

/* Declared entities are text to us, in front of the document's own: what is there first is not,
 * then.
 */
static bool
xml_declared(const struct request_case *c, const struct sighting *seen)
{
    return c->body == BODY_XML && sk_str_find(c->request->body, SK_STR("<!DOCTYPE")) != SIZE_MAX &&
           (seen->rule == RULE_SCORES || sk_str_starts(seen->variable, SK_STR("XML")));
}

/* Their parts lose the line ends inside: two lines are one. */
static bool
multipart_lines(const struct request_case *c, const struct sighting *seen)
{
    return c->body == BODY_MULTIPART && of_body(seen) && asked_so(c, seen, WAY_LINES);
}

/* A line that begins as a boundary does and is none: 1 in mod_security 2, 2 in theirs. */
static bool
unmatched_boundary(const struct request_case *c, const struct sighting *seen)
{
    return c->body == BODY_MULTIPART && seen->ours && seen->rule == 200004;
}

static bool
transformations(const struct request_case *c, const struct sighting *seen)
{
    return asked_so(c, seen, WAY_TF) || asked_so(c, seen, WAY_ALL);
}

/* The first question mark of the decoded target ends their file name. */
static bool
filename_question(const struct request_case *c, const struct sighting *seen)
{
    return seen->ours && sk_str_find_nocase(c->request->uri, SK_STR("%3f")) != SIZE_MAX &&
           (sk_str_starts(seen->variable, SK_STR("REQUEST_FILENAME")) ||
            sk_str_starts(seen->variable, SK_STR("REQUEST_BASENAME")));
}

/* Ours without the fragment answers like theirs. */
static bool
fragment(const struct request_case *c, const struct sighting *seen)
{
    if (sk_str_find_byte(c->request->uri, '#') == SIZE_MAX) return false;
    return asked_so(c, seen, WAY_FRAGMENT);
}

/* Rules that ask how a base name ends: 920200 matches where it is not .pdf. */
static bool
no_basename(const struct request_case *c, const struct sighting *seen)
{
    sk_str path = sk_str_first(c->request->uri, sk_str_find_byte(c->request->uri, '?'));

    if (sk_str_find_byte(path, '/') != SIZE_MAX) return false;
    return seen->ours ? seen->rule == 920202 || seen->rule == 920440 ||
                            sk_str_eq(seen->variable, SK_STR("REQUEST_BASENAME"))
                      : seen->rule == 920200;
}

static bool
empty_multipart(const struct request_case *c, const struct sighting *seen)
{
    return c->body == BODY_MULTIPART && c->request->body.n == 0 && !seen->ours &&
           (seen->rule == 200002 || seen->rule == 200003);
}

/* Both refuse it; ours has read on. */
static bool
broken_body(const struct request_case *c, const struct sighting *seen)
{
    return is_parsed(c) && c->we_say_broken && c->they_say_broken && seen->ours &&
           (of_body(seen) || kept_of_body(seen));
}

/* "a://b/c": which part of it is the origin. */
static bool
absolute(const struct request_case *c, const struct sighting *seen)
{
    return !sk_str_starts(c->request->uri, SK_STR("/")) &&
           sk_str_find(sk_str_first(c->request->uri, sk_str_find_byte(c->request->uri, '?')),
                       SK_STR("://")) != SIZE_MAX &&
           (seen->rule == RULE_SCORES || sk_str_starts(seen->variable, SK_STR("REQUEST_")));
}

/* An empty boundary, or what is no part of one behind a semicolon: they read on, if at all. */
static bool
multipart_boundary(const struct request_case *c, const struct sighting *seen)
{
    if (!c->parts.no_boundary && !c->parts.after) return false;
    if (seen->ours) return about_fault(seen);
    return c->parts.after && (of_body(seen) || seen->rule == 200004);
}

/* A fault in the headers of a part is none to them where it is a name's, and never a strict one. */
static bool
multipart_head(const struct request_case *c, const struct sighting *seen)
{
    if (!seen->ours || c->body != BODY_MULTIPART) return false;
    if (c->parts.repeated || c->parts.strange) return about_fault(seen) || kept_of_body(seen);
    return c->they_say_broken && seen->rule == 200003;
}

/* They do not know the headers of a part that has no data. */
static bool
multipart_unfinished(const struct request_case *c, const struct sighting *seen)
{
    return c->parts.unfinished && seen->ours && seen->rule / 1000 == 922;
}

/* An empty name is none to them, and a part without one a fault. */
static bool
multipart_unnamed(const struct request_case *c, const struct sighting *seen)
{
    if (!c->parts.unnamed) return false;
    return seen->ours ? of_body(seen) || kept_of_body(seen) : about_fault(seen);
}

/* Their MATCHED_VARS still has what the rule before matched; ours is as the chain has left it. */
static bool
matched_vars(const struct request_case *c, const struct sighting *seen)
{
    static const unsigned rules[] = { 933120, 933151, 944120 };

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (seen->rule == RULE_SCORES && c->matches(c->ctx, WAY_OURS, rules[i])) return true;
        if (seen->rule == rules[i] && !seen->ours &&
            sk_str_starts(seen->variable, SK_STR("MATCHED_VARS:")))
            return true;
    }
    return false;
}

/* Their automaton overlooks a phrase because of what stands right before it (op-pm-inside,
 * op-pm-overlap): they find it behind a comma. */
static bool
overlooked(const struct request_case *c, const struct sighting *seen)
{
    static const unsigned of_phrases[] = { 913100, 913101, 913102, 913110, 913120, 930120,
                                           930130, 932120, 932160, 932180, 933120, 933130,
                                           933150, 933151, 941180, 944130 };

    for (size_t i = 0; seen->ours && i < sizeof(of_phrases) / sizeof(of_phrases[0]); i++)
        if (seen->rule == of_phrases[i]) return c->apart(c->ctx, seen->rule);
    return false;
}

static bool
empty_xml(const struct request_case *c, const struct sighting *seen)
{
    return c->body == BODY_XML && c->request->body.n == 0 && !seen->ours && seen->rule == 200002;
}

/* clang-format off */
static struct known_request rows[] = {
    { "request-absolute", absolute, 0 },
    { "request-backslash", backslashes, 0 },
    { "request-basename", no_basename, 0 },
    { "request-body-variable", body_variable, 0 },
    { "request-broken-body", broken_body, 0 },
    { "request-filename-question", filename_question, 0 },
    { "request-fragment", fragment, 0 },
    { "request-json-names", json_names, 0 },
    { "request-json-rest", json_rest, 0 },
    { "request-json-utf8", json_utf8, 0 },
    { "request-matched-vars", matched_vars, 0 },
    { "request-multiline", lines, 0 },
    { "request-multipart-boundary", multipart_boundary, 0 },
    { "request-multipart-empty", empty_multipart, 0 },
    { "request-multipart-head", multipart_head, 0 },
    { "request-multipart-lines", multipart_lines, 0 },
    { "request-multipart-unfinished", multipart_unfinished, 0 },
    { "request-multipart-unnamed", multipart_unnamed, 0 },
    { "request-unmatched-boundary", unmatched_boundary, 0 },
    { "request-uri-decoded", decoded_uri, 0 },
    { "request-xml-declared", xml_declared, 0 },
    { "request-xml-empty", empty_xml, 0 },
    { "request-transformations", transformations, 0 },
    { "request-phrases", overlooked, 0 }, /* last: it asks often, and proves less */
};
/* clang-format on */

struct known_request *
known_request_rows(size_t *count)
{
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}
