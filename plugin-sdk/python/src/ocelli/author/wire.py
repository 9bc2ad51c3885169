"""Pieces of protobuf messages as bytes: what is sent a thousand times a second is written here, not by message objects, which
cost four times as much."""

from __future__ import annotations

# The varints of sizes below 128.
ONE_BYTE = tuple(bytes((n,)) for n in range(128))


def varint(n: int) -> bytes:
    """An unsigned number; a negative one as the 64 bits of its two's complement."""
    if 0 <= n < 128:
        return ONE_BYTE[n]
    if n < 0:
        n += 1 << 64
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def span(tag: bytes, content: bytes) -> bytes:
    """A field that holds bytes, text or a message."""
    size = len(content)
    return tag + (ONE_BYTE[size] if size < 128 else varint(size)) + content


def tag(field: int, wire_type: int) -> bytes:
    return varint(field << 3 | wire_type)


SPAN = 2
VARINT = 0
FIXED64 = 1
