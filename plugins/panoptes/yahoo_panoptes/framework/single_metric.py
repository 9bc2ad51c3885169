"""A metric and a dimension. Authors import both from `yahoo_panoptes.framework.metrics`."""

import json
import re
from time import time
from typing import Any, Dict, Optional

from yahoo_panoptes.framework.exceptions import PanoptesBaseException
from yahoo_panoptes.framework.validators import PanoptesValidators

_VALID_KEY = re.compile(r"^[^\d\W]\w*\Z")
_KEY_RULE = 'has to match pattern: (letter|"_") (letter | digit | "_")*'

METRICS_TIMESTAMP_PRECISION = 3


class PanoptesMetricsException(PanoptesBaseException):
    """Something is wrong with metrics."""


class PanoptesMetricsNullException(PanoptesMetricsException):
    """The device lacks what was asked for."""


class PanoptesMetricType:
    GAUGE, COUNTER = range(2)


METRIC_TYPE_NAMES = {PanoptesMetricType.GAUGE: "GAUGE", PanoptesMetricType.COUNTER: "COUNTER"}


def now() -> float:
    return round(time(), METRICS_TIMESTAMP_PRECISION)


class PanoptesMetric:
    """A named number."""

    def __init__(
        self,
        metric_name: str,
        metric_value: Any,
        metric_type: int,
        metric_creation_timestamp: Optional[float] = None,
    ) -> None:
        assert PanoptesValidators.valid_nonempty_string(metric_name), "metric_name must be a non-empty str"
        assert PanoptesValidators.valid_number(metric_value), (
            f"metric_value must be number: {metric_name} is {type(metric_value).__name__}"
        )
        assert metric_type in METRIC_TYPE_NAMES, (
            f"metric_type must be an attribute of PanoptesMetricType: {metric_name} has {metric_type!r}"
        )
        assert metric_creation_timestamp is None or PanoptesValidators.valid_number(metric_creation_timestamp), (
            "metric_creation_timestamp should be None or a number"
        )
        if not _VALID_KEY.match(metric_name):
            raise ValueError(f'metric name "{metric_name}" {_KEY_RULE}')
        created = now()
        if metric_creation_timestamp is not None:
            created = round(metric_creation_timestamp, METRICS_TIMESTAMP_PRECISION)
        self.__metric_type_raw = metric_type
        self.__data: Dict[str, Any] = {
            "metric_creation_timestamp": created,
            "metric_name": metric_name,
            "metric_value": metric_value,
            "metric_type": METRIC_TYPE_NAMES[metric_type].lower(),
        }

    @property
    def metric_name(self) -> str:
        return str(self.__data["metric_name"])

    @property
    def metric_value(self) -> Any:
        return self.__data["metric_value"]

    @property
    def metric_timestamp(self) -> float:
        """Epoch seconds."""
        return self.__data["metric_creation_timestamp"]  # type: ignore[no-any-return]

    @property
    def metric_type(self) -> int:
        return self.__metric_type_raw

    @property
    def json(self) -> str:
        return json.dumps(self.__data, sort_keys=True)

    def __repr__(self) -> str:
        kind = METRIC_TYPE_NAMES[self.metric_type]
        return f"PanoptesMetric[{self.metric_name}|{self.metric_value}|{kind}|{self.metric_timestamp}]"

    def __str__(self) -> str:
        return f"{self.metric_name}|{self.metric_value}|{self.metric_type}"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PanoptesMetric):
            return False
        mine = (self.metric_name, self.metric_value, self.metric_type)
        return mine == (other.metric_name, other.metric_value, other.metric_type)


class PanoptesMetricDimension:
    """What a group is about."""

    def __init__(self, name: str, value: str) -> None:
        assert PanoptesValidators.valid_nonempty_string(name), (
            f"dimension name must be non-empty str, is type {type(name)}"
        )
        assert PanoptesValidators.valid_nonempty_string(value), (
            f'dimension value for dimension "{name}" must be non-empty str, is type {type(value)}'
        )
        if not _VALID_KEY.match(name):
            raise ValueError(f'dimension name "{name}" {_KEY_RULE}')
        if "|" in value:
            raise ValueError(f'dimension value "{value}" cannot contain |')
        self.__data = {"dimension_name": name, "dimension_value": value}

    @property
    def name(self) -> str:
        return self.__data["dimension_name"]

    @property
    def value(self) -> str:
        return self.__data["dimension_value"]

    @property
    def json(self) -> str:
        return json.dumps(self.__data)

    def __repr__(self) -> str:
        return f"PanoptesMetricDimension[{self.name}|{self.value}]"

    def __str__(self) -> str:
        return f"{self.name}|{self.value}"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PanoptesMetricDimension) and str(self) == str(other)
