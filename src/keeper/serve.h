/* Conversations: a thread for each connection, at most KEEPER_CONNECTIONS_MAX. */
#ifndef SK_KEEPER_SERVE_H
#define SK_KEEPER_SERVE_H

#include "keeper/house.h"
#include "part/peer.h"

/* Returns when stop_fd can be read and all threads have ended. */
void keeper_serve(struct keeper_house *house, const struct part_peers *peers, int listen_fd,
                  int stop_fd);

#endif
