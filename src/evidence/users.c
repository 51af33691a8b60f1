#include "evidence/users.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH = 4, NOBODY = 65534, REFUSED = -2 };

/* ── who runs ── */

/* The numbers behind the label; how many. */
static size_t
numbers_read(gid_t *number, size_t most, const char *line, const char *label)
{
    size_t n = 0, skip = strlen(label);
    char *end;

    if (strncmp(line, label, skip) != 0) return 0;
    for (const char *p = line + skip; n < most; p = end) {
        unsigned long value = strtoul(p, &end, 10);

        if (end == p) break;
        number[n++] = (gid_t)value;
    }
    return n;
}

/* Real, effective, saved, of files: the second counts. */
static void
line_take(struct evidence_user *u, int *parent, const char *line)
{
    gid_t four[4];

    if (numbers_read(four, 4, line, "Uid:") == 4) u->uid = four[1];
    if (numbers_read(four, 4, line, "Gid:") == 4) u->gid = four[1];
    if (numbers_read(four, 1, line, "PPid:") == 1) *parent = (int)four[0];
    if (!u->groups) u->groups = numbers_read(u->group, EVIDENCE_GROUPS_MAX, line, "Groups:");
}

/* The users of a process; *parent is whose child it is. False: it has ended. */
static bool
process_read(struct evidence_user *u, int *parent, long pid)
{
    char path[64], line[1024];
    FILE *file;

    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    file = fopen(path, "re");
    if (!file) return false;
    *u = (struct evidence_user){ .uid = 0 };
    while (fgets(line, sizeof line, file))
        line_take(u, parent, line);
    fclose(file);
    return true;
}

static void
user_add(struct evidence_users *users, const struct evidence_user *u)
{
    for (size_t i = 0; i < users->count; i++)
        if (users->user[i].uid == u->uid) return;
    if (u->uid != 0 && users->count < EVIDENCE_USERS_MAX) users->user[users->count++] = *u;
}

static const struct evidence_part *
part_of(const struct evidence_instance *instance, long pid, int parent)
{
    for (size_t i = 0; i < instance->part_count; i++)
        if (instance->part[i].pid == pid || instance->part[i].pid == parent)
            return &instance->part[i];
    return NULL;
}

static void
folder_close(DIR **folder)
{
    if (*folder) closedir(*folder);
}

sk_err
evidence_users_find(struct evidence_users *users, const struct evidence_instance *instance,
                    const char *but)
{
    DEFER(folder_close) DIR *proc = opendir("/proc");
    const struct evidence_user nobody = { .uid = NOBODY, .gid = NOBODY, .part = SK_STR("nobody") };

    if (!proc) return sk_fail(SK_BROKEN, "/proc: %s", strerror(errno));
    for (const struct dirent *entry; (entry = readdir(proc));) {
        const struct evidence_part *part;
        struct evidence_user u;
        int parent = 0;
        long pid = strtol(entry->d_name, NULL, 10);

        if (pid <= 0 || !process_read(&u, &parent, pid)) continue;
        part = part_of(instance, pid, parent);
        if (!part || sk_str_eq(part->name, sk_str_of(but))) continue;
        u.part = part->name;
        user_add(users, &u);
    }
    user_add(users, &nobody);
    return sk_ok();
}

/* ── files ── */

void
evidence_files_add(struct evidence_files *files, const char *path)
{
    if (files->count < EVIDENCE_FILES_MAX) files->path[files->count++] = path;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH deep */
static sk_err
files_find(struct evidence_files *files, const char *path, unsigned depth)
{
    DEFER(folder_close) DIR *folder = opendir(path);

    if (!folder) return sk_fail(SK_MISSING, "%s: %s", path, strerror(errno));
    for (const struct dirent *entry; (entry = readdir(folder));) {
        const char *below = sk_str_printf(files->mem, "%s/%s", path, entry->d_name).p;

        if (entry->d_name[0] == '.') continue;
        if (entry->d_type == DT_DIR && depth < DEPTH)
            TRY(files_find(files, below, depth + 1));
        else if (entry->d_type == DT_REG)
            evidence_files_add(files, below);
    }
    return sk_ok();
}

sk_err
evidence_files_find(struct evidence_files *files, const char *folder)
{
    return files_find(files, folder, 0);
}

/* ── as somebody else ── */

/* In a child: becomes the user for good, tries, and tells the number of the first that opens. */
static int
files_try(const struct evidence_user *u, const struct evidence_files *files)
{
    if (setgroups(u->groups, u->group) != 0 || setresgid(u->gid, u->gid, u->gid) != 0 ||
        setresuid(u->uid, u->uid, u->uid) != 0)
        return REFUSED;
    for (size_t i = 0; i < files->count; i++) {
        int fd = open(files->path[i], O_RDONLY | O_CLOEXEC);

        if (fd < 0) continue;
        close(fd);
        return (int)i;
    }
    return -1;
}

sk_err
evidence_user_try(int *opened, const struct evidence_user *u, const struct evidence_files *files)
{
    int ends[2], status;
    ssize_t n;
    pid_t pid;

    if (pipe(ends) != 0) return sk_fail(SK_FULL, "no pipe: %s", strerror(errno));
    pid = fork();
    if (pid == 0) {
        int answer = files_try(u, files);

        _exit(write(ends[1], &answer, sizeof answer) == (ssize_t)sizeof answer ? 0 : 1);
    }
    close(ends[1]);
    n = pid < 0 ? -1 : read(ends[0], opened, sizeof *opened);
    close(ends[0]);
    if (pid > 0) waitpid(pid, &status, 0);
    if (n != (ssize_t)sizeof *opened || *opened == REFUSED)
        return sk_fail(SK_BROKEN, "it could not be tried as user %u", u->uid);
    return sk_ok();
}
