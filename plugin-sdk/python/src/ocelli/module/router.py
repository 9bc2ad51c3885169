"""Finds the handler of a call, and lets only the host in."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import grpc

from ocelli.errors import OcelliError
from ocelli.log import Log
from ocelli.module.status import status_of_error
from ocelli.redactor import Redactor

# The metadata key that carries the token of a child.
TOKEN_KEY = "ocelli-token"

Unary = Callable[[bytes], Awaitable[bytes]]
Stream = Callable[[bytes], AsyncIterator[bytes]]
Both = Callable[[AsyncIterator[bytes]], AsyncIterator[bytes]]


@dataclass(frozen=True)
class Method:
    """One RPC, over bytes: a request or a stream of them in, an answer or a stream of them out."""

    kind: str
    serve: Any


def unary(serve: Unary) -> Method:
    return Method("unary", serve)


def stream(serve: Stream) -> Method:
    return Method("stream", serve)


def both(serve: Both) -> Method:
    return Method("both", serve)


class Router(grpc.GenericRpcHandler):  # type: ignore[misc]
    """The methods of a server by their paths, and handlers of others that come behind the same check."""

    def __init__(self, methods: Mapping[str, Method], token: Optional[str], log: Log, redactor: Redactor) -> None:
        self._log = log
        self._redactor = redactor
        self._token = token
        self._handlers = {path: self._handler(path, method) for path, method in methods.items()}
        self.others: list[Any] = []

    def service(self, details: Any) -> Any:
        if self._token is not None and not self._admits(details.invocation_metadata):
            return self._refusal(details)
        found = self._handlers.get(details.method)
        for other in self.others:
            found = found or other.service(details)
        return found

    def _admits(self, metadata: Any) -> bool:
        """Compares in constant time: who measures learns nothing."""
        given = next((value for key, value in metadata or () if key == TOKEN_KEY), "")
        token = given.encode() if isinstance(given, str) else bytes(given)
        return hmac.compare_digest(token, (self._token or "").encode())

    def _refusal(self, details: Any) -> Any:
        text = f"the call carries no valid {TOKEN_KEY}: only my host may call me"

        async def refuse(_requests: Any, context: Any) -> None:
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, text)

        # Fits every kind of call: what is refused neither reads nor writes.
        return grpc.stream_stream_rpc_method_handler(refuse)

    def _handler(self, path: str, method: Method) -> Any:
        async def serve_unary(request: bytes, context: Any) -> Optional[bytes]:
            try:
                answer: bytes = await method.serve(request)
                return answer
            except Exception as error:
                await self._abort(path, error, context)
                return None

        async def serve_stream(request: Any, context: Any) -> None:
            messages = method.serve(request)
            try:
                async for message in messages:
                    # Returns once the transport took it: a reader that does not read stops the work here.
                    await context.write(message)
            except Exception as error:
                await self._abort(path, error, context)
            finally:
                await messages.aclose()

        if method.kind == "unary":
            return grpc.unary_unary_rpc_method_handler(serve_unary)
        if method.kind == "stream":
            return grpc.unary_stream_rpc_method_handler(serve_stream)
        return grpc.stream_stream_rpc_method_handler(serve_stream)

    async def _abort(self, path: str, error: Exception, context: Any) -> None:
        if isinstance(error, asyncio.CancelledError):
            raise error
        if not isinstance(error, OcelliError):
            self._log.error("call failed", method=path, err=error)
        code, text = status_of_error(error, self._redactor)
        await context.abort(code, text)
