"""A run of a plugin, from the module's side."""

from concurrent.futures import Future, InvalidStateError
from typing import Callable, Optional, Union

from panoptes_bridge.frames import Frame
from panoptes_bridge.worker_process import OnLine, WorkerProcess


class WorkerFailed(Exception):
    """The worker could not do the run; one sentence. `key` of [panoptes] is what to look at."""

    def __init__(self, why: str, key: str = "file") -> None:
        super().__init__(why)
        self.key = key


class Run:
    """A run that waits or goes on. `future` has what the worker found; WorkerFailed where it could not."""

    def __init__(self, request: Frame, on_line: OnLine, give_up: Callable[["Run"], None]) -> None:
        self.future: "Future[Frame]" = Future()
        self.request = request
        self.on_line = on_line
        self.worker: Optional[WorkerProcess] = None
        self._give_up = give_up
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
        self._give_up(self)
        return place

    @property
    def begun(self) -> bool:
        return self.worker is not None

    def settle(self, end: Union[Frame, WorkerFailed]) -> None:
        try:
            if isinstance(end, WorkerFailed):
                self.future.set_exception(end)
            else:
                self.future.set_result(end)
        except InvalidStateError:
            pass  # Its deadline came first: whoever waits cancels at any moment, without a lock of ours.

    def told_where(self, place: str) -> None:
        if not self._where.done():
            self._where.set_result(place)
