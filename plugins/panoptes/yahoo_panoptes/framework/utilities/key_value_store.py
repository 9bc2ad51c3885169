"""Where plugins remember things. Texts by key, each with seconds to live, and sets of texts."""

import fnmatch
import time
from typing import Any, Callable, Dict, List, Optional, Protocol, Set, Tuple

from yahoo_panoptes.framework.validators import PanoptesValidators

_WEEK_S = 604800


class PanoptesKeyValueStoreException(Exception):
    """The store cannot take or give a value."""


class PanoptesKeyValueStoreValidators:
    @classmethod
    def valid_kv_store_class(cls, kv_store_class: Any) -> bool:
        return isinstance(kv_store_class, type) and issubclass(kv_store_class, PanoptesKeyValueStore)

    @classmethod
    def valid_kv_store_instance(cls, kv_store_instance: Any) -> bool:
        return isinstance(kv_store_instance, PanoptesKeyValueStore)


class Shelf(Protocol):
    """What keeps the entries. An entry is a value (a text, or a list of texts for a set) and when it expires, in epoch
    seconds, or None."""

    def read(self, key: str) -> Optional[Tuple[Any, Optional[float]]]: ...

    def change(self, key: str, change: Callable[[Any], Any], expires: Optional[float]) -> Any:
        """Replaces a value by what `change` makes of it, None being no value, and returns what it was. Nobody else
        changes it meanwhile."""

    def keys(self) -> List[str]: ...


class PanoptesKeyValueStore:
    redis_group = "default"

    def __init__(self, shelf: Any, namespace: str, now: Callable[[], float] = time.time) -> None:
        self._shelf: Shelf = shelf
        self._namespace = namespace
        self._now = now

    @property
    def namespace(self) -> str:
        return self._namespace

    def _live(self, key: str) -> Any:
        assert PanoptesValidators.valid_nonempty_string(key), "key must be a non-empty str"
        found = self._shelf.read(key)
        if found is None or (found[1] is not None and found[1] <= self._now()):
            return None
        return found[0]

    def get(self, key: str) -> Optional[str]:
        value = self._live(key)
        return value if isinstance(value, str) else None

    def set(self, key: str, value: str, expire: Optional[int] = _WEEK_S) -> bool:
        assert PanoptesValidators.valid_nonempty_string(key), "key must be a non-empty str"
        assert PanoptesValidators.valid_nonempty_string(value), "value must be a non-empty str"
        assert expire is None or PanoptesValidators.valid_nonzero_integer(expire), (
            "expire must be an integer greater than zero"
        )
        self._shelf.change(key, lambda _: value, None if expire is None else self._now() + expire)
        return True

    def getset(self, key: str, value: str, expire: int = _WEEK_S) -> Optional[str]:
        assert PanoptesValidators.valid_nonempty_string(key), "key must be a non-empty str"
        assert PanoptesValidators.valid_nonempty_string(value), "value must be a non-empty str"
        assert PanoptesValidators.valid_nonzero_integer(expire), "expire must be an integer greater than zero"
        before = self._shelf.change(key, lambda _: value, self._now() + expire)
        return before if isinstance(before, str) else None

    def ttl(self, key: str) -> int:
        """Seconds; -1 for what never expires, -2 for what is not there, as Redis has it."""
        if self._live(key) is None:
            return -2
        found = self._shelf.read(key)
        expires = found[1] if found else None
        return -1 if expires is None else max(0, round(expires - self._now()))

    def find_keys(self, pattern: Optional[str] = None) -> List[str]:
        """Keys by a pattern with `*`, `?` and `[…]`."""
        return [
            key
            for key in self._shelf.keys()
            if fnmatch.fnmatchcase(key, pattern or "*") and self._live(key) is not None
        ]

    def delete(self, key: str) -> int:
        assert PanoptesValidators.valid_nonempty_string(key), "key must be a non-empty str"
        return 0 if self._shelf.change(key, lambda _: None, None) is None else 1

    def set_members(self, set_name: str) -> Set[str]:
        value = self._live(set_name)
        return set(value) if isinstance(value, list) else set()

    def set_add(self, set_name: str, member: str) -> int:
        assert PanoptesValidators.valid_nonempty_string(set_name), "set_name must be a non-empty str"
        assert PanoptesValidators.valid_nonempty_string(member), "member must be a non-empty str"

        def added(before: Any) -> List[str]:
            return sorted({*(before if isinstance(before, list) else []), member})

        before = self._shelf.change(set_name, added, None)
        return 0 if isinstance(before, list) and member in before else 1


class DictShelf:
    """Entries in memory. `limit` looks at all of them before a change is kept, and raises."""

    def __init__(
        self,
        entries: Optional[Dict[str, Tuple[Any, Optional[float]]]] = None,
        limit: Callable[[Dict[str, Tuple[Any, Optional[float]]]], None] = lambda entries: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.entries: Dict[str, Tuple[Any, Optional[float]]] = dict(entries or {})
        self.changed = False
        self._limit = limit
        self._now = now

    def _alive(self) -> Dict[str, Tuple[Any, Optional[float]]]:
        now = self._now()
        return {key: one for key, one in self.entries.items() if one[1] is None or one[1] > now}

    def read(self, key: str) -> Optional[Tuple[Any, Optional[float]]]:
        return self.entries.get(key)

    def change(self, key: str, change: Callable[[Any], Any], expires: Optional[float]) -> Any:
        entries = self._alive()
        before = entries[key][0] if key in entries else None
        after = change(before)
        if after is None:
            entries.pop(key, None)
        else:
            entries[key] = (after, expires)
        self._limit(entries)
        self.entries = entries
        self.changed = True
        return before

    def keys(self) -> List[str]:
        return list(self.entries)
