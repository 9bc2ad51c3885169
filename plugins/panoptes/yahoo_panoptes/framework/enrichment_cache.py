"""How a plugin reads facts. Authors import it from `yahoo_panoptes.framework.enrichment`."""

import copy
from typing import Any, Dict, Mapping

from yahoo_panoptes.framework.exceptions import PanoptesBaseException
from yahoo_panoptes.framework.resources import PanoptesResource
from yahoo_panoptes.framework.validators import PanoptesValidators


class PanoptesEnrichmentCacheError(PanoptesBaseException):
    """The facts that were asked for are not there."""


class PanoptesEnrichmentCache:
    """The facts that came with a run: by resource, namespace and key. Nothing is fetched later, so what a plugin reads
    has to stand in `[enrichment] preload`."""

    def __init__(self, known: Mapping[str, Mapping[str, Mapping[str, Any]]], resource: PanoptesResource) -> None:
        self._known = known
        self._resource_id = resource.resource_id

    def _find(self, resource_id: str, namespace: str) -> Mapping[str, Any]:
        assert PanoptesValidators.valid_nonempty_string(resource_id), "resource_id must be a string"
        assert PanoptesValidators.valid_nonempty_string(namespace), "enrichment namespace must be a string"
        own = resource_id in ("self", self._resource_id)
        found = self._known.get(self._resource_id if own else resource_id, {}).get(namespace)
        if found is None:
            listed = f"{'self' if own else resource_id}:{namespace}"
            raise PanoptesEnrichmentCacheError(
                f"no enrichment {namespace} of resource {self._resource_id if own else resource_id} came with this run: "
                f"either none was found yet, or [enrichment] preload lacks {listed}"
            )
        return found

    def get_enrichment(self, resource_id: str, namespace: str) -> Dict[str, Any]:
        return copy.deepcopy(dict(self._find(resource_id, namespace)))

    def get_enrichment_value(self, resource_id: str, namespace: str, enrichment_key: str) -> Any:
        assert PanoptesValidators.valid_nonempty_string(enrichment_key), "enrichment_key must be a string"
        found = self._find(resource_id, namespace)
        if enrichment_key not in found:
            raise PanoptesEnrichmentCacheError(
                f"the enrichment {namespace} of resource {resource_id} has no key {enrichment_key}"
            )
        return copy.deepcopy(found[enrichment_key])

    def get_enrichment_keys(self, resource_id: str, namespace: str) -> Any:
        return self._find(resource_id, namespace).keys()
