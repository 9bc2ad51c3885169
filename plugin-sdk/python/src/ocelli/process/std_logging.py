"""What libraries and authors log with the standard library's logging joins the module's log."""

from __future__ import annotations

import logging

from ocelli.log import Log


class OcelliHandler(logging.Handler):
    """Passes records on as lines of the same shape, with secrets redacted."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        try:
            fields: dict[str, object] = {"logger": record.name}
            if record.exc_info and record.exc_info[1] is not None:
                fields["err"] = record.exc_info[1]
            self._log.at(_level(record.levelno), record.getMessage(), fields)
        except Exception as error:
            self._log.warn("a log record could not be shown", logger=record.name, reason=str(error))


def join_std_logging(log: Log) -> None:
    """Only where nobody has set up logging already."""
    root = logging.getLogger()
    if root.handlers:
        return
    root.addHandler(OcelliHandler(log))
    root.setLevel(logging.INFO)


def _level(number: int) -> str:
    if number >= logging.CRITICAL:
        return "fatal"
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warn"
    return "info" if number >= logging.INFO else "debug"
