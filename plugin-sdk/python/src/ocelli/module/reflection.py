"""Server reflection, where grpcio-reflection is installed: grpcurl and the like then work at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def reflection_handlers(services: Iterable[str]) -> list[Any]:
    """The handlers of reflection, to be put behind the same check as the others; none where it is not installed."""
    try:
        from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc
        from grpc_reflection.v1alpha._async import ReflectionServicer
    except Exception:  # Missing, or made for another protobuf: either way there is none.
        return []
    names = (*services, reflection.SERVICE_NAME)
    collected = _Collector()
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(ReflectionServicer(names), collected)
    return collected.handlers


class _Collector:
    """Takes handlers in the place of a server."""

    def __init__(self) -> None:
        self.handlers: list[Any] = []

    def add_generic_rpc_handlers(self, handlers: Iterable[Any]) -> None:
        self.handlers.extend(handlers)

    def add_registered_method_handlers(self, service: str, methods: object) -> None:
        """The same methods once more, for servers that look them up by themselves."""
