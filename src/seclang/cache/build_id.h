/* Which build of the engine this is: the digest that the linker leaves in every program and shared
 * object (--build-id). Any change of code is another build. */
#ifndef SECLANG_CACHE_BUILD_ID_H
#define SECLANG_CACHE_BUILD_ID_H

#include "base/str.h"

/* Of the object that this function lies in; empty where it was linked without. */
sk_str seclang_build_id(void);

#endif
