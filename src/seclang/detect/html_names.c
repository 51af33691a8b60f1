/* Names of tags and attributes, and what they can do. Zero bytes in a name are passed over. */
#include "seclang/detect/html.h"

enum { NAME_MOST = 64 };

struct row {
    const char *name;
    enum html_danger danger;
};

static const struct row tags[] = {
    { "applet", HTML_ACTIVE },
    { "base", HTML_ACTIVE_WITH },
    { "bgsound", HTML_ACTIVE_WITH },
    { "comment", HTML_ACTIVE_WITH },
    { "embed", HTML_ACTIVE },
    { "fencedframe", HTML_ACTIVE },
    { "foreignobject", HTML_ACTIVE_WITH },
    { "frame", HTML_ACTIVE },
    { "frameset", HTML_ACTIVE },
    { "handler", HTML_ACTIVE_WITH },
    { "iframe", HTML_ACTIVE },
    { "import", HTML_ACTIVE_WITH },
    { "isindex", HTML_ACTIVE_WITH },
    { "layer", HTML_ACTIVE_WITH },
    { "link", HTML_ACTIVE_WITH },
    { "listener", HTML_ACTIVE_WITH },
    { "math", HTML_ACTIVE_WITH },
    { "meta", HTML_ACTIVE_WITH },
    { "noembed", HTML_ACTIVE_WITH },
    { "noscript", HTML_ACTIVE },
    { "object", HTML_ACTIVE_WITH },
    { "plaintext", HTML_ACTIVE_WITH },
    { "portal", HTML_ACTIVE },
    { "script", HTML_ACTIVE },
    { "style", HTML_ACTIVE },
    { "vmlframe", HTML_ACTIVE_WITH },
    { "xml", HTML_ACTIVE_WITH },
    { "xmp", HTML_ACTIVE_WITH },
    { "xss", HTML_ACTIVE },
};

static const struct row attributes[] = {
    { "action", HTML_URL },     { "attributename", HTML_INDIRECT },
    { "background", HTML_URL }, { "by", HTML_URL },
    { "classid", HTML_URL },    { "code", HTML_URL },
    { "codebase", HTML_URL },   { "content", HTML_URL },
    { "data", HTML_URL },       { "dataformatas", HTML_ANY },
    { "datasrc", HTML_ANY },    { "dynsrc", HTML_URL },
    { "filter", HTML_CSS },     { "folder", HTML_URL },
    { "formaction", HTML_URL }, { "from", HTML_URL },
    { "handler", HTML_URL },    { "href", HTML_URL },
    { "longdesc", HTML_URL },   { "lowsrc", HTML_URL },
    { "manifest", HTML_URL },   { "ping", HTML_URL },
    { "poster", HTML_URL },     { "src", HTML_URL },
    { "srcdoc", HTML_PAGE },    { "srcset", HTML_URL },
    { "style", HTML_CSS },      { "to", HTML_URL },
    { "values", HTML_URL },     { "xlink:href", HTML_URL },
};

/* What may stand behind on: beginnings of events' names. */
static const char *const events[] = {
    "abort",
    "activate",
    "add",
    "afterprint",
    "afterscriptexecute",
    "afterupdate",
    "animation",
    "audioend",
    "audioprocess",
    "audiostart",
    "auxclick",
    "before",
    "begin",
    "blocked",
    "blur",
    "bounce",
    "boundary",
    "bufferedamountlow",
    "cached",
    "cancel",
    "canplay",
    "cellchange",
    "change",
    "chargingchange",
    "click",
    "close",
    "command",
    "compassneeds",
    "complete",
    "composition",
    "connect",
    "contentvisibility",
    "context",
    "controllerchange",
    "controlselect",
    "copy",
    "cuechange",
    "cut",
    "data",
    "dblclick",
    "deactivate",
    "device",
    "dischargingtimechange",
    "disconnect",
    "dom",
    "downloading",
    "drag",
    "drop",
    "durationchange",
    "emptied",
    "encrypted",
    "end",
    "enter",
    "error",
    "exit",
    "fetch",
    "filterchange",
    "finish",
    "focus",
    "form",
    "fullscreen",
    "gamepad",
    "gesture",
    "gotpointercapture",
    "hashchange",
    "help",
    "icecandidate",
    "inactive",
    "input",
    "install",
    "invalid",
    "key",
    "languagechange",
    "layoutcomplete",
    "leave",
    "levelchange",
    "load",
    "losecapture",
    "lostpointercapture",
    "mark",
    "media",
    "merchantvalidation",
    "message",
    "mouse",
    "move",
    "mozfullscreen",
    "msgesture",
    "mute",
    "negotiationneeded",
    "next",
    "nomatch",
    "noupdate",
    "obsolete",
    "offline",
    "online",
    "open",
    "orientationchange",
    "outofsync",
    "overconstrained",
    "overflowchanged",
    "page",
    "paste",
    "pause",
    "payer",
    "payment",
    "pictureinpicture",
    "play",
    "pointer",
    "popstate",
    "previous",
    "processorerror",
    "progress",
    "propertychange",
    "ratechange",
    "readystatechange",
    "rejectionhandled",
    "removes",
    "removet",
    "repeat",
    "reset",
    "resize",
    "resourcetiming",
    "result",
    "resume",
    "reverse",
    "row",
    "scroll",
    "search",
    "securitypolicyviolation",
    "seek",
    "select",
    "shipping",
    "show",
    "signalingstatechange",
    "slotchange",
    "soundend",
    "soundstart",
    "source",
    "speech",
    "squeeze",
    "stalled",
    "start",
    "statechange",
    "stop",
    "storage",
    "submit",
    "success",
    "suspend",
    "syncrestored",
    "textinput",
    "timeerror",
    "timeout",
    "timeupdate",
    "toggle",
    "tonechange",
    "touch",
    "track",
    "transition",
    "uncapturederror",
    "undo",
    "unhandledrejection",
    "unload",
    "unmute",
    "update",
    "upgradeneeded",
    "urlflip",
    "validatemerchant",
    "versionchange",
    "visibilitychange",
    "volumechange",
    "waiting",
    "webgl",
    "webkit",
    "wheel",
    "write",
    "zoom",
};

static size_t
spell(char out[NAME_MOST], sk_str name)
{
    size_t n = 0;

    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == 0) continue;
        if (n == NAME_MOST) return 0;
        out[n++] = (char)sk_lower_byte((unsigned char)name.p[i]);
    }
    return n;
}

static enum html_danger
look_up(const struct row *rows, size_t count, sk_str name)
{
    for (size_t i = 0; i < count; i++)
        if (sk_str_eq(name, sk_str_of(rows[i].name))) return rows[i].danger;
    return HTML_HARMLESS;
}

enum html_danger
seclang_html_tag(sk_str name)
{
    char room[NAME_MOST];
    sk_str spelled = { room, spell(room, name) };

    if (sk_str_starts(spelled, SK_STR("svg")) || sk_str_starts(spelled, SK_STR("xsl")))
        return HTML_ACTIVE;
    return look_up(tags, sizeof tags / sizeof *tags, spelled);
}

static bool
is_letters(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'a' || s.p[i] > 'z') return false;
    return s.n > 0;
}

/* Any event may be followed by more: onclick.x of some frameworks, onload%00. */
static bool
is_event(sk_str name)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (sk_str_starts(name, sk_str_of(events[i]))) return true;
    return false;
}

enum html_danger
seclang_html_attribute(sk_str name, bool in_tag)
{
    char room[NAME_MOST];
    sk_str spelled = { room, spell(room, name) };

    if (sk_str_starts(spelled, SK_STR("on"))) {
        sk_str event = sk_str_from(spelled, 2);
        if (is_event(event) || (in_tag && event.n > 2 && is_letters(event))) return HTML_ACTIVE;
    }
    if (sk_str_starts(spelled, SK_STR("xmlns")) || sk_str_starts(spelled, SK_STR("xlink")))
        return HTML_ANY;
    return look_up(attributes, sizeof attributes / sizeof *attributes, spelled);
}
