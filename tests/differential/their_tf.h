/* Transformations that answer as libmodsecurity's do, for our engine to be asked with. */
#ifndef DIFFERENTIAL_THEIR_TF_H
#define DIFFERENTIAL_THEIR_TF_H

#include <stdbool.h>

/* Whether rules that are loaded from now on get them (the linker puts ours behind seclang_tf_find
 * of this program: --wrap). They look at bytes that ours need not see: only with SekishoScreen Off.
 */
void their_tf_use(bool theirs);

#endif
