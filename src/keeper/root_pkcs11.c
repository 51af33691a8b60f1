/* The root key in a token that never gives it away (PKCS#11 v2.40: Cryptoki): AES-256, sensitive,
 * not extractable, labelled "sekisho-root-NUMBER". Tenants' keys are wrapped by CKM_AES_GCM within
 * the token. The module is the operator's, named by its path; one session, under root.c's lock. A
 * token that is away seals the keeper until it is back: it is looked for again once a second, but
 * not after it has refused the PIN, since tokens lock themselves after a few of those. */
#include "base/file.h"
#include "base/hash.h"
#include "base/when.h"
#include "keeper/root.h"
#include "keeper/secret.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SLOTS_MAX = 64,
    LABEL_MAX = 32,
    PIN_MAX = 256,
    OBJECTS_MAX = 16,
    AGAIN_MS = 1000,
    WHY_MAX = 256
};

static const char prefix[] = "sekisho-root-";

struct token_root {
    void *module;
    CK_FUNCTION_LIST_PTR call;
    CK_SESSION_HANDLE session;
    bool has_begun, has_session, is_open;
    bool is_refused;   /* by the PIN */
    char why[WHY_MAX]; /* it is not open */
    sk_when tried;
    sk_arena *mem;
    struct keeper_root_setting setting; /* on `mem` */
    struct {
        uint32_t number;
        CK_OBJECT_HANDLE handle;
    } key[KEEPER_ROOTS_MAX]; /* newest last */
    size_t count;
};

static sk_err
refused(const char *doing, CK_RV rv)
{
    return sk_fail(SK_BROKEN, "the token refuses %s (CKR 0x%lx)", doing, rv);
}

/* ── finding the token ── */

/* Labels are padded with blanks. */
static bool
label_is(const CK_TOKEN_INFO *info, sk_str label)
{
    sk_str has = { (const char *)info->label, sizeof info->label };

    while (has.n && has.p[has.n - 1] == ' ')
        has.n--;
    return sk_str_eq(has, label);
}

static sk_err
slot_find(CK_SLOT_ID *slot, const struct token_root *root, sk_str label)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG count = SLOTS_MAX;
    CK_RV rv = root->call->C_GetSlotList(CK_TRUE, slots, &count);

    if (rv != CKR_OK) return refused("a list of its slots", rv);
    for (CK_ULONG i = 0; i < count; i++) {
        CK_TOKEN_INFO info;

        if (root->call->C_GetTokenInfo(slots[i], &info) != CKR_OK || !label_is(&info, label))
            continue;
        *slot = slots[i];
        return sk_ok();
    }
    return sk_fail(SK_MISSING, "no token is labelled %.*s", SK_ARG(label));
}

static void
scratch_close(struct keeper_scratch **scratch)
{
    keeper_scratch_free(*scratch);
}

static sk_err
login(struct token_root *root, sk_str pin_file)
{
    DEFER(scratch_close) struct keeper_scratch *scratch = keeper_scratch_new();
    DEFER(sk_arena_close) sk_arena *mem = keeper_scratch_begin(scratch);
    char *path = sk_str_zcopy(mem, pin_file);
    sk_str pin;
    CK_RV rv;

    TRY(sk_file_read(&pin, mem, path, PIN_MAX));
    pin = sk_str_trim(pin);
    rv = root->call->C_Login(root->session, CKU_USER, (CK_UTF8CHAR_PTR)(void *)pin.p, pin.n);
    if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) return sk_ok();
    root->is_refused = true;
    return refused("the PIN", rv);
}

static sk_err
module_load(struct token_root *root, const char *path)
{
    CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
    CK_C_GetFunctionList list;
    CK_RV rv;

    if (!root->module) root->module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!root->module) return sk_fail(SK_MISSING, "%s", dlerror());
    *(void **)&list = dlsym(root->module, "C_GetFunctionList");
    if (!list || list(&root->call) != CKR_OK)
        return sk_fail(SK_BAD, "%s is no PKCS#11 module", path);
    rv = root->call->C_Initialize(&args);
    root->has_begun = rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED;
    return root->has_begun ? sk_ok() : refused("to begin", rv);
}

/* ── its keys ── */

static sk_err
objects_find(CK_OBJECT_HANDLE *object, CK_ULONG *count, const struct token_root *root)
{
    CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
    CK_ATTRIBUTE wanted[] = { { CKA_CLASS, &secret, sizeof secret } };
    CK_RV rv = root->call->C_FindObjectsInit(root->session, wanted, 1);

    if (rv != CKR_OK) return refused("a search", rv);
    rv = root->call->C_FindObjects(root->session, object, OBJECTS_MAX, count);
    (void)root->call->C_FindObjectsFinal(root->session);
    return rv == CKR_OK ? sk_ok() : refused("a search", rv);
}

/* 0: it is none of ours. */
static uint32_t
number_of(const struct token_root *root, CK_OBJECT_HANDLE object)
{
    char label[LABEL_MAX];
    CK_ATTRIBUTE asked = { CKA_LABEL, label, sizeof label };
    sk_str text;
    int64_t number;

    if (root->call->C_GetAttributeValue(root->session, object, &asked, 1) != CKR_OK) return 0;
    text = (sk_str){ label, asked.ulValueLen };
    if (!sk_str_starts(text, sk_str_of(prefix)) ||
        !sk_str_to_i64(&number, sk_str_from(text, sizeof prefix - 1)) || number < 1 ||
        number > INT32_MAX)
        return 0;
    return (uint32_t)number;
}

static sk_err
key_take(struct token_root *root, uint32_t number, CK_OBJECT_HANDLE handle)
{
    size_t at = root->count;

    if (root->count == KEEPER_ROOTS_MAX)
        return sk_fail(SK_FULL, "there are %d root keys already", KEEPER_ROOTS_MAX);
    for (; at && root->key[at - 1].number > number; at--)
        root->key[at] = root->key[at - 1];
    root->key[at].number = number;
    root->key[at].handle = handle;
    root->count++;
    return sk_ok();
}

static sk_err
keys_find(struct token_root *root)
{
    CK_OBJECT_HANDLE object[OBJECTS_MAX];
    CK_ULONG count = 0;

    TRY(objects_find(object, &count, root));
    for (CK_ULONG i = 0; i < count; i++) {
        uint32_t number = number_of(root, object[i]);

        if (number) TRY(key_take(root, number, object[i]));
    }
    return sk_ok();
}

static sk_err
token_add(void *self, sk_str phrase)
{
    struct token_root *root = self;
    uint32_t number = root->count ? root->key[root->count - 1].number + 1 : 1;
    char label[LABEL_MAX];
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG length = KEEPER_KEY;
    CK_MECHANISM make = { CKM_AES_KEY_GEN, NULL, 0 };
    CK_OBJECT_HANDLE handle;
    CK_RV rv;

    if (phrase.n) return sk_fail(SK_BAD, "this root key has no passphrase");
    if (root->count == KEEPER_ROOTS_MAX)
        return sk_fail(SK_FULL, "there are %d root keys already", KEEPER_ROOTS_MAX);
    int n = snprintf(label, sizeof label, "%s%u", prefix, number);
    CK_ATTRIBUTE with[] = {
        { CKA_TOKEN, &yes, sizeof yes },     { CKA_PRIVATE, &yes, sizeof yes },
        { CKA_SENSITIVE, &yes, sizeof yes }, { CKA_EXTRACTABLE, &no, sizeof no },
        { CKA_ENCRYPT, &yes, sizeof yes },   { CKA_DECRYPT, &yes, sizeof yes },
        { CKA_LABEL, label, (CK_ULONG)n },   { CKA_VALUE_LEN, &length, sizeof length },
    };
    rv = root->call->C_GenerateKey(root->session, &make, with, sizeof with / sizeof *with, &handle);
    return rv == CKR_OK ? key_take(root, number, handle) : refused("to make a key", rv);
}

static sk_err
token_drop_older(void *self)
{
    struct token_root *root = self;

    while (root->count > 1) {
        CK_RV rv = root->call->C_DestroyObject(root->session, root->key[0].handle);

        if (rv != CKR_OK) return refused("to destroy a key", rv);
        root->count--;
        memmove(&root->key[0], &root->key[1], root->count * sizeof root->key[0]);
    }
    return sk_ok();
}

/* ── begin and end ── */

/* The session; the library stays loaded. */
static void
token_end(struct token_root *root)
{
    if (root->has_session) (void)root->call->C_CloseSession(root->session);
    if (root->has_begun) (void)root->call->C_Finalize(NULL);
    root->has_session = root->has_begun = root->is_open = false;
    root->count = 0;
}

static void
token_close(void *self)
{
    struct token_root *root = self;

    token_end(root);
    if (root->module) dlclose(root->module);
    sk_arena_free(root->mem);
    free(root);
}

static sk_err
token_begin(struct token_root *root)
{
    CK_SLOT_ID slot;
    CK_RV rv;

    TRY(module_load(root, root->setting.module.p));
    TRY(slot_find(&slot, root, root->setting.token));
    rv = root->call->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
                                   &root->session);
    if (rv != CKR_OK) return refused("a session", rv);
    root->has_session = true;
    TRY(login(root, root->setting.pin));
    TRY(keys_find(root));
    return root->count ? sk_ok() : token_add(root, (sk_str){ 0 });
}

static void
why_put(struct token_root *root, const char *why)
{
    snprintf(root->why, sizeof root->why, "%.150s; %s", why,
             root->is_refused ? "put the right one into pkcs11_pin's file, then: sekisho reload"
                              : "bring the token back: it is looked for each second");
}

static void
token_try(struct token_root *root)
{
    sk_err e = token_begin(root);

    root->tried = sk_monotonic();
    root->is_open = !sk_failed(e);
    if (root->is_open) return;
    why_put(root, e.why);
    token_end(root);
}

static bool
token_is_sealed(void *self)
{
    struct token_root *root = self;

    if (root->is_open) return false;
    if (!root->is_refused && sk_monotonic() - root->tried >= AGAIN_MS) token_try(root);
    return !root->is_open;
}

static sk_str
token_why(sk_arena *mem, const void *self)
{
    return sk_str_copy(mem, sk_str_of(((const struct token_root *)self)->why));
}

/* What an error says about the session: gone, or not. */
static sk_err
failed(struct token_root *root, const char *doing, CK_RV rv)
{
    static const CK_RV gone[] = { CKR_DEVICE_ERROR,
                                  CKR_DEVICE_REMOVED,
                                  CKR_TOKEN_NOT_PRESENT,
                                  CKR_SESSION_HANDLE_INVALID,
                                  CKR_SESSION_CLOSED,
                                  CKR_USER_NOT_LOGGED_IN,
                                  CKR_CRYPTOKI_NOT_INITIALIZED,
                                  CKR_KEY_HANDLE_INVALID,
                                  CKR_OBJECT_HANDLE_INVALID };
    sk_err e = refused(doing, rv);

    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        if (rv != gone[i]) continue;
        why_put(root, e.why);
        root->tried = sk_monotonic();
        token_end(root);
        return sk_fail(SK_BUSY, "%s", root->why);
    }
    return e;
}

static sk_err
token_open(void **self, const struct keeper_root_setting *setting)
{
    struct token_root *root;

    if (!setting->module.n || !setting->token.n || !setting->pin.n)
        return sk_fail(SK_BAD, "pkcs11_module, pkcs11_token and pkcs11_pin must be set");
    root = calloc(1, sizeof *root);
    if (!root) return sk_fail(SK_FULL, "no memory");
    root->mem = sk_arena_new(0);
    root->setting.module = sk_str_of(sk_str_zcopy(root->mem, setting->module));
    root->setting.token = sk_str_copy(root->mem, setting->token);
    root->setting.pin = sk_str_copy(root->mem, setting->pin);
    token_try(root);
    *self = root;
    return sk_ok();
}

/* ── wrapping ── */

/* The mechanism's parameters; `nonce` is in the wrapped key's first bytes. */
static CK_GCM_PARAMS
gcm_of(unsigned char *nonce, sk_str bound)
{
    return (CK_GCM_PARAMS){ .pIv = nonce,
                            .ulIvLen = KEEPER_NONCE,
                            .ulIvBits = 8 * KEEPER_NONCE,
                            .pAAD = (CK_BYTE_PTR)(void *)(bound.n ? bound.p : ""),
                            .ulAADLen = bound.n,
                            .ulTagBits = 8 * KEEPER_TAG };
}

static sk_err
token_wrap(struct keeper_wrapped *out, uint32_t *number, void *self, sk_str bound,
           const struct keeper_key *key)
{
    struct token_root *root = self;
    CK_GCM_PARAMS gcm = gcm_of(out->byte, bound);
    CK_MECHANISM how = { CKM_AES_GCM, &gcm, sizeof gcm };
    CK_ULONG n = KEEPER_KEY + KEEPER_TAG;
    struct keeper_key text = *key; /* Cryptoki's input is not const */
    CK_RV rv;

    sk_random(out->byte, KEEPER_NONCE);
    *number = root->key[root->count - 1].number;
    rv = root->call->C_EncryptInit(root->session, &how, root->key[root->count - 1].handle);
    if (rv == CKR_OK)
        rv = root->call->C_Encrypt(root->session, text.byte, KEEPER_KEY, out->byte + KEEPER_NONCE,
                                   &n);
    keeper_key_wipe(&text);
    if (rv == CKR_OK && n != KEEPER_KEY + KEEPER_TAG) rv = CKR_GENERAL_ERROR;
    return rv == CKR_OK ? sk_ok() : failed(root, "to wrap", rv);
}

static sk_err
token_unwrap(struct keeper_key *key, void *self, uint32_t number, sk_str bound,
             const struct keeper_wrapped *wrapped)
{
    struct token_root *root = self;
    struct keeper_wrapped text = *wrapped;
    CK_GCM_PARAMS gcm = gcm_of(text.byte, bound);
    CK_MECHANISM how = { CKM_AES_GCM, &gcm, sizeof gcm };
    unsigned char opened[KEEPER_KEY + KEEPER_TAG]; /* a module may want room for the tag */
    CK_ULONG n = sizeof opened;
    size_t i = 0;
    CK_RV rv;

    while (i < root->count && root->key[i].number != number)
        i++;
    if (i == root->count) return sk_fail(SK_MISSING, "the root key %u is gone", number);
    rv = root->call->C_DecryptInit(root->session, &how, root->key[i].handle);
    if (rv != CKR_OK) return failed(root, "to unwrap", rv);
    rv = root->call->C_Decrypt(root->session, text.byte + KEEPER_NONCE, KEEPER_KEY + KEEPER_TAG,
                               opened, &n);
    if (rv == CKR_OK && n == KEEPER_KEY) memcpy(key->byte, opened, KEEPER_KEY);
    explicit_bzero(opened, sizeof opened);
    /* what each module answers to a changed one differs: SoftHSM says CKR_GENERAL_ERROR */
    return rv == CKR_OK && n == KEEPER_KEY ? sk_ok()
                                           : sk_fail(SK_DENIED, "it does not open with this key");
}

static uint32_t
token_newest(const void *self)
{
    const struct token_root *root = self;

    return root->key[root->count - 1].number;
}

const struct keeper_root_row keeper_root_pkcs11 = {
    .name = "pkcs11",
    .open = token_open,
    .close = token_close,
    .is_sealed = token_is_sealed,
    .why = token_why,
    .wrap = token_wrap,
    .unwrap = token_unwrap,
    .newest = token_newest,
    .add = token_add,
    .drop_older = token_drop_older,
};
