/* Who is at the command line. */
#ifndef SEKISHO_OPERATOR_H
#define SEKISHO_OPERATOR_H

#include "sekisho/house.h"

/* The user who has signed in to this machine: the kernel's login uid (/proc/self/loginuid,
 * proc(5)), which sudo and su leave as it is. Where nobody has (a service, a container), whoever we
 * run as. SUDO_UID is not asked: `sudo env SUDO_UID=...` would set it. Root can change the login
 * uid, too, and it can read the key that signs tickets: this tells honest people apart. */
unsigned operator_uid(void);
/* Pure: of the file's text. */
unsigned operator_uid_read(sk_str text, unsigned own);

/* A ticket as of an operator at the console, principal local:UID, of whoever may read the key's
 * file. Lies on house->mem. */
sk_err operator_ticket(sk_str *ticket, const struct house *house) SK_CHECKED;

#endif
