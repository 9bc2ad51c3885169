"""What is watched, as a Panoptes plugin sees it."""

import hashlib
import json
import re
from collections import OrderedDict
from time import time
from typing import Any, Dict, Iterator, List, Optional, Set

from yahoo_panoptes.framework import const
from yahoo_panoptes.framework.exceptions import PanoptesBaseException
from yahoo_panoptes.framework.validators import PanoptesValidators

_FIELDS = ("site", "class", "subclass", "type", "id", "endpoint")


class PanoptesResourceError(PanoptesBaseException):
    """Something is wrong with a resource."""


class PanoptesResourceValidators:
    @classmethod
    def valid_panoptes_resource(cls, resource: Any) -> bool:
        return isinstance(resource, PanoptesResource)


class PanoptesResource:
    """A device or endpoint. Site, class, subclass, type and id together say which one it is."""

    _metadata_key = re.compile(r"^[^\d\W]\w*\Z")

    def __init__(
        self,
        resource_site: str,
        resource_class: str,
        resource_subclass: str,
        resource_type: str,
        resource_id: str,
        resource_endpoint: str,
        resource_creation_timestamp: Optional[float] = None,
        resource_plugin: Optional[str] = None,
        resource_ttl: int = const.RESOURCE_MANAGER_RESOURCE_EXPIRE,
    ) -> None:
        given = (resource_site, resource_class, resource_subclass, resource_type, resource_id, resource_endpoint)
        for field, value in zip(_FIELDS, given):
            assert PanoptesValidators.valid_nonempty_string(value), f"resource_{field} must be a non-empty str"
        assert PanoptesValidators.valid_none_or_string(resource_plugin), "resource_plugin must be None or a str"
        assert PanoptesValidators.valid_nonzero_integer(resource_ttl), "resource_ttl must be an integer above 0"
        self.__data: "OrderedDict[str, Any]" = OrderedDict(
            (f"resource_{field}", str(value)) for field, value in zip(_FIELDS, given)
        )
        self.__data["resource_metadata"] = OrderedDict(_resource_ttl=str(resource_ttl))
        self.__data["resource_creation_timestamp"] = resource_creation_timestamp or time()
        self.__data["resource_plugin"] = resource_plugin

    def add_metadata(self, key: str, value: str) -> None:
        """Raises ValueError for a key that is no identifier and for a value with `|` in it."""
        assert PanoptesValidators.valid_nonempty_string(key), "key must be a non-empty str"
        assert PanoptesValidators.valid_nonempty_string(value), "value must be a non-empty str"
        if not self._metadata_key.match(key):
            raise ValueError(f'metadata key "{key}" is not a letter or "_", then letters, digits and "_"')
        if "|" in value:
            raise ValueError(f'metadata value "{value}" cannot contain |')
        self.__data["resource_metadata"][key] = value

    @property
    def resource_site(self) -> str:
        return str(self.__data["resource_site"])

    @property
    def resource_class(self) -> str:
        return str(self.__data["resource_class"])

    @property
    def resource_subclass(self) -> str:
        return str(self.__data["resource_subclass"])

    @property
    def resource_type(self) -> str:
        return str(self.__data["resource_type"])

    @property
    def resource_id(self) -> str:
        return str(self.__data["resource_id"])

    @property
    def resource_endpoint(self) -> str:
        return str(self.__data["resource_endpoint"])

    @property
    def resource_ttl(self) -> str:
        """Seconds, as text: it travels in the metadata."""
        return str(self.__data["resource_metadata"]["_resource_ttl"])

    @property
    def resource_creation_timestamp(self) -> Any:
        return self.__data["resource_creation_timestamp"]

    @property
    def resource_plugin(self) -> Optional[str]:
        return self.__data["resource_plugin"]  # type: ignore[no-any-return]

    @property
    def resource_metadata(self) -> Dict[str, str]:
        return self.__data["resource_metadata"]  # type: ignore[no-any-return]

    @property
    def serialization_key(self) -> str:
        parts: List[str] = ["plugin", str(self.resource_plugin)]
        for field in _FIELDS:
            parts += [field, self.__data[f"resource_{field}"]]
        return const.KV_STORE_DELIMITER.join(parts)

    @property
    def json(self) -> str:
        return json.dumps(self.__data)

    @property
    def raw(self) -> Dict[str, Any]:
        return self.__data

    def __repr__(self) -> str:
        return self.serialization_key

    def _identity(self) -> List[str]:
        return [self.__data[f"resource_{field}"] for field in _FIELDS if field != "endpoint"]

    def __hash__(self) -> int:
        # Of what equality looks at, so that sets and dicts hold one resource once.
        return int(hashlib.md5(const.KV_STORE_DELIMITER.join(self._identity()).encode()).hexdigest(), 16)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PanoptesResource) and self._identity() == other._identity()

    @staticmethod
    def resource_from_dict(resource_dict: Dict[str, Any]) -> "PanoptesResource":
        assert isinstance(resource_dict, dict), "resource_dict must be a dict"
        metadata = resource_dict["resource_metadata"]
        resource = PanoptesResource(
            **{f"resource_{field}": resource_dict[f"resource_{field}"] for field in _FIELDS},
            resource_plugin=resource_dict["resource_plugin"],
            resource_creation_timestamp=resource_dict["resource_creation_timestamp"],
            resource_ttl=int(metadata.get("_resource_ttl", const.RESOURCE_MANAGER_RESOURCE_EXPIRE)),
        )
        for key, value in metadata.items():
            resource.add_metadata(key, value)
        return resource


class PanoptesResourceEncoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, set):
            return list(o)
        if isinstance(o, PanoptesResource):
            return o.raw
        return super().default(o)


class PanoptesResourceSet:
    """What a discovery returns. A set: order means nothing, and a resource is in it once."""

    def __init__(self) -> None:
        self.__data: Dict[str, Any] = {
            "resources": set(),
            "resource_set_creation_timestamp": time(),
            "resource_set_schema_version": "0.1",
        }

    def add(self, resource: PanoptesResource) -> None:
        assert isinstance(resource, PanoptesResource), "resource must be an instance of PanoptesResource"
        self.__data["resources"].add(resource)

    def remove(self, resource: PanoptesResource) -> None:
        assert isinstance(resource, PanoptesResource), "resource must be an instance of PanoptesResource"
        self.__data["resources"].remove(resource)

    def get_resources_by_site(self) -> Dict[str, List[PanoptesResource]]:
        by_site: Dict[str, List[PanoptesResource]] = {}
        for resource in self.resources:
            by_site.setdefault(resource.resource_site, []).append(resource)
        return by_site

    @property
    def resources(self) -> Set[PanoptesResource]:
        return self.__data["resources"]  # type: ignore[no-any-return]

    @property
    def resource_set_creation_timestamp(self) -> float:
        return self.__data["resource_set_creation_timestamp"]  # type: ignore[no-any-return]

    @resource_set_creation_timestamp.setter
    def resource_set_creation_timestamp(self, timestamp: float) -> None:
        assert PanoptesValidators.valid_timestamp(timestamp), (
            "timestamp should be Unix epoch seconds, not more than 7 days old or more than 60 seconds in the future"
        )
        self.__data["resource_set_creation_timestamp"] = timestamp

    @property
    def resource_set_schema_version(self) -> str:
        return str(self.__data["resource_set_schema_version"])

    @property
    def json(self) -> str:
        return json.dumps(self.__data, cls=PanoptesResourceEncoder)

    def __iter__(self) -> Iterator[PanoptesResource]:
        return iter(self.resources)

    def next(self) -> PanoptesResource:
        return next(iter(self.resources))

    def __repr__(self) -> str:
        return str(self.resources)

    def __len__(self) -> int:
        return len(self.resources)
