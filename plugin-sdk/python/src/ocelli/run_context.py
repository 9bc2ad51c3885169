"""What a run knows."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any, Generic, Optional, Protocol, TypeVar

from ocelli.cancel_signal import Signal
from ocelli.faults import PollFault
from ocelli.log import Log
from ocelli.state import RunState

S = TypeVar("S")

# A wait without a deadline still ends.
_LONGEST_S = 86_400.0


class Configured(Protocol):
    """The plugin on whose behalf a run is, with its settings."""

    plugin: str
    settings: Any
    log: Log


class Asker(Protocol):
    """The run behind a context."""

    def progress(self, extend_ms: float) -> None: ...

    def partial(self, scope: str, fault: PollFault) -> None: ...


class RunContext(Generic[S]):
    """What every run knows."""

    __slots__ = ("_configured", "_log", "_run", "_signal", "_state", "asker", "deadline_at_s", "faults", "plugin", "settings")

    def __init__(self, configured: Configured, run: Any, deadline_at_s: float) -> None:
        # The plugin on whose behalf the run is: one module serves many.
        self.plugin: str = configured.plugin
        # As their class reads them. They never change within a run.
        self.settings: S = configured.settings
        # When the run must be over, on the clock of time.monotonic().
        self.deadline_at_s = deadline_at_s
        self.faults: Optional[list[PollFault]] = None
        self._configured = configured
        self._run = run
        self.asker: Optional[Asker] = None
        self._signal: Optional[Signal] = None
        self._state: Optional[RunState] = None
        self._log: Optional[Log] = None

    @property
    def log(self) -> Log:
        """`log.info("device read", took_ms=12)`; every line says plugin and resource."""
        if self._log is None:
            self._log = self._make_log()
        return self._log

    @property
    def signal(self) -> Signal:
        """Cancelled at the deadline, when the host cancels, and when the module stops."""
        if self._signal is None:
            with _making:
                if self._signal is None:
                    self._signal = Signal()
        return self._signal

    @property
    def cancelled(self) -> bool:
        return self._signal is not None and self._signal.cancelled

    @property
    def state(self) -> RunState:
        """What the pair remembers from run to run."""
        if self._state is None:
            self._state = RunState(self._run.state)
        return self._state

    @property
    def state_changed(self) -> Optional[bytes]:
        return None if self._state is None else self._state.changed

    @property
    def fence(self) -> int:
        """Grows with every run of the pair."""
        fence: int = self._run.fence
        return fence

    @property
    def slot_at_ms(self) -> int:
        """The instant the run was due, in epoch ms."""
        slot_at_ms: int = self._run.slot_at_ms
        return slot_at_ms

    @property
    def frequency_ms(self) -> int:
        """How often the plugin runs against a resource."""
        frequency_ms: int = self._run.frequency_ms
        return frequency_ms

    @property
    def left_s(self) -> float:
        """How many seconds are left until the deadline: the timeout for whatever waits. At most a day."""
        return max(0.0, min(self.deadline_at_s - time.monotonic(), _LONGEST_S))

    def progress(self, extend_ms: float) -> None:
        """Asks for more time: the run expects to take `extend_ms` from now on. The host grants it up to a cap of its own."""
        if not (extend_ms > 0) or math.isinf(extend_ms):
            raise ValueError(f"progress({extend_ms}): give the milliseconds that are still needed")
        if self.asker is not None:
            self.asker.progress(extend_ms)

    def fault(self, fault: PollFault) -> None:
        """Adds a fault to an answer that still brings data. Raise the fault where there is none."""
        if not isinstance(fault, PollFault):
            raise TypeError("ctx.fault takes a PollFault")
        if self.faults is None:
            self.faults = []
        self.faults.append(fault)

    def _make_log(self) -> Log:
        return self._configured.log


class ResourceContext(RunContext[S]):
    """What a run against a resource knows besides."""

    __slots__ = ("_item",)

    def __init__(self, configured: Configured, item: Any, deadline_at_s: float) -> None:
        # As RunContext's own, without the call: there are many of these.
        self.plugin, self.settings, self.deadline_at_s = configured.plugin, configured.settings, deadline_at_s
        self._configured, self._run, self._item = configured, item.run, item
        self.faults = self.asker = self._signal = self._state = self._log = None

    def enrichment(self, namespace: str, resource_id: str = "") -> Any:
        """The facts of a namespace that came with the resource, or None. Of another resource where its id is given."""
        own_id: str = self._item.resource.id
        own = resource_id in ("", own_id)
        sets: Sequence[Any] = self._item.enrichments
        for one in sets:
            if one.namespace != namespace:
                continue
            if one.resource_id in ("", own_id) if own else one.resource_id == resource_id:
                try:
                    return json.loads(one.data_json)
                except ValueError:
                    raise PollFault("enrichment_failure", f"the facts of namespace {namespace} are no JSON") from None
        return None

    @property
    def known_enrichments(self) -> list[tuple[str, str]]:
        """Namespace and resource id of all facts that came; for the bridges."""
        return [(one.namespace, one.resource_id or self._item.resource.id) for one in self._item.enrichments]

    def _make_log(self) -> Log:
        return self._configured.log.child(resource=self._item.resource.id)


class DiscoverContext(RunContext[S]):
    """What a discovery knows besides."""

    __slots__ = ("covered",)

    def __init__(self, configured: Configured, run: Any, deadline_at_s: float) -> None:
        super().__init__(configured, run, deadline_at_s)
        self.covered: list[str] = []

    def partial(self, scope: str, fault: PollFault) -> None:
        """One site could not be looked at: nothing of it is removed, and the discovery is not complete."""
        if not isinstance(fault, PollFault):
            raise TypeError('ctx.partial takes a scope and a PollFault: ctx.partial("site", PollFault("timeout", "…"))')
        if self.asker is not None:
            self.asker.partial(scope, fault)

    def scopes(self, sites: Iterable[str]) -> None:
        """Names the sites that this run covers. Without it a complete run covers everything the plugin is the source of."""
        if isinstance(sites, str):
            raise TypeError(f'ctx.scopes takes a list: write ctx.scopes(["{sites}"])')
        self.covered = list(sites)


class SinkContext:
    """What a sink knows when it opens."""

    __slots__ = ("log", "plugin", "signal")

    def __init__(self, plugin: str, log: Log, signal: Signal) -> None:
        self.plugin = plugin
        self.log = log
        # Cancelled when the sink is about to be closed.
        self.signal = signal


_making = threading.Lock()
