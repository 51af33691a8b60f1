#include "base/file.h"
#include "keeper/root.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static int
folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/keeper-root-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int
folder_remove(void **state)
{
    (void)state;
    return sk_file_remove_tree(folder) ? 0 : -1;
}

static struct keeper_root *
opened(const char *kind)
{
    struct keeper_root_setting setting = { .kind = sk_str_of(kind),
                                           .folder = folder,
                                           .rounds = KEEPER_ROOT_ROUNDS_LEAST };
    struct keeper_root *root = NULL;
    sk_err e = keeper_root_open(&root, &setting);

    if (sk_failed(e)) fail_msg("%s", e.why);
    return root;
}

static const sk_str bound = { "tenant key|tea|1", 16 };
static const sk_str phrase = { "馬 正しい 電池 ホチキス", 33 };

static uint32_t
wrapped_by(struct keeper_wrapped *wrapped, struct keeper_root *root, const struct keeper_key *key)
{
    uint32_t number;
    sk_err e = keeper_root_wrap(wrapped, &number, root, bound, key);

    if (sk_failed(e)) fail_msg("%s", e.why);
    return number;
}

static sk_err
unwrapped(struct keeper_root *root, uint32_t number, const struct keeper_wrapped *wrapped,
          const struct keeper_key *expected)
{
    struct keeper_key key = { { 0 } };
    sk_err e = keeper_root_unwrap(&key, root, number, bound, wrapped);

    if (!sk_failed(e)) assert_memory_equal(&key, expected, sizeof key);
    return e;
}

static void
file__is_made_once_and_for_its_owner_alone(void **state)
{
    struct keeper_wrapped wrapped;
    struct keeper_key key;
    struct stat info;
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/root.key", folder);
    keeper_key_new(&key);
    struct keeper_root *root = opened("file");
    uint32_t number = wrapped_by(&wrapped, root, &key);
    keeper_root_close(&root);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0400);
    root = opened("file");
    assert_false(sk_failed(unwrapped(root, number, &wrapped, &key)));
    keeper_root_close(&root);
}

static void
file__that_others_may_read_is_refused(void **state)
{
    struct keeper_root_setting setting = { .folder = folder };
    struct keeper_root *root = opened("");
    char path[128];

    (void)state;
    keeper_root_close(&root);
    snprintf(path, sizeof path, "%s/root.key", folder);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(keeper_root_open(&root, &setting).kind, SK_DENIED);
    assert_int_equal(chmod(path, 0400), 0);
}

static void
root__is_exchanged_while_the_older_still_opens(void **state)
{
    static const char *const kinds[] = { "file", "passphrase" };

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct keeper_root *root = opened(kinds[i]);
        struct keeper_wrapped old, new;
        struct keeper_key key;

        keeper_key_new(&key);
        if (i) assert_false(sk_failed(keeper_root_unseal(root, phrase)));
        uint32_t first = wrapped_by(&old, root, &key);
        assert_false(sk_failed(keeper_root_add(root, (sk_str){ 0 })));
        uint32_t second = wrapped_by(&new, root, &key);
        assert_int_equal(second, first + 1);
        keeper_root_close(&root); /* killed here, both are known afterwards */
        root = opened(kinds[i]);
        if (i) assert_false(sk_failed(keeper_root_unseal(root, phrase)));
        assert_false(sk_failed(unwrapped(root, first, &old, &key)));
        assert_false(sk_failed(keeper_root_drop_older(root)));
        assert_int_equal(unwrapped(root, first, &old, &key).kind, SK_MISSING);
        assert_false(sk_failed(unwrapped(root, second, &new, &key)));
        keeper_root_close(&root);
    }
}

static void
passphrase__seals_until_it_is_given(void **state)
{
    struct keeper_root *root = opened("passphrase");
    struct keeper_wrapped wrapped;
    struct keeper_key key = { { 0 } };
    uint32_t number;

    (void)state;
    assert_true(keeper_root_is_sealed(root));
    assert_int_equal(keeper_root_wrap(&wrapped, &number, root, bound, &key).kind, SK_BUSY);
    assert_int_equal(keeper_root_unseal(root, SK_STR("a wrong passphrase")).kind, SK_DENIED);
    assert_true(keeper_root_is_sealed(root));
    assert_false(sk_failed(keeper_root_unseal(root, phrase)));
    assert_false(keeper_root_is_sealed(root));
    (void)wrapped_by(&wrapped, root, &key);
    keeper_root_close(&root);
}

static void
passphrase__can_be_changed(void **state)
{
    const sk_str next = SK_STR("another long passphrase");
    struct keeper_root *root = opened("passphrase");

    (void)state;
    assert_false(sk_failed(keeper_root_unseal(root, phrase)));
    assert_int_equal(keeper_root_add(root, SK_STR("short")).kind, SK_BAD);
    assert_false(sk_failed(keeper_root_add(root, next)));
    keeper_root_close(&root);
    root = opened("passphrase");
    assert_int_equal(keeper_root_unseal(root, phrase).kind, SK_DENIED);
    assert_false(sk_failed(keeper_root_unseal(root, next)));
    keeper_root_close(&root);
}

/* ── a token ── */

static const char module_path[] = "/usr/lib/softhsm/libsofthsm2.so";

static void
file_put(const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* A SoftHSM of its own below the test's folder. */
static void
token_make(void)
{
    static const char *const init[] = { "/usr/bin/softhsm2-util",
                                        "--module",
                                        module_path,
                                        "--init-token",
                                        "--free",
                                        "--label",
                                        "sekisho",
                                        "--pin",
                                        "1234",
                                        "--so-pin",
                                        "12345678",
                                        NULL };
    char path[128], conf[256];
    pid_t child;
    int status;

    snprintf(path, sizeof path, "%s/tokens", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(conf, sizeof conf, "directories.tokendir = %s\nlog.level = ERROR\n", path);
    file_put("softhsm2.conf", conf);
    file_put("pin", "1234\n");
    snprintf(path, sizeof path, "%s/softhsm2.conf", folder);
    setenv("SOFTHSM2_CONF", path, 1);
    child = fork();
    if (child == 0) {
        execv(init[0], (char *const *)(void *)init);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static sk_err
token_opened(struct keeper_root **root, const char *label)
{
    char pin[128];
    struct keeper_root_setting setting = { .kind = SK_STR("pkcs11"),
                                           .folder = folder,
                                           .module = sk_str_of(module_path),
                                           .token = sk_str_of(label) };

    snprintf(pin, sizeof pin, "%s/pin", folder);
    setting.pin = sk_str_of(pin);
    return keeper_root_open(root, &setting);
}

static void
is_sealed_since(struct keeper_root *root, const char *why)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    assert_true(keeper_root_is_sealed(root));
    sk_str said = keeper_root_why(mem, root);
    if (sk_str_find(said, sk_str_of(why)) == SIZE_MAX) fail_msg("%.*s", SK_ARG(said));
}

static void
is_open_within_seconds(struct keeper_root *root)
{
    for (int i = 0; i < 500 && keeper_root_is_sealed(root); i++)
        usleep(10000);
    assert_false(keeper_root_is_sealed(root));
}

static void
token__wraps_keys_and_is_exchanged(void **state)
{
    struct keeper_root *root;
    struct keeper_wrapped old, new;
    struct keeper_key key;

    (void)state;
    if (access(module_path, F_OK) != 0) skip();
    token_make();
    assert_false(sk_failed(token_opened(&root, "another")));
    is_sealed_since(root, "no token is labelled another");
    keeper_root_close(&root);
    sk_err e = token_opened(&root, "sekisho");
    if (sk_failed(e)) fail_msg("%s", e.why);
    keeper_key_new(&key);
    uint32_t first = wrapped_by(&old, root, &key);
    assert_false(sk_failed(unwrapped(root, first, &old, &key)));
    for (size_t at = 0; at < sizeof old.byte; at += 7) { /* nonce, ciphertext, tag */
        struct keeper_wrapped changed = old;

        changed.byte[at] ^= 1;
        assert_int_equal(unwrapped(root, first, &changed, &key).kind, SK_DENIED);
    }
    assert_false(sk_failed(keeper_root_add(root, (sk_str){ 0 })));
    uint32_t second = wrapped_by(&new, root, &key);
    assert_int_equal(second, first + 1);
    keeper_root_close(&root);
    assert_false(sk_failed(token_opened(&root, "sekisho"))); /* the keys stay in it */
    assert_int_equal(keeper_root_newest(root), second);
    assert_false(sk_failed(unwrapped(root, first, &old, &key)));
    assert_false(sk_failed(keeper_root_drop_older(root)));
    assert_int_equal(unwrapped(root, first, &old, &key).kind, SK_MISSING);
    assert_false(sk_failed(unwrapped(root, second, &new, &key)));
    keeper_root_close(&root);
}

/* Away at the start, back, away in between, back; a PIN that is wrong is tried once. */
static void
token__that_is_away_seals_until_it_is_back(void **state)
{
    CK_FUNCTION_LIST_PTR call;
    CK_C_GetFunctionList list;
    struct keeper_root *root;
    struct keeper_wrapped wrapped;
    struct keeper_key key;
    char here[128], there[128];
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;

    (void)state;
    if (access(module_path, F_OK) != 0) skip();
    snprintf(here, sizeof here, "%s/tokens", folder);
    snprintf(there, sizeof there, "%s/tokens-away", folder);
    assert_int_equal(rename(here, there), 0);
    assert_int_equal(mkdir(here, 0700), 0);
    assert_false(sk_failed(token_opened(&root, "sekisho")));
    is_sealed_since(root, "bring the token back");
    keeper_key_new(&key);
    assert_int_equal(keeper_root_wrap(&wrapped, &(uint32_t){ 0 }, root, SK_STR("tea"), &key).kind,
                     SK_BUSY);
    assert_int_equal(keeper_root_newest(root), 0);
    assert_int_equal(rmdir(here), 0);
    assert_int_equal(rename(there, here), 0);
    is_open_within_seconds(root);
    uint32_t number = wrapped_by(&wrapped, root, &key);
    void *module = dlopen(module_path, RTLD_NOW | RTLD_LOCAL); /* the one that is loaded */
    assert_non_null(module);
    *(void **)&list = dlsym(module, "C_GetFunctionList");
    assert_int_equal(list(&call), CKR_OK);
    assert_int_equal(call->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; i++)
        (void)call->C_CloseAllSessions(slots[i]);
    dlclose(module);
    assert_int_equal(unwrapped(root, number, &wrapped, &key).kind, SK_BUSY);
    is_sealed_since(root, "bring the token back");
    is_open_within_seconds(root);
    assert_false(sk_failed(unwrapped(root, number, &wrapped, &key)));
    keeper_root_close(&root);
    file_put("pin", "4321\n");
    assert_false(sk_failed(token_opened(&root, "sekisho")));
    is_sealed_since(root, "pkcs11_pin");
    usleep(1100000); /* would be time to look again */
    file_put("pin", "1234\n");
    assert_true(keeper_root_is_sealed(root));
    keeper_root_close(&root);
}

static void
ring__is_read_strictly(void **state)
{
    static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    struct keeper_ring *ring = keeper_ring_new();
    static const char *const bad[] = { "",         "1\n",           "x ",           "0 ",
                                       "-1 ",      "1  ",           "2 %s\n1 %s\n", "1 %s\n1 %s\n",
                                       "1 %sff\n", "1 %s\n\n2 %s\n" };
    char text[256];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct sk_buf out = { .mem = mem };

        for (const char *p = bad[i]; *p; p++)
            if (p[0] == '%')
                sk_buf_add(&out, sk_str_of(hex)), p++;
            else
                sk_buf_byte(&out, *p);
        assert_true(sk_failed(keeper_ring_read(ring, sk_buf_str(&out))));
    }
    snprintf(text, sizeof text, "3 %s\n9 %s\n", hex, hex);
    assert_false(sk_failed(keeper_ring_read(ring, sk_str_of(text))));
    assert_int_equal(ring->count, 2);
    assert_int_equal(ring->row[1].number, 9);
    assert_int_equal(ring->row[1].key.byte[31], 0x1f);
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    assert_true(sk_str_eq(keeper_ring_write(mem, ring), sk_str_of(text)));
    keeper_ring_free(ring);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file__is_made_once_and_for_its_owner_alone),
        cmocka_unit_test(file__that_others_may_read_is_refused),
        cmocka_unit_test(root__is_exchanged_while_the_older_still_opens),
        cmocka_unit_test(passphrase__seals_until_it_is_given),
        cmocka_unit_test(passphrase__can_be_changed),
        cmocka_unit_test(token__wraps_keys_and_is_exchanged),
        cmocka_unit_test(token__that_is_away_seals_until_it_is_back),
        cmocka_unit_test(ring__is_read_strictly),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
