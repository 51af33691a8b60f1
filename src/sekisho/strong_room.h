/* What the words of sekisho vault about exposure, purposes and reserves print; made by themselves,
 * for tests.
 */
#ifndef SEKISHO_STRONG_ROOM_H
#define SEKISHO_STRONG_ROOM_H

#include "keeper/keeper.h"
#include "sekisho/conf.h"

void strong_room_exposure(struct sk_buf *out, const struct keeper_exposure *exposure);
void strong_room_exposure_json(struct sk_buf *out, const struct keeper_exposure *exposure);
/* As it is configured: what the keeper judges by since the last start or reload. */
void strong_room_purpose(struct sk_buf *out, const struct conf_purpose *purpose);

void strong_room_reserve(struct sk_buf *out, const struct keeper_reserve_row *row);

#endif
