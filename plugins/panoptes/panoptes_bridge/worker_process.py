"""One worker, from the module's side. A process, and not a thread: a plugin may hang or crash inside a library, it keeps
its run in `self` and in its module, and nothing but the end of a process ends it for certain."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, Optional

from panoptes_bridge.frames import Frame, FrameWriter, read_frame

# (level, text) of a line that belongs to the run.
OnLine = Callable[[str, str], None]

_LAST_LINES = 10
_LINE_MOST = 8000
_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class WorkerProcess:
    """`on_frame(worker, frame)` gets what the worker says, and None once it has ended; each from a thread of its own."""

    def __init__(self, plugin: Dict[str, Any], on_frame: Callable[["WorkerProcess", Optional[Frame]], None]) -> None:
        self.idle_since = time.monotonic()
        self.on_line: Optional[OnLine] = None
        # What it said of the plugin class, or why it cannot have it.
        self.loaded: Optional[Frame] = None
        self.refused = ""
        self._on_frame = on_frame
        self._last: Deque[str] = deque(maxlen=_LAST_LINES)
        self._ending = False
        lifeline, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "panoptes_bridge.worker", str(lifeline)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=_ROOT,
                pass_fds=(lifeline,),
                # What the plugin starts ends with it.
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        finally:
            os.close(lifeline)
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._writer = FrameWriter(self._process.stdin)  # type: ignore[arg-type]
        threading.Thread(target=self._hear, daemon=True).start()
        threading.Thread(target=self._read_lines, daemon=True).start()
        self.send(plugin)

    def send(self, frame: Frame) -> None:
        try:
            self._writer.write(frame)
        except (OSError, ValueError):
            pass  # It has ended, and its end is told.

    def end(self) -> None:
        """At once, with everything it started."""
        if self._ending:
            return
        self._ending = True
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def how_it_ended(self) -> str:
        """ "killed by SIGSEGV", "ended with exit code 3"; with the last line it wrote."""
        code = self._process.poll()
        if code is None:
            words = "ended"
        elif code < 0:
            words = f"was killed by {_signal_name(-code)}"
        else:
            words = f"ended with exit code {code}"
        last = next((line for line in reversed(self._last) if line.strip()), "")
        return f"{words}: {last.strip()[:300]}" if last else words

    def _hear(self) -> None:
        assert self._process.stdout
        while (frame := self._read()) is not None:
            if frame["is"] == "log":
                if self.on_line is not None:
                    self.on_line(frame["level"], frame["text"])
                continue
            self._on_frame(self, frame)
        self._ending = True
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self._process.wait()
        self._writer.close()
        os.close(self._lifeline)
        self._on_frame(self, None)

    def _read(self) -> Optional[Frame]:
        assert self._process.stdout
        try:
            return read_frame(self._process.stdout)  # type: ignore[arg-type]
        except (OSError, ValueError):
            return None

    def _read_lines(self) -> None:
        """What the plugin prints, and what Python says when it dies."""
        assert self._process.stderr
        for line in _lines(self._process.stderr):
            self._last.append(line)
            if self.on_line is not None:
                self.on_line("info", line)


def _lines(stream: Any) -> Any:
    """Lines of at most _LINE_MOST characters, whatever comes."""
    while chunk := stream.readline(_LINE_MOST):
        text = chunk.decode("utf-8", "replace").rstrip("\r\n")
        if text:
            yield text


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
