/* Messages as they come in: read from JSON and measured, so that whatever is in the queue can be
 * sent. */
#ifndef SK_POST_MESSAGE_H
#define SK_POST_MESSAGE_H

#include "base/json.h"
#include "post/post.h"

/* Borrowed from `object`. `life` is filled in. SK_BAD says which member is wrong; never a value. */
sk_err post_message_read(struct post_message *message, const sk_json *object) SK_CHECKED;

#endif
