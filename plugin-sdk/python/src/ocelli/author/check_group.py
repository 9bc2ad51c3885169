"""Turns what an author gave back into encoded metric groups (ocelli.resource.v1.MetricGroup), one at a time: checked and
encoded in one go, with the parts that come again and again kept ready."""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Hashable, Mapping
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, NoReturn, Optional, Union

from ocelli.author.wire import ONE_BYTE, SPAN, VARINT, span, tag, varint
from ocelli.author.wrong_value import WrongValue
from ocelli.values import Group, MetricValue
from ocelli.words import kind_of, meant

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NAME_RULE = "a letter or underscore, then letters, digits and underscores"
_KEYS = dict.fromkeys(("name", "dimensions", "metrics", "at_ms")).keys()
_INT64 = 2**63
_EXACT = 2**53
_double = struct.Struct("<d").pack

# MetricGroup: name = 1, dimensions = 2, metrics = 3, at_ms = 4. Dimension: name = 1, value = 2.
_GROUP_NAME, _DIMENSION, _METRIC, _AT_MS = tag(1, SPAN), tag(2, SPAN), tag(3, SPAN), tag(4, VARINT)
_FIRST, _SECOND = tag(1, SPAN), tag(2, SPAN)
# Metric: name = 1, type = 2, double_value = 3, int_value = 4.
_TYPES = {"gauge": b"\x10\x01", "counter": b"\x10\x02"}

# Encoded parts by the names in them. Names are few; should an author make them up without end, all is forgotten now and then.
_group_names: dict[str, bytes] = {}
_dimension_names: dict[str, bytes] = {}
_gauge_heads: dict[str, bytes] = {}
_counter_bodies: dict[str, bytes] = {}
_KEPT = 10_000


def check_group(value: Any, seen: set[Hashable]) -> bytes:
    """Raises WrongValue with one sentence that names group and metric; `seen` keeps the groups of the answer apart."""
    at_ms: object
    if value.__class__ is dict and len(value) == 3 and "dimensions" in value:
        # What most look like, without a function call.
        name, dimensions, metrics = value.get("name"), value["dimensions"], value.get("metrics")
        at_ms = 0
        if name is None or metrics is None:
            name, dimensions, metrics, at_ms = _from_dict(value)
    elif isinstance(value, Group):
        name, dimensions, metrics, at_ms = value.name, value.dimensions, value.metrics, value.at_ms
    elif isinstance(value, Mapping):
        name, dimensions, metrics, at_ms = _from_dict(value)
    else:
        raise WrongValue(f"a metric group is a Group or a dict, not {kind_of(value)}")
    try:
        parts = [_group_names[name]]
    except (KeyError, TypeError):
        parts = [_new_group_name(name)]
    if dimensions:
        if dimensions.__class__ is not dict and not isinstance(dimensions, Mapping):
            raise WrongValue(f"dimensions of group {name} are a dict of texts, not {kind_of(dimensions)}")
        for dimension, text in dimensions.items():
            try:
                head, encoded = _dimension_names[dimension], text.encode()
            except (KeyError, TypeError, AttributeError, UnicodeEncodeError):
                head, encoded = _unusual_dimension(name, dimension, text)
            size = len(head) + len(encoded) + 2
            if size < 128:
                parts.append(b"\x12" + ONE_BYTE[size] + head + b"\x12" + ONE_BYTE[len(encoded)] + encoded)
            else:
                parts.append(span(_DIMENSION, head + span(_SECOND, encoded)))
        key: Hashable = (name, *sorted(dimensions.items())) if len(dimensions) > 1 else (name, *dimensions.items())
    else:
        key = name
    if key in seen:
        raise WrongValue(f"group {_describe(name, dimensions)} comes twice")
    seen.add(key)
    if not metrics or not isinstance(metrics, Mapping):
        _no_metrics(name, dimensions, metrics)
    for metric, number in metrics.items():
        if number.__class__ is not MetricValue:
            raise WrongValue(f"metric {metric} of group {name} is {kind_of(number)}: write gauge(…) or counter(…)")
        plain: Any = number.value
        if number.place is True and number.type == "gauge" and (plain.__class__ is float or -_EXACT <= plain <= _EXACT):
            head = _gauge_heads.get(metric) or _new_gauge_head(name, metric)
            parts.append(head + _double(plain))
        elif number.place is True and number.type == "counter" and plain < _INT64:
            body = _counter_bodies.get(metric) or _new_counter_body(name, metric)
            whole = varint(plain)
            size = len(body) + len(whole) + 1
            if size < 128:
                parts.append(b"\x1a" + ONE_BYTE[size] + body + b"\x20" + whole)
            else:
                parts.append(span(_METRIC, body + b"\x20" + whole))
        else:
            parts.append(_unusual(name, metric, number))
    if at_ms:
        if not isinstance(at_ms, int) or isinstance(at_ms, bool) or not 0 < at_ms < _INT64:
            raise WrongValue(f"at_ms of group {name} is a whole number of epoch ms, not {at_ms!r}")
        parts.append(_AT_MS + varint(at_ms))
    return b"".join(parts)


def _from_dict(value: Mapping[str, Any]) -> tuple[Any, Any, Any, Any]:
    get = value.get
    if not value.keys() <= _KEYS:
        key = next(key for key in value if key not in _KEYS)
        raise WrongValue(f"a metric group has no {key}: {meant(str(key), _KEYS)}")
    return get("name"), get("dimensions"), get("metrics"), get("at_ms", 0)


def _no_metrics(name: str, dimensions: Any, metrics: object) -> NoReturn:
    if isinstance(metrics, Mapping):
        raise WrongValue(f"group {_describe(name, dimensions)} has no metrics")
    raise WrongValue(f"metrics of group {name} are a dict, not {kind_of(metrics)}")


def _unusual_dimension(group: str, name: Any, value: object) -> tuple[bytes, bytes]:
    """A name that was not seen before, or something that is wrong."""
    if not isinstance(value, str):
        raise WrongValue(f"dimension {name} of group {group} is {kind_of(value)}: write its value as text")
    _check_name("dimension", group, name)
    head = _keep(_dimension_names, name, span(_FIRST, name.encode()))
    return head, value.encode("utf-8", "replace")


def _new_group_name(name: Any) -> bytes:
    if not isinstance(name, str) or name == "":
        raise WrongValue(f"a group's name is text, not {'empty' if name == '' else kind_of(name)}")
    return _keep(_group_names, name, span(_GROUP_NAME, name.encode("utf-8", "replace")))


def _new_gauge_head(group: str, metric: str) -> bytes:
    _check_name("metric", group, metric)
    body = span(_FIRST, metric.encode()) + _TYPES["gauge"] + b"\x19"
    # The double that follows has eight bytes.
    return _keep(_gauge_heads, metric, _METRIC + varint(len(body) + 8) + body)


def _new_counter_body(group: str, metric: str) -> bytes:
    _check_name("metric", group, metric)
    return _keep(_counter_bodies, metric, span(_FIRST, metric.encode()) + _TYPES["counter"])


def _check_name(what: str, group: str, name: object) -> None:
    if not isinstance(name, str) or not _NAME.match(name):
        raise WrongValue(f"{what} {json.dumps(str(name), ensure_ascii=False)} of group {group} is no name: {_NAME_RULE}")


def _keep(kept: dict[str, bytes], name: str, encoded: bytes) -> bytes:
    if len(kept) >= _KEPT:
        kept.clear()
    kept[name] = encoded
    return encoded


def _unusual(group: str, metric: str, number: MetricValue) -> bytes:
    """Numbers of other types, very large ones, and what is none."""
    where, kind = f"metric {metric} of group {group}", number.type
    place = number.place if isinstance(number.place, tuple) else None
    if kind not in _TYPES:
        raise WrongValue(f'{where} is of type "{kind}": write gauge(…) or counter(…)', place)
    plain = _plain_number(number.value)
    if plain is None:
        raise WrongValue(f"{where} is {kind_of(number.value)}, not a finite number: leave out what was not measured", place)
    if kind == "counter" and isinstance(plain, float) and plain.is_integer() and abs(plain) <= _EXACT:
        plain = int(plain)
    # -1 is how Panoptes says that the device has no such counter.
    if kind == "counter" and plain < 0 and plain != -1:
        raise WrongValue(f"{where} is a counter and cannot be negative ({plain})", place)
    _check_name("metric", group, metric)
    body = span(_FIRST, metric.encode()) + _TYPES[kind]
    whole = isinstance(plain, int) and (kind == "counter" or abs(plain) > _EXACT)
    # Above what an int64 holds a 64-bit counter travels as the nearest double.
    if isinstance(plain, int) and whole and -_INT64 < plain < _INT64:
        return span(_METRIC, body + b"\x20" + varint(plain))
    try:
        return span(_METRIC, body + b"\x19" + _double(float(plain)))
    except OverflowError:
        raise WrongValue(f"{where} has {len(str(plain))} digits, more than any number that travels", place) from None


def _plain_number(value: object) -> Optional[Union[int, float]]:
    """An int or a finite float, also of numpy's and Decimal's numbers."""
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        return None
    if isinstance(value, Integral):
        return int(value)
    plain = float(value)
    return plain if math.isfinite(plain) else None


def _describe(name: str, dimensions: Optional[Mapping[str, str]]) -> str:
    shown = ",".join(f'{key}="{value}"' for key, value in (dimensions or {}).items())
    return f"{name}{{{shown}}}"
