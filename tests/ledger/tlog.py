"""A transparency log's receiver, written from the specifications and sharing nothing with the program
that is tested: RFC 9162 section 2.1 (tree and proofs), RFC 8032 section 5.1 (Ed25519), C2SP's
signed-note, tlog-checkpoint and tlog-tiles. For tests: clear rather than fast."""
import base64
import hashlib
import os


class Bad(Exception):
    pass


# ── RFC 8032, Ed25519: verification only ──

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def _x_of(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    if x2 % P == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    return P - x if x & 1 != sign else x


def _add(a, b):
    p, q = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    r, s = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = q - p, s - r, s + r, q + p
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _mul(k, point):
    out = (0, 1, 1, 0)
    while k:
        if k & 1:
            out = _add(out, point)
        point = _add(point, point)
        k >>= 1
    return out


def _point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


_BY = 4 * pow(5, P - 2, P) % P
_BASE = (_x_of(_BY, 0), _BY, 1, _x_of(_BY, 0) * _BY % P)


def ed25519_holds(public, message, signature):
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _mul(s, _BASE), _add(r, _mul(h, a))
    return ((left[0] * right[2] - right[0] * left[2]) % P == 0 and
            (left[1] * right[2] - right[1] * left[2]) % P == 0)


# ── RFC 9162, 2.1 ──

def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(n):
    return 1 << (n - 1).bit_length() - 1


def mth(leaves):
    """The root over leaf hashes (2.1.1)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def inclusion_holds(index, size, leaf, path, root):
    """2.1.3.2"""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistency_holds(first, second, first_root, second_root, path):
    """2.1.4.2"""
    if first == second:
        return not path and first_root == second_root
    path = list(path)
    if not 0 < first < second:
        return False
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


# ── C2SP signed-note and tlog-checkpoint ──

class Key:
    def __init__(self, vkey):
        self.name, id_hex, blob = vkey.strip().split("+", 2)
        raw = base64.b64decode(blob, validate=True)
        if raw[0] != 1 or len(raw) != 33:
            raise Bad("vkey: not Ed25519")
        self.public = raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if self.id.hex() != id_hex:
            raise Bad("vkey: its id is not that of name and key")


def checkpoint(note, key):
    """(size, root) of a checkpoint that the key has signed."""
    if b"\n\n" not in note:
        raise Bad("note: no empty line")
    text, signatures = note[:note.rindex(b"\n\n") + 1], note[note.rindex(b"\n\n") + 2:]
    good = 0
    for line in signatures.decode("utf-8").split("\n")[:-1]:
        dash, name, blob = line.split(" ")
        raw = base64.b64decode(blob, validate=True)
        if dash != "\u2014" or name != key.name or raw[:4] != key.id:
            continue
        if not ed25519_holds(key.public, text, raw[4:]):
            raise Bad("note: the signature does not hold")
        good += 1
    if not good:
        raise Bad("note: not signed by this key")
    lines = text.decode("utf-8").split("\n")
    if lines[0] != key.name or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise Bad("checkpoint: origin or size")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise Bad("checkpoint: root")
    return int(lines[1]), root


# ── C2SP tlog-tiles ──

def number(n):
    parts = ["%03d" % (n % 1000)]
    while n >= 1000:
        n //= 1000
        parts.insert(0, "x%03d" % (n % 1000))
    return "/".join(parts)


def tile_path(level, n, width, entries=False):
    path = "tile/entries/%s" % number(n) if entries else "tile/%d/%s" % (level, number(n))
    return path if width == 256 else "%s.p/%d" % (path, width)


class Tree:
    """A tree of `size` leaves from tiles below a folder."""

    def __init__(self, folder, size):
        self.folder, self.size, self.kept = folder, size, {}

    def width(self, level, n):
        return max(0, min(256, (self.size >> 8 * level) - n * 256))

    def tile(self, level, n):
        if (level, n) not in self.kept:
            width = self.width(level, n)
            data = None
            for w in (width, 256):  # a full tile may stand in for a partial one
                try:
                    with open(os.path.join(self.folder, tile_path(level, n, w)), "rb") as f:
                        data = f.read()
                except FileNotFoundError:
                    continue
                if len(data) != 32 * w:
                    raise Bad("%s: %d bytes" % (tile_path(level, n, w), len(data)))
                break
            if data is None:
                raise Bad("%s is missing" % tile_path(level, n, width))
            self.kept[level, n] = [data[32 * i:32 * i + 32] for i in range(width)]
        return self.kept[level, n]

    def check(self):
        """Each full tile leads to its hash in the level above."""
        level = 0
        while self.size >> 8 * level:
            n = 0
            while self.width(level, n):
                hashes = self.tile(level, n)
                if len(hashes) == 256 and mth(hashes) != self.tile(level + 1, n // 256)[n % 256]:
                    raise Bad("%s does not lead to level %d" % (tile_path(level, n, 256), level + 1))
                n += 1
            level += 1

    def subtree(self, start, n):
        """MTH(D[start:start+n]) of a range as the proofs split them."""
        if n & (n - 1) == 0 and start % n == 0:
            height = n.bit_length() - 1
            level, inner = divmod(height, 8)
            first = start >> 8 * level
            hashes = self.tile(level, first // 256)[first % 256:first % 256 + (1 << inner)]
            if len(hashes) != 1 << inner:
                raise Bad("a subtree of %d at %d is not in the tiles" % (n, start))
            return mth(hashes)
        k = split(n)
        return node_hash(self.subtree(start, k), self.subtree(start + k, n - k))

    def root(self):
        return self.subtree(0, self.size) if self.size else mth([])

    def leaf(self, index):
        return self.tile(0, index // 256)[index % 256]

    def inclusion(self, m):
        """PATH(m, D[n]) of 2.1.3.1"""
        def path(m, start, n):
            if n == 1:
                return []
            k = split(n)
            if m < k:
                return path(m, start, k) + [self.subtree(start + k, n - k)]
            return path(m - k, start + k, n - k) + [self.subtree(start, k)]
        return path(m, 0, self.size)

    def consistency(self, m):
        """PROOF(m, D[n]) of 2.1.4.1"""
        def subproof(m, start, n, whole):
            if m == n:
                return [] if whole else [self.subtree(start, n)]
            k = split(n)
            if m <= k:
                return subproof(m, start, k, whole) + [self.subtree(start + k, n - k)]
            return subproof(m - k, start + k, n - k, False) + [self.subtree(start, k)]
        return subproof(m, 0, self.size, True)


def bundle(data):
    """The entries of tile/entries/N."""
    entries, at = [], 0
    while at < len(data):
        n = int.from_bytes(data[at:at + 2], "big")
        if at + 2 + n > len(data):
            raise Bad("bundle: cut")
        entries.append(data[at + 2:at + 2 + n])
        at += 2 + n
    return entries
