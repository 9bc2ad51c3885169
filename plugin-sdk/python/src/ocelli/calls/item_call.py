"""Polls or enriches the items of one call, and yields messages with their answers as they come."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from ocelli.calls.item_job import ItemJob
from ocelli.calls.job import CallFacts
from ocelli.calls.outbox import Outbox
from ocelli.calls.running_call import RunningCall
from ocelli.calls.work import Work
from ocelli.errors import OcelliError
from ocelli.faults import PollFault
from ocelli.log import Log
from ocelli.module.instances import Instance
from ocelli.module.parts import ModuleParts
from ocelli.module.translate import WireResource
from ocelli.run_context import Configured, ResourceContext

STOPPED = "the module stopped before everything was done"


async def run_items(parts: ModuleParts, work: Work, items: Sequence[Any]) -> AsyncIterator[bytes]:
    """Raises "precondition" before anything runs where an item names settings that are not there, and "unavailable" while the
    module drains."""
    with parts.gate.admitted():
        received_at_s = time.monotonic()
        taken = Taken(parts)
        outbox: Outbox[bytes] = Outbox(len(items))
        try:
            facts = CallFacts(work, outbox, received_at_s, parts.wire_fault, parts.message_bytes)
            jobs = [_job_of(facts, item, taken) for item in items]
            call = RunningCall(work, jobs, outbox, parts.workshop)
            with parts.gate.cancelling(call.cancel):
                call.start()
                try:
                    async for batch in outbox.batches():
                        yield b"".join(batch)
                except BaseException:
                    call.cancel("the host cancelled the call")
                    raise
                call.stop_watching()
                if parts.gate.cancelled:
                    raise OcelliError("unavailable", STOPPED)
        finally:
            taken.release()


class Taken:
    """The instances that the items of a call use, each taken once."""

    def __init__(self, parts: ModuleParts) -> None:
        self._parts = parts
        self._instances: dict[tuple[str, str], Instance] = {}

    def of(self, run: Any) -> Instance:
        key = (run.plugin, run.revision)
        instance = self._instances.get(key)
        if instance is None:
            instance = self._instances[key] = self._parts.instances.take(*key)
        return instance

    def nobody(self) -> Configured:
        """For an item that cannot be run."""
        return Nobody(self._parts.log)

    def release(self) -> None:
        for instance in self._instances.values():
            self._parts.instances.release(instance)


@dataclass
class Nobody:
    log: Log
    plugin: str = ""
    settings: Any = None


def deadline_of(run: Any, received_at_s: float) -> float:
    """On the clock of time.monotonic(); never where the host names none."""
    after_ms: int = run.deadline_ms
    return received_at_s + after_ms / 1000 if after_ms > 0 else float("inf")


def _job_of(call: CallFacts, item: Any, taken: Taken) -> ItemJob:
    run = item.run
    resource = WireResource(item.resource)
    if item.HasField("run") and item.HasField("resource"):
        ctx: ResourceContext[Any] = ResourceContext(taken.of(run), item, deadline_of(run, call.received_at_s))
        return ItemJob(item.item, call, ctx, (resource, ctx))
    ctx = ResourceContext(taken.nobody(), item, float("inf"))
    job = ItemJob(item.item, call, ctx, (resource, ctx))
    job.claim()
    lacking = "resource" if item.HasField("run") else "run"
    job.answer(PollFault("internal", f"the host sent an item without a {lacking}", origin="host"), None)
    return job
