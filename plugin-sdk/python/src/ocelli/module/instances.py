"""The plugins this module serves, each with the settings it was given last."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

from ocelli.cancel_signal import Signal
from ocelli.errors import OcelliError
from ocelli.log import Log
from ocelli.module.sink_writer import SinkOpener, SinkWriter


class Instance:
    """One plugin with one revision of its settings. It lives until it is replaced and its last call has ended."""

    def __init__(
        self, plugin: str, revision: str, settings: Any, same_as: str, log: Log, before: Optional[asyncio.Task[None]]
    ) -> None:
        self.plugin = plugin
        self.revision = revision
        self.settings = settings
        self.same_as = same_as
        self.log = log
        self.calls = 0
        # Set while no call uses it.
        self.idle = asyncio.Event()
        self.idle.set()
        # Cancelled when newer settings have come; `superseded` says it to whoever waits.
        self.signal = Signal()
        self.superseded = asyncio.Event()
        # When the writers of older settings, and the unused one of these, are closed.
        self.closed_before = before
        self._opening: Optional[asyncio.Task[SinkWriter]] = None

    async def writer(self, opener: SinkOpener) -> SinkWriter:
        """The sink's writer, opened with its first use and after the one before was closed."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open(opener))
        opening = self._opening
        try:
            return await asyncio.shield(opening)
        except BaseException:
            # What could not be opened now may be opened later.
            if opening.done() and self._opening is opening:
                self._opening = None
            raise

    def close_writer(self) -> None:
        """Nobody uses the instance now: another process may drive the sink soon. The next use opens another writer."""
        opening, self._opening = self._opening, None
        if opening is not None:
            self.closed_before = asyncio.ensure_future(self._close(opening, self.closed_before))

    async def _open(self, opener: SinkOpener) -> SinkWriter:
        if self.closed_before is not None:
            await asyncio.shield(self.closed_before)
        return await opener.open(self.settings, self.plugin, self.log, self.signal)

    async def _close(self, opening: asyncio.Task[SinkWriter], before: Optional[asyncio.Task[None]]) -> None:
        if before is not None:
            await asyncio.shield(before)
        try:
            writer = await opening
        except BaseException:
            return  # It was never opened.
        try:
            await writer.close()
        except Exception as error:
            self.log.error("sink could not be closed", reason=str(error))


class Instances:
    def __init__(self, log: Log) -> None:
        self._log = log
        self._current: dict[str, Instance] = {}
        self._retired: set[Instance] = set()
        # By plugin: when the writers of all older settings are closed.
        self._closed: dict[str, asyncio.Task[None]] = {}

    def configure(self, plugin: str, revision: str, settings: Any, same_as: str) -> None:
        """Makes these the plugin's settings. `same_as` tells whether anything changed: where not, nothing happens."""
        before = self._current.get(plugin)
        if before is not None and before.revision == revision and before.same_as == same_as:
            return
        if before is not None:
            self._retire(before)
        log = self._log.child(plugin=plugin)
        self._current[plugin] = Instance(plugin, revision, settings, same_as, log, self._closed.get(plugin))

    def take(self, plugin: str, revision: str) -> Instance:
        """The instance a request names, kept until it is released. Raises "precondition" where there is none: the host then
        configures the plugin again."""
        current = self._current.get(plugin)
        for one in (current, *self._retired):
            if one is not None and one.plugin == plugin and one.revision == revision:
                one.calls += 1
                one.idle.clear()
                return one
        has = "it was never configured" if current is None else f"it has revision {current.revision}"
        raise OcelliError("precondition", f"plugin {plugin} is not configured at revision {revision}: {has}")

    def release(self, instance: Instance) -> None:
        instance.calls -= 1
        if instance.calls > 0:
            return
        self._retired.discard(instance)
        instance.close_writer()
        instance.idle.set()

    async def close(self) -> None:
        """Retires everything and waits until all writers are closed."""
        for instance in list(self._current.values()):
            self._retire(instance)
        self._current.clear()
        for instance in self._retired:
            instance.close_writer()
            instance.idle.set()
        await asyncio.gather(*self._closed.values(), return_exceptions=True)

    def _retire(self, instance: Instance) -> None:
        instance.signal.cancel(f"plugin {instance.plugin} got new settings")
        instance.superseded.set()
        if instance.calls > 0:
            self._retired.add(instance)
        else:
            instance.close_writer()
        self._closed[instance.plugin] = asyncio.ensure_future(self._all_closed(instance))

    async def _all_closed(self, instance: Instance) -> None:
        """Waits until a retired instance is used no more, and its writers are closed."""
        await instance.idle.wait()
        if instance.closed_before is not None:
            await asyncio.shield(instance.closed_before)
