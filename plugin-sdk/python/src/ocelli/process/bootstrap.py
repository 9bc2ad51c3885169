"""A module's stdin: one line at the start, and its end means that the host is gone."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

from ocelli.errors import OcelliError
from ocelli.module.serve_plugin import ModuleLimits

# No bootstrap line is longer; what is longer was not written by a host.
_LINE_MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class BootstrapLine:
    protocol_majors: list[int]
    # Absolute path of the unix socket to serve on.
    socket: str
    # Every call of the host carries it.
    token: str
    # Names this launch.
    launch_id: str
    limits: ModuleLimits


def parse_bootstrap_line(text: str) -> BootstrapLine:
    """Unknown keys are ignored, so that a newer host can say more. Raises "invalid" naming what is wrong, without quoting the
    token."""
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise OcelliError("invalid", "the bootstrap line is no JSON object")
    limits = parsed.get("limits")
    limits = limits if isinstance(limits, dict) else {}
    majors = parsed.get("protocolMajors")
    if not isinstance(majors, list) or not majors or not all(isinstance(one, int) for one in majors):
        raise OcelliError("invalid", "protocolMajors of the bootstrap line is no list of whole numbers")
    return BootstrapLine(
        majors,
        _filled_text(parsed, "socket"),
        _filled_text(parsed, "token"),
        _filled_text(parsed, "launchId"),
        ModuleLimits(_limit(limits, "messageBytes"), _limit(limits, "itemsPerCall"), _limit(limits, "callsInFlight")),
    )


def _filled_text(line: dict[str, Any], key: str) -> str:
    value = line.get(key)
    if isinstance(value, str) and value != "":
        return value
    raise OcelliError("invalid", f"{key} of the bootstrap line is no text, or empty")


def _limit(limits: dict[str, Any], key: str) -> int:
    value = limits.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


class BootstrapInput:
    """Reads a descriptor in a thread of its own, so that its end is seen whatever the event loop does."""

    def __init__(self, descriptor: int, on_end: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._on_end = on_end
        self._changed = threading.Condition()
        self._text = b""
        self._complete = False
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def line(self, timeout_s: float) -> Optional[BootstrapLine]:
        """Waits for the line. None where stdin ends before it. Raises "invalid" for another one, "timeout" where none comes."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._complete, timeout_s):
                raise OcelliError("timeout", f"no bootstrap line came on stdin within {timeout_s:g} s")
        text = self._text.split(b"\n", 1)[0].decode("utf-8", "replace")
        return None if text.strip() == "" else parse_bootstrap_line(text)

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self._descriptor, 65_536)
            except OSError:
                chunk = b""
            with self._changed:
                # Whatever else comes is read and ignored, so that the end is seen.
                if not self._complete:
                    self._text += chunk
                    self._complete = chunk == b"" or b"\n" in self._text or len(self._text) > _LINE_MAX_BYTES
                    self._changed.notify_all()
            if chunk == b"":
                self._on_end()
                return
