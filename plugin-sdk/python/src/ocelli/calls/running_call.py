"""One call with its jobs: watches their deadlines, and ends them when nobody waits any more."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Optional

from ocelli.calls.job import Job
from ocelli.calls.lanes import AsyncLanes, Lanes, Strays, ThreadLanes
from ocelli.calls.outbox import Outbox
from ocelli.calls.thread_pool import ThreadPool
from ocelli.calls.work import Work
from ocelli.faults import PollFault


class Workshop:
    """What all calls of a module share: threads, and the count of the runs that were left behind."""

    def __init__(self, name: str, concurrency: int) -> None:
        self.concurrency = concurrency
        self.strays = Strays(max(200, 4 * concurrency))
        # Besides those that were left behind.
        self.pool = ThreadPool(name, self.strays.limit + max(256, 2 * concurrency))


class RunningCall:
    """Lives in the event loop. Once started, each of its jobs is ended: by itself, at its deadline, or by `cancel`."""

    def __init__(self, work: Work, jobs: Sequence[Job], outbox: Outbox[Any], workshop: Workshop) -> None:
        self._jobs = jobs
        self._outbox = outbox
        self._workshop = workshop
        waiting = deque(jobs)
        self._lanes: Lanes
        if work.is_async:
            self._lanes = AsyncLanes(waiting, workshop.concurrency, workshop.strays)
        else:
            self._lanes = ThreadLanes(waiting, workshop.concurrency, workshop.strays, workshop.pool)
        self._timer: Optional[asyncio.TimerHandle] = None
        self._due_at_s = float("inf")
        self._loop = asyncio.get_running_loop()

    def start(self) -> None:
        if self._workshop.strays.too_many:
            self._refuse()
            return
        self._watch(min((job.ctx.deadline_at_s for job in self._jobs), default=float("inf")))
        self._lanes.start()

    def cancel(self, reason: str) -> None:
        """Nobody waits for its answers any more. What ignores that is left behind."""
        self._outbox.close()
        for job in self._jobs:
            if job.claim():
                job.ctx.signal.cancel(reason)
                self._lanes.leave(job, reason)
        self.stop_watching()
        self._outbox.wake_writers()

    def stop_watching(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch(self, due_at_s: float) -> None:
        self.stop_watching()
        if due_at_s == float("inf"):
            # Nothing is due; somebody may look every now and then.
            due_at_s = time.monotonic() + 3600
        self._timer = self._loop.call_later(max(0.0, due_at_s - time.monotonic()), self._look)

    def _look(self) -> None:
        """Leaves behind what is late. A deadline that was moved is looked at again."""
        self._timer = None
        now_s = time.monotonic()
        next_s, left = float("inf"), False
        for job in self._jobs:
            if job.over:
                continue
            if job.ctx.deadline_at_s > now_s:
                next_s = min(next_s, job.ctx.deadline_at_s)
            elif job.claim():
                job.leave_behind()
                self._lanes.leave(job, str(job.ctx.signal.reason))
                left = True
        if left:
            self._outbox.wake_writers()
        if any(not job.over for job in self._jobs):
            self._watch(next_s)

    def _refuse(self) -> None:
        count = self._workshop.strays.count
        for job in self._jobs:
            if job.claim():
                advice = "give whatever waits in it a timeout, such as ctx.left_s"
                text = f"{count} earlier runs still go on after their deadlines: {advice}"
                job.answer(PollFault("timeout", job.sentence(job.place(), text), origin="plugin"), None)
