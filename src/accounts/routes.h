/* The two services: addresses, and what every answer carries. */
#ifndef SK_ACCOUNTS_ROUTES_H
#define SK_ACCOUNTS_ROUTES_H

#include "accounts/house.h"

struct part_service accounts_pages_service(struct accounts *house, int listen_fd);
struct part_service accounts_api_service(struct accounts *house, int listen_fd);

#endif
