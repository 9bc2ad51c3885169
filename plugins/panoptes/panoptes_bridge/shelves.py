"""Where `context.kv` keeps its entries. Runs in a worker."""

import json
import sqlite3
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from yahoo_panoptes.framework.utilities.key_value_store import DictShelf, PanoptesKeyValueStoreException

Entry = Tuple[Any, Optional[float]]

# What Ocelli keeps for a pair.
STATE_MOST_BYTES = 4096


def state_shelf(state: str) -> DictShelf:
    """Entries that travel with the pair of plugin and resource: kept with the run, or not at all."""
    entries: Dict[str, Entry] = {}
    try:
        entries = {key: (value, expires) for key, (value, expires) in json.loads(state or "{}")["kv"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # Another version of the module may have left anything: start afresh.
    return DictShelf(entries, limit=_within_state)


def state_of(shelf: DictShelf) -> Optional[str]:
    """What is to be kept; None where nothing changed."""
    return _as_state(shelf.entries) if shelf.changed else None


def _as_state(entries: Dict[str, Entry]) -> str:
    return json.dumps({"kv": entries}, separators=(",", ":"))


def _within_state(entries: Dict[str, Entry]) -> None:
    size = len(_as_state(entries).encode("utf-8"))
    if size > STATE_MOST_BYTES:
        raise PanoptesKeyValueStoreException(
            f"context.kv would hold {size} bytes, and at most {STATE_MOST_BYTES} travel with a plugin and its resource: "
            "name a file of this machine in [panoptes] kv_file"
        )


class FileShelf:
    """Entries in a SQLite file that all plugins that name it share, on this machine, whatever happens to a run."""

    def __init__(self, path: str) -> None:
        self._path = path
        with self._named():
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None)
        self._do("PRAGMA journal_mode = WAL")
        self._do("CREATE TABLE IF NOT EXISTS kv (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL)")
        self._do("DELETE FROM kv WHERE expires <= ?", time.time())

    def read(self, key: str) -> Optional[Entry]:
        for value, expires in self._do("SELECT value, expires FROM kv WHERE key = ?", key):
            return json.loads(value), expires
        return None

    def change(self, key: str, change: Callable[[Any], Any], expires: Optional[float]) -> Any:
        self._do("BEGIN IMMEDIATE")
        try:
            found = self.read(key)
            before = None if found is None or (found[1] is not None and found[1] <= time.time()) else found[0]
            after = change(before)
            if after is None:
                self._do("DELETE FROM kv WHERE key = ?", key)
            else:
                self._do("INSERT OR REPLACE INTO kv VALUES (?, ?, ?)", key, json.dumps(after), expires)
            self._do("COMMIT")
            return before
        except BaseException:
            # SQLite may have done it already, as on a full disk.
            if self._db.in_transaction:
                self._do("ROLLBACK")
            raise

    def keys(self) -> List[str]:
        return [row[0] for row in self._do("SELECT key FROM kv")]

    def _do(self, sql: str, *values: Any) -> List[Any]:
        with self._named():
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _named(self) -> Iterator[None]:
        """The author of a plugin may not know of a database: what goes wrong names the file and the setting."""
        try:
            yield
        except sqlite3.Error as error:
            raise PanoptesKeyValueStoreException(f"{self._path}, which [panoptes] kv_file names: {error}") from error
