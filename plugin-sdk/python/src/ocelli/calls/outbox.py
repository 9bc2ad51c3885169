"""Answers on their way out, grouped into batches."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, Optional, TypeVar

from ocelli.cancel_signal import Signal

# Batches aim for this size.
BATCH_BYTES = 256 * 1024
# How long the first answer of a batch waits for company.
LINGER_S = 0.05
# From here on whoever has an answer waits until the reader took some: a stalled reader stops the work.
FULL_BYTES = 4 * BATCH_BYTES
# Calls that are over sooner than this are answered with one message, and nobody is woken before.
QUIET_S = 0.002

T = TypeVar("T")


class Outbox(Generic[T]):
    """Filled from any thread, read in the event loop it was made in. Closes itself once `expected` parts were the last of
    theirs."""

    def __init__(self, expected: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._parts: deque[tuple[T, int]] = deque()
        self._bytes = 0
        self._expected = expected
        self._closed = expected == 0
        # The reader waits for this.
        self._wake: Optional[asyncio.Future[None]] = None
        self._writers: list[asyncio.Future[None]] = []
        self._due = False
        self._told = False
        self._quiet_until = time.monotonic() + QUIET_S
        self._linger: Optional[asyncio.TimerHandle] = self._loop.call_later(QUIET_S, self._after_quiet)

    def put(self, part: T, size: int, last: bool = False) -> bool:
        """Hands a part over. True where whoever has more has to wait for room first."""
        with self._lock:
            if self._closed:
                return False
            self._parts.append((part, size))
            self._bytes += size
            if last:
                self._expected -= 1
                self._closed = self._expected == 0
            full = self._bytes >= FULL_BYTES
            tell = self._closed or self._bytes >= BATCH_BYTES or time.monotonic() > self._quiet_until
            if not tell or (self._told and not self._closed):
                return full
            self._told = True
        self._run_in_loop()
        return full

    def close(self) -> None:
        """Nothing more comes, and nobody waits for room any more: what waits leaves at once."""
        with self._changed:
            self._closed = True
        self._run_in_loop()

    @property
    def closed(self) -> bool:
        return self._closed

    def has_room(self) -> bool:
        return self._closed or self._bytes < FULL_BYTES

    async def room(self) -> None:
        """Waits in the event loop until there is room for more."""
        while not self.has_room():
            waiting = self._loop.create_future()
            self._writers.append(waiting)
            await waiting

    def wait_for_room(self, signal: Signal) -> None:
        """Waits in a thread until there is room for more, or until the signal says that nobody wants it."""
        with self._changed:
            while not self.has_room() and not signal.cancelled:
                self._changed.wait(1.0)

    def wake_writers(self) -> None:
        with self._changed:
            self._changed.notify_all()
        for waiting in self._writers:
            if not waiting.done():
                waiting.set_result(None)
        self._writers.clear()

    async def batches(self) -> AsyncIterator[list[T]]:
        """The batches, each at least one part and otherwise at most BATCH_BYTES. Ends after the close."""
        try:
            while True:
                while not (self._due or self._closed or self._bytes >= BATCH_BYTES):
                    self._wake = self._loop.create_future()
                    await self._wake
                batch = self._take()
                if batch:
                    yield batch
                    if not self._closed:
                        # Where parts come faster than they are read, deadlines still have their turn.
                        await asyncio.sleep(0)
                elif self._closed:
                    return
        finally:
            if self._linger is not None:
                self._linger.cancel()

    def _take(self) -> list[T]:
        batch: list[T] = []
        size = 0
        with self._changed:
            while self._parts and (not batch or size + self._parts[0][1] <= BATCH_BYTES):
                part, more = self._parts.popleft()
                batch.append(part)
                size += more
            was_full = self._bytes >= FULL_BYTES
            self._bytes -= size
            self._due = self._told = False
        if was_full:
            self.wake_writers()
        if self._parts:
            self._news()
        return batch

    def _run_in_loop(self) -> None:
        if threading.get_ident() == self._thread:
            self._news()
            return
        try:
            self._loop.call_soon_threadsafe(self._news)
        except RuntimeError:
            pass  # The loop is over, and with it everybody who waited.

    def _after_quiet(self) -> None:
        self._linger = None
        self._news()

    def _news(self) -> None:
        """Wakes the reader, or lets the first of a batch wait for company."""
        if self._closed or self._bytes >= BATCH_BYTES:
            self._wake_reader()
            if self._closed:
                self.wake_writers()
        elif self._parts and self._linger is None:
            self._linger = self._loop.call_later(LINGER_S, self._linger_over)

    def _linger_over(self) -> None:
        self._linger = None
        self._due = bool(self._parts)
        if self._due:
            self._wake_reader()

    def _wake_reader(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
