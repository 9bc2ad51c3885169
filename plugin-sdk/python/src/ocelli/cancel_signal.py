"""Tells a run that it has to end."""

from __future__ import annotations

import threading
from typing import Optional


class Cancelled(Exception):
    """Raised by `ctx.signal.raise_if_cancelled()`. Nobody waits for the answer of this run any more."""


class Signal:
    """Raised at the deadline, when the host cancels, and when the module stops. An async function is cancelled by itself (its
    await raises CancelledError); a plain one looks here."""

    __slots__ = ("_event", "_lock", "_reason")

    def __init__(self) -> None:
        self._reason: Optional[str] = None
        self._event: Optional[threading.Event] = None
        self._lock = _shared_lock

    @property
    def cancelled(self) -> bool:
        return self._reason is not None

    @property
    def reason(self) -> Optional[str]:
        """Why, in a sentence; None while the run may go on."""
        return self._reason

    def wait(self, seconds: float) -> bool:
        """Sleeps in a plain function; wakes up at once, with True, when the run has to end."""
        with self._lock:
            if self._event is None:
                self._event = threading.Event()
                if self._reason is not None:
                    self._event.set()
        return self._event.wait(seconds)

    def raise_if_cancelled(self) -> None:
        if self._reason is not None:
            raise Cancelled(self._reason)

    def cancel(self, reason: str) -> None:
        """The first reason stays."""
        with self._lock:
            if self._reason is None:
                self._reason = reason
            if self._event is not None:
                self._event.set()


# Held for a few instructions only; a lock for each of a hundred runs a call would cost more.
_shared_lock = threading.Lock()
