#include "vault/signer.h"

#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static sk_err
seed_make(struct vault_signer *signer, const char *path)
{
    DEFER(sk_fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);

    sk_random(signer->seed, sizeof signer->seed);
    if (fd < 0 || write(fd, signer->seed, sizeof signer->seed) != (ssize_t)sizeof signer->seed ||
        fsync(fd) != 0)
        return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    return sk_ok();
}

sk_err
vault_signer_open(struct vault_signer *signer, sk_arena *mem, const char *state)
{
    const char *folder = sk_str_printf(mem, "%s/vault", state).p;
    const char *path = sk_str_printf(mem, "%s/export.key", folder).p;
    sk_str seed = { 0 };
    sk_err e;

    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder, strerror(errno));
    e = sk_file_read(&seed, mem, path, SK_SIGN_SEED);
    if (e.kind == SK_MISSING)
        TRY(seed_make(signer, path));
    else if (sk_failed(e) || seed.n != SK_SIGN_SEED)
        return sk_fail(SK_BROKEN, "%s is no key", path);
    else
        memcpy(signer->seed, seed.p, SK_SIGN_SEED);
    return sk_sign_public(signer->public, signer->seed);
}
