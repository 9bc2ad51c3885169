import asyncio
import json
import os
import socket
import tempfile
import threading
import time
from dataclasses import dataclass

import grpc
import pytest
from served import answers_of, in_loop, items_of, served

from ocelli import Plugin, PollFault, gauge, setting
from ocelli.errors import OcelliError
from ocelli.plugin.v1 import plugin_pb2
from ocelli.resource.v1 import resource_pb2

TIMEOUT, INTERNAL, PARTIAL, NETWORK = 3, 5, 4, 2


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


def wild(resource, ctx):
    if resource.id == "r1":
        return [{"name": "g", "metrics": {"a": gauge(float("nan"))}}]
    if resource.id == "r2":
        raise RuntimeError("no entry with hunter22 " + "x" * 100_000)
    if resource.id == "r3":
        time.sleep(3)
    if resource.id == "r4":
        ctx.log.info("it is hunter22")
    return one_group(resource, ctx)


@in_loop
async def test_each_item_fails_alone_with_a_short_sentence_and_without_secrets():
    async with served(plugin_with(poll=wild)) as module:
        await module.configure("1", secrets={})
        module.running._parts.redactor.add(["hunter22"])
        started = time.monotonic()
        good, nan, raised, deaf, last = await answers_of(module.poll(items_of(5, deadline_ms=400)))
        assert time.monotonic() - started < 2.5
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
        first, second = await answers_of(module.poll([*items_of(1, deadline_ms=600), items_of(2, deadline_ms=100)[1]]))
        assert "no result within 600 ms" in first.fault.message
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


@in_loop
async def test_a_host_of_another_protocol_major_is_told_both_ranges():
    async with served(plugin_with(poll=one_group)) as module:
        newer = await module.handshake(2, 3)
        assert (newer.protocol_major, list(newer.protocol_majors), newer.name, newer.version) == (0, [1], "m", "1.2.3")
        same = await module.handshake(1, 2)
        assert (same.protocol_major, same.sdk, same.language) == (1, "ocelli-py/0.1.0", "python")
        assert same.limits.message_bytes == 4 * 1024 * 1024


@dataclass
class Main:
    port: int = setting()


@dataclass
class Settings:
    main: Main


@in_loop
async def test_describe_says_what_it_serves_and_its_digest_changes_with_what_it_says():
    async def digest_of(description):
        plugin = Plugin("m", "1.0.0", description, Settings, wants_enrichments=["n"], repeat_is_harmless=True)
        plugin.poll(one_group)
        async with served(plugin) as module:
            said = await module.describe()
            assert (said.description, list(said.services), list(said.wants_enrichments)) == (description, [3], ["n"])
            assert json.loads(said.settings_schema_json)["properties"]["main"]["properties"]["port"]["type"] == "integer"
            assert said.repeat_is_harmless
            return (await module.handshake(1)).describe_digest

    one, same, other = await digest_of("One."), await digest_of("One."), await digest_of("Other.")
    assert one == same != other


@in_loop
async def test_settings_that_are_wrong_are_not_applied_and_what_ran_before_goes_on():
    async with served(plugin_with(Settings, poll=one_group)) as module:
        assert await module.configure("1", {"main": {"port": 1}}) == []
        wrong = {"main": {"port": "x", "prt": 1}}
        found = await module.configure("2", wrong)
        assert sorted(one.path for one in found) == ["/main/port", "/main/prt"]
        looked = await module.unary(
            "Plugin/ValidateConfig",
            plugin_pb2.ValidateConfigRequest(plugin="p", settings_json=json.dumps(wrong)),
            plugin_pb2.ValidateConfigResponse,
        )
        assert list(looked.diagnostics) == found
        assert len(await answers_of(module.poll(items_of(1)))) == 1
        code, details = await code_of(module.poll(items_of(1, revision="2")))
        assert code is grpc.StatusCode.FAILED_PRECONDITION
        assert details == "plugin p is not configured at revision 2: it has revision 1"


@in_loop
async def test_two_plugins_of_one_process_keep_their_settings_apart():
    async def poll(resource, ctx):
        return [{"name": ctx.plugin, "metrics": {"port": gauge(ctx.settings.main.port)}}]

    async with served(plugin_with(Settings, poll=poll)) as module:
        await module.configure("1", {"main": {"port": 1}}, plugin="a")
        await module.configure("1", {"main": {"port": 2}}, plugin="b")
        items = [*items_of(1, plugin="a"), *items_of(1, plugin="b")]
        items[1].item = 1
        answers = await answers_of(module.poll(items))
        assert [(one.groups[0].name, one.groups[0].metrics[0].double_value) for one in answers] == [("a", 1), ("b", 2)]


@in_loop
async def test_a_drain_waits_for_what_runs_and_takes_nothing_new():
    entered, finish = threading.Event(), threading.Event()

    def poll(resource, ctx):
        entered.set()
        finish.wait(20)
        return []

    async with served(plugin_with(poll=poll)) as module:
        await module.configure("1")
        running = asyncio.ensure_future(answers_of(module.poll(items_of(1))))
        while not entered.is_set():
            await asyncio.sleep(0.01)
        drained = asyncio.ensure_future(module.drain(60_000))
        while not module.running._parts.gate.stopping.is_set():
            await asyncio.sleep(0.01)
        assert (await code_of(module.poll(items_of(1))))[0] is grpc.StatusCode.UNAVAILABLE
        assert not drained.done()
        finish.set()
        await drained
        assert len(await running) == 1


@in_loop
async def test_a_drain_ends_what_outlives_its_grace_time_and_says_that_it_was_not_done():
    entered = threading.Event()

    def poll(resource, ctx):
        entered.set()
        ctx.signal.wait(20)
        return []

    async with served(plugin_with(poll=poll)) as module:
        await module.configure("1")
        call = module.poll(items_of(1))
        while not entered.is_set():
            await asyncio.sleep(0.01)
        await module.drain(20)
        assert (await code_of(call))[0] is grpc.StatusCode.UNAVAILABLE


@in_loop
async def test_whoever_does_not_know_the_token_is_refused_also_by_health_and_reflection():
    async with served(plugin_with(poll=one_group), token="right") as module:
        for metadata in ((), (("ocelli-token", "wrong"),)):
            code, details = await code_of(module.handshake(1, metadata=metadata))
            assert code is grpc.StatusCode.UNAUTHENTICATED
            assert "only my host may call me" in details
            for path in ("/grpc.health.v1.Health/Check", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"):
                call = module._channel.unary_unary(path)(b"", metadata=metadata)
                assert (await code_of(call))[0] is grpc.StatusCode.UNAUTHENTICATED
        assert (await module.handshake(1, metadata=(("ocelli-token", "right"),))).protocol_major == 1


@in_loop
async def test_health_says_whether_it_serves():
    async with served(plugin_with(poll=one_group)) as module:
        check = module._channel.unary_unary("/grpc.health.v1.Health/Check")
        watch = module._channel.unary_stream("/grpc.health.v1.Health/Watch")(b"")
        assert await check(b"") == b"\x08\x01"
        assert await check(b"\x0a\x18ocelli.plugin.v1.Polling") == b"\x08\x01"
        assert (await code_of(check(b"\x0a\x01x")))[0] is grpc.StatusCode.NOT_FOUND
        assert await watch.read() == b"\x08\x01"
        await module.drain(0)
        assert await watch.read() == b"\x08\x02"
        assert await check(b"") == b"\x08\x02"
        watch.cancel()


@in_loop
async def test_a_method_that_is_not_served_is_unimplemented():
    async with served(plugin_with(poll=one_group)) as module:
        assert (await code_of(module.enrich(items_of(1))))[0] is grpc.StatusCode.UNIMPLEMENTED


@in_loop
async def test_fields_of_a_newer_host_are_ignored():
    async with served(plugin_with(poll=one_group)) as module:
        await module.configure("1")
        item = items_of(1)[0]
        item.MergeFromString(b"\x9a\x06\x05later")
        assert len(await answers_of(module.poll([item]))) == 1


@in_loop
async def test_a_socket_that_a_killed_process_left_is_taken_over_and_nothing_else_is():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        async with served(plugin_with(poll=one_group), listen=f"unix:{path}"):
            pass
        assert not os.path.exists(path)
        with socket.socket(socket.AF_UNIX) as old:
            old.bind(path)
        async with served(plugin_with(poll=one_group), listen=f"unix:{path}") as module:
            assert (await module.handshake(1)).protocol_major == 1
        with open(path, "w") as file:
            file.write("precious")
        with pytest.raises(OcelliError, match="is no socket: it is left alone"):
            async with served(plugin_with(poll=one_group), listen=f"unix:{path}"):
                pass
        with pytest.raises(OcelliError, match="at most 100 fit everywhere"):
            async with served(plugin_with(poll=one_group), listen=f"unix:{folder}/{'x' * 100}"):
                pass
