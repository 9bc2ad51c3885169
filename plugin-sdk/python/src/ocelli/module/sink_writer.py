"""The author's sink: what opens it, and what it writes with."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ocelli.author.place import code_of, place_of_error, place_of_function, show
from ocelli.calls.call_author import call_author
from ocelli.calls.thread_pool import ThreadPool
from ocelli.cancel_signal import Signal
from ocelli.faults import PollFault, status_of
from ocelli.log import Log
from ocelli.records import RefusedRecord, SinkRecord
from ocelli.run_context import SinkContext
from ocelli.words import kind_of


class SinkOpener:
    def __init__(self, function: Callable[..., Any], pool: ThreadPool) -> None:
        self._function = function
        self._pool = pool

    async def open(self, settings: Any, plugin: str, log: Log, signal: Signal) -> SinkWriter:
        writer = await call_author(self._pool, self._function, settings, SinkContext(plugin, log, signal))
        if not callable(getattr(writer, "write", None)):
            place = show(place_of_function(code_of(self._function)))
            where = f" ({place})" if place else ""
            raise PollFault("internal", f"sink of {plugin}{where}: it opened {kind_of(writer)}, which has no write(records)")
        return SinkWriter(writer, plugin, self._pool)


class SinkWriter:
    def __init__(self, writer: Any, plugin: str, pool: ThreadPool) -> None:
        self._writer = writer
        self._plugin = plugin
        self._pool = pool
        self._takes_signal = _takes_two(writer.write)

    async def write(self, records: list[SinkRecord], signal: Signal) -> list[RefusedRecord]:
        """Returns once the records are stored, with those that never can be. Raises to get all of them again."""
        args = (records, signal) if self._takes_signal else (records,)
        refused = await call_author(self._pool, self._writer.write, *args)
        if refused is None:
            return []
        try:
            return [_refused(one) for one in refused]
        except (TypeError, ValueError):
            place = show(place_of_function(code_of(self._writer.write), returned=True))
            where = f" ({place})" if place else ""
            text = "return nothing, or a list of RefusedRecord(position, reason)"
            raise PollFault("internal", f"sink of {self._plugin}{where}: write returned {kind_of(refused)}: {text}") from None

    async def close(self) -> None:
        close = getattr(self._writer, "close", None)
        if callable(close):
            await call_author(self._pool, close)


def sink_fault(error: BaseException, plugin: str) -> PollFault:
    """Why a batch could not be stored."""
    if isinstance(error, PollFault):
        return error
    place = show(place_of_error(error))
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return PollFault(status_of(error), f"sink of {plugin}{f' ({place})' if place else ''}: {text}")


def _refused(one: Any) -> RefusedRecord:
    if isinstance(one, RefusedRecord):
        return one
    position, reason = one
    return RefusedRecord(int(position), str(reason))


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except (TypeError, ValueError):
        return False
    return True
