import asyncio
import os
import sys
from dataclasses import dataclass

import grpc
import pytest
from served import in_loop, served

from ocelli import MetricGroup, Plugin, RefusedRecord, Resource, Result, SinkRecord, test_plugin
from ocelli.plugin.v1 import sink_pb2
from ocelli.resource.v1 import metric_pb2, resource_pb2
from ocelli.task.v1 import task_pb2

HERE = os.path.relpath(__file__)


@dataclass
class Main:
    file: str


@dataclass
class Settings:
    main: Main


def sink_of(opener):
    plugin = Plugin("s", "1.0.0", "d", Settings)
    plugin.sink(opener)
    return plugin


def result_wire():
    metrics = [metric_pb2.Metric(name="a", type=1, double_value=0), metric_pb2.Metric(name="n_total", type=2, int_value=3)]
    groups = [metric_pb2.MetricGroup(name="g", dimensions=[metric_pb2.Dimension(name="d", value="x")], metrics=metrics)]
    return task_pb2.Result(kind=3, plugin="other", resource=resource_pb2.Resource(id="r"), fence=3, last=True, groups=groups)


def batch_of(batch, *positions, revision="1"):
    records = [sink_pb2.SinkRecord(mesh="m", position=position, result=result_wire()) for position in positions]
    return sink_pb2.WriteRequest(plugin="p", revision=revision, batch=batch, records=records)


async def sent(*batches, then=None):
    for batch in batches:
        yield batch
    if then is not None:
        await then.wait()


class Writer:
    """Writes into a list, by plain functions, as many authors will."""

    def __init__(self, settings, ctx):
        self.file, self.events = settings.main.file, EVENTS
        self.events.append(f"open {self.file}")

    def write(self, records):
        self.events.append((f"write {self.file}", records))

    def close(self):
        self.events.append(f"close {self.file}")


EVENTS = []


@pytest.fixture(autouse=True)
def no_events():
    EVENTS.clear()


def kinds():
    return [one if isinstance(one, str) else one[0] for one in EVENTS]


async def until(check):
    for _ in range(500):
        if check():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(EVENTS)


@in_loop
async def test_records_arrive_in_order_and_each_batch_is_answered_once_it_is_stored():
    async with served(sink_of(Writer)) as module:
        await module.configure("1", {"main": {"file": "f"}})
        answers = [one async for one in module.write(sent(batch_of(1, 10, 12), batch_of(2, 13)))]
        assert [(one.batch, one.HasField("fault"), len(one.refused)) for one in answers] == [(1, False, 0), (2, False, 0)]
        records = [record for one in EVENTS if not isinstance(one, str) for record in one[1]]
        assert [(one.mesh, one.position) for one in records] == [("m", 10), ("m", 12), ("m", 13)]
        result = records[0].result
        assert (result.kind, result.plugin, result.resource, result.fence, result.status) == (
            "polling",
            "other",
            Resource("r"),
            3,
            "success",
        )
        assert result.groups[0].value("n_total") == 3
        await until(lambda: kinds() == ["open f", "write f", "write f", "close f"])
        # The next stream opens it again.
        assert len([one async for one in module.write(sent(batch_of(1, 14)))]) == 1
        await until(lambda: kinds()[4:] == ["open f", "write f", "close f"])


@in_loop
async def test_a_batch_that_cannot_be_stored_says_why_and_where_and_the_stream_goes_on():
    calls = []

    class Full(Writer):
        async def write(self, records):
            calls.append(records)
            if len(calls) == 1:
                raise RuntimeError("the disk is full")

    async with served(sink_of(Full)) as module:
        await module.configure("1", {"main": {"file": "f"}})
        first, second = [one async for one in module.write(sent(batch_of(1, 1), batch_of(2, 1)))]
        assert first.fault.message.startswith("sink of p (")
        assert first.fault.message.endswith("): RuntimeError: the disk is full")
        assert not second.HasField("fault")


@in_loop
async def test_records_that_can_never_be_stored_are_named_and_the_others_are_stored():
    class Picky(Writer):
        def write(self, records, signal):
            super().write(records)
            return [RefusedRecord(7, "no such table")]

    async with served(sink_of(Picky)) as module:
        await module.configure("1", {"main": {"file": "f"}})
        batch = batch_of(1, 5, 7)
        batch.records.insert(1, sink_pb2.SinkRecord(mesh="m", position=6))
        (answer,) = [one async for one in module.write(sent(batch))]
        assert [(one.position, one.fault.message) for one in answer.refused] == [
            (6, "the record has no result"),
            (7, "no such table"),
        ]
        assert [one.position for one in EVENTS[1][1]] == [5, 7]


@in_loop
async def test_newer_settings_end_the_stream_and_the_old_file_is_closed_before_the_new_one_opens():
    forever = asyncio.Event()
    async with served(sink_of(Writer)) as module:
        await module.configure("1", {"main": {"file": "old"}})
        call = module.write(sent(batch_of(1, 1), then=forever))
        assert (await call.read()).batch == 1
        await module.configure("1", {"main": {"file": "old"}})
        await module.configure("2", {"main": {"file": "new"}})
        fresh = [one async for one in module.write(sent(batch_of(1, 2, revision="2")))]
        assert len(fresh) == 1
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await call.read()
        assert raised.value.code() is grpc.StatusCode.FAILED_PRECONDITION
        assert raised.value.details() == "plugin p has got newer settings"
        assert kinds()[:5] == ["open old", "write old", "close old", "open new", "write new"]


@in_loop
async def test_a_drain_ends_the_stream_after_its_batch_and_closes_what_was_opened():
    forever = asyncio.Event()
    async with served(sink_of(Writer)) as module:
        await module.configure("1", {"main": {"file": "f"}})
        call = module.write(sent(batch_of(1, 1), then=forever))
        await call.read()
        stopped = asyncio.ensure_future(module.running.stop(10_000, "test"))
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await call.read()
        assert raised.value.details() == "the module is draining"
        await stopped
        assert kinds() == ["open f", "write f", "close f"]


@in_loop
async def test_a_sink_that_cannot_open_is_tried_again_with_the_next_batch():
    opened = []

    async def open_late(settings, ctx):
        opened.append(1)
        if len(opened) == 1:
            raise ConnectionRefusedError(111, "refused")
        return Writer(settings, ctx)

    async with served(sink_of(open_late)) as module:
        await module.configure("1", {"main": {"file": "f"}})
        first, second = [one async for one in module.write(sent(batch_of(1, 1), batch_of(2, 1)))]
        assert "ConnectionRefusedError" in first.fault.message
        assert first.fault.status == 2
        assert not second.HasField("fault")


def leave(*_):
    sys.exit("no key")


async def leave_async(*_):
    leave()


def leave_awaited(*_):
    return leave_async()


@pytest.mark.parametrize("end", [leave, leave_async, leave_awaited])
@in_loop
async def test_a_sink_that_would_end_the_process_fails_its_batch_and_ends_nothing(end):
    class Leaving(Writer):
        async def close(self):
            leave()

    Leaving.write = end
    async with served(sink_of(Leaving)) as module, served(sink_of(end)) as unopened:
        for one in (module, unopened):
            await one.configure("1", {"main": {"file": "f"}})
            (answer,) = [answer async for answer in one.write(sent(batch_of(1, 1)))]
            assert answer.fault.message.endswith("): RuntimeError: SystemExit('no key') was raised")
            assert answer.fault.message.startswith(f"sink of p ({HERE}:{leave.__code__.co_firstlineno + 1})")
        await until(lambda: any(line["msg"] == "sink could not be closed" for line in module.log))


@in_loop
async def test_what_opens_something_without_write_is_told():
    async with served(sink_of(lambda settings, ctx: 5)) as module:
        await module.configure("1", {"main": {"file": "f"}})
        (answer,) = [one async for one in module.write(sent(batch_of(1, 1)))]
        assert "it opened a number, which has no write(records)" in answer.fault.message


def test_a_sink_is_tested_with_records_of_ones_own():
    record = SinkRecord("m", 1, Result("polling", "p", groups=[MetricGroup("g", {}, [])]))
    assert test_plugin(sink_of(Writer), {"main": {"file": "f"}}).write([record]) == []
    assert ["open f", ("write f", [record]), "close f"] == EVENTS
