/* Two pages that show every part of the look: what tests and eyes judge it by. Not in any program
 * that is installed. */
#ifndef SK_LOOK_TOOL_SAMPLE_H
#define SK_LOOK_TOOL_SAMPLE_H

#include "look/look.h"

enum { LOOK_SAMPLE_ROUTES = 3 };
/* Their routes; the service's context is a look opened with "src/look/sample" and "/asset/". */
extern const struct part_route look_sample_routes[LOOK_SAMPLE_ROUTES];

#endif
