"""grpc.health.v1.Health, written by hand because its two messages are fixed for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from ocelli.errors import OcelliError
from ocelli.module.router import Method, stream, unary

_SERVING, _NOT_SERVING, _SERVICE_UNKNOWN = b"\x08\x01", b"\x08\x02", b"\x08\x03"


class Health:
    """Serves from the start, until it is told otherwise."""

    def __init__(self, services: Iterable[str]) -> None:
        self._services = {"", *services}
        self._serving = True
        self._changed = asyncio.Event()

    def set_serving(self, serving: bool) -> None:
        self._serving = serving
        self._changed.set()
        self._changed = asyncio.Event()

    def methods(self) -> dict[str, Method]:
        return {"/grpc.health.v1.Health/Check": unary(self._check), "/grpc.health.v1.Health/Watch": stream(self._watch)}

    async def _check(self, request: bytes) -> bytes:
        name = _service_of(request)
        if name not in self._services:
            raise OcelliError("not_found", f"there is no service {name} here")
        return self._status(name)

    async def _watch(self, request: bytes) -> AsyncIterator[bytes]:
        name = _service_of(request)
        said = b""
        while True:
            changed = self._changed
            status = self._status(name)
            if status != said:
                yield status
                said = status
            await changed.wait()

    def _status(self, name: str) -> bytes:
        if name not in self._services:
            return _SERVICE_UNKNOWN
        return _SERVING if self._serving else _NOT_SERVING


def _service_of(request: bytes) -> str:
    """HealthCheckRequest: service = 1. Names are short: their length is one byte, or two."""
    if len(request) < 2 or request[0] != 0x0A:
        return ""
    start = 2 if request[1] < 128 else 3
    return request[start:].decode("utf-8", "replace")
