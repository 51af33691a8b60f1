/* sekisho up: in front of the operator, or with --detach behind. */
#include "part/log.h"
#include "sekisho/parent.h"
#include "sekisho/tongue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NEWS_MAX = 16 * 1024 };

static void
log_redirect(struct parent *p)
{
    const char *path = house_path(&p->house, "log/sekisho.log");
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);

    if (fd < 0) return;
    p->log = fd;
    part_log_open(fd, "sekisho", PART_INFO);
}

/* What to do now: addresses and things to try. */
static void
welcome(struct sk_buf *out, const struct parent *p)
{
    const struct conf *conf = p->house.conf;
    const struct conf_site *site = &conf->site[0];
    sk_str host = site->names.item[0];

    sk_buf_printf(out, tongue("Everything answers.\n\n", "すべて応答しています。\n\n"));
    for (size_t i = 0; i < conf->site_count; i++)
        sk_buf_printf(out, "  %-8.*s https://%.*s:%lld/\n", SK_ARG(conf->site[i].name),
                      SK_ARG(conf->site[i].names.item[0]), (long long)conf->https);
    sk_buf_printf(out, "  %-8s https://%.*s:%lld/\n", tongue("console", "管理"), SK_ARG(host),
                  (long long)conf->console.port);
    if (p->remark[0]) sk_buf_printf(out, tongue("\nBut: %s\n", "\nただし: %s\n"), p->remark);
    sk_buf_printf(out, tongue("\nTry an attack, and ask why it was refused:\n\n",
                              "\n攻撃を試し、拒否された理由を確かめてみてください。\n\n"));
    sk_buf_printf(out,
                  "  curl -k -i \"https://%.*s:%lld/?q=1%%27%%20or%%20%%271%%27=%%271\"\n"
                  "  %s log --state %s --since 10m\n"
                  "  %s status --state %s\n",
                  SK_ARG(host), (long long)conf->https, p->house.self, p->house.state,
                  p->house.self, p->house.state);
    sk_buf_printf(out,
                  tongue("\nInvite who operates it (the link is printed, and mailed):\n\n",
                         "\n運営者を招待してください（リンクを表示し、メールでも送ります）。\n\n"));
    sk_buf_printf(out, "  %s accounts invite --realm operator %s --state %s\n", p->house.self,
                  tongue("YOU@EXAMPLE.JP", "メールアドレス"), p->house.state);
    sk_buf_printf(out, tongue("\nThe certificate is self-signed unless you named one (curl -k).\n",
                              "\n証明書を指定していない場合は自己署名です（curl -k）。\n"));
    sk_buf_printf(out, tongue("Stop: %s stop --state %s\n", "停止: %s stop --state %s\n"),
                  p->house.self, p->house.state);
}

static sk_err
begin(struct parent *p, struct sk_buf *news, const struct verb_args *args)
{
    TRY(parent_open(p, args));
    log_redirect(p);
    TRY(parent_start(p));
    news->mem = p->mem;
    welcome(news, p);
    return sk_ok();
}

static int
in_front(const struct verb_args *args)
{
    struct parent p;
    struct sk_buf news = { 0 };
    sk_err e = begin(&p, &news, args);

    if (sk_failed(e)) return verb_fail(e);
    printf("%.*s\n", (int)news.n, news.p);
    fflush(stdout);
    parent_run(&p);
    return 0;
}

/* The first byte is the exit code, the rest is for people. */
static void
news_send(int fd, int code, sk_str text)
{
    char first = (char)code;

    if (write(fd, &first, 1) == 1 && text.n && write(fd, text.p, text.n) < 0)
        part_log(PART_ERROR, "nobody waits for the news");
    close(fd);
}

static void
streams_close(void)
{
    int null = open("/dev/null", O_RDWR);

    for (int fd = 0; null >= 0 && fd < 3; fd++)
        dup2(null, fd);
    if (null > 2) close(null);
}

static void
behind(int news_fd, const struct verb_args *args)
{
    struct parent p;
    struct sk_buf news = { 0 };
    sk_err e;

    setsid();
    streams_close(); /* before there are children: one that kept a pipe open would hold its reader
                      */
    e = begin(&p, &news, args);
    if (sk_failed(e)) {
        news_send(news_fd, sk_kind_rows[e.kind].exit_code, sk_str_of(e.why));
        _exit(1);
    }
    news_send(news_fd, 0, sk_buf_str(&news));
    parent_run(&p);
    _exit(0);
}

static int
news_print(int fd)
{
    char text[NEWS_MAX];
    size_t n = 0;
    ssize_t got;

    while (n < sizeof(text) && ((got = read(fd, text + n, sizeof(text) - n)) > 0 || errno == EINTR))
        if (got > 0)
            n += (size_t)got;
        else if (got == 0)
            break;
    if (n == 0)
        return verb_fail(sk_fail(SK_BROKEN, "it ended without a word: see log/sekisho.log"));
    if (text[0] == 0)
        fwrite(text + 1, 1, n - 1, stdout);
    else
        fprintf(stderr, "sekisho: %.*s\n", (int)(n - 1), text + 1);
    return text[0];
}

int
verb_up(const struct verb_args *args)
{
    int ends[2];
    pid_t pid;

    umask(0022);
    if (!args->detach) return in_front(args);
    if (pipe2(ends, O_CLOEXEC) != 0) return verb_fail(sk_fail(SK_BROKEN, "no pipe"));
    pid = fork();
    if (pid < 0) return verb_fail(sk_fail(SK_BROKEN, "no process: %s", strerror(errno)));
    if (pid == 0) {
        close(ends[0]);
        behind(ends[1], args);
    }
    close(ends[1]);
    return news_print(ends[0]);
}
