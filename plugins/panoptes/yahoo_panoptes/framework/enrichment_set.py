"""Facts under one key, and the schema they have to fit. Authors import both from `yahoo_panoptes.framework.enrichment`."""

import copy
import json
from typing import Any, Dict

from cerberus import Validator

from yahoo_panoptes.framework.validators import PanoptesValidators


class PanoptesEnrichmentSet:
    """Facts under one key, such as those of one interface under its index."""

    def __init__(self, key: str, value: Any = None) -> None:
        assert PanoptesValidators.valid_nonempty_string(key), "enrichment key must be a string"
        assert value is None or isinstance(value, dict), "enrichment value must be a dict"
        self._key = key
        self.__data: Dict[str, Dict[Any, Any]] = {key: {} if value is None else value}

    @property
    def key(self) -> str:
        return self._key

    @property
    def value(self) -> Dict[Any, Any]:
        return self.__data[self._key]

    @property
    def _raw_data(self) -> Dict[str, Dict[Any, Any]]:
        return self.__data

    def add(self, enrichment_key: Any, enrichment_value: Any) -> None:
        self.__data[self._key][enrichment_key] = enrichment_value

    def json(self) -> str:
        return json.dumps(self.__data, sort_keys=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.__data})"

    def __len__(self) -> int:
        return len(self.value)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PanoptesEnrichmentSet) and self._key == other._key


class PanoptesEnrichmentSchemaValidator:
    """Derive from it and give `schema`, a Cerberus schema whose one key is `enrichment_label`."""

    schema: Dict[str, Any] = {"key": "value"}

    def __init__(self) -> None:
        assert isinstance(self.schema, dict) and self.schema, "schema must be a non empty Cerberus schema dict"
        self.__cerberus_validator = Validator()

    def validate(self, enrichment_set_data: "PanoptesEnrichmentSet") -> bool:
        assert isinstance(enrichment_set_data, PanoptesEnrichmentSet), (
            "element set must be an instance of PanoptesEnrichmentSet"
        )
        schema = copy.deepcopy(self.schema)
        schema[enrichment_set_data.key] = schema.pop("enrichment_label")
        return bool(self.__cerberus_validator.validate(enrichment_set_data._raw_data, schema))

    @property
    def errors(self) -> Any:
        """What was wrong with the last set."""
        return self.__cerberus_validator.errors
