"""Facts about resources: how an enrichment plugin returns them, and how another plugin reads them."""

import json
import time
from typing import Any, Dict, Set

from yahoo_panoptes.framework import const
from yahoo_panoptes.framework.enrichment_cache import PanoptesEnrichmentCache, PanoptesEnrichmentCacheError
from yahoo_panoptes.framework.enrichment_set import PanoptesEnrichmentSchemaValidator, PanoptesEnrichmentSet
from yahoo_panoptes.framework.exceptions import PanoptesBaseException
from yahoo_panoptes.framework.resources import PanoptesResource
from yahoo_panoptes.framework.utilities.key_value_store import PanoptesKeyValueStore
from yahoo_panoptes.framework.validators import PanoptesValidators

__all__ = [
    "PanoptesEnrichmentCache",
    "PanoptesEnrichmentCacheError",
    "PanoptesEnrichmentCacheKeyValueStore",
    "PanoptesEnrichmentEncoder",
    "PanoptesEnrichmentException",
    "PanoptesEnrichmentGroup",
    "PanoptesEnrichmentGroupSet",
    "PanoptesEnrichmentMultiGroupSet",
    "PanoptesEnrichmentSchemaValidator",
    "PanoptesEnrichmentSet",
]


class PanoptesEnrichmentException(PanoptesBaseException):
    """Something is wrong with an enrichment."""


class PanoptesEnrichmentCacheKeyValueStore(PanoptesKeyValueStore):
    """For its name only: what a run knows came with it."""

    def __init__(self, panoptes_context: Any) -> None:
        super().__init__(panoptes_context, const.ENRICHMENT_PLUGIN_RESULTS_KEY_VALUE_NAMESPACE)


class PanoptesEnrichmentEncoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, set):
            return list(o)
        if isinstance(o, PanoptesResource):
            return o.raw
        if isinstance(o, (PanoptesEnrichmentSet, PanoptesEnrichmentGroup, PanoptesEnrichmentGroupSet)):
            return o._raw_data
        if isinstance(o, PanoptesEnrichmentMultiGroupSet):
            return {"group_sets": o.enrichment_group_sets}
        return super().default(o)


class PanoptesEnrichmentGroup:
    """The sets of one namespace. Times are in seconds."""

    def __init__(
        self,
        namespace: str,
        schema_validator: PanoptesEnrichmentSchemaValidator,
        enrichment_ttl: int,
        execute_frequency: int,
    ) -> None:
        assert PanoptesValidators.valid_nonempty_string(namespace), "enrichment namespace must be a string"
        assert isinstance(schema_validator, PanoptesEnrichmentSchemaValidator), (
            "schema_validator must be an instance of PanoptesEnrichmentSchemaValidator"
        )
        assert PanoptesValidators.valid_nonzero_integer(enrichment_ttl), (
            "enrichment_ttl must be a valid nonzero integer"
        )
        assert PanoptesValidators.valid_nonzero_integer(execute_frequency), (
            "execute_frequency must be a valid nonzero integer"
        )
        self.__schema_validator = schema_validator
        self.__data: Dict[str, Any] = {
            "metadata": {
                "_enrichment_group_creation_timestamp": time.time(),
                "_enrichment_ttl": enrichment_ttl,
                "_execute_frequency": execute_frequency,
            },
            "namespace": namespace,
            "data": set(),
        }

    @property
    def enrichment_schema(self) -> Dict[str, Any]:
        return self.__schema_validator.schema

    @property
    def validator(self) -> PanoptesEnrichmentSchemaValidator:
        return self.__schema_validator

    @property
    def namespace(self) -> str:
        return str(self.__data["namespace"])

    @property
    def data(self) -> Set[PanoptesEnrichmentSet]:
        return self.__data["data"]  # type: ignore[no-any-return]

    @property
    def _raw_data(self) -> Dict[str, Any]:
        return self.__data

    @property
    def metadata(self) -> Dict[str, Any]:
        return self.__data["metadata"]  # type: ignore[no-any-return]

    @property
    def enrichment_ttl(self) -> int:
        return self.metadata["_enrichment_ttl"]  # type: ignore[no-any-return]

    @property
    def execute_frequency(self) -> int:
        return self.metadata["_execute_frequency"]  # type: ignore[no-any-return]

    @property
    def enrichment_group_creation_timestamp(self) -> float:
        return self.metadata["_enrichment_group_creation_timestamp"]  # type: ignore[no-any-return]

    def add_enrichment_set(self, enrichment_set: PanoptesEnrichmentSet) -> None:
        """A set of the same key is replaced. Raises AssertionError where the schema refuses it."""
        assert isinstance(enrichment_set, PanoptesEnrichmentSet), (
            "enrichment set must be an instance of PanoptesEnrichmentSet"
        )
        assert self.validator.validate(enrichment_set), (
            f"schema validation failed for enrichment_set data: {getattr(self.validator, 'errors', '')}"
        )
        self.data.discard(enrichment_set)
        self.data.add(enrichment_set)

    def upsert_metadata(self, metadata_key: str, metadata_value: Any) -> None:
        """Raises ValueError for a key that begins with `_`."""
        assert PanoptesValidators.valid_nonempty_string(metadata_key), "metadata_key must be a string"
        if metadata_key.startswith("_"):
            raise ValueError("Failed to update reserved metadata")
        assert PanoptesValidators.valid_nonempty_string(metadata_value) or PanoptesValidators.valid_number(
            metadata_value
        ), "metadata_value must be any of string / float / integer"
        self.metadata[metadata_key] = metadata_value

    def bulk_add_enrichment_set(self) -> None:
        """Does nothing, as ever."""

    def json(self) -> str:
        return json.dumps(self.__data, sort_keys=True, cls=PanoptesEnrichmentEncoder)

    def _by_key(self) -> Dict[str, Dict[Any, Any]]:
        return {one.key: one.value for one in self.data}

    def serialize_data(self) -> str:
        return json.dumps(self._by_key(), sort_keys=True)

    def serialize(self) -> str:
        return json.dumps({"data": self._by_key(), "metadata": self.metadata}, sort_keys=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__data})"

    def __len__(self) -> int:
        return len(self.data)

    def __hash__(self) -> int:
        return hash(self.namespace)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PanoptesEnrichmentGroup) and self.namespace == other.namespace


class PanoptesEnrichmentGroupSet:
    """The groups of one resource: what an enrichment returns."""

    def __init__(self, resource: PanoptesResource) -> None:
        assert isinstance(resource, PanoptesResource), "resource must be an instance of PanoptesResource"
        self.__data: Dict[str, Any] = {
            "resource": resource,
            "enrichment_group_set_creation_timestamp": time.time(),
            "enrichment": set(),
        }

    @property
    def resource(self) -> PanoptesResource:
        return self.__data["resource"]  # type: ignore[no-any-return]

    @property
    def enrichment(self) -> Set[PanoptesEnrichmentGroup]:
        return self.__data["enrichment"]  # type: ignore[no-any-return]

    @property
    def enrichment_group_set_creation_timestamp(self) -> float:
        return self.__data["enrichment_group_set_creation_timestamp"]  # type: ignore[no-any-return]

    @property
    def _raw_data(self) -> Dict[str, Any]:
        return self.__data

    def add_enrichment_group(self, enrichment_group: PanoptesEnrichmentGroup) -> None:
        """A group of the same namespace is replaced. Raises AssertionError for a group without sets."""
        assert isinstance(enrichment_group, PanoptesEnrichmentGroup), (
            "enrichment_group must be an instance of PanoptesEnrichmentGroup"
        )
        assert len(enrichment_group.data) > 0, "enrichment_group must hold at least one data set"
        self.enrichment.discard(enrichment_group)
        self.enrichment.add(enrichment_group)

    def bulk_add_enrichment_group(self) -> None:
        """Does nothing, as ever."""

    def json(self) -> str:
        return json.dumps(self.__data, sort_keys=True, cls=PanoptesEnrichmentEncoder)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__data})"

    def __len__(self) -> int:
        return len(self.enrichment)

    def _identity(self) -> str:
        return self.resource.resource_id + "".join(sorted(one.namespace for one in self.enrichment))

    def __hash__(self) -> int:
        return hash(self._identity())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PanoptesEnrichmentGroupSet) and self._identity() == other._identity()


class PanoptesEnrichmentMultiGroupSet:
    """The groups of several resources: what an enrichment may return instead."""

    def __init__(self) -> None:
        self.__group_sets: Set[PanoptesEnrichmentGroupSet] = set()

    def add_enrichment_group_set(self, enrichment_group_set: PanoptesEnrichmentGroupSet) -> None:
        assert isinstance(enrichment_group_set, PanoptesEnrichmentGroupSet), (
            "enrichment_group_set must be an instance of PanoptesEnrichmentGroupSet"
        )
        assert len(enrichment_group_set) > 0, "enrichment_group_set must hold at least one data set"
        self.__group_sets.discard(enrichment_group_set)
        self.__group_sets.add(enrichment_group_set)

    @property
    def enrichment_group_sets(self) -> Set[PanoptesEnrichmentGroupSet]:
        return self.__group_sets

    def __len__(self) -> int:
        return len(self.__group_sets)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__group_sets})"

    def json(self) -> str:
        return json.dumps(self, sort_keys=True, cls=PanoptesEnrichmentEncoder)
