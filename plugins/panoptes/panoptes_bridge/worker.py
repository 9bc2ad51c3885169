"""A worker: a process that has one plugin loaded and runs it, one run at a time. Started by the module, which speaks
with it over stdin and stdout; what the plugin prints goes to stderr."""

import fcntl
import io
import logging
import os
import queue
import signal
import sys
import threading
from typing import Any, BinaryIO, Callable, Dict, Optional

from panoptes_bridge.frames import FrameWriter, read_frame
from panoptes_bridge.places import place_of_frame, show

_LINES_A_RUN = 1000
_LINE_MOST = 8000


class FrameHandler(logging.Handler):
    """Sends log lines to the module, and no more than so many in a run."""

    def __init__(self, writer: FrameWriter) -> None:
        super().__init__()
        self._writer = writer
        self._sent = 0

    def begin(self) -> None:
        self._sent = 0

    def emit(self, record: logging.LogRecord) -> None:
        self._sent += 1
        if self._sent > _LINES_A_RUN + 1:
            return
        try:
            text = record.getMessage()
            if record.exc_info:
                text = f"{text}\n{logging.Formatter().formatException(record.exc_info)}"
            level = record.levelname.lower()
        except Exception:
            # A format string that does not fit its arguments: the author's slip, and not worth a run.
            text, level = f"{record.msg} {record.args}", record.levelname.lower()
        if self._sent > _LINES_A_RUN:
            text, level = f"more than {_LINES_A_RUN} lines in one run: the rest is left out", "warning"
        self._writer.write({"is": "log", "level": level, "text": text[:_LINE_MOST]})


class PrintedLines(io.TextIOBase):
    """What a plugin prints: log lines of its run."""

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__()
        self._send = send
        self._begun = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            if line.strip():
                self._send(line)
        if len(self._begun) > _LINE_MOST:
            self._begun = self._begun[:_LINE_MOST]
        return len(text)

    def end_line(self) -> None:
        if self._begun:
            self.write("\n")


class Worker:
    def __init__(self, source: BinaryIO, writer: FrameWriter) -> None:
        self._source = source
        self._writer = writer
        self._requests: "queue.Queue[Optional[Dict[str, Any]]]" = queue.Queue()
        self._handler = FrameHandler(writer)
        self._module = ""
        self._printed = PrintedLines(logging.getLogger("panoptes.print").info)

    def work(self) -> None:
        plugin = read_frame(self._source)
        if plugin is None:
            return
        self._module = plugin["module"]
        logger = self._logging()
        main_thread = threading.get_ident()
        threading.Thread(target=self._listen, args=(main_thread,), daemon=True).start()
        # Our packages come first, and what a library folder has beyond them is found when they are imported: not before.
        sys.path.extend(plugin["library"])
        from panoptes_bridge.find_class import NotUsable, load_plugin

        try:
            found = load_plugin(plugin["module"], plugin["class"])
        except NotUsable as error:
            self._writer.write({"is": "refused", "why": str(error), "key": error.key})
            return
        self._writer.write({"is": "loaded", "kind": found.kind, "class": found.cls.__name__, "place": found.place})
        self._serve(plugin, found, logger)

    def _serve(self, plugin: Dict[str, Any], found: Any, logger: logging.Logger) -> None:
        from panoptes_bridge.run_once import run_once

        while (request := self._requests.get()) is not None:
            self._handler.begin()
            outcome = run_once(request, plugin, found, logger)
            self._printed.end_line()
            self._writer.write(outcome.frame())

    def _listen(self, main_thread: int) -> None:
        """Hears the module while the plugin runs. The module's end is the worker's end, whatever the plugin does."""
        while (frame := read_frame(self._source)) is not None:
            if frame["do"] == "where":
                place = place_of_frame(sys._current_frames().get(main_thread), self._module)
                self._writer.write({"is": "where", "place": show(place)})
            else:
                self._requests.put(frame)
        _end_group()

    def _logging(self) -> logging.Logger:
        logging.getLogger().addHandler(self._handler)
        logging.getLogger().setLevel(logging.WARNING)
        logger = logging.getLogger("panoptes")
        logger.setLevel(logging.DEBUG)
        # Beside them the plain file descriptors go to stderr too, for libraries that write there.
        sys.stdout = sys.stderr = self._printed
        return logger


def _end_group() -> None:
    """The module is gone: this process ends, with everything the plugin has started."""
    os.killpg(0, signal.SIGKILL)


def _end_with(lifeline: int) -> None:
    """Lets the kernel end this process and what it started when the module is gone, even while a plugin holds the
    interpreter: the end of this pipe, which nothing is ever written to, raises SIGIO for the group, which nobody handles.
    Where that does not exist, the listening thread has to do."""
    try:
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    except (OSError, AttributeError):
        pass


def main(lifeline: int) -> None:
    source = os.fdopen(os.dup(0), "rb")
    writer = FrameWriter(os.fdopen(os.dup(1), "wb"))
    _end_with(lifeline)
    # The plugin sees an empty stdin, and its prints are log lines.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        Worker(source, writer).work()
    except OSError:
        _end_group()


if __name__ == "__main__":
    main(int(sys.argv[1]))
