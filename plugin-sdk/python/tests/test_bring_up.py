import asyncio
import json
import os
import socket
import sys
import tempfile
import threading
from dataclasses import dataclass

import grpc
import pytest
from served import answers_of, in_loop, items_of, served

from ocelli import Plugin, gauge, setting
from ocelli.errors import OcelliError
from ocelli.plugin.v1 import plugin_pb2


def plugin_with(settings=None, **functions):
    plugin = Plugin("m", "1.2.3", "Does things.", settings, wants_enrichments=["n"])
    for name, function in functions.items():
        getattr(plugin, name)(function)
    return plugin


def one_group(resource, ctx):
    return [{"name": "g", "dimensions": {"id": resource.id}, "metrics": {"a": gauge(1)}}]


async def code_of(call):
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        if hasattr(call, "__aiter__"):
            async for _ in call:
                pass
        else:
            await call
    return raised.value.code(), raised.value.details()


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


def leave(settings):
    sys.exit("no such port")


async def leave_async(settings):
    leave(settings)


def run_out(settings):
    return [next(iter(()))]


@pytest.mark.parametrize(
    ("validate", "said"),
    [
        (leave, "RuntimeError: SystemExit('no such port') was raised"),
        (leave_async, "RuntimeError: SystemExit('no such port') was raised"),
        (run_out, "RuntimeError: StopIteration() was raised"),
    ],
)
@in_loop
async def test_a_validate_that_would_end_the_process_is_a_problem_of_its_own_settings(validate, said):
    async with served(plugin_with(Settings, poll=one_group, validate=validate)) as module:
        (found,) = await module.configure("1", {"main": {"port": 1}})
        assert found.summary.startswith("the module could not look at its settings (")
        assert "test_bring_up.py:" in found.summary
        assert found.summary.endswith(f"): {said}")
        assert (await module.handshake(1)).protocol_major == 1


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
