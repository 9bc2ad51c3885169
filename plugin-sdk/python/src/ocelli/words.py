"""Small helpers for sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Optional


def kind_of(value: object) -> str:
    """What a value is, in a word for people: "a list", "NaN", "None"."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return "a number" if math.isfinite(value) else {"nan": "NaN"}.get(str(value), str(value))
    if isinstance(value, int):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (bytes, bytearray)):
        return "bytes"
    if isinstance(value, Mapping):
        return "a dict"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    name = type(value).__name__
    return f"an {name}" if name[:1].lower() in tuple("aeiou") else f"a {name}"


def nearest(word: str, candidates: Iterable[str]) -> Optional[str]:
    """The candidate nearest to `word` by edit distance (at most a third of its length, at least 1 and at most 3), to put
    into "did you mean". None where none is near."""
    best: Optional[str] = None
    limit = min(3, max(1, len(word) // 3))
    for candidate in candidates:
        distance = _edit_distance(word.lower(), candidate.lower())
        if distance <= limit:
            best, limit = candidate, distance - 1
    return best


def meant(word: str, known: Iterable[str]) -> str:
    """ "did you mean x?", or what there is where nothing is near."""
    known = list(known)
    near = nearest(word, known)
    return f"did you mean {near}?" if near is not None else f"it has {', '.join(known)}"


def _edit_distance(a: str, b: str) -> int:
    """Optimal string alignment: insertions, deletions, changes and swaps of neighbours."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, previous = previous, row
    return previous[-1]


def clean(text: str) -> str:
    """Without the halves of characters that Python's text may hold and no message can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def truncate_utf8(text: str, max_bytes: int) -> str:
    """The text cut to at most `max_bytes` of UTF-8, at a character's edge, with an ellipsis where something is missing."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= max_bytes:
        return encoded.decode()
    return encoded[: max_bytes - 3].decode("utf-8", "ignore") + "…"
