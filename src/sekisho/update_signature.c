/* Whether the archive is the project's: gpgv with a keyring that holds its key and nothing else. */
#include "sekisho/tongue.h"
#include "sekisho/update.h"

#include <unistd.h>

enum { SECONDS = 30 };

/* --keyring, or where an operator and a package put it. */
static sk_err
keyring_find(const char **keyring, struct update *u)
{
    const char *const places[] = {
        "/etc/sekisho/keys/coreruleset.gpg",
        sk_str_printf(u->mem, "%s/keys/coreruleset.gpg", u->house->share).p,
    };

    *keyring = u->args->keyring;
    for (size_t i = 0; !*keyring && i < sizeof(places) / sizeof(places[0]); i++)
        if (access(places[i], R_OK) == 0) *keyring = places[i];
    if (!*keyring)
        return sk_fail(
            SK_MISSING,
            tongue("no key to verify the signature with: expected %s or --keyring FILE (man "
                   "sekisho tells where to get it)",
                   "署名を確かめる鍵がありません。%s に置くか、--keyring FILE "
                   "で指定してください（入手方法は man sekisho）"),
            places[0]);
    if (access(*keyring, R_OK) != 0)
        return sk_fail(SK_MISSING, "cannot read the keyring %s", *keyring);
    return sk_ok();
}

/* "[GNUPG:] VALIDSIG fingerprint ..." */
static sk_str
signer_of(sk_str said)
{
    static const sk_str sign = { "[GNUPG:] VALIDSIG ", 18 };
    sk_str line, name;

    while (sk_str_cut(&line, &said, '\n')) {
        if (!sk_str_starts(line, sign)) continue;
        line = sk_str_from(line, sign.n);
        if (sk_str_cut(&name, &line, ' ')) return name;
    }
    return (sk_str){ 0 };
}

static sk_err
verify(struct update *u)
{
    const char *keyring;
    sk_str said, signer;
    sk_err e;

    TRY(keyring_find(&keyring, u));
    /* a name without a slash would be looked for in gpg's own folder */
    if (!strchr(keyring, '/')) keyring = sk_str_printf(u->mem, "./%s", keyring).p;
    const char *const argv[] = { "gpgv", "--status-fd", "1",        "--keyring", keyring,
                                 "--",   u->signature,  u->archive, NULL };
    e = update_run(&said, u->mem, argv, SECONDS);
    if (e.kind == SK_MISSING) return e;
    signer = signer_of(said);
    if (sk_failed(e) || signer.n == 0)
        return sk_fail(SK_DENIED,
                       tongue("the signature is not good: %s. Nothing was changed",
                              "署名が正しくありません: %s。何も変更していません"),
                       sk_failed(e) ? e.why : "gpgv names no signer");
    update_say(tongue("signed by", "署名"), "%.*s", SK_ARG(signer));
    return sk_ok();
}

sk_err
update_signature(struct update *u)
{
    if (u->archive && u->signature) return verify(u);
    if (!u->args->is_unsigned)
        return sk_fail(
            SK_DENIED,
            u->archive
                ? tongue("there is no signature beside the archive; --unsigned takes it without",
                         "署名ファイルがありません。署名なしで進めるには --unsigned "
                         "を指定してください")
                : tongue("a folder has no signature; --unsigned takes it without",
                         "フォルダには署名がありません。署名なしで進めるには --unsigned "
                         "を指定してください"));
    update_say(tongue("unsigned", "署名なし"), "%s",
               tongue("taken without a signature, as asked", "指定により署名を確かめません"));
    return sk_ok();
}
