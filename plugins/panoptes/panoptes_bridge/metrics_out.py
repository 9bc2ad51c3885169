"""From a PanoptesMetricsGroupSet to metric groups of Ocelli. Runs in a worker."""

import math
import re
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from typing import Any, Dict, List, Tuple, Union

from panoptes_bridge.outcome import STATUSES, Outcome, WrongResult, kind_of
from yahoo_panoptes.framework.metrics import (
    PanoptesMetric,
    PanoptesMetricsGroup,
    PanoptesMetricsGroupSet,
    PanoptesMetricType,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NAME_RULE = "a letter of a to z or underscore, then such letters, digits and underscores"
_EMPTY_TEXT = "PanoptesMetricsGroupSet"


def put_metrics(result: Any, resource_id: str, outcome: Outcome) -> None:
    """Raises WrongResult. Groups that agree in type and dimensions become one, as Ocelli tells them apart by these."""
    if not isinstance(result, PanoptesMetricsGroupSet):
        raise WrongResult(f"returned {kind_of(result)}: return a {_EMPTY_TEXT}")
    groups: Dict[Tuple[Any, ...], Dict[str, Any]] = {}
    strange: List[str] = []
    for group in sorted(result.metrics_groups, key=_order):
        if group.resource.resource_id != resource_id:
            strange.append(group.resource.resource_id)
            continue
        if group.metrics:
            _put_group(group, groups)
        _put_status(group, outcome)
    outcome.groups.extend(groups.values())
    if strange:
        named = ", ".join(sorted(set(strange))[:5])
        outcome.fault(
            "partial" if groups else "internal",
            f"{len(strange)} metrics groups are about other resources ({named}) and were left out: "
            f"Ocelli files what a poll finds under the resource it polled",
        )


def _order(group: PanoptesMetricsGroup) -> Tuple[Any, ...]:
    return (
        group.group_type,
        sorted(str(one) for one in group.dimensions),
        sorted(one.metric_name for one in group.metrics),
    )


def _put_group(group: PanoptesMetricsGroup, groups: Dict[Tuple[Any, ...], Dict[str, Any]]) -> None:
    name = group.group_type
    dimensions = {}
    for one in sorted(group.dimensions, key=lambda one: one.name):
        _check_name("dimension", one.name, name)
        dimensions[one.name] = one.value
    key = (name, *sorted(dimensions.items()))
    at_ms = max(0, round(group.creation_timestamp * 1000))
    known = groups.setdefault(key, {"name": name, "dimensions": dimensions, "metrics": {}, "at_ms": at_ms})
    known["at_ms"] = max(known["at_ms"], at_ms)
    metrics = known["metrics"]
    counters = {one.metric_name for one in group.metrics if one.metric_type == PanoptesMetricType.COUNTER}
    for metric in sorted(group.metrics, key=lambda one: one.metric_name):
        _check_name("metric", metric.metric_name, name)
        kind = "counter" if metric.metric_type == PanoptesMetricType.COUNTER else "gauge"
        # A counter and a gauge may share a name in Panoptes; the gauge gets the name its InfluxDB consumer gives it.
        shown = metric.metric_name
        if kind == "gauge" and shown in counters:
            shown = f"{shown}__gauge"
        value = [kind, _number(metric, name, kind)]
        if metrics.get(shown, value) != value:
            about = ", ".join(f'{key}="{text}"' for key, text in dimensions.items()) or "no dimensions"
            raise WrongResult(
                f"gave metric {shown} of group {name} ({about}) twice, as {metrics[shown][1]} and as {value[1]}: "
                "tell the groups apart by a dimension"
            )
        metrics[shown] = value


def _check_name(what: str, name: str, group: str) -> None:
    if not _NAME.match(name):
        raise WrongResult(f"named a {what} of group {group} {name!r}: in Ocelli a name is {_NAME_RULE}")


def _number(metric: PanoptesMetric, group: str, kind: str) -> Union[int, float]:
    where = f"metric {metric.metric_name} of group {group}"
    value = metric.metric_value
    if isinstance(value, Integral):
        plain: Union[int, float] = int(value)
    elif isinstance(value, (Real, Decimal, Fraction)):
        plain = float(value)
    else:
        raise WrongResult(f"gave {where} as {kind_of(value)}: give a number")
    if isinstance(plain, float) and not math.isfinite(plain):
        raise WrongResult(f"gave {where} as {plain}: leave out what was not measured")
    if kind == "counter" and plain < 0 and plain != -1:
        raise WrongResult(
            f"gave {where} as {plain}: a counter cannot be negative, but for -1 where the device has none"
        )
    return plain


def _put_status(group: PanoptesMetricsGroup, outcome: Outcome) -> None:
    """The status a plugin reports of itself is the status of the run: that of PanoptesPollingStatus under whatever
    name, and a gauge `status` in a group `status`."""
    why = ""
    code: Any = None
    kept = getattr(group, "polling_status", None)
    if kept is not None:
        code, why = kept
    elif group.group_type == "status":
        code = next((one.metric_value for one in group.metrics if one.metric_name == "status"), None)
    if isinstance(code, Integral) and 0 < int(code) < len(STATUSES):
        status = STATUSES[int(code)]
        outcome.fault(status, f"the plugin reports status {int(code)}{f', last for {why}' if why else ''}")
