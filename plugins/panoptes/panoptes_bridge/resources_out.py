"""From a PanoptesResourceSet to resources of Ocelli. Runs in a worker."""

from typing import Any, Dict

from panoptes_bridge.outcome import Outcome, WrongResult, kind_of
from yahoo_panoptes.framework import const
from yahoo_panoptes.framework.resources import PanoptesResource, PanoptesResourceSet

_LONGEST_TTL_S = 2**32 - 1


def put_resources(result: Any, outcome: Outcome) -> None:
    """Raises WrongResult. The id alone names a resource in Ocelli; site, class, subclass and type do not."""
    if not isinstance(result, PanoptesResourceSet):
        raise WrongResult(f"returned {kind_of(result)}: return a PanoptesResourceSet")
    seen: Dict[str, PanoptesResource] = {}
    for resource in sorted(result.resources, key=lambda one: one.serialization_key):
        before = seen.setdefault(resource.resource_id, resource)
        if before is not resource:
            raise WrongResult(
                f"gave two resources the id {resource.resource_id} ({_kind(before)} and {_kind(resource)}): "
                "in Ocelli an id names one resource of the whole mesh"
            )
        outcome.resources.append(_fields(resource))


def _kind(resource: PanoptesResource) -> str:
    return "/".join(
        (resource.resource_site, resource.resource_class, resource.resource_subclass, resource.resource_type)
    )


def _fields(resource: PanoptesResource) -> Dict[str, Any]:
    metadata = {str(key): str(value) for key, value in resource.resource_metadata.items() if key != "_resource_ttl"}
    return {
        "id": resource.resource_id,
        "site": resource.resource_site,
        "class": resource.resource_class,
        "subclass": resource.resource_subclass,
        "type": resource.resource_type,
        "endpoint": resource.resource_endpoint,
        "metadata": metadata,
        "ttl_s": _ttl(resource),
    }


def _ttl(resource: PanoptesResource) -> int:
    try:
        return max(1, min(int(resource.resource_ttl), _LONGEST_TTL_S))
    except (KeyError, ValueError):
        return const.RESOURCE_MANAGER_RESOURCE_EXPIRE
