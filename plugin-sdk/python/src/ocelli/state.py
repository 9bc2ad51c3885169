"""What a pair remembers from run to run."""

from __future__ import annotations

import json
from typing import Any, Optional

STATE_MAX_BYTES = 4096


class RunState:
    """Any JSON of at most 4 KiB. Stored with the run or not at all: a failed run leaves the old one."""

    __slots__ = ("_after", "_before")

    def __init__(self, before: bytes) -> None:
        self._before = before
        self._after: Optional[bytes] = None

    def get(self) -> Any:
        """What the last successful run left, or None."""
        current = self._before if self._after is None else self._after
        if not current:
            return None
        try:
            return json.loads(current)
        except ValueError:
            return None  # Another version of the plugin may have left anything: start afresh.

    def set(self, value: Any) -> None:
        """Raises ValueError beyond 4 KiB, and on what JSON cannot say. None forgets."""
        if value is None:
            self._after = b""
            return
        try:
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"the state cannot be written as JSON: {error}") from None
        encoded = text.encode("utf-8", "replace")
        if len(encoded) > STATE_MAX_BYTES:
            raise ValueError(f"the state is {len(encoded)} bytes of JSON; at most {STATE_MAX_BYTES} are kept")
        self._after = encoded

    @property
    def changed(self) -> Optional[bytes]:
        """None where the run left the state alone."""
        return self._after
