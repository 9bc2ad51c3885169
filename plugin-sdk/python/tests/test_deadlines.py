import asyncio
import itertools
import os
import time

import pytest

from ocelli import Plugin, gauge, test_plugin

HERE = os.path.relpath(__file__)


ONE = {"name": "g", "metrics": {"a": gauge(1)}}


def polled(poll, **run):
    plugin = Plugin("p", "1.0.0", "d")
    plugin.poll(poll)
    return test_plugin(plugin).poll({"id": "r"}, **run)


def line_of(function, offset):
    return f"{HERE}:{function.__code__.co_firstlineno + offset}"


def deaf_thread(resource, ctx):
    yield ONE
    end = time.monotonic() + 2
    while time.monotonic() < end:
        time.sleep(0.01)


async def deaf_coroutine(resource, ctx):
    yield ONE
    for _ in range(100):
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            pass


@pytest.mark.parametrize("poll", [deaf_thread, deaf_coroutine])
def test_work_that_ignores_its_signal_is_left_behind_at_its_deadline(poll):
    started = time.monotonic()
    outcome = polled(poll, deadline_ms=100)
    assert time.monotonic() - started < 1.9
    assert outcome.fault.status == "timeout"
    assert outcome.fault.message.startswith(f"poll of p ({HERE}:")
    assert outcome.fault.message.endswith("no end within 100 ms, after 1 metric groups")
    assert len(outcome.groups) == 1


def test_a_deadline_names_the_line_that_waits():
    async def inner():
        await asyncio.sleep(5)

    async def poll(resource, ctx):
        await inner()
        return []

    fault = polled(poll, deadline_ms=50).fault
    assert fault.message == f"poll of p ({line_of(inner, 1)}): no result within 50 ms"


def endless(resource, ctx):
    n = 0
    while not ctx.signal.wait(0.001):
        n += 1
        yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}


async def endless_async(resource, ctx):
    for n in itertools.count():
        yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}


async def endless_list(resource, ctx):
    return ({"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}} for n in itertools.count())


@pytest.mark.parametrize("poll", [endless, endless_async, endless_list])
def test_a_generator_that_never_ends_is_ended_at_the_deadline(poll):
    outcome = polled(poll, deadline_ms=200)
    assert outcome.fault.status == "timeout"
    assert "no end within 200 ms, after" in outcome.fault.message
    assert len(outcome.groups) > 10


def test_a_thread_that_looks_at_its_signal_ends_at_the_deadline():
    reasons = []

    def poll(resource, ctx):
        assert not ctx.cancelled
        assert 0 < ctx.left_s <= 0.1
        ctx.signal.wait(10)
        reasons.append(ctx.signal.reason)
        return []

    fault = polled(poll, deadline_ms=100).fault
    assert fault.status == "timeout"
    deadline = time.monotonic() + 5
    while not reasons and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "no result within 100 ms" in reasons[0]


def test_progress_moves_the_deadline_and_the_host_hears_of_it():
    def poll(resource, ctx):
        ctx.progress(30_000)
        time.sleep(0.2)
        return [ONE]

    outcome = polled(poll, deadline_ms=100)
    assert outcome.fault is None
    assert outcome.extended_ms == [30_000]
