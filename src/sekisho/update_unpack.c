/* Unpacking with tar into a folder aside. Whatever tar made there is looked at before it is used:
 * plain files and folders only, of bounded size; what is swapped in later is copied file by file.
 */
#include "base/file.h"
#include "sekisho/files.h"
#include "sekisho/tongue.h"
#include "sekisho/update.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECONDS = 60 };

/* nftw's callback takes no context. */
static struct {
    unsigned files;
    int64_t bytes;
    bool foreign; /* a link, a device, a socket */
} seen;

static int
look_at(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)path, (void)where;
    if (kind == FTW_D || kind == FTW_DP) return 0;
    if (kind != FTW_F || !S_ISREG(s->st_mode)) {
        seen.foreign = true;
        return 1;
    }
    seen.files++;
    seen.bytes += s->st_size;
    return seen.files > UPDATE_FILES_MAX || seen.bytes > UPDATE_TREE_MAX;
}

static sk_err
look_through(const char *tree)
{
    seen.files = 0;
    seen.bytes = 0;
    seen.foreign = false;
    if (nftw(tree, look_at, 32, FTW_PHYS) == 0) return sk_ok();
    if (seen.foreign)
        return sk_fail(SK_DENIED,
                       tongue("the archive holds something that is neither file nor folder",
                              "アーカイブにファイルでもフォルダでもないものがあります"));
    return sk_fail(SK_FULL,
                   tongue("the archive holds more than %d files or %d bytes",
                          "アーカイブが大きすぎます（上限: %d ファイル、%d バイト）"),
                   UPDATE_FILES_MAX, UPDATE_TREE_MAX);
}

static sk_err
unpack(struct update *u)
{
    const char *into = sk_str_printf(u->mem, "%s/tree", u->aside).p;
    const char *const argv[] = { "tar", "--extract", "--gzip", "--file", u->archive, "--directory",
                                 into, "--strip-components=1", "--no-same-owner",
                                 "--no-same-permissions", "--delay-directory-restore",
                                 /* documents and tools of the project are not ours to keep */
                                 "--exclude=*/.github", "--exclude=*/util", "--exclude=*/docs",
                                 NULL };
    sk_str said;

    TRY(files_folder(into, 0700, NULL));
    TRY(update_run(&said, u->mem, argv, SECONDS));
    u->tree = into;
    return look_through(into);
}

/* "ver:'OWASP_CRS/4.28.0'" in the first rule file. */
static sk_err
version_read(struct update *u, const char *rules)
{
    static const sk_str sign = { "ver:'OWASP_CRS/", 15 };
    sk_str text, version;
    size_t at;

    TRY(sk_file_read(&text, u->mem,
                     sk_str_printf(u->mem, "%s/REQUEST-901-INITIALIZATION.conf", rules).p,
                     UPDATE_FILE_MAX));
    at = sk_str_find(text, sign);
    version = sk_str_from(text, at == SIZE_MAX ? text.n : at + sign.n);
    version = sk_str_first(version, sk_str_find_byte(version, '\''));
    if (version.n == 0 || version.n >= UPDATE_VERSION_MAX)
        return sk_fail(SK_BAD, "the rules do not say their version");
    for (size_t i = 0; i < version.n; i++)
        if (!strchr("0123456789.-abcdefghijklmnopqrstuvwxyz", version.p[i]))
            return sk_fail(SK_BAD, "the rules' version is no version");
    snprintf(u->version, sizeof(u->version), "%.*s", SK_ARG(version));
    return sk_ok();
}

static sk_err
fresh_make(struct update *u)
{
    const char *rules = sk_str_printf(u->mem, "%s/rules", u->tree).p;
    const char *into = sk_str_printf(u->mem, "%s/fresh", u->aside).p;
    const char *setup = sk_str_printf(u->mem, "%s/crs-setup.conf.example", u->tree).p;
    sk_str text;

    if (access(rules, R_OK) != 0)
        return sk_fail(SK_BAD,
                       tongue("this is no release of the rule set: it has no folder rules",
                              "規則集のリリースではありません（rules フォルダがありません）"));
    TRY(version_read(u, rules));
    TRY(files_folder(into, 0755, NULL));
    TRY(files_folder(sk_str_printf(u->mem, "%s/rules", into).p, 0755, NULL));
    TRY(files_rules_copy(u->mem, rules, sk_str_printf(u->mem, "%s/rules", into).p));
    TRY(sk_file_read(&text, u->mem, setup, UPDATE_FILE_MAX));
    TRY(files_write(sk_str_printf(u->mem, "%s/crs-setup.conf.example", into).p, text, 0644));
    u->fresh = into;
    return sk_ok();
}

sk_err
update_unpack(struct update *u)
{
    if (u->archive)
        TRY(unpack(u));
    else
        TRY(look_through(u->tree));
    TRY(fresh_make(u));
    update_say(tongue("unpacked", "展開"),
               tongue("version %s, %u files", "バージョン %s、%u ファイル"), u->version,
               seen.files);
    return sk_ok();
}
