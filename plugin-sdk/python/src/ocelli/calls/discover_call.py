"""Runs a discovery, and yields messages with what it finds as it comes. The last one is the summary."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

from ocelli.calls.discover_job import DiscoverJob, Part, messages_of
from ocelli.calls.item_call import STOPPED, Taken, deadline_of
from ocelli.calls.job import CallFacts
from ocelli.calls.outbox import Outbox
from ocelli.calls.running_call import RunningCall
from ocelli.calls.work import Work
from ocelli.errors import OcelliError
from ocelli.module.parts import ModuleParts
from ocelli.run_context import DiscoverContext


async def run_discovery(parts: ModuleParts, work: Work, request: Any) -> AsyncIterator[bytes]:
    with parts.gate.admitted():
        if not request.HasField("run"):
            raise OcelliError("invalid", "the host sent a discovery without a run")
        received_at_s = time.monotonic()
        taken = Taken(parts)
        try:
            instance = taken.of(request.run)
            outbox: Outbox[Part] = Outbox(1)
            ctx: DiscoverContext[Any] = DiscoverContext(instance, request.run, deadline_of(request.run, received_at_s))
            job = DiscoverJob(CallFacts(work, outbox, received_at_s, parts.wire_fault, parts.message_bytes), ctx)
            call = RunningCall(work, [job], outbox, parts.workshop)
            with parts.gate.cancelling(call.cancel):
                call.start()
                try:
                    async for batch in outbox.batches():
                        for message in messages_of(batch):
                            yield message
                except BaseException:
                    call.cancel("the host cancelled the call")
                    raise
                call.stop_watching()
                if parts.gate.cancelled:
                    raise OcelliError("unavailable", STOPPED)
        finally:
            taken.release()
