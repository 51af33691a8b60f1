/* The traits of a product; pool.c asks for them under its lock. */
#ifndef SECLANG_OP_TRAITS_H
#define SECLANG_OP_TRAITS_H

#include "seclang/op/product.h"

void seclang_traits_derive(struct seclang_product *product, seclang_derive *derive,
                           const void *from);
/* With a cache: has them, and the cache has them too. SK_BUSY as seclang_pool_take. */
sk_err seclang_traits_ready(struct seclang_product *product,
                            const struct seclang_recipe *recipe) SK_CHECKED;

#endif
