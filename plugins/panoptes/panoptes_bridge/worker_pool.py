"""The workers of one plugin with its settings: as many as there are runs, up to a number, each with one run at a time."""

import threading
import time
from collections import deque
from typing import Deque, Dict, List, Optional

from panoptes_bridge.frames import Frame
from panoptes_bridge.run import Run, WorkerFailed
from panoptes_bridge.worker_process import OnLine, WorkerProcess


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
        run = Run(request, on_line, self.give_up)
        with self._lock:
            self.used_at = time.monotonic()
            if self._closed:
                run.settle(WorkerFailed("the module ends"))
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
        except RuntimeError as error:
            # There is no thread left for it.
            run.settle(WorkerFailed(f"no worker can be started: {error}"))
            return None

    def _finish(self, worker: WorkerProcess, run: Run, frame: Frame) -> None:
        self._busy.pop(worker, None)
        worker.on_line = None
        worker.idle_since = time.monotonic()
        if self._closed:
            worker.end()
        else:
            self._idle.append(worker)
        run.settle(frame)

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
                worker.refused = frame
            elif frame["is"] == "where" and run is not None:
                run.told_where(frame["place"])
            elif frame["is"] == "done" and run is not None:
                self._finish(worker, run, frame)
            self._dispatch()

    def _gone(self, worker: WorkerProcess, run: Optional[Run]) -> None:
        self._busy.pop(worker, None)
        if worker in self._idle:
            self._idle.remove(worker)
        if run is None:
            return
        refused = worker.refused or {"why": f"the plugin's process {worker.how_it_ended()}"}
        run.settle(WorkerFailed(**{key: refused[key] for key in ("why", "key") if key in refused}))
