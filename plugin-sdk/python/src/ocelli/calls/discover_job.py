"""A discovery run: what was found, what could not be looked at, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ocelli.author.wire import span, varint
from ocelli.author.wrong_value import WrongValue
from ocelli.calls.job import CallFacts, Job
from ocelli.faults import PollFault
from ocelli.module.translate import resource_to_wire
from ocelli.plugin.v1 import discovery_pb2
from ocelli.run_context import DiscoverContext
from ocelli.task.v1 import task_pb2
from ocelli.values import Resource

# DiscoverResponse: batch = 1, partial_error = 2, progress = 3, summary = 4. ResourceBatch: resources = 1.
_BATCH, _PROGRESS, _RESOURCE = b"\x0a", b"\x1a", b"\x0a"

# So many resources are refused one by one; of more only the number is told.
_REFUSED_MOST = 20

# A part is a resource (True) or a whole message (False).
Part = tuple[bool, bytes]


class DiscoverJob(Job):
    """Complete only where nothing failed: a wrong resource is left out with a fault of its own."""

    __slots__ = ("_complete", "_failed", "_ids", "_refused")

    ctx: DiscoverContext[Any]

    def __init__(self, call: CallFacts, ctx: DiscoverContext[Any]) -> None:
        super().__init__(call, ctx, (ctx,))
        self._complete = True
        self._failed: set[str] = set()
        self._ids: set[str] = set()
        self._refused = 0

    def take(self, value: object) -> bool:
        self.count += 1
        try:
            resource: Resource = self.work.check(value, self.seen)
            if resource.id in self._ids:
                raise WrongValue(f"resource {json.dumps(resource.id, ensure_ascii=False)} comes twice")
        except WrongValue as wrong:
            self._refuse(value, wrong)
            return not self.outbox.has_room()
        self._ids.add(resource.id)
        encoded = span(_RESOURCE, resource_to_wire(resource).SerializeToString())
        return self.outbox.put((True, encoded), len(encoded))

    def _refuse(self, value: object, wrong: WrongValue) -> None:
        found = value.get("site") if isinstance(value, Mapping) else getattr(value, "site", "")
        site = found if isinstance(found, str) else ""
        self._complete = False
        self._failed.add(site)
        self._refused += 1
        if self._refused <= _REFUSED_MOST:
            self.partial(site, self.fault_of(wrong))

    def take_list(self, values: Sequence[object]) -> bool:
        full = False
        for value in values:
            full = self.take(value)
        return full

    def partial(self, scope: str, fault: PollFault) -> None:
        self._complete = False
        self._failed.add(scope)
        if self.over:
            return
        self._put_partial(scope, fault)

    def answer(self, fault: Optional[PollFault], state: Optional[bytes]) -> None:
        if self._refused > _REFUSED_MOST:
            self._put_partial("", PollFault("internal", f"{self._refused - _REFUSED_MOST} more were refused"))
        if fault is not None:
            self._complete = False
            self._failed.add("")
            self._put_partial("", fault)
        scopes = [site for site in self.ctx.covered if site not in self._failed]
        summary = task_pb2.DiscoverySummary(complete=self._complete, resources=len(self._ids), scopes=scopes)
        end = discovery_pb2.Summary(summary=summary)
        if state is not None:
            end.state, end.set_state = state, True
        self._put(discovery_pb2.DiscoverResponse(summary=end), last=True)

    def progress(self, extend_ms: float) -> None:
        self.extend(extend_ms)
        if not self.over:
            message = span(_PROGRESS, b"\x10" + varint(min(round(extend_ms + 0.5), 2**32 - 1)))
            self.outbox.put((False, message), len(message))

    def _put_partial(self, scope: str, fault: PollFault) -> None:
        partial = discovery_pb2.PartialError(scope=scope)
        partial.fault.ParseFromString(self.call.wire_fault(fault))
        self._put(discovery_pb2.DiscoverResponse(partial_error=partial))

    def _put(self, message: discovery_pb2.DiscoverResponse, last: bool = False) -> None:
        encoded = message.SerializeToString()
        self.outbox.put((False, encoded), len(encoded), last=last)


def messages_of(batch: list[Part]) -> list[bytes]:
    """The resources of a batch in one message, each of the others as it is, in order."""
    messages: list[bytes] = []
    resources: list[bytes] = []

    def flush() -> None:
        if resources:
            messages.append(span(_BATCH, b"".join(resources)))
            resources.clear()

    for is_resource, encoded in batch:
        if is_resource:
            resources.append(encoded)
        else:
            flush()
            messages.append(encoded)
    flush()
    return messages
