#include "part/template_node.h"

#include <inttypes.h>

static struct part_value *
value_add(struct part_value *to, const char *name, enum part_value_kind kind)
{
    struct part_value *value = SK_NEW(to->mem, struct part_value);
    *value = (struct part_value){ .kind = kind, .name = sk_str_of(name), .mem = to->mem };
    if (to->last)
        to->last->next = value;
    else
        to->first = value;
    to->last = value;
    return value;
}

struct part_value *
part_object_new(sk_arena *mem)
{
    struct part_value *value = SK_NEW(mem, struct part_value);
    value->kind = VALUE_OBJECT;
    value->mem = mem;
    return value;
}

void
part_set_text(struct part_value *object, const char *name, sk_str text)
{
    value_add(object, name, VALUE_TEXT)->text = text;
}

void
part_set_html(struct part_value *object, const char *name, sk_str html)
{
    value_add(object, name, VALUE_HTML)->text = html;
}

void
part_set_flag(struct part_value *object, const char *name, bool flag)
{
    value_add(object, name, VALUE_FLAG)->flag = flag;
}

void
part_set_int(struct part_value *object, const char *name, int64_t number)
{
    part_set_text(object, name, sk_str_printf(object->mem, "%" PRId64, number));
}

struct part_value *
part_set_object(struct part_value *object, const char *name)
{
    return value_add(object, name, VALUE_OBJECT);
}

struct part_value *
part_set_list(struct part_value *object, const char *name)
{
    return value_add(object, name, VALUE_LIST);
}

struct part_value *
part_list_add(struct part_value *list)
{
    return value_add(list, NULL, VALUE_OBJECT);
}

void
part_list_add_text(struct part_value *list, sk_str text)
{
    value_add(list, NULL, VALUE_TEXT)->text = text;
}
