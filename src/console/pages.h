/* The handlers, by the file that has them. */
#ifndef SK_CONSOLE_PAGES_H
#define SK_CONSOLE_PAGES_H

#include "console/visit.h"

part_handler console_overview_get, console_refused_get, console_refused_csv, console_request_get,
    console_outbox_get, console_asset_get, console_health_get;

#endif
