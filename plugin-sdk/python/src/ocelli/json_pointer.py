"""Paths into settings, as RFC 6901 writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

Path = Sequence[Union[str, int]]


def to_pointer(path: Path) -> str:
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def from_pointer(pointer: str) -> list[str]:
    """Raises ValueError on text that is no pointer."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"not a JSON pointer: {pointer!r}")
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer[1:].split("/")]


def set_at(root: dict[str, Any], pointer: str, value: object) -> None:
    """Sets a value in a tree of objects and lists, making objects where there is nothing. Raises ValueError where the pointer
    leads through a value that is neither."""
    keys = from_pointer(pointer)
    if not keys:
        raise ValueError("the whole of the settings cannot be a secret")
    place: Any = root
    for at, key in enumerate(keys):
        last = at == len(keys) - 1
        if isinstance(place, list):
            if not key.isdigit() or int(key) >= len(place):
                raise ValueError(f"{pointer} leads to no element of a list")
            if last:
                place[int(key)] = value
            else:
                place = place[int(key)]
        elif isinstance(place, dict):
            if last:
                place[key] = value
            else:
                place = place.setdefault(key, {})
        else:
            raise ValueError(f"{pointer} leads through a plain value")


def value_at(root: object, path: Path) -> Any:
    """The value at a path, or None."""
    place: Any = root
    for key in path:
        if isinstance(place, dict):
            place = place.get(str(key))
        elif isinstance(place, list) and isinstance(key, int) and 0 <= key < len(place):
            place = place[key]
        else:
            return None
    return place
