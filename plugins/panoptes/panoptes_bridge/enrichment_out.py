"""From an enrichment result of Panoptes to enrichment sets of Ocelli. Runs in a worker."""

import json
from typing import Any, Dict, List

from panoptes_bridge.outcome import Outcome, WrongResult, kind_of
from yahoo_panoptes.framework.enrichment import (
    PanoptesEnrichmentGroup,
    PanoptesEnrichmentGroupSet,
    PanoptesEnrichmentMultiGroupSet,
)

_LONGEST_TTL_S = 2**32 - 1
_SCHEMA = "0.1"


def put_enrichment(result: Any, resource_id: str, outcome: Outcome) -> None:
    """Raises WrongResult."""
    if isinstance(result, PanoptesEnrichmentMultiGroupSet):
        group_sets = list(result.enrichment_group_sets)
    elif isinstance(result, PanoptesEnrichmentGroupSet):
        group_sets = [result]
    else:
        raise WrongResult(
            f"returned {kind_of(result)}: return a PanoptesEnrichmentGroupSet or a PanoptesEnrichmentMultiGroupSet"
        )
    found: Dict[Any, Dict[str, Any]] = {}
    for group_set in sorted(group_sets, key=lambda one: one.resource.resource_id):
        about = group_set.resource.resource_id
        own = "" if about == resource_id else about
        for group in sorted(group_set.enrichment, key=lambda one: one.namespace):
            if (group.namespace, own) in found:
                raise WrongResult(f"gave enrichment {group.namespace} of resource {about} twice")
            found[group.namespace, own] = {
                "namespace": group.namespace,
                "schema": _SCHEMA,
                "ttl_s": min(int(group.enrichment_ttl), _LONGEST_TTL_S),
                "data": _data(group),
                "resource_id": own,
            }
    sets: List[Dict[str, Any]] = list(found.values())
    outcome.sets.extend(sets)


def _data(group: PanoptesEnrichmentGroup) -> Dict[str, Any]:
    data = {one.key: one.value for one in group.data}
    try:
        # As Panoptes stores it: keys become text, tuples become lists.
        read: Dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
        return read
    except (TypeError, ValueError, RecursionError) as error:
        raise WrongResult(f"gave enrichment {group.namespace} that cannot be written as JSON: {error}") from error
