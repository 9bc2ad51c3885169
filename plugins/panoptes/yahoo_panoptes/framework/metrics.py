"""What was measured, as a Panoptes plugin says it."""

import json
import threading
from typing import Any, Dict, Iterable, Iterator, Optional, Set

from yahoo_panoptes.framework.resources import PanoptesResource
from yahoo_panoptes.framework.single_metric import (
    METRIC_TYPE_NAMES,
    METRICS_TIMESTAMP_PRECISION,
    PanoptesMetric,
    PanoptesMetricDimension,
    PanoptesMetricsException,
    PanoptesMetricsNullException,
    PanoptesMetricType,
    now,
)
from yahoo_panoptes.framework.validators import PanoptesValidators

__all__ = [
    "METRICS_GROUP_SCHEMA_VERSION",
    "METRICS_TIMESTAMP_PRECISION",
    "METRIC_TYPE_NAMES",
    "PanoptesMetric",
    "PanoptesMetricDimension",
    "PanoptesMetricSet",
    "PanoptesMetricType",
    "PanoptesMetricValidators",
    "PanoptesMetricsException",
    "PanoptesMetricsGroup",
    "PanoptesMetricsGroupEncoder",
    "PanoptesMetricsGroupSet",
    "PanoptesMetricsNullException",
]

METRICS_GROUP_SCHEMA_VERSION = "0.2"


class PanoptesMetricValidators:
    @classmethod
    def valid_panoptes_resource(cls, resource: Any) -> bool:
        return isinstance(resource, PanoptesResource)

    @classmethod
    def valid_panoptes_metric_type(cls, metric_type: Any) -> bool:
        return metric_type in METRIC_TYPE_NAMES

    @classmethod
    def valid_panoptes_metric(cls, metric: Any) -> bool:
        return isinstance(metric, PanoptesMetric)

    @classmethod
    def valid_panoptes_metric_dimension(cls, metric_dimension: Any) -> bool:
        return isinstance(metric_dimension, PanoptesMetricDimension)

    @classmethod
    def valid_panoptes_metrics_group(cls, metrics_group: Any) -> bool:
        return isinstance(metrics_group, PanoptesMetricsGroup)


class PanoptesMetricsGroupEncoder(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, set):
            return list(o)
        if isinstance(o, PanoptesResource):
            return o.raw
        if isinstance(o, (PanoptesMetric, PanoptesMetricDimension)):
            return json.loads(o.json)
        return super().default(o)


class PanoptesMetricsGroup:
    """Metrics of one resource that were read together and share their dimensions."""

    def __init__(self, resource: PanoptesResource, group_type: str, interval: int) -> None:
        assert PanoptesMetricValidators.valid_panoptes_resource(resource), (
            "resource must be an instance of PanoptesResource"
        )
        assert PanoptesValidators.valid_nonempty_string(group_type), "group_type must be a non-empty string"
        assert PanoptesValidators.valid_nonzero_integer(interval), "interval must a integer greater than zero"
        self.__metrics_index: Dict[int, Set[str]] = {kind: set() for kind in METRIC_TYPE_NAMES}
        self.__data: Dict[str, Any] = {
            "metrics_group_type": group_type,
            "metrics_group_interval": interval,
            "metrics_group_creation_timestamp": now(),
            "metrics_group_schema_version": METRICS_GROUP_SCHEMA_VERSION,
            "resource": resource,
            "metrics": set(),
            "dimensions": set(),
        }
        self._data_lock = threading.Lock()

    def copy(self) -> "PanoptesMetricsGroup":
        copied = PanoptesMetricsGroup(self.resource, self.group_type, self.interval)
        for metric in self.metrics:
            copied.add_metric(metric)
        for dimension in self.dimensions:
            copied.add_dimension(dimension)
        copied.__data["metrics_group_creation_timestamp"] = self.creation_timestamp
        return copied

    def add_metric(self, metric: PanoptesMetric) -> None:
        """Raises KeyError where the group has a metric of this name and type. A gauge and a counter may share a name."""
        assert PanoptesMetricValidators.valid_panoptes_metric(metric), "metric must be an instance of PanoptesMetric"
        if metric.metric_name in self.__metrics_index[metric.metric_type]:
            kind = METRIC_TYPE_NAMES[metric.metric_type]
            raise KeyError(
                f'Metric name "{metric.metric_name}" (type "{kind}") for metrics group type "{self.group_type}" '
                "already populated"
            )
        self.__data["metrics"].add(metric)
        self.__metrics_index[metric.metric_type].add(metric.metric_name)

    def add_dimension(self, dimension: PanoptesMetricDimension) -> None:
        """Raises KeyError where the group has it; `upsert_dimension` replaces."""
        assert PanoptesMetricValidators.valid_panoptes_metric_dimension(dimension), (
            "dimension must be instance of PanoptesMetricDimension"
        )
        with self._data_lock:
            if self.contains_dimension_by_name(dimension.name):
                raise KeyError(
                    f"Dimension name {dimension.name} already populated. "
                    "Please use upsert_dimension if you need to update dimensions"
                )
            self.__data["dimensions"].add(dimension)

    def get_dimension_by_name(self, dimension_name: str) -> Optional[PanoptesMetricDimension]:
        assert PanoptesValidators.valid_nonempty_string(dimension_name), (
            f"dimension name must be non-empty str, is type {type(dimension_name)}"
        )
        return next((one for one in self.dimensions if one.name == dimension_name), None)

    def contains_dimension_by_name(self, dimension_name: str) -> bool:
        return self.get_dimension_by_name(dimension_name) is not None

    def delete_dimension_by_name(self, dimension_name: str) -> None:
        with self._data_lock:
            found = self.get_dimension_by_name(dimension_name)
            if found is not None:
                self.__data["dimensions"].remove(found)

    def upsert_dimension(self, dimension: PanoptesMetricDimension) -> None:
        assert PanoptesMetricValidators.valid_panoptes_metric_dimension(dimension), (
            "dimension must be instance of PanoptesMetricDimension"
        )
        self.delete_dimension_by_name(dimension.name)
        self.__data["dimensions"].add(dimension)

    @staticmethod
    def flatten_dimensions(dimensions: Iterable[Dict[str, Any]]) -> Dict[str, Any]:
        return {one["dimension_name"]: one["dimension_value"] for one in dimensions}

    @staticmethod
    def flatten_metrics(metrics: Iterable[Dict[str, Any]]) -> Dict[str, Dict[str, Any]]:
        flat: Dict[str, Dict[str, Any]] = {"counter": {}, "gauge": {}}
        for one in metrics:
            value = {"value": one["metric_value"], "timestamp": one["metric_creation_timestamp"]}
            flat[one["metric_type"]][one["metric_name"]] = value
        return flat

    @property
    def resource(self) -> PanoptesResource:
        return self.__data["resource"]  # type: ignore[no-any-return]

    @property
    def metrics(self) -> Set[PanoptesMetric]:
        return self.__data["metrics"]  # type: ignore[no-any-return]

    @property
    def dimensions(self) -> Set[PanoptesMetricDimension]:
        return self.__data["dimensions"]  # type: ignore[no-any-return]

    @property
    def group_type(self) -> str:
        return str(self.__data["metrics_group_type"])

    @property
    def interval(self) -> int:
        """Seconds."""
        return self.__data["metrics_group_interval"]  # type: ignore[no-any-return]

    @property
    def schema_version(self) -> str:
        return str(self.__data["metrics_group_schema_version"])

    @property
    def creation_timestamp(self) -> float:
        """Epoch seconds."""
        return self.__data["metrics_group_creation_timestamp"]  # type: ignore[no-any-return]

    @property
    def json(self) -> str:
        return json.dumps(self.__data, cls=PanoptesMetricsGroupEncoder)

    def __repr__(self) -> str:
        return (
            f"PanoptesMetricsGroup[resource:{self.resource!r},interval:{self.interval},"
            f"schema_version:{self.schema_version},group_type:{self.group_type},"
            f"creation_timestamp:{self.creation_timestamp},"
            f"dimensions:[{','.join(map(repr, self.dimensions))}],metrics:[{','.join(map(repr, self.metrics))}]]"
        )

    # By identity: groups change after they were put into a set. Authors compare them by what they hold.
    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PanoptesMetricsGroup):
            return False
        return (
            self.resource == other.resource
            and self.group_type == other.group_type
            and self.metrics == other.metrics
            and self.dimensions == other.dimensions
        )


class PanoptesMetricsGroupSet:
    """What a poll returns."""

    def __init__(self) -> None:
        self._metrics_groups: Set[PanoptesMetricsGroup] = set()

    def add(self, metrics_group: PanoptesMetricsGroup) -> None:
        assert PanoptesMetricValidators.valid_panoptes_metrics_group(metrics_group), (
            "metrics_group must be an instance of PanoptesMetricsGroup"
        )
        self._metrics_groups.add(metrics_group)

    def remove(self, metrics_group: PanoptesMetricsGroup) -> None:
        assert PanoptesMetricValidators.valid_panoptes_metrics_group(metrics_group), (
            "metrics_group must be an instance of PanoptesMetricsGroup"
        )
        self._metrics_groups.remove(metrics_group)

    @property
    def metrics_groups(self) -> Set[PanoptesMetricsGroup]:
        return self._metrics_groups

    def __add__(self, other: object) -> "PanoptesMetricsGroupSet":
        if not isinstance(other, PanoptesMetricsGroupSet):
            raise TypeError(f"Unsupported type for addition: {type(other)}")
        both = PanoptesMetricsGroupSet()
        for group in (*self.metrics_groups, *other.metrics_groups):
            both.add(group)
        return both

    def __iter__(self) -> Iterator[PanoptesMetricsGroup]:
        return iter(self._metrics_groups)

    def next(self) -> PanoptesMetricsGroup:
        return next(iter(self._metrics_groups))

    def __len__(self) -> int:
        return len(self._metrics_groups)

    def __repr__(self) -> str:
        return f"PanoptesMetricsGroupSet[{','.join(map(repr, self._metrics_groups))}]"


class PanoptesMetricSet:
    """A set of metrics."""

    def __init__(self) -> None:
        self.__metrics: Set[PanoptesMetric] = set()

    def add(self, metric: PanoptesMetric) -> None:
        assert PanoptesMetricValidators.valid_panoptes_metric(metric), "metric must be an instance of PanoptesMetric"
        self.__metrics.add(metric)

    def remove(self, metric: PanoptesMetric) -> None:
        assert PanoptesMetricValidators.valid_panoptes_metric(metric), "metric must be an instance of PanoptesMetric"
        self.__metrics.remove(metric)

    @property
    def metrics(self) -> Set[PanoptesMetric]:
        return self.__metrics

    def __iter__(self) -> Iterator[PanoptesMetric]:
        return iter(self.__metrics)

    def next(self) -> PanoptesMetric:
        return next(iter(self.__metrics))
