"""Runs many jobs side by side: a lane takes one after the other, and there are no more lanes than needed. Jobs that wait for
nothing share one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from typing import Protocol

from ocelli.calls.job import Job
from ocelli.calls.run_job import run_async, run_plain
from ocelli.calls.thread_pool import ThreadPool

# How long a lane may keep the event loop for itself.
_SLICE_S = 0.01
# When the first look comes whether one thread is enough, and the later ones.
_FIRST_LOOK_S = 0.001


class Strays:
    """Counts the runs that were left behind at their deadlines and still go on."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._count = 0
        self._lock = threading.Lock()

    def add(self, change: int) -> None:
        with self._lock:
            self._count += change

    @property
    def count(self) -> int:
        return self._count

    @property
    def too_many(self) -> bool:
        return self._count >= self.limit


class Lanes(Protocol):
    def start(self) -> None: ...

    def leave(self, job: Job, reason: str) -> None:
        """The job is over although it still runs: another lane takes its place."""


class AsyncLanes:
    """Lanes that are tasks of the event loop."""

    def __init__(self, jobs: deque[Job], concurrency: int, strays: Strays) -> None:
        self._jobs = jobs
        self._concurrency = concurrency
        self._strays = strays
        self._loop = asyncio.get_running_loop()
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._spawn()

    def leave(self, job: Job, reason: str) -> None:
        task = job.task
        if task is None or job.left_behind:
            return
        job.left_behind = True
        self._strays.add(1)
        self._running -= 1
        task.cancel(reason)
        self._spawn()

    def _spawn(self) -> None:
        if not self._jobs or self._running >= self._concurrency:
            return
        self._running += 1
        task = self._loop.create_task(self._lane())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Its turn comes after the lane's first: only if that waits for something is there a job left for another.
        self._loop.call_soon(self._spawn)

    async def _lane(self) -> None:
        task = asyncio.current_task()
        slice_ends_s = time.monotonic() + _SLICE_S
        while self._jobs:
            job = self._jobs.popleft()
            if job.over:
                continue
            job.task = task
            await run_async(job)
            if job.left_behind:
                self._strays.add(-1)
                return
            job.task = None
            if time.monotonic() > slice_ends_s:
                await asyncio.sleep(0)
                slice_ends_s = time.monotonic() + _SLICE_S
        self._running -= 1


class ThreadLanes:
    """Lanes that are threads, for functions that may block. One begins; more join as long as jobs wait."""

    def __init__(self, jobs: deque[Job], concurrency: int, strays: Strays, pool: ThreadPool) -> None:
        self._jobs = jobs
        self._concurrency = concurrency
        self._strays = strays
        self._pool = pool
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._running = 0

    def start(self) -> None:
        self._add(1)
        if len(self._jobs) > 1:
            self._loop.call_later(_FIRST_LOOK_S, self._look)

    def leave(self, job: Job, reason: str) -> None:
        with self._lock:
            if job.thread_id is None or job.left_behind:
                return
            job.left_behind = True
            self._running -= 1
        self._strays.add(1)
        if self._jobs:
            self._add(1)

    def _look(self) -> None:
        """Twice as many as there are, as long as jobs wait and more are allowed."""
        if not self._jobs or self._running >= self._concurrency:
            return
        self._add(min(max(1, self._running), self._concurrency - self._running, len(self._jobs)))
        self._loop.call_later(_FIRST_LOOK_S, self._look)

    def _add(self, lanes: int) -> None:
        for _ in range(lanes):
            with self._lock:
                if self._running >= self._concurrency:
                    return
                self._running += 1
            self._pool.run(self._lane)

    def _lane(self) -> None:
        me = threading.get_ident()
        while True:
            try:
                job = self._jobs.popleft()
            except IndexError:
                break
            if job.over:
                continue
            job.thread_id = me
            run_plain(job)
            with self._lock:
                job.thread_id = None
                left_behind = job.left_behind
            if left_behind:
                self._strays.add(-1)
                return
        with self._lock:
            self._running -= 1
