/* What a browser says it is, in two words that its owner knows again. Nothing else of the
 * User-Agent is kept: no versions, no fingerprint. */
#ifndef SK_ACCOUNTS_AGENT_H
#define SK_ACCOUNTS_AGENT_H

#include "base/str.h"

/* "Chrome, Windows", "Safari, iPhone", "Firefox"; empty when nothing is known again. */
sk_str accounts_agent_family(sk_arena *mem, sk_str user_agent);

#endif
