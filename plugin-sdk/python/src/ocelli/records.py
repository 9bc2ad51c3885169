"""What a sink is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Union

from ocelli.faults import Fault
from ocelli.values import Resource


@dataclass(frozen=True)
class Metric:
    name: str
    # "gauge" or "counter".
    type: str
    # An int where it came as a whole number. Zero is a value.
    value: Union[int, float]


@dataclass(frozen=True)
class MetricGroup:
    name: str
    dimensions: dict[str, str]
    metrics: list[Metric]
    # Epoch ms; 0 means when the answer arrived.
    at_ms: int = 0

    def value(self, metric: str) -> Optional[Union[int, float]]:
        """The number of a metric, or None."""
        return next((one.value for one in self.metrics if one.name == metric), None)


@dataclass(frozen=True)
class EnrichmentSet:
    namespace: str
    schema: str
    ttl_s: int
    # The facts; None where they are no JSON.
    data: Any
    # Empty means the resource that was asked about.
    resource_id: str = ""


@dataclass(frozen=True)
class DiscoverySummary:
    # True where everything in the scopes was seen.
    complete: bool
    # How many resources the run streamed in all.
    resources: int
    # Sites that were covered; empty means everything.
    scopes: list[str]


@dataclass(frozen=True)
class Discovery:
    resources: list[Resource]
    # In the last part only.
    summary: Optional[DiscoverySummary]


@dataclass(frozen=True)
class Result:
    """What one run found, or one part of it. Instants are epoch ms of the broker's clock."""

    # "discovery", "enrichment" or "polling".
    kind: str
    plugin: str
    resource: Optional[Resource] = None
    # Grows with every run of the pair.
    fence: int = 0
    part: int = 0
    last: bool = True
    agent_id: str = ""
    slot_at_ms: int = 0
    started_at_ms: int = 0
    finished_at_ms: int = 0
    frequency_ms: int = 0
    plugin_revision: str = ""
    # "success" or how it failed.
    status: str = "success"
    fault: Optional[Fault] = None
    groups: list[MetricGroup] = field(default_factory=list)
    sets: list[EnrichmentSet] = field(default_factory=list)
    discovery: Optional[Discovery] = None
    on_demand: bool = False


@dataclass(frozen=True)
class SinkRecord:
    """One result and its place in the stream. It may come again after a crash: mesh and position tell."""

    mesh: str
    # Grows, with gaps.
    position: int
    result: Result


@dataclass(frozen=True)
class RefusedRecord:
    """A record that can never be stored."""

    position: int
    reason: str
