import math
from decimal import Decimal
from fractions import Fraction

import pytest

from ocelli import Group, MetricValue, counter, gauge
from ocelli.author.check_group import check_group
from ocelli.author.wrong_value import WrongValue
from ocelli.module.translate_result import group_from_wire
from ocelli.resource.v1 import metric_pb2


def checked(value, seen=None):
    """Through the wire and back, by the library's own reader."""
    return group_from_wire(metric_pb2.MetricGroup.FromString(check_group(value, set() if seen is None else seen)))


def test_a_group_keeps_what_was_measured_zero_is_a_value_and_big_counters_keep_every_digit():
    metrics = {
        "load": gauge(0),
        "idle": gauge(-1.5),
        "big": gauge(2**60),
        "octets_total": counter(2**63 - 1),
        "packets_total": counter(12),
        "absent_total": counter(-1),
        "float_total": counter(3.0),
        "odd_total": counter(3.5),
        "huge_total": counter(2**64 - 1),
        "half": gauge(Fraction(1, 2)),
        "money": gauge(Decimal("1.25")),
    }
    group = checked(
        {"name": "cpu", "metrics": metrics, "dimensions": {"cpu_no": "0", "b": "ü" * 200}, "at_ms": 1_700_000_000_000}
    )
    assert group.name == "cpu"
    assert group.dimensions == {"cpu_no": "0", "b": "ü" * 200}
    assert group.at_ms == 1_700_000_000_000
    assert [(one.name, one.type, one.value) for one in group.metrics] == [
        ("load", "gauge", 0.0),
        ("idle", "gauge", -1.5),
        ("big", "gauge", 2**60),
        ("octets_total", "counter", 2**63 - 1),
        ("packets_total", "counter", 12),
        ("absent_total", "counter", -1),
        ("float_total", "counter", 3),
        ("odd_total", "counter", 3.5),
        ("huge_total", "counter", float(2**64)),
        ("half", "gauge", 0.5),
        ("money", "gauge", 1.25),
    ]
    assert isinstance(group.value("octets_total"), int)


def test_long_names_and_many_metrics_are_written_right():
    metrics = {f"m{'x' * 150}_{n}": gauge(n) for n in range(500)}
    group = checked(Group("g" * 300, metrics))
    assert [one.value for one in group.metrics] == list(range(500))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"name": "g", "metrics": {"a": gauge(math.nan)}}, "metric a of group g is NaN, not a finite number"),
        ({"name": "g", "metrics": {"a": gauge(-math.inf)}}, "metric a of group g is -inf, not a finite number"),
        ({"name": "g", "metrics": {"a": gauge("5")}}, "metric a of group g is text, not a finite number"),
        ({"name": "g", "metrics": {"a": gauge(None)}}, "metric a of group g is None, not a finite number"),
        ({"name": "g", "metrics": {"a": gauge(True)}}, "metric a of group g is True, not a finite number"),
        ({"name": "g", "metrics": {"a": counter(-2)}}, "metric a of group g is a counter and cannot be negative (-2)"),
        ({"name": "g", "metrics": {"a": counter(10**400)}}, "metric a of group g has 401 digits"),
        ({"name": "g", "metrics": {"a": 5}}, "metric a of group g is a number: write gauge(…) or counter(…)"),
        ({"name": "g", "metrics": {"a": MetricValue("histogram", 5)}}, 'is of type "histogram": write gauge(…) or counter(…)'),
        ({"name": "g", "metrics": {"a": MetricValue("gauge", math.nan)}}, "is NaN"),
        ({"name": "g", "metrics": {"no-dash": gauge(1)}}, 'metric "no-dash" of group g is no name: a letter or underscore'),
        ({"name": "g", "metrics": {"a\n": gauge(1)}}, "of group g is no name"),
        ({"name": "g", "metrics": {"": counter(1)}}, 'metric "" of group g is no name'),
        ({"name": "g", "metrics": {}}, "group g{} has no metrics"),
        ({"name": "g", "metrics": [gauge(1)]}, "metrics of group g are a dict, not a list"),
        ({"name": "g"}, "metrics of group g are a dict, not None"),
        ({"name": "", "metrics": {"a": gauge(1)}}, "a group's name is text, not empty"),
        ({"metrics": {"a": gauge(1)}}, "a group's name is text, not None"),
        ({"name": 5, "metrics": {"a": gauge(1)}, "dimensions": {}}, "a group's name is text, not a number"),
        ({"name": ["g"], "metrics": {"a": gauge(1)}}, "a group's name is text, not a list"),
        ({"name": "g", "metrics": {"a": gauge(1)}, "dimension": {}}, "a metric group has no dimension: did you mean dimensions?"),
        (
            {"name": "g", "metrics": {"a": gauge(1)}, "dimensions": {"n": 0}},
            "dimension n of group g is a number: write its",
        ),
        ({"name": "g", "metrics": {"a": gauge(1)}, "dimensions": {"a b": "x"}}, 'dimension "a b" of group g is no name'),
        ({"name": "g", "metrics": {"a": gauge(1)}, "dimensions": ["x"]}, "dimensions of group g are a dict of texts, not a list"),
        ({"name": "g", "metrics": {"a": gauge(1)}, "at_ms": 1.5}, "at_ms of group g is a whole number of epoch ms, not 1.5"),
        ("up", "a metric group is a Group or a dict, not text"),
        (None, "a metric group is a Group or a dict, not None"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(value, text):
    with pytest.raises(WrongValue) as raised:
        check_group(value, set())
    assert text in raised.value.message


def test_a_number_that_is_none_remembers_where_it_was_written():
    value = gauge(math.nan)
    assert value.place[0] == __file__
    assert value.place[1] == test_a_number_that_is_none_remembers_where_it_was_written.__code__.co_firstlineno + 1


def test_groups_are_told_apart_by_name_and_dimensions_in_any_order():
    seen = set()
    one = {"name": "g", "metrics": {"a": gauge(1)}}
    checked({**one, "dimensions": {"a": "1", "b": "2"}}, seen)
    checked({**one, "dimensions": {"a": "1"}}, seen)
    checked({**one, "dimensions": {"a": "2"}}, seen)
    checked(one, seen)
    with pytest.raises(WrongValue, match="comes twice"):
        checked({**one, "dimensions": {"b": "2", "a": "1"}}, seen)
    with pytest.raises(WrongValue, match="comes twice"):
        checked(one, seen)


def test_text_that_is_no_unicode_does_no_harm():
    group = checked({"name": "g", "metrics": {"a": gauge(1)}, "dimensions": {"bad": "a\udcff"}})
    assert group.dimensions == {"bad": "a?"}
