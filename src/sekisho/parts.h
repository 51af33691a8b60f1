/* The parts that the parent starts: their cards, and the internal verb `sekisho part NAME`. */
#ifndef SEKISHO_PARTS_H
#define SEKISHO_PARTS_H

#include "part/card.h"

extern const struct part_card *const parts_cards[]; /* ends with NULL */

#endif
