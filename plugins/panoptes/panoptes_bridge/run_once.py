"""One run of a plugin, from request to outcome. Runs in a worker."""

import logging
from typing import Any, Dict

from panoptes_bridge.enrichment_out import put_enrichment
from panoptes_bridge.find_class import PluginClass
from panoptes_bridge.metrics_out import put_metrics
from panoptes_bridge.outcome import STATUSES, Outcome, WrongResult
from panoptes_bridge.places import authors_stack, place_of_error, show
from panoptes_bridge.resources_out import put_resources
from panoptes_bridge.shelves import state_of
from panoptes_bridge.surroundings import make_context
from yahoo_panoptes.framework import failures

_VERBS = {"discovery": "discovery", "enrichment": "enrichment", "polling": "poll"}
_TEXT_MOST = 800


def run_once(request: Dict[str, Any], plugin: Dict[str, Any], found: PluginClass, logger: logging.Logger) -> Outcome:
    """A fresh object for every run, as Panoptes has it. Whatever the author raises becomes a fault."""
    outcome = Outcome()
    kind = request["kind"]
    title = f"{_VERBS[kind]} of {request['plugin']}"
    if found.kind != kind:
        outcome.fault(
            "internal",
            f"{title}: {found.cls.__name__} ({found.place}) is a plugin for {found.kind}: write Service = {found.kind}",
        )
        return outcome
    try:
        context, state = make_context(request, plugin, logger)
        result = found.cls().run(context)
        resource_id = "" if request["resource"] is None else request["resource"]["id"]
        if kind == "discovery":
            put_resources(result, outcome)
        elif kind == "enrichment":
            put_enrichment(result, resource_id, outcome)
        else:
            put_metrics(result, resource_id, outcome)
        outcome.state = None if state is None else state_of(state)
    except WrongResult as error:
        outcome = Outcome()
        outcome.fault("internal", f"{title} ({found.place}): run {error}")
    except BaseException as error:
        outcome = Outcome()
        outcome.fault(*_fault_of(error, title, plugin["module"], kind))
        logger.debug("%s failed\n%s", title, authors_stack(error, plugin["module"]))
    return outcome


def _fault_of(error: BaseException, title: str, module: str, kind: str) -> Any:
    status = STATUSES[failures.status_of(error)]
    text = " ".join(str(error).split()) or "no message"
    text = text if len(text) <= _TEXT_MOST else f"{text[:_TEXT_MOST]}…"
    said = f"{type(error).__name__}: {text}"
    place = show(place_of_error(error, module))
    return status, f"{title} ({place}): {said}" if place else f"{title}: {said}"
