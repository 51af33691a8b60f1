/* The first goods on the shelves, from data files. */
#ifndef SK_SHOP_SEED_H
#define SK_SHOP_SEED_H

#include "part/store.h"

enum { SHOP_SEED_FILE_MAX = 1024 * 1024, SHOP_SEED_PRODUCTS_MAX = 1000 };

/* Fills an empty store from all *.json of `folder`, in one transaction; a store that has a merchant
 * is left alone. SK_BAD with file and place when a file is wrong. */
sk_err shop_seed(struct part_store *store, const char *folder) SK_CHECKED;
/* One file; within a writing transaction. */
sk_err shop_seed_file(struct part_store *store, const char *path) SK_CHECKED;

#endif
