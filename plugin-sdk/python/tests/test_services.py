import asyncio
import threading
import time

import grpc
import pytest
from served import answers_of, in_loop, items_of, served

from ocelli import Plugin, PollFault, gauge
from ocelli.plugin.v1 import plugin_pb2
from ocelli.resource.v1 import resource_pb2

TIMEOUT, PARTIAL, NETWORK = 3, 4, 2


def plugin_with(settings=None, **functions):
    plugin = Plugin("m", "1.2.3", "Does things.", settings, wants_enrichments=["n"])
    for name, function in functions.items():
        getattr(plugin, name)(function)
    return plugin


def one_group(resource, ctx):
    return [{"name": "g", "dimensions": {"id": resource.id}, "metrics": {"a": gauge(1)}}]


async def one_group_async(resource, ctx):
    return one_group(resource, ctx)


async def code_of(call):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        if hasattr(call, "__aiter__"):
            async for _ in call:
                pass
        else:
            await call
    return raised.value.code(), raised.value.details()


@pytest.mark.parametrize("poll", [one_group, one_group_async])
@in_loop
async def test_a_call_with_many_items_answers_every_one_in_a_few_messages(poll):
    async with served(plugin_with(poll=poll)) as module:
        await module.configure("1")
        messages = [message async for message in module.poll(items_of(1_000))]
        assert len(messages) < 10
        items = [answer.item for message in messages for answer in message.answers]
        assert sorted(items) == list(range(1_000))


@in_loop
async def test_a_thousand_quick_plain_functions_need_few_threads():
    threads = set()

    def poll(resource, ctx):
        threads.add(threading.get_ident())
        return []

    async with served(plugin_with(poll=poll)) as module:
        await module.configure("1")
        for _ in range(5):
            await answers_of(module.poll(items_of(200)))
        assert len(threads) < 30


@pytest.mark.parametrize("is_async", [True, False])
@in_loop
async def test_never_more_items_run_at_a_time_than_the_module_allows(is_async):
    running = most = 0
    lock = threading.Lock()

    def enter(change):
        nonlocal running, most
        with lock:
            running += change
            most = max(most, running)

    async def poll_async(resource, ctx):
        enter(1)
        await asyncio.sleep(0.01)
        enter(-1)
        return []

    def poll_plain(resource, ctx):
        enter(1)
        time.sleep(0.01)
        enter(-1)
        return []

    plugin = Plugin("m", "1.0.0", "d", concurrency=3)
    plugin.poll(poll_async if is_async else poll_plain)
    async with served(plugin) as module:
        await module.configure("1")
        assert len(await answers_of(module.poll(items_of(20)))) == 20
    assert most == 3


@pytest.mark.parametrize("is_async", [True, False])
@in_loop
async def test_a_quick_items_answer_leaves_while_a_slow_one_still_works(is_async):
    finish = threading.Event()

    async def poll_async(resource, ctx):
        while resource.id == "r0" and not finish.is_set():
            await asyncio.sleep(0.005)
        return []

    def poll_plain(resource, ctx):
        if resource.id == "r0":
            finish.wait(20)
        return []

    async with served(plugin_with(poll=poll_async if is_async else poll_plain)) as module:
        await module.configure("1")
        seen = []
        async for message in module.poll(items_of(3)):
            seen += [answer.item for answer in message.answers]
            if len(seen) == 2:
                finish.set()
        assert sorted(seen[:2]) == [1, 2]
        assert seen[2] == 0


@in_loop
async def test_a_large_answer_is_split_into_messages_that_fit_the_last_one_saying_so():
    def poll(resource, ctx):
        for n in range(40):
            yield {"name": "g", "dimensions": {"n": str(n), "text": "x" * 50_000}, "metrics": {"a": gauge(n)}}

    async with served(plugin_with(poll=poll)) as module:
        await module.configure("1")
        messages = [message async for message in module.poll(items_of(1))]
        answers = [answer for message in messages for answer in message.answers]
        assert len(answers) > 5
        assert [answer.more for answer in answers] == [True] * (len(answers) - 1) + [False]
        assert sum(len(answer.groups) for answer in answers) == 40
        assert max(message.ByteSize() for message in messages) < 320 * 1024


@in_loop
async def test_an_item_whose_single_group_fits_no_message_fails_alone():
    def poll(resource, ctx):
        text = "x" * 100_000 if resource.id == "r0" else ""
        return [{"name": "g", "dimensions": {"text": text}, "metrics": {"a": gauge(1)}}]

    async with served(plugin_with(poll=poll), message_bytes=64 * 1024) as module:
        await module.configure("1")
        large, small = await answers_of(module.poll(items_of(2)))
        assert "a message holds at most 65536: split it by dimensions" in large.fault.message
        assert len(small.groups) == 1


@in_loop
async def test_facts_that_fit_no_message_fail_alone():
    def enrich(resource, ctx):
        return [{"namespace": "n", "data": {"text": "x" * (100_000 if resource.id == "r0" else 1)}}]

    async with served(plugin_with(enrich=enrich), message_bytes=64 * 1024) as module:
        await module.configure("1")
        large, small = await answers_of(module.enrich(items_of(2)))
        assert "a message holds at most 65536" in large.fault.message
        assert (len(large.sets), len(small.sets)) == (0, 1)


@pytest.mark.parametrize("is_async", [True, False])
@in_loop
async def test_items_stop_when_the_host_cancels_and_learn_why(is_async):
    entered, reasons = threading.Event(), []

    async def poll_async(resource, ctx):
        entered.set()
        try:
            await asyncio.sleep(20)
        finally:
            reasons.append(ctx.signal.reason)

    def poll_plain(resource, ctx):
        entered.set()
        ctx.signal.wait(20)
        reasons.append(ctx.signal.reason)
        return []

    async with served(plugin_with(poll=poll_async if is_async else poll_plain)) as module:
        await module.configure("1")
        call = module.poll(items_of(1))
        while not entered.is_set():
            await asyncio.sleep(0.01)
        call.cancel()
        while not reasons:
            await asyncio.sleep(0.01)
        assert reasons == ["the host cancelled the call"]


@in_loop
async def test_progress_state_and_a_fault_beside_data_are_passed_on():
    async def poll(resource, ctx):
        ctx.progress(30_000)
        ctx.state.set({"last": ctx.state.get()})
        ctx.fault(PollFault("partial", "no fans"))
        return one_group(resource, ctx)

    async with served(plugin_with(poll=poll)) as module:
        await module.configure("1")
        messages = [message async for message in module.poll(items_of(1, state=b"7"))]
        assert [(one.item, one.extend_ms) for message in messages for one in message.progress] == [(0, 30_000)]
        (answer,) = (answer for message in messages for answer in message.answers)
        assert (answer.set_state, answer.state, answer.fault.status, answer.fault.message) == (
            True,
            b'{"last":7}',
            PARTIAL,
            "no fans",
        )
        assert len(answer.groups) == 1


@in_loop
async def test_an_item_that_lacks_what_it_needs_fails_alone():
    async with served(plugin_with(poll=one_group)) as module:
        await module.configure("1")
        run = items_of(1)[0].run
        resource = resource_pb2.Resource(id="r")
        items = [
            plugin_pb2.Item(item=0, run=run),
            plugin_pb2.Item(item=1, resource=resource),
            plugin_pb2.Item(item=2, run=run, resource=resource),
        ]
        answers = await answers_of(module.poll(items))
        assert [answer.fault.message for answer in answers] == [
            "the host sent an item without a resource",
            "the host sent an item without a run",
            "",
        ]


@in_loop
async def test_a_discovery_streams_what_it_found_says_what_failed_and_ends_with_its_summary():
    async def discover(ctx):
        ctx.scopes(["north", "south"])
        for n in range(5_000):
            yield {"id": f"r{n}", "site": "north", "metadata": {"text": "x" * 100}}
        ctx.partial("south", PollFault("timeout", "no answer"))
        ctx.state.set("cursor")

    async with served(plugin_with(discover=discover)) as module:
        await module.configure("1")
        parts = [part async for part in module.discover()]
        batches = [part.batch for part in parts if part.HasField("batch")]
        assert sum(len(batch.resources) for batch in batches) == 5_000
        assert 2 < len(batches) < 20
        (partial,) = (part.partial_error for part in parts if part.HasField("partial_error"))
        assert (partial.scope, partial.fault.message, partial.fault.status) == ("south", "no answer", TIMEOUT)
        end = parts[-1].summary
        assert (end.set_state, end.state, end.summary.complete, end.summary.resources) == (True, b'"cursor"', False, 5_000)
        assert list(end.summary.scopes) == ["north"]


@in_loop
async def test_an_enrichment_answers_item_by_item():
    async def enrich(resource, ctx):
        if resource.id == "r1":
            raise PollFault("network", "unplugged")
        return [{"namespace": "n", "schema": "1", "ttl_s": 60, "data": {"id": resource.id}}]

    async with served(plugin_with(enrich=enrich)) as module:
        await module.configure("1")
        first, second = await answers_of(module.enrich(items_of(2)))
        assert first.sets[0].data_json == b'{"id":"r0"}'
        assert (len(second.sets), second.fault.message, second.fault.status) == (0, "unplugged", NETWORK)
