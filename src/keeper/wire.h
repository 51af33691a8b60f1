/* Structs in bytes: a shape is a table of their members, and one writer and one reader serve all
 * shapes. Numbers are big-endian; a text is its length (4 bytes) and its bytes; a list its count (2
 * bytes) and its rows; ids and keys have their fixed length. Pure. */
#ifndef SK_KEEPER_WIRE_H
#define SK_KEEPER_WIRE_H

#include "keeper/keeper.h"

enum keeper_member_kind {
    KEEPER_MEMBER_U32,
    KEEPER_MEMBER_U64,
    KEEPER_MEMBER_ID,    /* struct keeper_id of the kind `id`, or none */
    KEEPER_MEMBER_BYTES, /* an array of `most` bytes */
    KEEPER_MEMBER_TEXT,  /* sk_str of at most `most` bytes */
    KEEPER_MEMBER_NAME,  /* the same of letters, digits and ._-/ only */
    KEEPER_MEMBER_LIST,  /* a pointer to at most `most` structs of the shape `rows` */
    KEEPER_MEMBER_PART,  /* a struct of the shape `rows` within this one */
};

struct keeper_member {
    enum keeper_member_kind kind;
    size_t offset, count; /* `count`: where a list has its count */
    size_t most;
    const char *id;
    const struct keeper_shape *rows;
};

struct keeper_shape {
    size_t size; /* of the struct */
    const struct keeper_member *member;
    size_t count;
};

#endif
