"""What an author's functions give back. Each may also be a dict with the same keys."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

Number = Union[int, float]


class MetricValue:
    """A number and whether it may go down."""

    __slots__ = ("place", "type", "value")

    def __init__(self, type: str, value: Number, place: Union[tuple[str, int], bool, None] = None) -> None:
        self.type = type
        self.value = value
        # True of a value that was looked at already; where it was written, of one that looks wrong.
        self.place = place

    def __repr__(self) -> str:
        return f"{self.type}({self.value!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MetricValue) and (other.type, other.value) == (self.type, self.value)

    def __hash__(self) -> int:
        return hash((self.type, self.value))


def gauge(value: Number) -> MetricValue:
    """A value as it is now, such as a temperature."""
    kind = value.__class__
    if kind is int or (kind is float and value - value == 0):
        return MetricValue("gauge", value, True)
    return MetricValue("gauge", value, _caller())


def counter(value: Number) -> MetricValue:
    """A count that only grows until its source restarts, such as octets sent. Give an int above 2**53."""
    if value.__class__ is int and value >= 0:
        return MetricValue("counter", value, True)
    return MetricValue("counter", value, _caller())


def _caller() -> tuple[str, int]:
    frame = sys._getframe(2)
    return frame.f_code.co_filename, frame.f_lineno


@dataclass
class Group:
    """Metrics that were read together and share their dimensions. Name and dimensions are unique in an answer."""

    # What kind of group this is, such as "interface" or "cpu".
    name: str
    # The numbers by name. A name ends in its unit where it has one.
    metrics: Mapping[str, MetricValue]
    # What it is about, such as {"interface_name": "Gi0/1"}.
    dimensions: Mapping[str, str] = field(default_factory=dict)
    # When they were read, in epoch ms; 0 means when the answer arrived.
    at_ms: int = 0


@dataclass
class Enrichment:
    """Facts of one namespace about a resource."""

    # What the facts are about, such as "interface".
    namespace: str
    # Anything that JSON can say, in a dict.
    data: Mapping[str, Any]
    # Version of the shape of the data.
    schema: str = "0.1"
    # How long the facts hold, in seconds.
    ttl_s: int = 3600
    # The resource they belong to; empty means the one that was asked about.
    resource_id: str = ""


@dataclass
class Resource:
    """Something that is watched. Every field but id may be empty."""

    # Names it in the whole mesh. Any characters, up to 512 bytes.
    id: str
    # How to reach it: host, host:port or URL. (The defaults are made by factories so that they are nowhere else than in the
    # resources: those that come from the mesh read their fields when somebody asks for one.)
    endpoint: str = field(default_factory=str)
    site: str = field(default_factory=str)
    # The broadest kind; "class" in a dict.
    class_: str = field(default_factory=str)
    subclass: str = field(default_factory=str)
    type: str = field(default_factory=str)
    metadata: Mapping[str, str] = field(default_factory=dict)
    # Ids of the resources it is part of or depends on.
    parents: Sequence[str] = field(default_factory=list)
    # How long it is kept after it was last seen, in seconds; 0 means the mesh's default.
    ttl_s: int = field(default_factory=int)
