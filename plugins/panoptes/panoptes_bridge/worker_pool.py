"""The workers of one plugin with its settings: as many as there are runs, up to a number, each with one run at a time."""

import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import Deque, Dict, List, Optional

from panoptes_bridge.frames import Frame
from panoptes_bridge.worker_process import OnLine, WorkerProcess


class WorkerFailed(Exception):
    """The worker could not do the run; one sentence."""


class Run:
    """A run that waits or goes on. `future` has what the worker found; WorkerFailed where it could not."""

    def __init__(self, pool: "WorkerPool", request: Frame, on_line: OnLine) -> None:
        self.future: "Future[Frame]" = Future()
        self.request = request
        self.on_line = on_line
        self.worker: Optional[WorkerProcess] = None
        self._pool = pool
        self._where: "Future[str]" = Future()

    def stop(self, patience_s: float = 0.3) -> str:
        """Ends the run and its process. Says where the plugin was, as "sensor.py:12"; empty where it had not begun or
        does not say."""
        worker = self.worker
        place = ""
        if worker is not None and patience_s > 0:
            worker.send({"do": "where"})
            try:
                place = self._where.result(timeout=patience_s)
            except Exception:
                pass  # It is stuck inside a library that does not let go.
        self._pool.give_up(self)
        return place

    @property
    def begun(self) -> bool:
        return self.worker is not None

    def told_where(self, place: str) -> None:
        if not self._where.done():
            self._where.set_result(place)


class WorkerPool:
    """`plugin` is what a worker is told first."""

    def __init__(self, plugin: Frame, most: int) -> None:
        self._plugin = plugin
        self._most = most
        self._lock = threading.Lock()
        self._idle: List[WorkerProcess] = []
        self._busy: Dict[WorkerProcess, Optional[Run]] = {}
        self._waiting: Deque[Run] = deque()
        self._closed = False
        self.used_at = time.monotonic()

    def submit(self, request: Frame, on_line: OnLine) -> Run:
        run = Run(self, request, on_line)
        with self._lock:
            self.used_at = time.monotonic()
            if self._closed:
                run.future.set_exception(WorkerFailed("the module ends"))
                return run
            self._waiting.append(run)
            self._dispatch()
        return run

    def load(self) -> Run:
        """A run of nothing: its future is what the worker says of the plugin class."""
        return self.submit({}, lambda level, text: None)

    def give_up(self, run: Run) -> None:
        with self._lock:
            if run in self._waiting:
                self._waiting.remove(run)
            # The end of its process is heard, and the next in line gets another.
            if run.worker is not None and self._busy.get(run.worker) is run:
                run.worker.end()
            if not run.future.done():
                run.future.cancel()

    def end_idle(self, older_than_s: float) -> None:
        with self._lock:
            until = time.monotonic() - older_than_s
            for worker in [one for one in self._idle if one.idle_since <= until]:
                self._idle.remove(worker)
                worker.end()

    def close(self) -> None:
        """Ends idle workers now and busy ones when their run is done."""
        with self._lock:
            self._closed = True
        self.end_idle(0)

    def kill(self) -> None:
        with self._lock:
            self._closed = True
            workers = [*self._idle, *self._busy]
        for worker in workers:
            worker.end()

    @property
    def at_rest(self) -> bool:
        with self._lock:
            return not self._busy and not self._waiting

    def _dispatch(self) -> None:
        while self._waiting and (self._idle or len(self._busy) < self._most):
            run = self._waiting.popleft()
            worker = self._idle.pop() if self._idle else self._start(run)
            if worker is None:
                continue
            self._busy[worker] = run
            run.worker = worker
            worker.on_line = run.on_line
            if run.request:
                worker.send({"do": "run", **run.request})
            elif worker.loaded is not None:
                self._finish(worker, run, worker.loaded)

    def _start(self, run: Run) -> Optional[WorkerProcess]:
        try:
            return WorkerProcess(self._plugin, self._heard)
        except OSError as error:
            run.future.set_exception(WorkerFailed(f"no worker can be started: {error}"))
            return None

    def _finish(self, worker: WorkerProcess, run: Run, frame: Frame) -> None:
        self._busy.pop(worker, None)
        worker.on_line = None
        worker.idle_since = time.monotonic()
        if self._closed:
            worker.end()
        else:
            self._idle.append(worker)
        if not run.future.done():
            run.future.set_result(frame)

    def _heard(self, worker: WorkerProcess, frame: Optional[Frame]) -> None:
        with self._lock:
            run = self._busy.get(worker)
            if frame is None:
                self._gone(worker, run)
            elif frame["is"] == "loaded":
                worker.loaded = frame
                if run is not None and not run.request:
                    self._finish(worker, run, frame)
            elif frame["is"] == "refused":
                worker.refused = frame["why"]
            elif frame["is"] == "where" and run is not None:
                run.told_where(frame["place"])
            elif frame["is"] == "done" and run is not None:
                self._finish(worker, run, frame)
            self._dispatch()

    def _gone(self, worker: WorkerProcess, run: Optional[Run]) -> None:
        self._busy.pop(worker, None)
        if worker in self._idle:
            self._idle.remove(worker)
        if run is not None and not run.future.done():
            why = worker.refused or f"the plugin's process {worker.how_it_ended()}"
            run.future.set_exception(WorkerFailed(why))
