#include "personal/text.h"
#include "personal/value.h"

#include "base/when.h"

enum { YEAR_FIRST = 1868, DIGITS_MAX = 8 };

struct day {
    unsigned year, month, day;
};

/* Eras since 1868: their first day, and the last number that their years had. Meiji is counted
 * from its first January. */
static const struct era {
    const char *name;
    char letter;
    struct day first;
    unsigned years;
} eras[] = {
    { "明治", 'm', { 1868, 1, 1 }, 45 },   { "大正", 't', { 1912, 7, 30 }, 15 },
    { "昭和", 's', { 1926, 12, 25 }, 64 }, { "平成", 'h', { 1989, 1, 8 }, 31 },
    { "令和", 'r', { 2019, 5, 1 }, 99 },
};

static const struct era *
take_era(sk_str *text)
{
    for (size_t i = 0; i < sizeof eras / sizeof *eras; i++) {
        sk_str name = sk_str_of(eras[i].name);
        bool named = sk_str_starts(*text, name);
        if (!named && sk_lower_byte((unsigned char)text->p[0]) != (unsigned char)eras[i].letter)
            continue;
        *text = sk_str_trim(sk_str_from(*text, named ? name.n : 1));
        if (sk_str_starts(*text, SK_STR("."))) *text = sk_str_from(*text, 1); /* S.55 */
        return &eras[i];
    }
    return NULL;
}

/* Digits at the front; how many there are. */
static size_t
take_digits(unsigned *number, sk_str *text)
{
    size_t n = 0;

    *number = 0;
    while (n < text->n && n <= DIGITS_MAX && text->p[n] >= '0' && text->p[n] <= '9')
        *number = *number * 10 + (unsigned)(text->p[n++] - '0');
    *text = sk_str_from(*text, n);
    return n;
}

/* One of - / . or the word; blanks around it. */
static bool
take_sign(sk_str *text, const char *word)
{
    sk_str w = sk_str_of(word);

    *text = sk_str_trim(*text);
    bool worded = sk_str_starts(*text, w);
    if (!worded && (text->n == 0 || !strchr("-/.", text->p[0]))) return false;
    *text = sk_str_trim(sk_str_from(*text, worded ? w.n : 1));
    return true;
}

/* Year, month and day with signs between them; eight digits alone where no era is named. */
static bool
take_numbers(struct day *day, sk_str *text, bool era)
{
    sk_str first = SK_STR("元");
    size_t n;

    if (era && sk_str_starts(*text, first)) {
        *text = sk_str_from(*text, first.n);
        day->year = 1;
        n = 1;
    } else {
        n = take_digits(&day->year, text);
    }
    if (n == 8 && !era) {
        *day = (struct day){ day->year / 10000, day->year / 100 % 100, day->year % 100 };
        return true;
    }
    return (era ? n >= 1 && n <= 2 : n == 4) && take_sign(text, "年") &&
           (n = take_digits(&day->month, text)) >= 1 && n <= 2 && take_sign(text, "月") &&
           (n = take_digits(&day->day, text)) >= 1 && n <= 2;
}

/* What may stand behind. */
static bool
is_over(sk_str rest)
{
    static const char *const ends[] = { "", "日", "日生", "日生まれ", "生", "生まれ" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (sk_str_eq(rest, sk_str_of(ends[i]))) return true;
    return false;
}

static bool
exists(const struct day *d)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;

    return d->month >= 1 && d->month <= 12 && d->day >= 1 &&
           d->day <= days[d->month - 1] + (unsigned)(leap && d->month == 2);
}

static unsigned
number_of(const struct day *d)
{
    return d->year * 10000 + d->month * 100 + d->day;
}

/* The year of our count; false: the era had not begun, or never had that year. */
static bool
count_years(struct day *day, const struct era *era)
{
    if (!era) return true;
    if (day->year < 1 || day->year > era->years) return false;
    day->year += era->first.year - 1;
    return number_of(day) >= number_of(&era->first);
}

static bool
is_past(sk_arena *mem, sk_str day)
{
    return memcmp(day.p, sk_when_jst(mem, sk_now()).p, day.n) <= 0;
}

sk_err
personal_read_birthday(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    struct day day = { 0 };
    sk_str text;

    TRY(personal_text_nfkc(&text, mem, typed));
    text = sk_str_trim(text);
    if (text.n == 0) return personal_does_not_fit(value, PERSONAL_UNFIT_EMPTY);
    const struct era *era = take_era(&text);
    if (!take_numbers(&day, &text, era != NULL) || !is_over(sk_str_trim(text)))
        return personal_does_not_fit(value, PERSONAL_UNFIT_DATE_FORM);
    if (!count_years(&day, era) || !exists(&day))
        return personal_does_not_fit(value, PERSONAL_UNFIT_DATE_DAY);
    value->shown = sk_str_printf(mem, "%04u-%02u-%02u", day.year, day.month, day.day);
    if (day.year < YEAR_FIRST || !is_past(mem, value->shown))
        return personal_does_not_fit(value, PERSONAL_UNFIT_DATE_RANGE);
    value->compared = value->shown;
    return sk_ok();
}
