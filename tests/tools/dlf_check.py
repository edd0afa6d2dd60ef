#!/usr/bin/python3
"""Read a frame by dl-frame(5) alone, check every rule, print canonical CSV.

usage: dlf_check.py [-q] FRAME

A second implementation, written from the manual page, to hold the first one
and the page to each other.  Exit 0 if the frame obeys every rule, 3 if not.
zstd and XXH3 come from their shared libraries.
"""
import ctypes
import math
import struct
import sys
from datetime import datetime, timedelta

ZSTD = ctypes.CDLL("libzstd.so.1")
XXH = ctypes.CDLL("libxxhash.so.0")
GROUP = 65536
WIDTHS = (0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64)
NAN = bytes.fromhex("000000000000f87f")


class Hash128(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


ZSTD.ZSTD_decompress.restype = ctypes.c_size_t
ZSTD.ZSTD_getFrameContentSize.restype = ctypes.c_uint64
ZSTD.ZSTD_findFrameCompressedSize.restype = ctypes.c_size_t
XXH.XXH3_64bits_withSeed.restype = ctypes.c_uint64
XXH.XXH3_128bits.restype = Hash128


class Broken(Exception):
    pass


def rule(holds, what):
    if not holds:
        raise Broken(what)


def xxh3(data, seed=0):
    return XXH.XXH3_64bits_withSeed(data, ctypes.c_size_t(len(data)),
                                    ctypes.c_uint64(seed))


def unzstd(data, size):
    n = ctypes.c_size_t(len(data))
    rule(ZSTD.ZSTD_getFrameContentSize(data, n) == size, "content size")
    rule(ZSTD.ZSTD_findFrameCompressedSize(data, n) == len(data),
         "one zstd frame")
    out = ctypes.create_string_buffer(max(size, 1))
    got = ZSTD.ZSTD_decompress(out, ctypes.c_size_t(size), data, n)
    rule(got == size, "zstd")
    return out.raw[:size]


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        rule(n <= len(self.data) - self.at, "cut off")
        self.at += n
        return self.data[self.at - n:self.at]

    def u8(self):
        return self.take(1)[0]

    def u64(self):
        return int.from_bytes(self.take(8), "little")

    def f64(self):
        raw = self.take(8)
        value, = struct.unpack("<d", raw)
        rule(value == value or raw == NAN, "the one NaN")
        return value

    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        rule(value < 1 << 64 and (byte or shift == 7), "varint")
        return value

    def zigzag(self):
        v = self.varint()
        return v >> 1 if v % 2 == 0 else -((v + 1) >> 1)

    def packed(self, n, width):
        rule(width in WIDTHS, "width")
        if width == 0:
            return [0] * n
        if width < 8:
            raw = int.from_bytes(self.take((n * width + 7) // 8), "little")
            return [raw >> i * width & (1 << width) - 1 for i in range(n)]
        planes = [self.take(n) for _ in range(width // 8)]
        return [int.from_bytes(word, "little") for word in zip(*planes)]

    def bits(self, n):
        raw = int.from_bytes(self.take((n + 7) // 8), "little")
        rule(raw >> n == 0, "unused bits")
        return [raw >> i & 1 for i in range(n)]

    def strings(self, n, most):
        rule(n <= most, "number of strings")
        return [self.take(k) for k in self.packed(n, self.u8())]

    def end(self):
        rule(self.at == len(self.data), "nothing behind")


def read_text(r):
    raw = r.take(r.varint())
    rule(b"\0" not in raw, "text without NUL")
    return raw


def read_texts(r):
    n = r.varint()
    rule(n <= 65536, "texts for missing")
    for _ in range(n):
        read_text(r)


def read_dialect(r, columns):
    delimiter, quote, _, decimal = r.u8(), r.u8(), r.u8(), r.u8()
    rule(delimiter and decimal and delimiter != quote, "delimiter")
    rule(r.u8() <= 1, "header")
    read_text(r)
    read_texts(r)
    if r.at == len(r.data):
        return
    at = -1
    for _ in range(r.varint()):
        name, _, form = read_text(r), read_text(r), read_text(r)
        where = [c["name"] for c in columns].index(name)
        rule(where > at, "order of the dialect's columns")
        at = where
        rule(not form or columns[at]["type"] == 4, "format of a time")
        read_texts(r)


def read_column(r, rows):
    c = {"type": r.u8(), "flags": r.u8(), "name": r.take(r.varint())}
    rule(1 <= c["type"] <= 4, "type")
    rule(c["flags"] <= (c["type"] == 1), "flags")
    rule(c["name"] and 0 not in c["name"], "name")
    for key in ("count", "missing", "zeros"):
        c[key] = r.u64()
    for key in ("min", "max", "mean", "sd"):
        c[key] = r.f64()
    c["distinct"] = r.u64()
    rule(c["count"] + c["missing"] == rows, "counts")
    if c["type"] == 2:
        n = r.varint()
        lengths = r.packed(n, r.u8())
        c["levels"] = [r.take(k) for k in lengths]
        c["rows"] = r.packed(n, r.u8())
        rule(len(set(c["levels"])) == n, "levels differ")
        rule(sum(c["rows"]) == c["count"], "level counts")
    return c


def words_of(r, layout, width, base, present):
    if layout & 2:
        filled = r.bits(present)
    elif layout & 4:
        filled = [0] * present
        at = 0
        for _ in range(r.varint()):
            at += r.varint()
            rule(at < present, "gap")
            filled[at] = 1
            at += 1
    else:
        filled = [1] * present
    packed = iter(r.packed(sum(filled), width))
    words = [(base + next(packed)) % (1 << 64) if f else 0 for f in filled]
    rule(layout < 2 or all(w for w, f in zip(words, filled) if f), "filled")
    return words


def signed(w):
    return w - (1 << 64) if w >> 63 else w


def real(word, transform):
    if transform == 1:
        value, = struct.unpack("<d", struct.pack("<Q", word))
    elif transform == 2:
        value, = struct.unpack("<f", struct.pack("<I", word))
    else:
        rule(16 <= transform <= 31, "transform")
        rule(abs(signed(word)) <= 1 << 53, "decimal")
        value = signed(word) / 10 ** (transform - 16)
    rule(value == value, "not a number")
    return value


def read_chunk(stored, column, rows):
    r = Reader(stored)
    if r.u8():
        rule(stored[0] == 1, "kind of chunk")
        size = r.varint()
        rule(size <= 1 << 20 or size // 1024 <= len(stored), "ratio")
        r = Reader(unzstd(stored[r.at:], size))
    form, transform, layout, width = r.u8(), r.u8(), r.u8(), r.u8()
    rule(form in {1: (1, 2), 2: (3,), 3: (4,), 4: (1,)}[column["type"]],
         "form")
    rule(form == 2 or transform == 0, "transform")
    rule(layout < 8 and layout & 6 != 6, "layout")
    n, base = r.varint(), r.zigzag()
    rule(n == rows, "rows of a chunk")
    missing = r.bits(n) if layout & 1 else [0] * n
    rule(not layout & 1 or any(missing), "mask")
    words = words_of(r, layout, width, base, n - sum(missing))
    if form == 1:
        values = [signed(w) for w in words]
    elif form == 2:
        values = [real(w, transform) for w in words]
    else:
        table = column["levels"] if form == 3 else \
            r.strings(r.varint(), GROUP)
        rule(all(w < len(table) for w in words), "code")
        values = [table[w] for w in words]
    r.end()
    values = iter(values)
    return [None if m else next(values) for m in missing]


def check_statistics(c, values):
    v = [x for x in values if x is not None]
    rule(len(v) == c["count"], "count")
    if c["distinct"] < 1 << 63:
        rule(len(set(v)) == c["distinct"], "distinct")
    if c["type"] == 2:
        for level, rows in zip(c["levels"], c["rows"]):
            rule(v.count(level) == rows, "rows of a level")
    if c["type"] in (2, 3) or not v:
        rule(c["min"] != c["min"] and c["sd"] != c["sd"], "no moments")
        return
    rule(c["zeros"] == v.count(0), "zeros")
    rule(float(min(v)) == c["min"] and float(max(v)) == c["max"], "extremes")
    if all(map(math.isfinite, v)):
        mean = math.fsum(v) / len(v)
        rule(math.isclose(mean, c["mean"], rel_tol=1e-12, abs_tol=1e-300),
             "mean")
        if len(v) > 1:
            sd = math.sqrt(math.fsum((x - mean) ** 2 for x in v) /
                           (len(v) - 1))
            rule(math.isclose(sd, c["sd"], rel_tol=1e-9, abs_tol=1e-300),
                 "sd")


def read_frame(data):
    rule(len(data) >= 128, "length")
    head, tail = data[:64], data[-64:]
    rule(head[:8] == b"\x89DLF\r\n\x1a\n", "magic")
    rule(struct.unpack("<III", head[8:20]) == (1, 0, GROUP), "version")
    rule(not any(head[20:56]), "header")
    rule(xxh3(head[:56]) == int.from_bytes(head[56:], "little"), "header sum")
    rule(tail[:8] == b"DLFseal\n", "seal")
    rule(xxh3(tail[:56]) == int.from_bytes(tail[56:], "little"), "seal sum")
    at, length, size = struct.unpack("<QQQ", tail[8:32])
    rule(struct.unpack("<Q", tail[48:56])[0] == len(data), "whole length")
    rule(at >= 64 and at + length == len(data) - 64, "place of contents")
    stored = data[at:at + length]
    h = XXH.XXH3_128bits(stored, ctypes.c_size_t(length))
    rule(struct.pack(">QQ", h.high, h.low) == tail[32:48], "file id")
    rule(size <= 1 << 20 or size // 1024 <= length, "ratio")
    r = Reader(stored if size == length else unzstd(stored, size))
    rows, n = r.u64(), r.u64()
    rule(n >= 1, "columns")
    columns = [read_column(r, rows) for _ in range(n)]
    rule(len({c["name"] for c in columns}) == n, "names differ")
    groups = (rows + GROUP - 1) // GROUP
    lengths = [r.varint() for _ in range(groups * n)]
    sums = [r.u64() for _ in lengths]
    if r.at < len(r.data):
        read_dialect(r, columns)
    r.end()
    rule(all(lengths) and 64 + sum(lengths) == at, "chunk lengths")
    values = [[] for _ in columns]
    place = 64
    for k, (length, want) in enumerate(zip(lengths, sums)):
        chunk = data[place:place + length]
        place += length
        rule(xxh3(chunk, k) == want, "chunk sum")
        values[k % n] += read_chunk(chunk, columns[k % n],
                                    min(GROUP, rows - k // n * GROUP))
    for c, v in zip(columns, values):
        check_statistics(c, v)
    return columns, values


def quoted(raw):
    if raw == b"" or any(x in raw for x in b',"\r\n'):
        return b'"' + raw.replace(b'"', b'""') + b'"'
    return raw


def text(c, v):
    if v is None:
        return b""
    if c["type"] == 4:
        t = datetime(1970, 1, 1) + timedelta(milliseconds=v)
        s = t.strftime("%Y-%m-%dT%H:%M:%S")
        part = ".%03d" % (v % 1000) if v % 1000 else ""
        return (s + part.rstrip("0") + "Z").encode()
    if isinstance(v, bytes):
        return quoted(v)
    if isinstance(v, float) and math.isinf(v):
        return b"inf" if v > 0 else b"-inf"
    if isinstance(v, float) and abs(v) < 1e16 and v == int(v):
        return b"-0" if v == 0 and math.copysign(1, v) < 0 else \
            str(int(v)).encode()
    return repr(v).encode()


def main():
    quiet = sys.argv[1] == "-q"
    with open(sys.argv[-1], "rb") as f:
        data = f.read()
    try:
        columns, values = read_frame(data)
    except Broken as broken:
        print("%s: rule broken: %s" % (sys.argv[-1], broken),
              file=sys.stderr)
        return 3
    out = sys.stdout.buffer
    if not quiet:
        out.write(b",".join(quoted(c["name"]) for c in columns) + b"\n")
        for row in zip(*values):
            out.write(b",".join(map(text, columns, row)) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
