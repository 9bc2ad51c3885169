"""Threads that wait for work, and never keep the process alive."""

from __future__ import annotations

import threading
from collections import deque
from typing import Callable

# A thread without work ends after this long.
_IDLE_S = 30.0


class ThreadPool:
    """As many threads as there is work at a time, and no more than `limit`: then work waits for its turn."""

    def __init__(self, name: str, limit: int = 64) -> None:
        self._name = name
        self._limit = limit
        self._threads = 0
        self._work: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._idle = 0

    def run(self, work: Callable[[], None]) -> None:
        with self._changed:
            self._work.append(work)
            if self._idle >= len(self._work):
                self._changed.notify()
                return
            if self._threads >= self._limit:
                return
            self._threads += 1
        threading.Thread(target=self._serve, name=self._name, daemon=True).start()

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._work:
                    self._idle += 1
                    told = self._changed.wait(_IDLE_S)
                    self._idle -= 1
                    if not told and not self._work:
                        self._threads -= 1
                        return
                work = self._work.popleft()
            work()
