/* The forms of the value that is being screened, and how a value goes through them.
 *
 * Most transformations leave most texts as they are. Which ones would change this text is a set of
 * bits; for each set that comes up in a lane the way is known: who asks about the text as it came,
 * and which nodes are to be made. A worker meets a few dozen of such sets. */
#ifndef SECLANG_FORMS_H
#define SECLANG_FORMS_H

#include "seclang/screen.h"
#include "seclang/value.h"

enum { SECLANG_COURSES = 256 }; /* remembered */

/* Of a twin (twin.h): the nodes that cut characters into bytes, or the others. */
enum seclang_nodes { SECLANG_NODES_ALL, SECLANG_NODES_CUTTING, SECLANG_NODES_PLAIN };

struct seclang_course {
    const struct seclang_lane *lane; /* NULL: none yet */
    uint64_t changing;               /* bits as in seclang_lane.tfs */
    enum seclang_nodes nodes;
    struct seclang_asks same; /* who looks at a form that is the text itself */
    unsigned *node;           /* of the lane: those that may differ */
    unsigned count;
};

struct seclang_forms;

/* On mem; lives as long. */
struct seclang_forms *seclang_forms_new(sk_arena *mem, const struct seclang_rules *rules);

/* Borrowed until the next call. */
const struct seclang_course *seclang_forms_course(struct seclang_forms *forms,
                                                  const struct seclang_lane *lane,
                                                  uint64_t changing, enum seclang_nodes nodes);

/* From now on it is this value's forms that are asked for. */
void seclang_forms_begin(struct seclang_forms *forms, struct seclang_value *value);
/* As seclang_value_form; each is looked up once. */
struct seclang_text *seclang_forms_at(struct seclang_forms *forms, sk_arena *mem, unsigned node);
/* Whether the form may have `least` bytes; false is certain. It is not made for that. */
bool seclang_forms_reach(struct seclang_forms *forms, sk_arena *mem, unsigned node, size_t least);

#endif
