"""A module that serves on a loopback port in this process, and a client for it."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Optional

import grpc.aio

from ocelli import Plugin
from ocelli.log import Log
from ocelli.module.serve_plugin import ModuleIdentity, ModuleLimits
from ocelli.module.start import ModuleOptions, RunningModule, start_module
from ocelli.plugin.v1 import discovery_pb2, enrichment_pb2, plugin_pb2, polling_pb2, sink_pb2
from ocelli.redactor import Redactor
from ocelli.resource.v1 import resource_pb2

_PREFIX = "/ocelli.plugin.v1."


class Served:
    def __init__(self, channel: Any, running: RunningModule, log: list[dict[str, Any]]) -> None:
        self._channel, self.running, self.log = channel, running, log

    def unary(self, path: str, request: Any, answer: Any, **options: Any) -> Any:
        call = self._channel.unary_unary(
            _PREFIX + path, request_serializer=type(request).SerializeToString, response_deserializer=answer.FromString
        )
        return call(request, timeout=20, **options)

    def stream(self, path: str, request: Any, answer: Any) -> Any:
        call = self._channel.unary_stream(
            _PREFIX + path, request_serializer=type(request).SerializeToString, response_deserializer=answer.FromString
        )
        return call(request)

    def handshake(self, *majors: int, **options: Any) -> Any:
        request = plugin_pb2.HandshakeRequest(protocol_majors=majors)
        return self.unary("Plugin/Handshake", request, plugin_pb2.HandshakeResponse, **options)

    def describe(self) -> Any:
        return self.unary("Plugin/Describe", plugin_pb2.DescribeRequest(), plugin_pb2.DescribeResponse)

    async def configure(
        self,
        revision: str,
        settings: Optional[dict[str, Any]] = None,
        secrets: Optional[dict[str, str]] = None,
        plugin: str = "p",
    ) -> list[Any]:
        request = plugin_pb2.ConfigureRequest(
            plugin=plugin, revision=revision, settings_json=json.dumps(settings or {}), secrets=secrets or {}
        )
        answer = await self.unary("Plugin/Configure", request, plugin_pb2.ConfigureResponse)
        return list(answer.diagnostics)

    def drain(self, grace_ms: int) -> Any:
        return self.unary("Plugin/Drain", plugin_pb2.DrainRequest(grace_ms=grace_ms, reason="test"), plugin_pb2.DrainResponse)

    def poll(self, items: list[Any]) -> Any:
        return self.stream("Polling/Poll", polling_pb2.PollRequest(items=items), polling_pb2.PollResponse)

    def enrich(self, items: list[Any]) -> Any:
        return self.stream("Enrichment/Enrich", enrichment_pb2.EnrichRequest(items=items), enrichment_pb2.EnrichResponse)

    def discover(self, **run: Any) -> Any:
        request = discovery_pb2.DiscoverRequest(run=run_of(**run))
        return self.stream("Discovery/Discover", request, discovery_pb2.DiscoverResponse)

    def write(self, requests: AsyncIterator[Any]) -> Any:
        call = self._channel.stream_stream(
            _PREFIX + "Sink/Write",
            request_serializer=sink_pb2.WriteRequest.SerializeToString,
            response_deserializer=sink_pb2.WriteResponse.FromString,
        )
        return call(requests)


@asynccontextmanager
async def served(
    plugin: Plugin[Any], message_bytes: int = 0, token: Optional[str] = None, listen: str = "127.0.0.1:0"
) -> AsyncIterator[Served]:
    lines: list[dict[str, Any]] = []
    redactor = Redactor()
    log = Log("info", redactor, lambda line: lines.append(json.loads(line)))
    options = ModuleOptions(listen, token, ModuleLimits(message_bytes), ModuleIdentity("i", "b"), log, redactor)
    running = await start_module(plugin, options)
    channel = grpc.aio.insecure_channel(running.endpoint, options=[("grpc.max_receive_message_length", 8 << 20)])
    try:
        yield Served(channel, running, lines)
    finally:
        await channel.close()
        await running.stop(0, "the test is over")


def run_of(**run: Any) -> plugin_pb2.Run:
    return plugin_pb2.Run(**{"plugin": "p", "revision": "1", "deadline_ms": 10_000, **run})


def items_of(count: int, **run: Any) -> list[plugin_pb2.Item]:
    return [
        plugin_pb2.Item(item=n, run=run_of(**run), resource=resource_pb2.Resource(id=f"r{n}", endpoint="e")) for n in range(count)
    ]


async def answers_of(call: Any) -> list[Any]:
    """All answers, in the order of their items."""
    found = [answer async for message in call for answer in message.answers]
    return sorted(found, key=lambda one: one.item)


def in_loop(work: Any) -> Any:
    """For test functions that are async."""

    @functools.wraps(work)
    def test(*args: Any, **kwargs: Any) -> None:
        asyncio.run(asyncio.wait_for(work(*args, **kwargs), 60))

    return test
