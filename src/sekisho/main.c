/* sekisho: one executable, all parts. */
#include "sekisho/cli.h"

int
main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
