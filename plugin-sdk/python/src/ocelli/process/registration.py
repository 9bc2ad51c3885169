"""Keeps a stand-alone module registered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any, Callable, Optional

import grpc
import grpc.aio

from ocelli.errors import OcelliError
from ocelli.log import Log
from ocelli.registry.v1 import registry_pb2

# The metadata key that carries the join token of a stand-alone module.
JOIN_TOKEN_KEY = "ocelli-join-token"
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 15.0
# The registry dials back before it answers.
_REGISTER_TIMEOUT_S = 15.0
_DEREGISTER_TIMEOUT_S = 2.0
_PREFIX = "/ocelli.registry.v1.ModuleRegistry/"

Random = Callable[[], float]
Sleep = Callable[[float], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Registration:
    """What a stand-alone module says of itself."""

    name: str
    version: str
    endpoint: str
    instance_id: str
    boot_id: str


def wait_after_s(failures_before: int, chance: float) -> float:
    """How long to wait after one more failure in a row: each time up to twice as long, and as chance has it at least half of
    that, so that the modules of a registry that restarts do not come all at once."""
    longest = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(10, failures_before))
    return longest * (0.5 + chance / 2)


class Registrar:
    """Registers, sends heartbeats, and takes the module away when it stops. A registry that is away, restarts or has forgotten
    the module is tried again, each time after a longer wait with chance in it: `random` gives a number from 0 on and below 1."""

    def __init__(
        self, registry: str, registration: Registration, join_token: Optional[str], log: Log, random: Random, sleep: Sleep
    ) -> None:
        self._registry = registry
        self._log = log
        self._random, self._sleep = random, sleep
        self._metadata = () if join_token is None else ((JOIN_TOKEN_KEY, join_token),)
        self._request = registry_pb2.RegisterRequest(**vars(registration))
        self._who = {"name": registration.name, "instance_id": registration.instance_id, "boot_id": registration.boot_id}

    async def run(self, stop: asyncio.Event) -> None:
        # Retries are the loop's own, and the mesh's addresses are no business of proxies.
        options = [("grpc.enable_retries", 0), ("grpc.enable_http_proxy", 0), ("grpc.max_reconnect_backoff_ms", 1000)]
        async with grpc.aio.insecure_channel(self._registry, options=options) as channel:
            stopping = asyncio.ensure_future(stop.wait())
            failures = 0
            while not stop.is_set():
                attempt = asyncio.ensure_future(self._hold(channel))
                await asyncio.wait([attempt, stopping], return_when=asyncio.FIRST_COMPLETED)
                if not attempt.done():
                    attempt.cancel()
                    await asyncio.wait([attempt])
                    break
                registered, reason = attempt.result()
                if registered:
                    failures = 0
                if reason is None:
                    continue
                wait_s = wait_after_s(failures, self._random())
                failures += 1
                said = {"registry": self._registry, "reason": reason, "waitMs": round(wait_s * 1000)}
                self._log.warn("not registered, trying again", **said)
                pause = asyncio.ensure_future(self._sleep(wait_s))
                await asyncio.wait([pause, stopping], return_when=asyncio.FIRST_COMPLETED)
                pause.cancel()
            await self._deregister(channel)

    async def _hold(self, channel: Any) -> tuple[bool, Optional[str]]:
        """Registers and sends heartbeats until they fail. Returns whether it was registered, and why it is not any more; None
        where the registry has only forgotten it."""
        registered = False
        try:
            register = channel.unary_unary(
                f"{_PREFIX}Register",
                request_serializer=registry_pb2.RegisterRequest.SerializeToString,
                response_deserializer=registry_pb2.RegisterResponse.FromString,
            )
            lease = await register(self._request, timeout=_REGISTER_TIMEOUT_S, metadata=self._metadata, wait_for_ready=False)
            registered = True
            self._log.info("registered", registry=self._registry, leaseMs=lease.lease_ms)
            await self._beat(channel, max(0.1, lease.heartbeat_every_ms / 1000))
            self._log.warn("the registry has forgotten this module: registering again")
            return True, None
        except grpc.RpcError as error:
            return registered, _reason_of(error)
        except OcelliError as error:
            return registered, str(error)

    async def _beat(self, channel: Any, every_s: float) -> None:
        """Returns when the registry does not know the module any more, raises when the stream breaks."""

        async def beats() -> AsyncIterator[registry_pb2.HeartbeatRequest]:
            while True:
                yield registry_pb2.HeartbeatRequest(**self._who)
                await self._sleep(every_s)

        heartbeat = channel.stream_stream(
            f"{_PREFIX}Heartbeat",
            request_serializer=registry_pb2.HeartbeatRequest.SerializeToString,
            response_deserializer=registry_pb2.HeartbeatResponse.FromString,
        )
        call = heartbeat(beats(), metadata=self._metadata)
        try:
            async for answer in call:
                if answer.unknown:
                    return
        finally:
            call.cancel()
        raise OcelliError("unavailable", "the registry ended the heartbeat")

    async def _deregister(self, channel: Any) -> None:
        deregister = channel.unary_unary(
            f"{_PREFIX}Deregister",
            request_serializer=registry_pb2.DeregisterRequest.SerializeToString,
            response_deserializer=registry_pb2.DeregisterResponse.FromString,
        )
        request = registry_pb2.DeregisterRequest(**self._who)
        try:
            await deregister(request, timeout=_DEREGISTER_TIMEOUT_S, metadata=self._metadata)
            self._log.info("deregistered")
        except grpc.RpcError as error:
            self._log.warn("could not deregister: the lease will end by itself", reason=_reason_of(error))


def _reason_of(error: grpc.RpcError) -> str:
    details = error.details() if hasattr(error, "details") else None
    return details or str(error) or type(error).__name__
