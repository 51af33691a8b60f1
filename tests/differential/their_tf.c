#include "their_tf.h"

#include "known_tf.h"

const struct seclang_tf *__real_seclang_tf_find(sk_str name);
const struct seclang_tf *__wrap_seclang_tf_find(sk_str name);

static bool in_use;

/* The answer that known_tf.c foretells; ours where no row does. */
static bool
run_as_theirs(const char *name, sk_str *out, sk_arena *mem, sk_str in,
              const struct seclang_unicode_map *map)
{
    const struct seclang_tf *tf = __real_seclang_tf_find(sk_str_of(name));
    size_t count;
    const struct known_tf *known = known_tf_rows(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(known[i].tf, name) == 0 && known[i].answer(out, mem, tf, in)) return true;
    return tf->run(out, mem, in, map);
}

#define THEIRS(tf)                                                                                 \
    static bool tf(sk_str *out, sk_arena *mem, sk_str in, const struct seclang_unicode_map *map)   \
    {                                                                                              \
        return run_as_theirs(#tf, out, mem, in, map);                                              \
    }
THEIRS(base64decode)
THEIRS(base64decodeext)
THEIRS(cmdline)
THEIRS(compresswhitespace)
THEIRS(cssdecode)
THEIRS(removewhitespace)
THEIRS(sqlhexdecode)

#define ANY(w) (~(uint64_t)0)
#define ROW(tf)                                                                                    \
    {                                                                                              \
#tf, tf, SK_BYTES(ANY), false, NULL                                                        \
    }
/* clang-format off */
static const struct seclang_tf rows[] = {
    ROW(base64decode),
    ROW(base64decodeext),
    ROW(cmdline),
    ROW(compresswhitespace),
    ROW(cssdecode),
    ROW(removewhitespace),
    ROW(sqlhexdecode),
};
/* clang-format on */

const struct seclang_tf *
__wrap_seclang_tf_find(sk_str name)
{
    for (size_t i = 0; in_use && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (sk_str_eq_nocase(name, sk_str_of(rows[i].name))) return &rows[i];
    return __real_seclang_tf_find(name);
}

void
their_tf_use(bool theirs)
{
    in_use = theirs;
}
