"""Answers of a shop and of the sites around it, drawn by generators with fixed seeds: what response
bodies look like, kind by kind. All are harmless; in `manual` there is much that rules about leaked errors and
source code look for, as on any site that teaches programming."""
import html as escaping
import json
import random

import shoppers

SYLLABLE = "an be con de el for get han in ker lo ma node on pro que ren set ta un va wid ex y".split()
TAG = "div span section ul li button input label svg path table tr td h2 p a img".split()
CLASS = "item card price title wrap row col btn nav head foot list icon badge modal grid field".split()
PROPERTY = ("margin:{n}px|padding:{n}px {n}px|color:#{c}|background:#{c}|font-size:{n}px|display:flex|display:none|"
            "position:absolute|border:1px solid #{c}|border-radius:{n}px|width:calc(100% - {n}px)|z-index:{n}|"
            "transition:opacity .{n}s ease-in-out|transform:translate(-{n}%,-50%)|line-height:1.{n}|opacity:.{n}|"
            "box-shadow:0 {n}px {n}px rgba(0,0,0,.{n})|background:url(/img/{n}.svg) no-repeat center|content:\"\\{n}\"|"
            "font-family:-apple-system,BlinkMacSystemFont,\"Hiragino Sans\",Meiryo,sans-serif|overflow:hidden").split("|")
STATEMENT = (
    "function {a}(t,e){{var n=t.{b}||{{}};return n.{c}?n.{c}(e):null}}",
    "if(\"string\"==typeof {a}&&{a}.length>{n})throw new Error(\"{b} {c} is not a valid {d}: \"+{a});",
    "for(var i=0,r=t.length;i<r;i++){{var o=t[i];o.{a}&&o.{b}!==e.{b}&&n.push(o.{a}({n},!{d}))}}",
    "e.prototype.{a}=function(){{return this.{b}=this.{c}.filter((function(t){{return t.{d}>{n}}})),this}};",
    "const {a}=(0,r.{b})({{name:\"{c}\",props:{{{d}:{{type:String,default:\"\"}}}},setup(t){{return()=>t.{d}}}}});",
    "t.exports=n({n}).{a};var {b}=n({n}),{c}=n.n({b});",
    "async function {a}(t){{try{{const e=await fetch(`/api/{b}/${{t}}?{c}=${{Date.now()}}`);return await e.json()}}"
    "catch(e){{console.warn(\"{d} failed\",e)}}}}",
    "{a}.addEventListener(\"{b}\",(e=>{{e.preventDefault(),document.querySelector(\".{c}-{d}\").classList.toggle(\"is-open\")}}));",
    "var {a}=/^[\\w.+-]+@[\\w-]+\\.{b}$/,{c}=[{n},{m},{n}];",
    "switch(t.{a}){{case\"{b}\":return{{...e,{c}:!0}};case\"{d}\":return Object.assign({{}},e,{{{c}:[]}});default:return e}}")
ENGLISH = ("the of and to a in that it is was for on with as he be at by this had not are but from or have an they which "
           "one you were all her she there would their we him been has when who will no more if out so up said what its "
           "about than into them can only other time new some could these two may first then do any like my now over such "
           "our man me even most made after also did many off before must well back through years much where your way down "
           "should because long each just state those people too mister little good world make very year still see own "
           "work men day get here old between both life being under three never know same last another while us might "
           "great go come since against right came take used himself few house use place during high without again home "
           "around small however found part school general away upon every").split()
CODE = (
    "SELECT {a}.id, COUNT(*) FROM {a} LEFT JOIN {b} ON {a}.id = {b}.{a}_id WHERE {a}.{c} > {n} GROUP BY {a}.id;",
    "INSERT INTO {a} ({b}, {c}) VALUES ('{d}', {n});", "ALTER TABLE {a} ADD COLUMN {b} VARCHAR({n}) NOT NULL;",
    "$stmt = $pdo->prepare('UPDATE {a} SET {b} = ? WHERE id = ?'); $stmt->execute([${c}, {n}]);",
    "<?php\nforeach (${a} as $key => $value) {{\n    echo htmlspecialchars($value['{b}']);\n}}\n?>",
    "$handle = fopen('/tmp/{a}.txt', 'r'); while (($line = fgets($handle)) !== false) {{ {b}($line); }}",
    "try {{ {a}.{b}({n}); }} catch (java.io.IOException e) {{ throw new {c}Exception(\"{d}\", e); }}",
    "def {a}(self, {b}, {c}=None):\n    if not isinstance({b}, str):\n        raise TypeError('{d}')\n    return {b}",
    "Warning: {a}() expects parameter {n} to be string, array given in /var/www/{b}.php on line {m}",
    "ERROR {n} (42000): You have an error near '{a}' at line {m}", "$ curl -s https://{a}.example/{b} | grep {c} > {d}.log")
PARAGRAPH = ("Returns the {a} of the {b} or <code>null</code> if the {c} cannot be found.",
             "The <code>{a}</code> parameter must not be empty; otherwise a warning is emitted and {b} fails.",
             "Since version {n}.{m} the {a} option is deprecated in favour of <a href=\"/manual/{b}\">{b}</a>.",
             "When the server reports an error, check that the {a} database driver supports {b} and that {c} is open.",
             "{a}関数は、{b}の配列を受け取り、エラーの場合には例外を送出します。")


def word(rng):
    return "".join(rng.choice(SYLLABLE) for _ in range(rng.randrange(1, 4)))


def filled(rng, row):
    """A row of the tables above with new names and numbers."""
    return row.format(a=word(rng), b=word(rng), c=word(rng), d=word(rng), n=rng.randrange(2, 64), m=rng.randrange(2, 999))


def sentence(rng):
    words = [rng.choice(ENGLISH) for _ in range(rng.randrange(6, 24))]
    return " ".join(words).capitalize() + rng.choice(".....?!;") + " "


def goods(rng):
    """A product in a list, as the shop shows it."""
    return ('<li class="item"><a href="/products/%d"><img src="/img/%d.webp" alt="%s"></a><p>%s</p>'
            '<span class="price">%d円</span></li>\n' % (
                rng.randrange(10**5), rng.randrange(10**5), shoppers.product(rng), shoppers.prose(rng, 2),
                rng.randrange(500, 90000)))


def record(rng):
    """An object in a list, as an interface answers."""
    readable = rng.random() < .7
    return json.dumps({
        "id": rng.randrange(10**7), "sku": "KT-%06d" % rng.randrange(10**6), "name": shoppers.product(rng),
        "description": shoppers.prose(rng, 2), "price": {"amount": rng.randrange(500, 90000), "currency": "JPY", "tax": .1},
        "images": ["https://cdn.example.jp/p/%x/%d.webp" % (rng.getrandbits(64), n) for n in range(3)],
        "stock": rng.randrange(99), "is_new": rng.random() < .2, "updated_at": "2026-11-%02dT%02d:%02d:00+09:00" % (
            rng.randrange(1, 31), rng.randrange(24), rng.randrange(60)), "tags": [word(rng) for _ in range(4)]},
        ensure_ascii=not readable, separators=(",", ":")) + ","


def script(rng):
    return filled(rng, rng.choice(STATEMENT))


def style(rng):
    row = ";".join(rng.choice(PROPERTY).replace("{n}", str(rng.randrange(64))).replace("{c}", "%06x" % rng.getrandbits(24))
                   for _ in range(rng.randrange(1, 6)))
    names = ["%s.%s-%s%s" % (rng.choice(TAG + ["", ""]), rng.choice(CLASS), rng.choice(CLASS),
                             rng.choice(["", "", ":hover", "::before", ":not(:last-child)"]))
             for _ in range(rng.randrange(1, 4))]
    rule = ",".join(names) + "{" + row + "}"
    return "@media (max-width:%dpx){%s}" % (rng.randrange(320, 1280), rule) if rng.random() < .1 else rule


def text(rng):
    japanese = rng.random() < .3
    return "".join(shoppers.prose(rng, 4) if japanese else sentence(rng) for _ in range(4)) + "\n\n"


def manual(rng):
    code = escaping.escape("\n".join(filled(rng, rng.choice(CODE)) for _ in range(3)))
    return '<h3 id="%s">%s</h3>\n<p>%s</p>\n<pre class="programlisting"><code>%s</code></pre>\n' % (
        word(rng), word(rng), " ".join(filled(rng, rng.choice(PARAGRAPH)) for _ in range(3)), code)


HTML_HEAD = "<!doctype html><html lang=ja><head><meta charset=utf-8><title>%s</title></head><body>\n"
HTML_TAIL = "</body></html>\n"
# What stands before, what is repeated, what stands behind.
KINDS = {"page": (HTML_HEAD + "<ul>\n", goods, "</ul>" + HTML_TAIL),
         "json": ('{"title":"%s","items":[', record, "null]}\n"),
         "script": ("/*! %s */!function(t){", script, "}(window);\n"),
         "style": ('@charset "utf-8";/* %s */\n', style, "\n"),
         "text": ("%s\n\n", text, "\n"),
         "manual": (HTML_HEAD, manual, HTML_TAIL)}


def one(rng, kind, size):
    """A body of about `size` bytes."""
    head, part, tail = KINDS[kind]
    out, left = [head % shoppers.product(rng)], size
    while left > 0:
        out.append(part(rng))
        left -= len(out[-1].encode())
    return ("".join(out) + tail).encode()


def draw(kind, size, count):
    rng = random.Random("%ss %d" % (kind, size))
    return [one(rng, kind, size) for _ in range(count)]
