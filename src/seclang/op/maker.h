/* Who compiles: what compiled bytes depend on beside the recipe that they are made by. */
#ifndef SECLANG_OP_MAKER_H
#define SECLANG_OP_MAKER_H

#include "base/str.h"

/* Adds a line that names the library and the processor. */
void seclang_maker_name(struct sk_buf *text);

#endif
