"""ocelli.plugin.v1.Sink."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Optional

from ocelli.cancel_signal import Signal
from ocelli.errors import OcelliError, message_of
from ocelli.faults import PollFault
from ocelli.module.instances import Instance
from ocelli.module.parts import ModuleParts
from ocelli.module.router import Method, both
from ocelli.module.sink_writer import SinkOpener, sink_fault
from ocelli.module.translate import fault_to_wire
from ocelli.module.translate_result import record_from_wire
from ocelli.plugin.v1 import sink_pb2
from ocelli.records import RefusedRecord, SinkRecord


def serve_sink(parts: ModuleParts) -> dict[str, Method]:
    if "sink" not in parts.plugin.functions:
        return {}
    opener = SinkOpener(parts.plugin.functions["sink"], parts.workshop.pool)

    def write(requests: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        return _write(parts, opener, requests)

    return {"/ocelli.plugin.v1.Sink/Write": both(write)}


async def _write(parts: ModuleParts, opener: SinkOpener, requests: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A stream of results has no end of its own: it ends when the module stops or newer settings have come."""
    gate, signal = parts.gate, Signal()
    held: Optional[Instance] = None
    with gate.admitted(), gate.cancelling(signal.cancel):
        try:
            while True:
                ended = [gate.stopping] if held is None else [gate.stopping, held.superseded]
                data = await _next(requests, ended)
                if data is None:
                    break
                request = sink_pb2.WriteRequest.FromString(data)
                if held is None:
                    held = parts.instances.take(request.plugin, request.revision)
                if held.superseded.is_set():
                    break
                if (held.plugin, held.revision) != (request.plugin, request.revision):
                    raise OcelliError("invalid", "a stream of results belongs to one plugin at one revision")
                yield (await _write_batch(parts, opener, held, request, signal)).SerializeToString()
            if held is not None and held.superseded.is_set():
                raise OcelliError("precondition", f"plugin {held.plugin} has got newer settings")
            if gate.stopping.is_set():
                raise OcelliError("unavailable", "the module is draining")
        except BaseException:
            signal.cancel("the stream of results was cancelled")
            raise
        finally:
            if held is not None:
                parts.instances.release(held)


async def _next(requests: AsyncIterator[bytes], ended: Sequence[asyncio.Event]) -> Optional[bytes]:
    """The next request; None at the end of the stream, or once one of the events is set."""
    if any(one.is_set() for one in ended):
        return None
    reading: asyncio.Future[Any] = asyncio.ensure_future(requests.__anext__())
    waiting = [asyncio.ensure_future(one.wait()) for one in ended]
    try:
        await asyncio.wait([reading, *waiting], return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            return None
        data: bytes = reading.result()
        return data
    except StopAsyncIteration:
        return None
    finally:
        for one in (reading, *waiting):
            one.cancel()


async def _write_batch(
    parts: ModuleParts, opener: SinkOpener, instance: Instance, request: Any, signal: Signal
) -> sink_pb2.WriteResponse:
    response = sink_pb2.WriteResponse(batch=request.batch)

    def refuse(one: RefusedRecord) -> None:
        fault = fault_to_wire(PollFault("internal", one.reason, retry="never"), parts.redactor)
        response.refused.append(sink_pb2.RecordFault(position=one.position, fault=fault))

    records: list[SinkRecord] = []
    for wire in request.records:
        try:
            records.append(record_from_wire(wire))
        except ValueError as error:
            refuse(RefusedRecord(wire.position, message_of(error)))
    try:
        writer = await instance.writer(opener)
        for one in await writer.write(records, signal):
            refuse(one)
    except Exception as error:
        fault = sink_fault(error, instance.plugin)
        if not signal.cancelled:
            instance.log.error("batch not stored", reason=fault.message, batch=request.batch)
        response.fault.CopyFrom(fault_to_wire(fault, parts.redactor))
    return response
