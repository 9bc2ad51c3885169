"""Serves a module's services, with health and, where it is installed, reflection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Optional

import grpc
import grpc.aio

from ocelli.calls.running_call import Workshop
from ocelli.definition import Plugin
from ocelli.errors import OcelliError
from ocelli.log import Log
from ocelli.module.health import Health
from ocelli.module.instances import Instances
from ocelli.module.listen_address import check_listen_address, remove_socket
from ocelli.module.parts import ModuleParts
from ocelli.module.reflection import reflection_handlers
from ocelli.module.router import Router
from ocelli.module.serve_plugin import ModuleIdentity, ModuleLimits, PluginService
from ocelli.module.serve_sink import serve_sink
from ocelli.module.serve_work import serve_work
from ocelli.module.work_gate import WorkGate
from ocelli.redactor import Redactor

# Largest message both ways unless the host allows less.
DEFAULT_MESSAGE_BYTES = 4 * 1024 * 1024
# How long the last answers may take to leave after everything is done.
LAST_WORDS_S = 1.0
_KEEPALIVE_MS = 10_000


@dataclass(frozen=True)
class ModuleOptions:
    # "unix:/path" or "host:port".
    listen: str
    # What every call must carry; None lets everybody in.
    token: Optional[str]
    # What the host allows.
    limits: ModuleLimits
    identity: ModuleIdentity
    log: Log
    redactor: Redactor


class RunningModule:
    def __init__(self, options: ModuleOptions, parts: ModuleParts, server: Any, health: Health) -> None:
        self._options, self._parts, self._server, self._health = options, parts, server, health
        self.endpoint = options.listen

    async def drain(self, grace_ms: float, reason: str) -> None:
        """Takes no new work, and returns when what runs is done, at the latest after `grace_ms`."""
        gate = self._parts.gate
        if not gate.stopping.is_set():
            self._options.log.info("draining", reason=reason, inFlight=gate.in_flight)
        self._health.set_serving(False)
        await gate.drain(grace_ms)

    async def stop(self, grace_ms: float, reason: str) -> None:
        """Finishes what runs, for at most `grace_ms`, closes sinks, and stops listening."""
        await self.drain(grace_ms, reason)
        await self._server.stop(LAST_WORDS_S)
        await self._parts.instances.close()
        remove_socket(self._options.listen)


async def start_module(plugin: Plugin[Any], options: ModuleOptions) -> RunningModule:
    """Raises "unavailable" where it cannot listen there."""
    check_listen_address(options.listen)
    log, redactor = options.log, options.redactor
    message_bytes = min(options.limits.message_bytes or DEFAULT_MESSAGE_BYTES, DEFAULT_MESSAGE_BYTES)
    workshop = Workshop(plugin.name, plugin.concurrency)
    parts = ModuleParts(plugin, Instances(log), WorkGate(), workshop, log, redactor, message_bytes)
    running: RunningModule

    async def drain(grace_ms: float, reason: str) -> None:
        await running.drain(grace_ms, reason)

    limits = replace(options.limits, message_bytes=message_bytes)
    methods = PluginService(parts, options.identity, limits, drain).methods()
    methods.update(serve_work(parts))
    methods.update(serve_sink(parts))
    services = {path.split("/")[1] for path in methods}
    health = Health(services)
    methods.update(health.methods())
    router = Router(methods, options.token, log, redactor)
    router.others = reflection_handlers([*services, "grpc.health.v1.Health"])
    server = grpc.aio.server(options=_server_options(message_bytes))
    server.add_generic_rpc_handlers((router,))
    running = RunningModule(options, parts, server, health)
    try:
        port = server.add_insecure_port(options.listen)
        await server.start()
    except RuntimeError:
        raise OcelliError("unavailable", f"cannot listen on {options.listen}") from None
    if not options.listen.startswith("unix:"):
        running.endpoint = f"{options.listen.rsplit(':', 1)[0]}:{port}"
    log.info("module serves", module=plugin.name, version=plugin.version, endpoint=running.endpoint)
    return running


def _server_options(message_bytes: int) -> list[tuple[str, int]]:
    """Both size limits, pings that notice a peer that is gone, and a port of one's own."""
    return [
        ("grpc.max_send_message_length", message_bytes),
        ("grpc.max_receive_message_length", message_bytes),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", _KEEPALIVE_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", _KEEPALIVE_MS // 2),
        ("grpc.http2.max_ping_strikes", 0),
        ("grpc.so_reuseport", 0),
    ]
