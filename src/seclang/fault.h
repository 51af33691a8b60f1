/* An error's text taken apart: "rules.conf:12:34: what is wrong" has a place, others have none. */
#ifndef SECLANG_FAULT_H
#define SECLANG_FAULT_H

#include "base/str.h"

struct seclang_fault {
    sk_str file;           /* empty where there is no place */
    unsigned line, column; /* from 1; 0: no place */
    sk_str what;           /* behind the place; all of it where there is none */
};

/* Borrowed from `why`. */
struct seclang_fault seclang_fault_of(const char *why);

#endif
