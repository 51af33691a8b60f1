/* A part's card: who it runs as and what it may still do. Every process but the parent has one;
 * as they are rows of constant data they can be read side by side and compared. What is not on
 * the card is refused by the kernel (Landlock for files and ports, seccomp for system calls). */
#ifndef SK_PART_CARD_H
#define SK_PART_CARD_H

#include "base/err.h"

enum { PART_PATHS_MAX = 24 };

/* Beyond files: threads, its own memory and the connections it was handed are always allowed. */
enum part_may {
    PART_MAY_CONNECT = 1 << 0, /* open connections itself: Unix sockets and TCP */
    PART_MAY_LISTEN = 1 << 1,  /* bind sockets itself; others are handed a bound one */
    PART_MAY_FORK = 1 << 2,    /* have processes below it */
    PART_MAY_EXEC = 1 << 3,    /* start `programs`, and nothing else */
    PART_MAY_ASK = 1 << 4,     /* open connections to Unix sockets, and to nothing else */
};

/* Paths: "/usr" as it is; "state:gate" below the state folder; "share:src/shop/ui" below the
 * folder that holds our data files. One that does not exist is passed over: it cannot be used
 * either. Lists end with NULL and hold at most PART_PATHS_MAX. */
struct part_card {
    const char *name;            /* "shop"; the internal verb is `sekisho part shop` */
    const char *user;            /* taken when started as root: "sekisho-shop" */
    const char *const *read;     /* files and whole folders */
    const char *const *write;    /* these too, with making and removing files and sockets */
    const char *const *programs; /* with PART_MAY_EXEC */
    const char *conf_write; /* member of NAME.json: a list of paths that `write` has besides, since
                               only the operator knows them; NULL: none */
    unsigned may;           /* enum part_may */
    unsigned open_files;    /* RLIMIT_NOFILE */
    bool locks_memory;      /* nothing of it is ever swapped out, when started as root */
};

/* Where a part finds itself. Borrowed strings, absolute paths. */
struct part_place {
    const char *state; /* the state folder */
    const char *share; /* our data files: the checkout, or /usr/share/sekisho */
    int listen_fd;     /* bound and listening already, or -1 */
    int second_fd;     /* the same for a part with two sockets */
    unsigned number;   /* 1.. among the instances of this part */
};

#endif
