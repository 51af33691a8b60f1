/* sekisho rules explain ID: what a rule of the site's rule set says, in words, and what others do
 * to it. */
#include "base/json.h"
#include "explain/explain.h"
#include "seclang/inspect.h"
#include "sekisho/rules.h"
#include "sekisho/rules_words.h"
#include "sekisho/tongue.h"

#include <stdio.h>

enum { WIDTH = 88, SHOWN = 4000, NEAR = 3, INDENT = 11 };

/* ── words ── */

static void
label(struct sk_buf *out, const char *en, const char *ja)
{
    sk_buf_printf(out, "  %s%s%s ", rules_ink_on(RULES_DIM), tongue(en, ja), rules_ink_off());
}

static void
place(struct sk_buf *out, const char *file, unsigned line)
{
    explain_text(out, sk_str_of(file), SHOWN);
    sk_buf_printf(out, ":%u", line);
}

static void
write_target(struct sk_buf *out, const struct seclang_portrait_target *t)
{
    sk_str words = rules_words_target(out->mem, t->text);

    explain_text(out, t->text, SHOWN);
    if (!sk_str_eq(words, t->text)) {
        sk_buf_add(out, sk_str_of(tongue(" (", "（")));
        explain_text(out, words, SHOWN);
        sk_buf_add(out, sk_str_of(tongue(")", "）")));
    }
    if (t->added) {
        sk_buf_add(out, sk_str_of(tongue(", by ", "、指定元 ")));
        place(out, t->file, t->line);
    }
}

static void
write_targets(struct sk_buf *out, const struct seclang_portrait_rule *m, bool excluded)
{
    bool first = true;

    for (size_t i = 0; i < m->target_count; i++) {
        if (m->target[i].excluded != excluded) continue;
        if (first && excluded)
            label(out, "but not ", "対象外  ");
        else if (first)
            label(out, "looks at", "対象    ");
        else
            sk_buf_add(out, SK_STR("           "));
        write_target(out, &m->target[i]);
        sk_buf_byte(out, '\n');
        first = false;
    }
}

static void
write_transformations(struct sk_buf *out, const struct seclang_portrait_rule *m)
{
    for (size_t i = 0; i < m->tf_count; i++) {
        const char *words = rules_words_tf(sk_str_of(m->tf[i]));

        if (i == 0)
            label(out, "after   ", "変換    ");
        else
            sk_buf_add(out, SK_STR("           "));
        sk_buf_printf(out, "t:%s", m->tf[i]);
        if (words) sk_buf_printf(out, tongue(" (%s)", "（%s）"), words);
        sk_buf_byte(out, '\n');
    }
}

static bool
is_pattern(const struct seclang_portrait_rule *m)
{
    return strncmp(m->op, "rx", 2) == 0;
}

static void
write_operator(struct sk_buf *out, const struct seclang_portrait_rule *m)
{
    const char *words = rules_words_op(sk_str_of(m->op));

    label(out, "asks    ", "条件    ");
    sk_buf_printf(out, "%s@%s", m->negated ? "!" : "", m->op);
    if (words)
        sk_buf_printf(out, m->negated ? tongue(": not: %s", "：次に当てはまらない: %s") : ": %s",
                      words);
    sk_buf_byte(out, '\n');
    if (!m->argument.n) return;
    if (is_pattern(m)) {
        struct sk_buf shown = { .mem = out->mem };

        seclang_pattern_write(&shown, m->argument, WIDTH - INDENT, INDENT);
        for (sk_str line, rest = sk_buf_str(&shown); sk_str_cut(&line, &rest, '\n');) {
            explain_text(out, line, SHOWN);
            sk_buf_byte(out, '\n');
        }
        return;
    }
    sk_buf_add(out, SK_STR("           "));
    explain_text(out, m->argument, SHOWN);
    sk_buf_byte(out, '\n');
}

static void
write_actions(struct sk_buf *out, const struct seclang_portrait_rule *m)
{
    for (size_t i = 0; i < m->act_count; i++) {
        if (i == 0)
            label(out, "then    ", "作用    ");
        else
            sk_buf_add(out, SK_STR("           "));
        explain_text(out, m->act[i].text, SHOWN);
        if (m->act[i].meaning.n) {
            sk_buf_add(out, sk_str_of(tongue(" (here: ", "（ここでは ")));
            explain_text(out, m->act[i].meaning, 100);
            sk_buf_add(out, sk_str_of(tongue(")", "）")));
        }
        sk_buf_byte(out, '\n');
    }
}

static void
write_member(struct sk_buf *out, const struct seclang_portrait *p, size_t index)
{
    const struct seclang_portrait_rule *m = &p->member[index];

    if (index > 0) {
        sk_buf_add(out,
                   sk_str_of(tongue("\n  and if that matches (chain), ", "\n  さらに（連鎖）")));
        place(out, m->file, m->line);
        sk_buf_byte(out, '\n');
    }
    if (m->always) {
        label(out, "looks at", "対象    ");
        sk_buf_printf(
            out, "%s\n",
            tongue("nothing: it always runs (SecAction)", "なし。常に実行されます（SecAction）"));
    }
    write_targets(out, m, false);
    write_targets(out, m, true);
    write_transformations(out, m);
    if (!m->always) write_operator(out, m);
    write_actions(out, m);
}

/* ── the whole ── */

static void
write_head(struct sk_buf *out, const struct seclang_portrait *p)
{
    sk_buf_printf(out, tongue("%srule %u%s  ", "%s規則 %u%s  "), rules_ink_on(RULES_BOLD), p->id,
                  rules_ink_off());
    explain_text(out, p->msg, SHOWN);
    sk_buf_byte(out, '\n');
    label(out, "stands  ", "場所    ");
    place(out, p->member[0].file, p->member[0].line);
    sk_buf_byte(out, '\n');
    label(out, "phase   ", "段階    ");
    sk_buf_printf(out, tongue("%u: %s\n", "%u：%s\n"), p->phase, rules_words_phase(p->phase));
}

static bool
sets_status(const struct seclang_portrait *p)
{
    return strcmp(p->does, "deny") == 0 || strcmp(p->does, "redirect") == 0;
}

static void
write_does(struct sk_buf *out, const struct seclang_portrait *p)
{
    label(out, "does    ", "動作    ");
    sk_buf_add(out, sk_str_of(p->does));
    if (sets_status(p)) sk_buf_printf(out, " %d", p->status);
    sk_buf_printf(out, tongue(": %s; %s\n", "：%s。%s\n"), rules_words_does(p->does),
                  p->log ? tongue("it is logged", "記録します")
                         : tongue("not logged", "記録しません"));
    if (p->severity >= 0) {
        label(out, "severity", "重大度  ");
        sk_buf_printf(out, "%s\n", rules_words_severity(p->severity));
    }
    if (p->logdata.n) {
        label(out, "log data", "記録内容");
        explain_text(out, p->logdata, SHOWN);
        sk_buf_byte(out, '\n');
    }
}

static sk_str
paranoia_of(const struct seclang_portrait *p)
{
    static const sk_str prefix = { "paranoia-level/", 15 };

    for (size_t i = 0; i < p->tag_count; i++)
        if (sk_str_starts(p->tag[i], prefix)) return sk_str_from(p->tag[i], prefix.n);
    return (sk_str){ 0 };
}

static void
write_tags(struct sk_buf *out, const struct seclang_portrait *p)
{
    sk_str level = paranoia_of(p);

    if (level.n) {
        label(out, "paranoia", "水準    ");
        sk_buf_printf(out, tongue("level %.*s and above\n", "%.*s 以上\n"), SK_ARG(level));
    }
    for (size_t i = 0; i < p->tag_count; i++) {
        if (i == 0)
            label(out, "tags    ", "タグ    ");
        else
            sk_buf_add(out, SK_STR(", "));
        explain_text(out, p->tag[i], 200);
    }
    if (p->tag_count) sk_buf_byte(out, '\n');
    if (p->version) {
        label(out, "from    ", "出典    ");
        sk_buf_printf(out, "%s\n", p->version);
    }
}

static void
write_touch(struct sk_buf *out, const struct seclang_portrait_touch *t)
{
    label(out, "but     ", "ただし  ");
    if (t->touch == SECLANG_REMOVED)
        sk_buf_add(out, sk_str_of(tongue("it is taken out (SecRuleRemove) by ",
                                         "取り除かれています（SecRuleRemove）: ")));
    else if (t->touch == SECLANG_MAY_REMOVE)
        sk_buf_printf(out,
                      tongue("it does not run when rule %u matches, at ",
                             "規則 %u が一致すると実行されません: "),
                      t->by);
    else {
        explain_text(out, t->target, 200);
        sk_buf_printf(out,
                      tongue(" is not looked at when rule %u matches, at ",
                             " は規則 %u が一致すると調べません: "),
                      t->by);
    }
    place(out, t->file, t->line);
    sk_buf_byte(out, '\n');
}

static void
explain_write(struct sk_buf *out, const struct seclang_portrait *p)
{
    write_head(out, p);
    for (size_t i = 0; i < p->member_count; i++)
        write_member(out, p, i);
    sk_buf_byte(out, '\n');
    write_does(out, p);
    write_tags(out, p);
    if (p->never_runs) {
        label(out, "but     ", "ただし  ");
        sk_buf_printf(
            out, "%s\n",
            tongue("it never runs here: the configuration has decided it (a paranoia level, "
                   "a switch)",
                   "ここでは実行されません。設定（水準やスイッチ）により決まっています"));
    }
    for (size_t i = 0; i < p->touch_count; i++)
        write_touch(out, &p->touch[i]);
}

/* ── JSON ── */

static void
json_member(struct sk_json_writer *w, const struct seclang_portrait_rule *m)
{
    sk_json_object(w, NULL);
    sk_json_text(w, "file", m->file);
    sk_json_int(w, "line", m->line);
    for (int excluded = 0; excluded < 2; excluded++) {
        sk_json_array(w, excluded ? "excluded" : "targets");
        for (size_t i = 0; i < m->target_count; i++)
            if (m->target[i].excluded == excluded) sk_json_str(w, NULL, m->target[i].text);
        sk_json_end_array(w);
    }
    sk_json_array(w, "transformations");
    for (size_t i = 0; i < m->tf_count; i++)
        sk_json_text(w, NULL, m->tf[i]);
    sk_json_end_array(w);
    if (!m->always) sk_json_text(w, "operator", m->op);
    sk_json_bool(w, "negated", m->negated);
    sk_json_str(w, "argument", m->argument);
    sk_json_array(w, "actions");
    for (size_t i = 0; i < m->act_count; i++)
        sk_json_str(w, NULL, m->act[i].text);
    sk_json_end_array(w);
    sk_json_end_object(w);
}

static void
json_touches(struct sk_json_writer *w, const struct seclang_portrait *p)
{
    static const char *const names[] = { [SECLANG_REMOVED] = "removed",
                                         [SECLANG_MAY_REMOVE] = "may remove",
                                         [SECLANG_MAY_EXCLUDE] = "may exclude" };

    sk_json_array(w, "exclusions");
    for (size_t i = 0; i < p->touch_count; i++) {
        sk_json_object(w, NULL);
        sk_json_text(w, "what", names[p->touch[i].touch]);
        if (p->touch[i].by) sk_json_int(w, "by", p->touch[i].by);
        if (p->touch[i].target.n) sk_json_str(w, "target", p->touch[i].target);
        sk_json_text(w, "file", p->touch[i].file);
        sk_json_int(w, "line", p->touch[i].line);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
}

static void
json_write(struct sk_buf *out, const struct seclang_portrait *p)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    sk_json_int(&w, "rule", p->id);
    sk_json_int(&w, "phase", p->phase);
    sk_json_str(&w, "msg", p->msg);
    sk_json_text(&w, "does", p->does);
    if (sets_status(p)) sk_json_int(&w, "status", p->status);
    sk_json_text(&w, "severity", rules_words_severity(p->severity));
    sk_json_bool(&w, "never_runs", p->never_runs);
    sk_json_array(&w, "tags");
    for (size_t i = 0; i < p->tag_count; i++)
        sk_json_str(&w, NULL, p->tag[i]);
    sk_json_end_array(&w);
    sk_json_array(&w, "chain");
    for (size_t i = 0; i < p->member_count; i++)
        json_member(&w, &p->member[i]);
    sk_json_end_array(&w);
    json_touches(&w, p);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}

/* ── the verb ── */

static void
survey_close(struct seclang_survey **survey)
{
    seclang_survey_free(*survey);
}

static sk_err
no_such(struct seclang_survey *survey, sk_arena *mem, unsigned id)
{
    unsigned near[NEAR];
    size_t count = seclang_survey_near(near, NEAR, survey, id);
    struct sk_buf names = { .mem = mem };

    for (size_t i = 0; i < count; i++)
        sk_buf_printf(&names, "%s%u", i ? ", " : "", near[i]);
    return sk_fail(SK_MISSING,
                   tongue("there is no rule %u among the %zu of this rule set; near it: %.*s",
                          "規則 %u はこの規則集（%zu 件）にありません。近い番号: %.*s"),
                   id, seclang_survey_count(survey), SK_ARG(sk_buf_str(&names)));
}

static sk_err
explain(const struct verb_args *args)
{
    DEFER(rules_close) struct rules_site site = { 0 };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(survey_close) struct seclang_survey *survey = NULL;
    struct seclang_portrait portrait;
    struct sk_buf out = { .mem = mem };
    int64_t id;

    if (!sk_str_to_i64(&id, sk_str_of(args->arg[1])) || id < 1 || id > UINT32_MAX)
        return sk_fail(SK_BAD,
                       tongue("rules explain %s: expected a rule's id such as 942100",
                              "rules explain %s: 942100 のような規則の番号が必要です"),
                       args->arg[1]);
    TRY(rules_load(&site, mem, args));
    survey = seclang_survey_new(site.source);
    if (!seclang_survey_portrait(&portrait, survey, (unsigned)id))
        return no_such(survey, mem, (unsigned)id);
    if (args->json)
        json_write(&out, &portrait);
    else
        explain_write(&out, &portrait);
    fwrite(out.p, 1, out.n, stdout);
    return sk_ok();
}

int
rules_explain(const struct verb_args *args)
{
    sk_err e = explain(args);

    return sk_failed(e) ? verb_fail(e) : 0;
}
