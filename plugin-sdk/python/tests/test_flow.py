import asyncio
import json
import threading
import time

import pytest
from served import answers_of, in_loop, items_of, served

from ocelli import Plugin, gauge

TIMEOUT, INTERNAL = 3, 5


def plugin_with(settings=None, **functions):
    plugin = Plugin("m", "1.2.3", "Does things.", settings, wants_enrichments=["n"])
    for name, function in functions.items():
        getattr(plugin, name)(function)
    return plugin


def one_group(resource, ctx):
    return [{"name": "g", "dimensions": {"id": resource.id}, "metrics": {"a": gauge(1)}}]


deaf_until = threading.Event()


def wild(resource, ctx):
    if resource.id == "r1":
        return [{"name": "g", "metrics": {"a": gauge(float("nan"))}}]
    if resource.id == "r2":
        raise RuntimeError("no entry with hunter22 " + "x" * 100_000)
    if resource.id == "r3":
        deaf_until.wait(30)
    if resource.id == "r4":
        ctx.log.info("it is hunter22")
    return one_group(resource, ctx)


@in_loop
async def test_each_item_fails_alone_with_a_short_sentence_and_without_secrets():
    async with served(plugin_with(poll=wild)) as module:
        await module.configure("1", secrets={})
        module.running._parts.redactor.add(["hunter22"])
        good, nan, raised, deaf, last = await answers_of(module.poll(items_of(5, deadline_ms=2000)))
        assert not deaf_until.is_set()
        deaf_until.set()
        assert len(good.groups) == len(last.groups) == 1
        assert not good.HasField("fault")
        assert (nan.fault.status, raised.fault.status, deaf.fault.status) == (INTERNAL, INTERNAL, TIMEOUT)
        assert "RuntimeError: no entry with *** xxx" in raised.fault.message
        assert len(raised.fault.message.encode()) <= 1024
        assert deaf.fault.message.startswith("poll of p (")
        said = json.dumps(module.log)
        assert "hunter22" not in said
        assert "it is ***" in said


@in_loop
async def test_a_module_whose_runs_never_end_says_so_and_makes_no_more_threads():
    stuck = threading.Event()
    plugin = plugin_with(poll=lambda resource, ctx: [stuck.wait(30)][1:])
    async with served(plugin) as module:
        await module.configure("1")
        for _ in range(5):
            await answers_of(module.poll(items_of(50, deadline_ms=150)))
        before = threading.active_count()
        answers = await answers_of(module.poll(items_of(3, deadline_ms=150)))
        assert threading.active_count() <= before
        assert "earlier runs still go on after their deadlines: give whatever waits in it a timeout" in answers[0].fault.message
        stuck.set()
        while module.running._parts.workshop.strays.count > 0:
            await asyncio.sleep(0.02)
        assert not (await answers_of(module.poll(items_of(1))))[0].HasField("fault")


@in_loop
async def test_an_item_that_had_no_turn_before_its_deadline_says_so():
    plugin = Plugin("m", "1.0.0", "d", concurrency=1)
    plugin.poll(lambda resource, ctx: [ctx.signal.wait(20)][1:])
    async with served(plugin) as module:
        await module.configure("1")
        first, second = await answers_of(module.poll([*items_of(1, deadline_ms=2000), items_of(2, deadline_ms=100)[1]]))
        assert "no result within 2000 ms" in first.fault.message
        assert "not begun within 100 ms: more was asked for than may run at a time" in second.fault.message


@in_loop
async def test_many_calls_at_a_time_share_a_bounded_number_of_threads():
    plugin = plugin_with(poll=lambda resource, ctx: time.sleep(0.05) or [])
    async with served(plugin) as module:
        await module.configure("1")
        calls = [answers_of(module.poll(items_of(100, deadline_ms=20_000))) for _ in range(20)]
        gathered = asyncio.gather(*calls)
        most = 0
        while not gathered.done():
            most = max(most, module.running._parts.workshop.pool._threads)
            await asyncio.sleep(0.01)
        assert sum(not one.HasField("fault") for answers in await gathered for one in answers) == 2_000
        assert 50 < most < 500


@pytest.mark.parametrize("is_async", [True, False])
@in_loop
async def test_a_reader_that_stalls_stops_the_work_and_not_the_memory(is_async):
    made = 0

    def make():
        nonlocal made
        while True:
            made += 1
            yield {"name": "g", "dimensions": {"n": str(made), "text": "x" * 10_000}, "metrics": {"a": gauge(1)}}

    async def poll_async(resource, ctx):
        for group in make():
            yield group

    async with served(plugin_with(poll=poll_async if is_async else lambda resource, ctx: make())) as module:
        await module.configure("1")
        call = module.poll(items_of(1, deadline_ms=60_000))
        await call.read()
        steady = 0
        while steady < 10:
            before = made
            await asyncio.sleep(0.05)
            steady = steady + 1 if made == before else 0
        # What is buffered by the library, in the outbox and in the answer: a few MiB.
        assert made * 10_000 < 24 * 1024 * 1024
        call.cancel()
