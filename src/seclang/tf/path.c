/* normalisePath and normalisePathWin: self-references, back-references and doubled slashes go.
 *
 * What a path means at its odd ends is mod_security 2's: "." becomes nothing, back-references of
 * relative paths stay where nothing is left to go back over, the last byte counts as the end of a
 * segment even without a slash, and a slash stands at the end only where one stood before. */
#include "seclang/tf/rows.h"

/*     p: / a / . . / b          read and written in the same buffer;
 *        ^to       ^from        `to` never overtakes `from` */
struct walk {
    unsigned char *p;
    ptrdiff_t from, to, last; /* last: of the last byte */
    bool win, relative, at_root, done;
};

static bool
is_slash(const struct walk *w, ptrdiff_t at)
{
    return w->p[at] == '/' || (w->win && w->p[at] == '\\');
}

static void
straighten(struct walk *w, ptrdiff_t at)
{
    if (w->win && at <= w->last && w->p[at] == '\\') w->p[at] = '/';
}

/* At the second dot of a back-reference. False: it stays, as nothing can be taken back. */
static bool
go_back(struct walk *w)
{
    if (w->relative && (w->at_root || w->to <= 2)) {
        w->at_root = true;
        return false;
    }
    w->to -= 3;
    while (w->to > 0 && w->p[w->to] != '/')
        w->to--;
    if (w->to > 0) return true;
    w->at_root = true;
    w->to = !w->relative && w->done ? 1 : 0; /* the root's slash stays at the end */
    return true;
}

/* At the last byte of a segment. True: it was a reference; what stands at `from` is behind it. */
static bool
end_segment(struct walk *w)
{
    unsigned char c = w->p[w->from];

    if (c == '/' && !w->done) return false;
    if (c != '.') {
        if (w->to > 0) w->at_root = false;
        return false;
    }
    if (w->to > 0 && w->p[w->to - 1] == '.') {
        if (!go_back(w)) return false;
    } else if (w->to > 0 && w->p[w->to - 1] != '/') {
        return false;
    } else if (w->to > 0 && !w->done) {
        w->to--; /* over the slash: the one behind comes instead */
    }
    if (!w->done) w->from++;
    return true;
}

/* Of many slashes the last one; none at the beginning of a relative path. */
static void
copy_byte(struct walk *w)
{
    if (w->p[w->from] == '/') {
        while (w->from < w->last && is_slash(w, w->from + 1))
            w->from++;
        if (w->relative && w->to == 0) {
            w->from++;
            return;
        }
    }
    w->p[w->to++] = w->p[w->from++];
}

static void
step(struct walk *w)
{
    bool reference = false;

    straighten(w, w->from);
    straighten(w, w->from + 1);
    w->done = w->from == w->last;
    if (w->done || w->p[w->from + 1] == '/') reference = end_segment(w);
    if (!reference || !w->done) copy_byte(w);
}

static bool
normalise(sk_str *out, sk_arena *mem, sk_str in, bool win)
{
    struct seclang_tf_text text;
    struct walk w = { .win = win, .last = (ptrdiff_t)in.n - 1 };
    bool trailing;

    if (in.n == 0) return false;
    text = seclang_tf_begin(mem, in, in.n, in.n);
    w.p = text.p;
    w.relative = !is_slash(&w, 0);
    trailing = is_slash(&w, w.last);
    while (!w.done && w.from <= w.last && w.to <= w.last)
        step(&w);
    if (!trailing && w.to > 0 && w.p[w.to - 1] == '/') w.to--;
    text.n = (size_t)w.to;
    return seclang_tf_end(out, &text, in);
}

SECLANG_TF(normalise_path)
{
    (void)map;
    return normalise(out, mem, in, false);
}

SECLANG_TF(normalise_path_win)
{
    (void)map;
    return normalise(out, mem, in, true);
}
