"""ocelli.plugin.v1.Discovery, Enrichment and Polling."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable

from ocelli.author.check_enrichment import check_enrichment
from ocelli.author.check_group import check_group
from ocelli.author.check_resource import check_resource
from ocelli.calls.discover_call import run_discovery
from ocelli.calls.item_call import run_items
from ocelli.calls.work import Work
from ocelli.module.parts import ModuleParts
from ocelli.module.router import Method, Stream, stream
from ocelli.plugin.v1 import discovery_pb2, enrichment_pb2, polling_pb2
from ocelli.values import Resource


def discover_work(function: Callable[..., object]) -> Work:
    def check(value: object, _seen: set[Hashable]) -> Resource:
        return check_resource(value)

    return Work("discover", function, "resources", check)


def enrich_work(function: Callable[..., object]) -> Work:
    return Work("enrich", function, "enrichments", check_enrichment)


def poll_work(function: Callable[..., object]) -> Work:
    return Work("poll", function, "metric groups", check_group, may_split=True)


def serve_work(parts: ModuleParts) -> dict[str, Method]:
    """The services that the author wrote functions for."""
    functions = parts.plugin.functions
    methods: dict[str, Method] = {}
    if "discover" in functions:
        methods["/ocelli.plugin.v1.Discovery/Discover"] = stream(_discover(parts, discover_work(functions["discover"])))
    if "enrich" in functions:
        methods["/ocelli.plugin.v1.Enrichment/Enrich"] = stream(_enrich(parts, enrich_work(functions["enrich"])))
    if "poll" in functions:
        methods["/ocelli.plugin.v1.Polling/Poll"] = stream(_poll(parts, poll_work(functions["poll"])))
    return methods


def _discover(parts: ModuleParts, work: Work) -> Stream:
    def discover(request: bytes) -> AsyncIterator[bytes]:
        return run_discovery(parts, work, discovery_pb2.DiscoverRequest.FromString(request))

    return discover


def _enrich(parts: ModuleParts, work: Work) -> Stream:
    def enrich(request: bytes) -> AsyncIterator[bytes]:
        return run_items(parts, work, enrichment_pb2.EnrichRequest.FromString(request).items)

    return enrich


def _poll(parts: ModuleParts, work: Work) -> Stream:
    def poll(request: bytes) -> AsyncIterator[bytes]:
        return run_items(parts, work, polling_pb2.PollRequest.FromString(request).items)

    return poll
