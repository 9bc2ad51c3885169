"""From the messages of a result to what a sink is given."""

from __future__ import annotations

import json
from typing import Any

from ocelli.faults import POLL_STATUSES
from ocelli.module.translate import fault_from_wire, resource_from_wire
from ocelli.records import Discovery, DiscoverySummary, EnrichmentSet, Metric, MetricGroup, Result, SinkRecord

KINDS = ("", "discovery", "enrichment", "polling", "sink")


def record_from_wire(wire: Any) -> SinkRecord:
    """Raises ValueError where there is nothing in it."""
    if not wire.HasField("result"):
        raise ValueError("the record has no result")
    return SinkRecord(wire.mesh, wire.position, result_from_wire(wire.result))


def result_from_wire(wire: Any) -> Result:
    status = wire.status
    return Result(
        kind=(KINDS[wire.kind] if 0 < wire.kind < len(KINDS) else "polling"),
        plugin=wire.plugin,
        resource=resource_from_wire(wire.resource) if wire.HasField("resource") else None,
        fence=wire.fence,
        part=wire.part,
        last=wire.last,
        agent_id=wire.agent_id,
        slot_at_ms=wire.slot_at_ms,
        started_at_ms=wire.started_at_ms,
        finished_at_ms=wire.finished_at_ms,
        frequency_ms=wire.frequency_ms,
        plugin_revision=wire.plugin_revision,
        status=POLL_STATUSES[status] if 0 <= status < len(POLL_STATUSES) else "internal",
        fault=fault_from_wire(wire.fault) if wire.HasField("fault") else None,
        groups=[group_from_wire(one) for one in wire.groups],
        sets=[set_from_wire(one) for one in wire.sets],
        discovery=_discovery(wire.discovery) if wire.HasField("discovery") else None,
        on_demand=wire.on_demand,
    )


def group_from_wire(wire: Any) -> MetricGroup:
    """Raises ValueError, naming group and metric, where a type or a value is missing."""
    dimensions = {one.name: one.value for one in wire.dimensions}
    return MetricGroup(wire.name, dimensions, [_metric(one, wire.name) for one in wire.metrics], wire.at_ms)


def _metric(wire: Any, group: str) -> Metric:
    case = wire.WhichOneof("value")
    if case is None:
        raise ValueError(f"metric {group}.{wire.name} has no value")
    if wire.type not in (1, 2):
        raise ValueError(f"metric {group}.{wire.name} is neither gauge nor counter")
    return Metric(wire.name, "counter" if wire.type == 2 else "gauge", getattr(wire, case))


def set_from_wire(wire: Any) -> EnrichmentSet:
    try:
        data = json.loads(wire.data_json)
    except ValueError:
        data = None
    return EnrichmentSet(wire.namespace, wire.schema, wire.ttl_s, data, wire.resource_id)


def _discovery(wire: Any) -> Discovery:
    summary = None
    if wire.HasField("summary"):
        summary = DiscoverySummary(wire.summary.complete, wire.summary.resources, list(wire.summary.scopes))
    return Discovery([resource_from_wire(one) for one in wire.resources], summary)
