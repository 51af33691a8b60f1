#include "shop/picture.h"

#include "base/utf8.h"

#include <stdio.h>

struct drawing {
    const char *name;
    int x, top, bottom, most; /* the label: its middle, where letters may stand, their size */
};

static const struct drawing drawings[] = {
    { "tin", 320, 322, 448, 44 },    { "pouch", 320, 244, 396, 54 },
    { "teapot", 0, 0, 0, 0 },        { "cup", 0, 0, 0, 0 },
    { "bowl", 0, 0, 0, 0 },          { "whisk", 0, 0, 0, 0 },
    { "namagashi", 0, 0, 0, 0 },     { "yokan", 0, 0, 0, 0 },
    { "dango", 0, 0, 0, 0 },         { "konpeito", 0, 0, 0, 0 },
    { "gift", 0, 0, 0, 0 },          { "notebook", 338, 192, 374, 50 },
    { "washi", 0, 0, 0, 0 },         { "crane", 0, 0, 0, 0 },
    { "brush", 0, 0, 0, 0 },         { "inkstone", 0, 0, 0, 0 },
    { "pen", 0, 0, 0, 0 },           { "ink", 320, 386, 472, 40 },
    { "letter", 425, 262, 428, 46 }, { "furoshiki", 0, 0, 0, 0 },
    { "tape", 0, 0, 0, 0 },          { "seal", 0, 0, 0, 0 },
};

static const char *const patterns[] = { "plain",    "seigaiha",  "asanoha", "shippo",
                                        "yagasuri", "ichimatsu", "shima",   "sakura" };

static const struct drawing *
drawing_find(sk_str name)
{
    for (size_t i = 0; i < sizeof drawings / sizeof *drawings; i++)
        if (sk_str_eq(name, sk_str_of(drawings[i].name))) return &drawings[i];
    return NULL;
}

static const char *
pattern_find(sk_str name)
{
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (sk_str_eq(name, sk_str_of(patterns[i]))) return patterns[i];
    return NULL;
}

bool
shop_picture_known(sk_str drawing, sk_str pattern)
{
    return drawing_find(drawing) && pattern_find(pattern);
}

/* `percent` of b in a, channel by channel. */
static uint32_t
mix(uint32_t a, uint32_t b, unsigned percent)
{
    uint32_t made = 0;
    for (unsigned shift = 0; shift <= 16; shift += 8) {
        uint32_t x = (a >> shift) & 0xff, y = (b >> shift) & 0xff;
        made |= ((x * (100 - percent) + y * percent + 50) / 100) << shift;
    }
    return made;
}

static void
colour_set(sk_arena *mem, struct part_value *values, const char *name, uint32_t colour)
{
    char text[8];
    snprintf(text, sizeof text, "#%06x", (unsigned)(colour & 0xffffff));
    part_set_text(values, name, sk_str_copy(mem, sk_str_of(text)));
}

static void
colours_set(sk_arena *mem, struct part_value *v, const uint32_t colour[3])
{
    static const char *const names[3][3] = { { "a", "a_light", "a_dark" },
                                             { "b", "b_light", "b_dark" },
                                             { "c", "c_light", "c_dark" } };
    uint32_t paper = mix(colour[0], 0xf6efe0, 80);
    for (int i = 0; i < 3; i++) {
        colour_set(mem, v, names[i][0], colour[i]);
        colour_set(mem, v, names[i][1], mix(colour[i], 0xfffaf0, 38));
        colour_set(mem, v, names[i][2], mix(colour[i], 0x14181c, 34));
    }
    colour_set(mem, v, "bg", paper);
    colour_set(mem, v, "bg_light", mix(paper, 0xfffdf6, 55));
    colour_set(mem, v, "moon", mix(paper, 0xfffdf4, 78));
    colour_set(mem, v, "table", mix(colour[0], 0xe6dac4, 74));
    colour_set(mem, v, "ink", mix(colour[0], 0x20262c, 78));
}

static void
background_set(struct part_value *v, const struct shop_picture *p)
{
    static const int moons[][3] = { { 452, 214, 132 }, { 196, 232, 150 }, { 332, 250, 196 },
                                    { 470, 260, 168 }, { 178, 196, 118 }, { 316, 226, 164 } };
    const int *moon = moons[(uint64_t)p->id * 5 % (sizeof moons / sizeof *moons)];
    part_set_int(v, "moon_x", moon[0]);
    part_set_int(v, "moon_y", moon[1]);
    part_set_int(v, "moon_r", moon[2]);
    part_set_text(v, "view", p->detail ? SK_STR("180 190 270 270") : SK_STR("0 0 640 640"));
    part_set_text(v, "title", p->title);
}

/* Letters one below the other, as on Japanese labels. */
static void
mark_set(struct part_value *v, const struct drawing *d, sk_str mark)
{
    struct part_value *list = part_set_list(v, "mark");
    int count = (int)sk_utf8_count(mark), height = d->bottom - d->top;
    if (count == 0 || height == 0) return;
    if (count > SHOP_MARK_MAX) count = SHOP_MARK_MAX;
    int step = height / count < d->most * 6 / 5 ? height / count : d->most * 6 / 5;
    int size = step * 9 / 10 < d->most ? step * 9 / 10 : d->most;
    int y = d->top + (height - step * count) / 2 + (step + size * 3 / 4) / 2;
    for (int i = 0; i < count; i++, y += step) {
        uint32_t code;
        unsigned n = sk_utf8_decode(&code, mark);
        struct part_value *letter = part_list_add(list);
        part_set_int(letter, "x", d->x);
        part_set_int(letter, "y", y);
        part_set_int(letter, "size", size);
        part_set_text(letter, "letter", sk_str_first(mark, n));
        mark = sk_str_from(mark, n ? n : 1);
    }
}

/* For sugar stars: heaped up in rows from the bottom, each a little out of line. */
static void
stars_set(sk_arena *mem, struct part_value *v, const uint32_t colour[3])
{
    struct part_value *list = part_set_list(v, "stars");
    uint32_t fills[] = { colour[0], colour[1], colour[2], 0xf8f4ea, mix(colour[1], 0xffffff, 45) };
    unsigned wobble = 7;
    for (int row = 0; row < 5; row++)
        for (int i = 0; i < 5 - row / 3; i++) {
            struct part_value *star = part_list_add(list);
            wobble = wobble * 73 + 41;
            part_set_int(star, "x", 238 + i * 41 + (row % 2) * 16 + (int)(wobble % 9));
            part_set_int(star, "y", 484 - row * 34 + (int)(wobble / 9 % 11));
            part_set_int(star, "turn", (int)(wobble % 45));
            colour_set(mem, star, "fill", fills[wobble / 5 % 5]);
        }
}

sk_err
shop_picture_draw(struct sk_buf *svg, const struct part_templates *set,
                  const struct shop_picture *p)
{
    const struct drawing *drawing = drawing_find(p->drawing);
    const char *pattern = pattern_find(p->pattern);
    char name[64];
    if (!drawing || !pattern) return sk_fail(SK_MISSING, "no such drawing or pattern");
    struct part_value *values = part_object_new(svg->mem);
    part_set_flag(part_set_object(values, "pattern"), pattern, true);
    colours_set(svg->mem, values, p->colour);
    background_set(values, p);
    mark_set(values, drawing, p->mark);
    stars_set(svg->mem, values, p->colour);
    snprintf(name, sizeof name, "picture/%s", drawing->name);
    return part_template_render(svg, set, name, NULL, values);
}
