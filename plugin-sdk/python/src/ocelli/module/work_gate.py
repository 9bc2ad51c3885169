"""Counts the calls that work, and lets a drain wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Callable

from ocelli.errors import OcelliError

Cancel = Callable[[str], None]


class WorkGate:
    def __init__(self) -> None:
        # Set when no new work is taken any more. What has no end of its own ends then.
        self.stopping = asyncio.Event()
        # True when what still runs has to end.
        self.cancelled = False
        self.in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._cancels: dict[object, Cancel] = {}

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Lets a call in until its end. Raises "unavailable" while draining."""
        if self.stopping.is_set():
            raise OcelliError("unavailable", "the module is draining and takes no new work")
        self.in_flight += 1
        self._idle.clear()
        try:
            yield
        finally:
            self.in_flight -= 1
            if self.in_flight == 0:
                self._idle.set()

    @contextmanager
    def cancelling(self, cancel: Cancel) -> Iterator[None]:
        """Calls `cancel` with the reason when what still runs has to end."""
        key = object()
        self._cancels[key] = cancel
        try:
            yield
        finally:
            del self._cancels[key]

    async def drain(self, grace_ms: float) -> None:
        """Takes no new work from now on; returns when all of it is done, at the latest after `grace_ms`, when it is cancelled."""
        self.stopping.set()
        try:
            await asyncio.wait_for(self._idle.wait(), grace_ms / 1000)
        except asyncio.TimeoutError:
            pass
        self.cancelled = True
        for cancel in list(self._cancels.values()):
            cancel("the module stops")
