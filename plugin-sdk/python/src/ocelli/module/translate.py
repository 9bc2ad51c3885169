"""Between messages and what authors see."""

from __future__ import annotations

from typing import Any

from ocelli.faults import FAULT_ORIGINS, FAULT_RETRIES, FAULT_SCOPES, POLL_STATUSES, Fault, PollFault
from ocelli.redactor import Redactor
from ocelli.resource.v1 import fault_pb2, resource_pb2
from ocelli.values import Resource
from ocelli.words import truncate_utf8

# A fault's sentence is at most 1 KiB long.
SENTENCE_MAX_BYTES = 1024


class WireResource(Resource):
    """A resource that is still a message. It becomes an ordinary one with the first look at a field: most functions look at
    one or two, and some at none."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        self._read()
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        self._read()
        return self == other

    def __reduce_ex__(self, protocol: Any) -> Any:
        self._read()
        return self.__reduce_ex__(protocol)

    def _read(self) -> None:
        fields = self.__dict__
        wire = fields.pop("_wire", None)
        if wire is None:
            return
        fields["id"] = wire.id
        fields["endpoint"] = wire.endpoint
        fields["site"] = wire.site
        fields["class_"] = getattr(wire, "class")
        fields["subclass"] = wire.subclass
        fields["type"] = wire.type
        fields["metadata"] = dict(wire.metadata)
        fields["parents"] = list(wire.parents)
        fields["ttl_s"] = wire.ttl_s
        self.__class__ = Resource  # type: ignore[assignment]


def resource_from_wire(wire: Any) -> Resource:
    return WireResource(wire)


def resource_to_wire(resource: Resource) -> Any:
    wire = resource_pb2.Resource(
        id=resource.id,
        site=resource.site,
        subclass=resource.subclass,
        type=resource.type,
        endpoint=resource.endpoint,
        metadata=resource.metadata,
        parents=resource.parents,
        ttl_s=resource.ttl_s,
    )
    setattr(wire, "class", resource.class_)
    return wire


def fault_to_wire(fault: PollFault, redactor: Redactor) -> fault_pb2.Fault:
    """Without secrets, and not longer than anybody reads."""
    return fault_pb2.Fault(
        message=truncate_utf8(redactor.apply(fault.message), SENTENCE_MAX_BYTES),
        origin=FAULT_ORIGINS.index(fault.origin),  # type: ignore[arg-type]
        retry=FAULT_RETRIES.index(fault.retry),  # type: ignore[arg-type]
        scope=1,  # type: ignore[arg-type]
        status=POLL_STATUSES.index(fault.status),  # type: ignore[arg-type]
    )


def fault_from_wire(wire: Any) -> Fault:
    """A fault that says no status failed all the same: it counts as internal."""
    return Fault(
        wire.message,
        _word(FAULT_ORIGINS, wire.origin, "plugin"),
        _word(FAULT_RETRIES, wire.retry, "next_slot"),
        _word(FAULT_SCOPES, wire.scope, "item"),
        _word(POLL_STATUSES, wire.status, "internal") if wire.status else "internal",
    )


def _word(words: tuple[str, ...], number: int, fallback: str) -> str:
    return (words[number] if 0 <= number < len(words) else "") or fallback
