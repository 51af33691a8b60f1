/* The gate's record: STATE/log/gate-audit.json, one line an event. */
#ifndef EVIDENCE_RECORD_H
#define EVIDENCE_RECORD_H

#include "evidence/instance.h"

/* Whether an event of that request id stands in the record and names at least one rule. Waits up to
 * a second for it; looks at the last 4 MB. */
bool evidence_record_explains(const struct evidence_instance *instance, sk_str id);

#endif
