"""The log of a module: one JSON object a line on stderr."""

from __future__ import annotations

import json
import os
import threading
import time
import traceback
from typing import Any, Callable, Optional

from ocelli.redactor import Redactor
from ocelli.secret import HIDDEN, Secret

LEVELS = ("debug", "info", "warn", "error", "fatal")

# What whoever reads a line knows by these names is ours.
_OURS = frozenset(("level", "time", "msg", "plugin", "resource"))

Write = Callable[[str], None]


class Log:
    """Data in fields, a constant message: `log.info("device read", took_ms=12)`. Never raises. A field with a name that the line
    has already, such as time, becomes time_."""

    __slots__ = ("_bound", "_least", "_now_ms", "_redactor", "_write")

    def __init__(
        self,
        level: str,
        redactor: Redactor,
        write: Write,
        now_ms: Optional[Callable[[], int]] = None,
        bound: Optional[dict[str, object]] = None,
    ) -> None:
        self._least = LEVELS.index(level) if level in LEVELS else LEVELS.index("info")
        self._redactor = redactor
        self._write = write
        self._now_ms = now_ms or _epoch_ms
        self._bound = bound or {}

    def child(self, **fields: object) -> Log:
        """The same log with fields that every line carries."""
        return Log(LEVELS[self._least], self._redactor, self._write, self._now_ms, _beside(self._bound, fields))

    def debug(self, msg: str, /, **fields: object) -> None:
        self.at("debug", msg, fields)

    def info(self, msg: str, /, **fields: object) -> None:
        self.at("info", msg, fields)

    def warn(self, msg: str, /, **fields: object) -> None:
        self.at("warn", msg, fields)

    warning = warn

    def error(self, msg: str, /, **fields: object) -> None:
        self.at("error", msg, fields)

    def fatal(self, msg: str, /, **fields: object) -> None:
        self.at("fatal", msg, fields)

    def at(self, level: str, msg: str, fields: dict[str, object]) -> None:
        if LEVELS.index(level) < self._least:
            return
        line = _beside(_beside({"level": level, "time": self._now_ms(), "msg": msg}, self._bound), fields)
        self._write(self._redactor.apply(_to_json(line)) + "\n")


def parse_log_level(text: Optional[str]) -> str:
    return text if text in LEVELS else "info"


def _beside(said: dict[str, object], fields: dict[str, object]) -> dict[str, object]:
    if _OURS.isdisjoint(fields):
        return {**said, **fields}
    return {**said, **{f"{name}_" if name in _OURS and name in said else name: value for name, value in fields.items()}}


_stderr_lock = threading.Lock()


def write_stderr(line: str) -> None:
    """Writes a whole line, whatever other threads write. A host that does not read any more does no harm."""
    rest = line.encode("utf-8", "backslashreplace")
    with _stderr_lock:
        try:
            while rest:
                rest = rest[os.write(2, rest) :]
        except OSError:
            pass


def _epoch_ms() -> int:
    return time.time_ns() // 1_000_000


def _to_json(line: dict[str, Any]) -> str:
    """Whatever an author logs becomes a line: exceptions with their stack, what JSON cannot say as Python shows it."""
    try:
        return json.dumps(line, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except Exception:
        fields = {key: value for key, value in line.items() if key not in ("level", "time", "msg")}
        try:
            shown = repr(fields)
        except Exception as error:
            shown = f"fields that cannot be shown: {type(error).__name__}"
        plain = {"level": line["level"], "time": line["time"], "msg": str(line["msg"]), "fields": shown}
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, BaseException):
        stack = "".join(traceback.format_exception(type(value), value, value.__traceback__))
        return {"type": type(value).__name__, "message": str(value), "stack": stack}
    if isinstance(value, (set, frozenset)):
        return list(value)
    return str(value)
