"""One worker, from the module's side. A process, and not a thread: a plugin may hang or crash inside a library, it keeps
its run in `self` and in its module, and nothing but the end of a process ends it for certain."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

from panoptes_bridge.frames import Frame, read_frame
from panoptes_bridge.outbox import Outbox
from panoptes_bridge.worker_end import how_it_ended
from panoptes_bridge.worker_environment import worker_environment

# (level, text) of a line that belongs to the run.
OnLine = Callable[[str, str], None]

_LAST_LINES = 10
_LINE_MOST = 8000
_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class WorkerProcess:
    """`on_frame(worker, frame)` gets what the worker says, and None once it has ended; each from a thread of its own.
    Nothing here waits for the process, not even for its start: the event loop is among those who call."""

    def __init__(self, plugin: Dict[str, Any], on_frame: Callable[["WorkerProcess", Optional[Frame]], None]) -> None:
        self.idle_since = time.monotonic()
        self.on_line: Optional[OnLine] = None
        # What it said of the plugin class, or that it cannot have it.
        self.loaded: Optional[Frame] = None
        self.refused: Optional[Frame] = None
        self._on_frame = on_frame
        self._last: Deque[str] = deque(maxlen=_LAST_LINES)
        self._lock = threading.Lock()
        self._ending = False
        self._process: Optional["subprocess.Popen[bytes]"] = None
        self._outbox = Outbox()
        self.send(plugin)
        threading.Thread(target=self._work, args=(plugin["environment"],), daemon=True).start()

    def send(self, frame: Frame) -> None:
        self._outbox.put(frame)

    def end(self) -> None:
        """At once, with everything it started."""
        with self._lock:
            if not self._ending and self._process is not None:
                _kill_group(self._process.pid)
            self._ending = True

    def how_it_ended(self) -> str:
        return how_it_ended(None if self._process is None else self._process.poll(), list(self._last))

    def _work(self, environment: List[str]) -> None:
        try:
            process, lifeline = self._start(environment)
        except OSError as error:
            self.refused = {"why": f"no worker can be started: {error}"}
            self._on_frame(self, None)
            return
        self._hear(process, lifeline)

    def _start(self, environment: List[str]) -> Tuple["subprocess.Popen[bytes]", int]:
        """The process, and our end of the pipe whose end is the worker's end."""
        theirs, ours = os.pipe()
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "panoptes_bridge.worker", str(theirs)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=_ROOT,
                pass_fds=(theirs,),
                # What the plugin starts ends with it.
                start_new_session=True,
                env=worker_environment(os.environ, environment),
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        with self._lock:
            self._process = process
            if self._ending:
                _kill_group(process.pid)
        return process, ours

    def _hear(self, process: "subprocess.Popen[bytes]", lifeline: int) -> None:
        try:
            threading.Thread(target=self._outbox.write_to, args=(process.stdin,), daemon=True).start()
            threading.Thread(target=self._read_lines, args=(process.stderr,), daemon=True).start()
            while (frame := _read(process.stdout)) is not None:
                if frame["is"] != "log":
                    self._on_frame(self, frame)
                elif self.on_line is not None:
                    self.on_line(frame["level"], frame["text"])
        finally:
            # Whatever ended the hearing: nobody hears this worker any more, so that it must not count as busy.
            self.end()
            process.wait()
            self._outbox.close()
            os.close(lifeline)
            self._on_frame(self, None)

    def _read_lines(self, stream: Any) -> None:
        """What the plugin prints, and what Python says when it dies."""
        for line in _lines(stream):
            self._last.append(line)
            if self.on_line is not None:
                self.on_line("info", line)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _read(stream: Any) -> Optional[Frame]:
    try:
        return read_frame(stream)
    except (OSError, ValueError):
        return None


def _lines(stream: Any) -> Any:
    """Lines of at most _LINE_MOST characters, whatever comes."""
    while chunk := stream.readline(_LINE_MOST):
        text = chunk.decode("utf-8", "replace").rstrip("\r\n")
        if text:
            yield text
