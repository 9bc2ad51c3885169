import asyncio
import itertools
import os
import threading
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


def deaf_thread(over, ended):
    def poll(resource, ctx):
        yield ONE
        over.wait(30)
        ended.append("thread")

    return poll


def deaf_coroutine(over, ended):
    async def poll(resource, ctx):
        yield ONE
        until = time.monotonic() + 30
        while not over.is_set() and time.monotonic() < until:
            try:
                await asyncio.sleep(0.02)
            except asyncio.CancelledError:
                pass
        ended.append("coroutine")

    return poll


@pytest.mark.parametrize("deaf", [deaf_thread, deaf_coroutine])
def test_work_that_ignores_its_signal_is_left_behind_at_its_deadline(deaf):
    over, ended = threading.Event(), []
    outcome = polled(deaf(over, ended), deadline_ms=1000)
    assert ended == []
    over.set()
    assert outcome.fault.status == "timeout"
    assert outcome.fault.message.startswith(f"poll of p ({HERE}:")
    assert outcome.fault.message.endswith("no end within 1000 ms, after 1 metric groups")
    assert len(outcome.groups) == 1


def test_a_deadline_names_the_line_that_waits():
    async def inner():
        await asyncio.sleep(30)

    async def poll(resource, ctx):
        await inner()
        return []

    fault = polled(poll, deadline_ms=500).fault
    assert fault.message == f"poll of p ({line_of(inner, 1)}): no result within 500 ms"


def endless(resource, ctx):
    n = 0
    while not ctx.signal.wait(0.001):
        n += 1
        yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}


async def endless_async(resource, ctx):
    for n in itertools.count():
        await asyncio.sleep(0.001)
        yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}


async def endless_list(resource, ctx):
    def groups():
        for n in itertools.count():
            time.sleep(0.001)
            yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}

    return groups()


@pytest.mark.parametrize("poll", [endless, endless_async, endless_list])
def test_a_generator_that_never_ends_is_ended_at_the_deadline(poll):
    outcome = polled(poll, deadline_ms=1000)
    assert outcome.fault.status == "timeout"
    assert "no end within 1000 ms, after" in outcome.fault.message
    assert len(outcome.groups) > 10


def too_many(resource, ctx):
    for n in itertools.count():
        yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}


def test_a_generator_that_never_ends_is_ended_at_the_most_groups_with_its_line():
    outcome = polled(too_many, deadline_ms=60_000)
    assert outcome.fault.status == "internal"
    says = "it brought more than 20000 metric groups: does its generator never end?"
    assert outcome.fault.message == f"poll of p ({line_of(too_many, 2)}): {says}"


def test_a_thread_that_looks_at_its_signal_ends_at_the_deadline():
    reasons = []

    def poll(resource, ctx):
        assert not ctx.cancelled
        assert 0 < ctx.left_s <= 1
        ctx.signal.wait(30)
        reasons.append(ctx.signal.reason)
        return []

    fault = polled(poll, deadline_ms=1000).fault
    assert fault.status == "timeout"
    deadline = time.monotonic() + 5
    while not reasons and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "no result within 1000 ms" in reasons[0]


def test_progress_moves_the_deadline_and_the_host_hears_of_it():
    def poll(resource, ctx):
        ctx.progress(30_000)
        time.sleep(1.2)
        return [ONE]

    outcome = polled(poll, deadline_ms=1000)
    assert outcome.fault is None
    assert outcome.extended_ms == [30_000]
