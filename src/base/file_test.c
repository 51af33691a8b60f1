/* Removing folders: all that is in one, and nothing that links point to. */
#include "base/file.h"

#include <errno.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void
put(sk_arena *mem, const char *folder, const char *name)
{
    FILE *f = fopen(sk_str_printf(mem, "%s/%s", folder, name).p, "w");

    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
}

static void
tree__is_removed_but_not_what_links_point_to(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char kept[] = "/tmp/sekisho-file-XXXXXX", tree[] = "/tmp/sekisho-file-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(kept));
    assert_non_null(mkdtemp(tree));
    put(mem, kept, "a");
    put(mem, tree, "b");
    assert_int_equal(mkdir(sk_str_printf(mem, "%s/inner", tree).p, 0700), 0);
    put(mem, tree, "inner/c");
    assert_int_equal(symlink(kept, sk_str_printf(mem, "%s/inner/link", tree).p), 0);

    assert_true(sk_file_remove_tree(tree));
    assert_int_equal(access(tree, F_OK), -1);
    assert_int_equal(access(sk_str_printf(mem, "%s/a", kept).p, F_OK), 0);
    assert_true(sk_file_remove_tree(kept));
}

static void
tree__that_is_not_there_is_said(void **state)
{
    (void)state;
    assert_false(sk_file_remove_tree("/tmp/sekisho-file-nobody/made/this"));
    assert_int_equal(errno, ENOENT);
}

/* As a part is that lies below a folder of the superuser's alone (part/drop.h). */
static bool
become_a_part(void)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct may[2] = { { .effective = 1u << CAP_DAC_READ_SEARCH,
                                               .permitted = 1u << CAP_DAC_READ_SEARCH } };

    return prctl(PR_SET_KEEPCAPS, 1) == 0 && setresuid(65534, 65534, 65534) == 0 &&
           syscall(SYS_capset, &head, may) == 0;
}

static void
file__below_a_folder_of_the_superusers_exists_for_who_may_read_it(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char folder[] = "/tmp/sekisho-file-XXXXXX";
    int status;
    pid_t child;

    (void)state;
    if (geteuid() != 0) skip();
    assert_non_null(mkdtemp(folder)); /* 0700 */
    put(mem, folder, "there");
    const char *there = sk_str_printf(mem, "%s/there", folder).p;
    const char *missing = sk_str_printf(mem, "%s/missing", folder).p;
    child = fork();
    if (child == 0)
        _exit(become_a_part() && sk_file_exists(there) && !sk_file_exists(missing) ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(sk_file_remove_tree(folder));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree__is_removed_but_not_what_links_point_to),
        cmocka_unit_test(tree__that_is_not_there_is_said),
        cmocka_unit_test(file__below_a_folder_of_the_superusers_exists_for_who_may_read_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
