"""A loop of one's own that ends when it should."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, Optional

from ocelli.calls.call_author import call_author
from ocelli.calls.thread_pool import ThreadPool
from ocelli.cancel_signal import Signal

# The next round after one that failed comes no sooner.
_PAUSE_AFTER_FAILURE_S = 1.0


class StoppableWorker:
    """Runs `round(signal)` again and again until it is stopped: in the event loop where it is async, else in a thread. The first
    round starts at once; rounds never overlap. `every_s` is from the end of one round to the start of the next. `failed` is
    called with what a round raised; the next round comes all the same.

        async with StoppableWorker(read_cards, every_s=30): ...

    An async round is cancelled by `stop`; a plain one has to look at its signal."""

    def __init__(
        self, round: Callable[[Signal], Any], *, every_s: float, failed: Optional[Callable[[Exception], Any]] = None
    ) -> None:
        self._round = round
        self._every_s = every_s
        self._failed = failed
        self._signal = Signal()
        self._pool = ThreadPool("worker")
        self._is_async = inspect.iscoroutinefunction(round)
        self._task: Optional[asyncio.Task[None]] = None

    def start(self) -> StoppableWorker:
        """Needs a running event loop."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._loop())
        return self

    async def stop(self) -> None:
        """Ends the round and waits until it is over. Calling it again waits for the same end."""
        self._signal.cancel("the worker was stopped")
        task = self._task
        if task is None:
            return
        if self._is_async or self._sleeping:
            task.cancel()
        await asyncio.wait([task])

    async def __aenter__(self) -> StoppableWorker:
        return self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    _sleeping = False

    async def _loop(self) -> None:
        while not self._signal.cancelled:
            pause_s = self._every_s
            try:
                await call_author(self._pool, self._round, self._signal)
            except Exception as error:
                if self._signal.cancelled:
                    return
                if self._failed is not None:
                    self._failed(error)
                pause_s = max(self._every_s, _PAUSE_AFTER_FAILURE_S)
            if self._signal.cancelled:
                return
            # A round that waits for nothing still lets others run.
            self._sleeping = True
            await asyncio.sleep(max(0.001, pause_s))
            self._sleeping = False


def stoppable_worker(
    round: Callable[[Signal], Any], *, every_s: float, failed: Optional[Callable[[Exception], Any]] = None
) -> StoppableWorker:
    """A worker that has started. Needs a running event loop."""
    return StoppableWorker(round, every_s=every_s, failed=failed).start()
