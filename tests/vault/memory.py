"""Whether a text lies in the memory of a process: what it may write to, as the superuser reads it."""
import re

RANGE = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) rw\S+ \S+ \S+ \S+[ \t]*(.*)$", re.M)
PIECE = 1 << 22


def ranges(process):
    with open("/proc/%d/maps" % process, "rb") as file:
        for low, high, name in RANGE.findall(file.read()):
            if not name.startswith((b"/dev/", b"[vvar", b"[vsyscall")):
                yield int(low, 16), int(high, 16), name.decode() or "memory"


def pieces(process):
    """(where, bytes), each with the end of the one before it."""
    with open("/proc/%d/mem" % process, "rb", buffering=0) as file:
        for low, high, name in ranges(process):
            before = b""
            for at in range(low, high, PIECE):
                try:
                    file.seek(at)
                    data = file.read(min(PIECE, high - at)) or b""
                except OSError:
                    break  # it was given back meanwhile
                yield name, before + data
                before = data[-512:]


def places(process, texts):
    """{text: [where]} of those that are there, as UTF-8 or UTF-16."""
    wanted = [(text, text.encode(coding)) for text in texts for coding in ("utf-8", "utf-16-le")]
    found = {}
    for name, data in pieces(process):
        for text, needle in wanted:
            if needle in data:
                found.setdefault(text, []).append(name)
    return found
