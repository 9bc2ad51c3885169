"""The module as Ocelli sees it: settings, discovery, enrichment, polling."""

import asyncio
import json
from typing import Any, Dict, List, Optional

from ocelli import (
    Diagnostic,
    DiscoverContext,
    Enrichment,
    Group,
    MetricValue,
    Plugin,
    PollFault,
    Resource,
    ResourceContext,
    RunContext,
    counter,
    gauge,
)

from panoptes_bridge.bridge_settings import BridgeSettings
from panoptes_bridge.check import Checker
from panoptes_bridge.ini_file import PluginFileError
from panoptes_bridge.pools import Pools
from panoptes_bridge.run import Run, WorkerFailed

Answer = Dict[str, Any]

# A run is ended a little before its deadline, so that the answer that says so is in time.
_MARGIN_MOST_S = 0.5


def make_plugin(pools: Pools) -> "Plugin[BridgeSettings]":
    checker = Checker()
    plugin: Plugin[BridgeSettings] = Plugin(
        name="panoptes",
        version="0.1.0",
        description="Existing Panoptes plugins, unchanged: discovery, enrichment and polling",
        settings=_settings(),
        # Runs wait here for a worker; there is no use in leaving them with the host.
        concurrency=1000,
    )

    @plugin.validate
    def validate(settings: BridgeSettings) -> List[Diagnostic]:
        return checker.check(settings)

    @plugin.discover
    async def discover(ctx: "DiscoverContext[BridgeSettings]") -> Any:
        answer = await _run(pools, "discovery", None, ctx)
        _raise(answer["faults"])
        for one in answer["resources"]:
            yield Resource(class_=one.pop("class"), **one)

    @plugin.enrich
    async def enrich(resource: Resource, ctx: "ResourceContext[BridgeSettings]") -> List[Enrichment]:
        answer = await _run(pools, "enrichment", resource, ctx)
        _tell(ctx, answer["faults"], bool(answer["sets"]))
        return [Enrichment(**one) for one in answer["sets"]]

    @plugin.poll
    async def poll(resource: Resource, ctx: "ResourceContext[BridgeSettings]") -> List[Group]:
        answer = await _run(pools, "polling", resource, ctx)
        _tell(ctx, answer["faults"], bool(answer["groups"]))
        return [_group(one) for one in answer["groups"]]

    return plugin


def _settings() -> Any:
    from panoptes_bridge.settings_shape import Settings

    return Settings


async def _run(pools: Pools, kind: str, resource: Optional[Resource], ctx: "RunContext[BridgeSettings]") -> Answer:
    """Has a worker do the run. Raises PollFault where it cannot, or takes too long."""
    try:
        pool = pools.pool(ctx.plugin, ctx.settings)
    except PluginFileError as error:
        raise PollFault("internal", str(error)) from None
    state = ctx.state.get()
    request = {
        "kind": kind,
        "plugin": ctx.plugin,
        "resource": None if resource is None else _resource(resource),
        "enrichments": {} if resource is None else _enrichments(ctx, resource.id),
        "frequency_ms": ctx.frequency_ms,
        "state": "" if state is None else json.dumps(state),
    }
    log = ctx.log
    run = pool.submit(request, lambda level, text: log.at(_LEVELS.get(level, "info"), text, {}))
    answer = await _wait(run, ctx)
    if answer["state"] is not None:
        ctx.state.set(json.loads(answer["state"]))
    return answer


_LEVELS = {"debug": "debug", "info": "info", "warning": "warn", "error": "error", "critical": "error"}


async def _wait(run: Run, ctx: "RunContext[BridgeSettings]") -> Answer:
    left_s = ctx.left_s
    margin_s = min(_MARGIN_MOST_S, left_s * 0.2)
    try:
        return await asyncio.wait_for(asyncio.wrap_future(run.future), left_s - margin_s)
    except WorkerFailed as error:
        raise PollFault("internal", f"{ctx.plugin}: {error}") from None
    except asyncio.TimeoutError:
        begun = run.begun
        place = await asyncio.to_thread(run.stop, margin_s * 0.6)
        if not begun:
            busy = f"all {ctx.settings.workers} workers of {ctx.plugin} were busy for {left_s:.1f} s"
            raise PollFault("internal", f"{busy}: give [panoptes] workers more", origin="host") from None
        where = f"; it was at {place}" if place else ""
        text = f"run of {ctx.plugin} did not end within {left_s:.1f} s{where}: its process was ended"
        raise PollFault("timeout", text, origin="plugin") from None
    except asyncio.CancelledError:
        run.stop(patience_s=0)
        raise


def _tell(ctx: "RunContext[BridgeSettings]", faults: List[List[str]], found: bool) -> None:
    if not found:
        _raise(faults)
    for status, message in faults:
        ctx.fault(PollFault(status, message))


def _raise(faults: List[List[str]]) -> None:
    if faults:
        raise PollFault(faults[0][0], "; ".join(message for _, message in faults))


def _resource(resource: Resource) -> Dict[str, Any]:
    return {
        "id": resource.id,
        "site": resource.site,
        "class": resource.class_,
        "subclass": resource.subclass,
        "type": resource.type,
        "endpoint": resource.endpoint,
        "metadata": dict(resource.metadata),
        "ttl_s": resource.ttl_s,
    }


def _enrichments(ctx: Any, own_id: str) -> Dict[str, Dict[str, Any]]:
    found: Dict[str, Dict[str, Any]] = {}
    for namespace, resource_id in ctx.known_enrichments:
        data = ctx.enrichment(namespace, resource_id)
        if isinstance(data, dict):
            found.setdefault(resource_id or own_id, {})[namespace] = data
    return found


def _group(one: Dict[str, Any]) -> Group:
    metrics: Dict[str, MetricValue] = {
        name: counter(value) if kind == "counter" else gauge(value) for name, (kind, value) in one["metrics"].items()
    }
    return Group(name=one["name"], metrics=metrics, dimensions=one["dimensions"], at_ms=one["at_ms"])
