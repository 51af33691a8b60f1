/* Reading the command line by the tables of verbs.c, and the help that follows from them. */
#ifndef SEKISHO_CLI_H
#define SEKISHO_CLI_H

#include "sekisho/verb.h"

int cli_main(int argc, char **argv);
/* Fills *args; SK_BAD with a suggestion for unknown options, missing values, too many words. */
sk_err cli_read(struct verb_args *args, const struct verb *verb, int argc, char **argv) SK_CHECKED;

#endif
