"""Runs a module in memory: no process, no socket, no mesh."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional, TypeVar, Union

from ocelli.author.check_resource import check_resource
from ocelli.calls.discover_call import run_discovery
from ocelli.calls.item_call import run_items
from ocelli.calls.running_call import Workshop
from ocelli.cancel_signal import Signal
from ocelli.definition import Plugin
from ocelli.faults import Fault
from ocelli.log import Log
from ocelli.module.instances import Instances
from ocelli.module.parts import ModuleParts
from ocelli.module.serve_plugin import validate
from ocelli.module.serve_work import discover_work, enrich_work, poll_work
from ocelli.module.sink_writer import SinkOpener
from ocelli.module.start import DEFAULT_MESSAGE_BYTES
from ocelli.module.translate import fault_from_wire, resource_from_wire, resource_to_wire
from ocelli.module.translate_result import group_from_wire, set_from_wire
from ocelli.module.work_gate import WorkGate
from ocelli.own_loop import run_in_own_loop
from ocelli.plugin.v1 import discovery_pb2, enrichment_pb2, plugin_pb2, polling_pb2
from ocelli.records import DiscoverySummary, EnrichmentSet, MetricGroup, RefusedRecord, SinkRecord
from ocelli.redactor import Redactor
from ocelli.resource.v1 import resource_pb2
from ocelli.settings.diagnostic import BadSettings, Diagnostic
from ocelli.values import Resource

T = TypeVar("T")

AnyResource = Union[Resource, Mapping[str, Any]]


@dataclass
class Outcome:
    """How a run in a test ended."""

    # None where it succeeded.
    fault: Optional[Fault] = None
    # What the run left, as JSON; None where it left the state alone, failed, or forgot it.
    state: Any = None
    # The log lines of the run, parsed.
    log: list[dict[str, Any]] = field(default_factory=list)
    # What it asked for with `progress`.
    extended_ms: list[int] = field(default_factory=list)


@dataclass
class PollOutcome(Outcome):
    groups: list[MetricGroup] = field(default_factory=list)


@dataclass
class EnrichOutcome(Outcome):
    sets: list[EnrichmentSet] = field(default_factory=list)


@dataclass
class DiscoverOutcome(Outcome):
    resources: list[Resource] = field(default_factory=list)
    summary: Optional[DiscoverySummary] = None
    # What could not be looked at: scope and fault.
    partial: list[tuple[str, Fault]] = field(default_factory=list)


def check_settings(plugin: Plugin[Any], settings: Mapping[str, Any]) -> list[Diagnostic]:
    """What is wrong with settings, as the mesh would be told."""
    plugin.check()
    outcome = plugin.reader.read(dict(settings))
    if isinstance(outcome, BadSettings):
        return outcome.diagnostics

    async def look() -> list[Diagnostic]:
        return await validate(_parts_of(plugin, Log("fatal", Redactor(), lambda _line: None)), outcome.settings)

    return _run(look)


class test_plugin:  # Read as a function. As a class no test runner takes it for a test.
    """A module with settings as they stand in the plugin file, secrets as plain text. Raises TypeError where they are wrong.

        outcome = test_plugin(plugin, {"snmp": {"community": "public"}}).poll({"id": "r", "endpoint": "10.0.0.1"})
        assert outcome.fault is None
        assert outcome.groups[0].value("cpu_percent") == 12.5

    Every run takes what it is told by name, all of it optional: state (what the last run left), enrichments (facts by
    namespace), deadline_ms, slot_at_ms and frequency_ms."""

    __test__ = False

    def __init__(self, plugin: Plugin[Any], settings: Optional[Mapping[str, Any]] = None) -> None:
        plugin.check()
        outcome = plugin.reader.read(dict(settings or {}))
        if isinstance(outcome, BadSettings):
            problems = [f"{one.path} {one.summary}" for one in outcome.diagnostics]
            raise TypeError(f"settings of {plugin.name}: {'; '.join(problems)}")
        self._plugin, self._settings = plugin, outcome.settings

    def poll(self, resource: AnyResource, **run: Any) -> PollOutcome:
        request = polling_pb2.PollRequest(items=[_item_of(self._plugin, resource, run)])
        outcome = PollOutcome()

        async def work(parts: ModuleParts) -> None:
            run = poll_work(self._function("poll"))
            async for message in run_items(parts, run, request.items):
                response = polling_pb2.PollResponse.FromString(message)
                outcome.extended_ms += [one.extend_ms for one in response.progress]
                for answer in response.answers:
                    outcome.groups += [group_from_wire(one) for one in answer.groups]
                    _end(outcome, answer)

        self._run(work, outcome)
        return outcome

    def enrich(self, resource: AnyResource, **run: Any) -> EnrichOutcome:
        request = enrichment_pb2.EnrichRequest(items=[_item_of(self._plugin, resource, run)])
        outcome = EnrichOutcome()

        async def work(parts: ModuleParts) -> None:
            run = enrich_work(self._function("enrich"))
            async for message in run_items(parts, run, request.items):
                response = enrichment_pb2.EnrichResponse.FromString(message)
                outcome.extended_ms += [one.extend_ms for one in response.progress]
                for answer in response.answers:
                    outcome.sets += [set_from_wire(one) for one in answer.sets]
                    _end(outcome, answer)

        self._run(work, outcome)
        return outcome

    def discover(self, **run: Any) -> DiscoverOutcome:
        request = discovery_pb2.DiscoverRequest(run=_run_of(self._plugin, run))
        outcome = DiscoverOutcome()

        async def work(parts: ModuleParts) -> None:
            async for message in run_discovery(parts, discover_work(self._function("discover")), request):
                response = discovery_pb2.DiscoverResponse.FromString(message)
                outcome.resources += [resource_from_wire(one) for one in response.batch.resources]
                if response.HasField("partial_error"):
                    fault = fault_from_wire(response.partial_error.fault)
                    outcome.partial.append((response.partial_error.scope, fault))
                    outcome.fault = fault if response.partial_error.scope == "" else outcome.fault
                if response.HasField("progress"):
                    outcome.extended_ms.append(response.progress.extend_ms)
                if response.HasField("summary"):
                    said = response.summary.summary
                    outcome.summary = DiscoverySummary(said.complete, said.resources, list(said.scopes))
                    outcome.state = _state_of(response.summary)

        self._run(work, outcome)
        return outcome

    def write(self, records: Sequence[SinkRecord]) -> list[RefusedRecord]:
        """Opens the sink, writes the records, closes it. Returns those that can never be stored."""
        refused: list[RefusedRecord] = []

        async def work(parts: ModuleParts) -> None:
            opener = SinkOpener(self._function("sink"), parts.workshop.pool)
            writer = await opener.open(self._settings, self._plugin.name, parts.log, Signal())
            try:
                refused.extend(await writer.write(list(records), Signal()))
            finally:
                await writer.close()

        self._run(work, Outcome())
        return refused

    def _function(self, name: str) -> Callable[..., Any]:
        function = self._plugin.functions.get(name)
        if function is None:
            raise TypeError(f"{self._plugin.name} has no @plugin.{name}")
        return function

    def _run(self, work: Callable[[ModuleParts], Coroutine[Any, Any, None]], outcome: Outcome) -> None:
        log = Log("debug", Redactor(), lambda line: outcome.log.append(json.loads(line)))

        async def run() -> None:
            parts = _parts_of(self._plugin, log)
            parts.instances.configure(self._plugin.name, "1", self._settings, "")
            await work(parts)

        _run(run)


def _parts_of(plugin: Plugin[Any], log: Log) -> ModuleParts:
    workshop = Workshop(plugin.name, plugin.concurrency)
    return ModuleParts(plugin, Instances(log), WorkGate(), workshop, log, Redactor(), DEFAULT_MESSAGE_BYTES)


def _run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs it in an event loop of its own; in a thread where a test of the author's has one already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return run_in_own_loop(work)
    ended: list[Any] = []

    def run() -> None:
        try:
            ended.append((run_in_own_loop(work), None))
        except BaseException as error:
            ended.append((None, error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    result, error = ended[0]
    if error is not None:
        raise error
    found: T = result
    return found


def _item_of(plugin: Plugin[Any], resource: AnyResource, run: Mapping[str, Any]) -> plugin_pb2.Item:
    facts: Mapping[str, Any] = run.get("enrichments") or {}
    sets = [
        resource_pb2.EnrichmentSet(namespace=namespace, ttl_s=300, data_json=_json(data)) for namespace, data in facts.items()
    ]
    wire = resource_to_wire(check_resource(resource))
    return plugin_pb2.Item(item=1, run=_run_of(plugin, run), resource=wire, enrichments=sets)


def _run_of(plugin: Plugin[Any], run: Mapping[str, Any]) -> plugin_pb2.Run:
    known = {"state", "enrichments", "deadline_ms", "slot_at_ms", "frequency_ms"}
    for key in run:
        if key not in known:
            raise TypeError(f"a run is told {', '.join(sorted(known))}, not {key}")
    return plugin_pb2.Run(
        plugin=plugin.name,
        revision="1",
        fence=1,
        deadline_ms=run.get("deadline_ms", 5_000),
        slot_at_ms=run.get("slot_at_ms", 0),
        frequency_ms=run.get("frequency_ms", 60_000),
        state=b"" if run.get("state") is None else _json(run["state"]),
    )


def _end(outcome: Outcome, answer: Any) -> None:
    if answer.HasField("fault"):
        outcome.fault = fault_from_wire(answer.fault)
    outcome.state = _state_of(answer)


def _state_of(answer: Any) -> Any:
    return json.loads(answer.state) if answer.set_state and answer.state else None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
