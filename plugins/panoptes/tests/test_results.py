"""What a plugin returns, raises and says, and what comes out of the module."""

import os
import time

import pytest
from conftest import RESOURCE
from processes import still_there


def poll(bridge, do, **run):
    return bridge("misbehave.py").poll({**RESOURCE, "metadata": {"do": do}}, **run)


def values(outcome):
    return {metric.name: (metric.type, metric.value) for group in outcome.groups for metric in group.metrics}


def test_a_good_result_passes_with_type_time_and_no_fault(bridge):
    before_ms = time.time() * 1000
    outcome = poll(bridge, "well")
    assert outcome.fault is None
    assert [(group.name, group.dimensions) for group in outcome.groups] == [("cpu", {})]
    assert values(outcome) == {"utilization": ("gauge", 12.5)}
    assert abs(outcome.groups[0].at_ms - before_ms) < 60_000


@pytest.mark.parametrize(
    "do, sentence",
    [
        ("nothing", "run returned None: return a PanoptesMetricsGroupSet"),
        ("a_dict", "run returned a dict: return a PanoptesMetricsGroupSet"),
        ("enrichment", "run returned a PanoptesEnrichmentGroupSet: return a PanoptesMetricsGroupSet"),
        ("nan", "run gave metric utilization of group cpu as nan: leave out what was not measured"),
        ("negative_counter", "run gave metric octets of group cpu as -7: a counter cannot be negative"),
        ("contradiction", 'run gave metric load of group cpu (slot="1") twice, as 1 and as 2'),
        ("umlaut", "run named a metric of group cpu 'größe'"),
    ],
)
def test_a_wrong_result_is_one_sentence_that_names_the_class(bridge, do, sentence):
    outcome = poll(bridge, do)
    assert outcome.groups == []
    assert outcome.fault.status == "internal"
    assert outcome.fault.origin == "plugin"
    assert outcome.fault.message.startswith("poll of panoptes (misbehave.py:")
    assert sentence in outcome.fault.message
    assert "\n" not in outcome.fault.message


def test_groups_of_one_kind_without_dimensions_become_one(bridge):
    outcome = poll(bridge, "same_dimensions")
    assert len(outcome.groups) == 1
    assert values(outcome) == {"fans_ok": ("gauge", 2), "power_units_on": ("gauge", 1)}


def test_a_gauge_beside_a_counter_of_its_name_gets_a_name_of_its_own(bridge):
    assert values(poll(bridge, "both_types")) == {"octets": ("counter", 1000), "octets__gauge": ("gauge", 3)}


def test_a_counter_the_device_lacks_and_one_of_64_bits_pass(bridge):
    assert values(poll(bridge, "absent_counter")) == {"octets": ("counter", -1)}
    assert values(poll(bridge, "huge_counter"))["octets"] == ("counter", 2**63 - 1)
    assert values(poll(bridge, "huge_counter"))["more"][1] == pytest.approx(2**64)


def test_a_group_without_metrics_and_a_set_without_groups_are_no_failure(bridge):
    assert [group.name for group in poll(bridge, "no_metrics").groups] == ["cpu"]
    empty = poll(bridge, "empty")
    assert (empty.fault, empty.groups) == (None, [])


def test_groups_about_other_resources_are_left_out_and_named(bridge):
    outcome = poll(bridge, "other_resource")
    assert values(outcome) == {"load": ("gauge", 2)}
    assert outcome.fault.status == "partial"
    assert "another" in outcome.fault.message


@pytest.mark.parametrize(
    "do, status",
    [
        ("timeout", "timeout"),
        ("network", "network"),
        ("snmp", "internal"),
        ("ping", "ping_failure"),
        ("null", "missing_metrics"),
        ("lookup", "enrichment_failure"),
        ("socket_timeout", "timeout"),
        ("refused", "network"),
        ("unauthorized", "authentication"),
        ("wrapped", "timeout"),
        ("bug", "internal"),
        ("leave", "internal"),
    ],
)
def test_an_exception_says_how_the_poll_ended(bridge, do, status):
    outcome = poll(bridge, do)
    assert outcome.groups == []
    assert outcome.fault.status == status
    assert outcome.fault.message.startswith("poll of panoptes (misbehave.py:")


def test_a_bug_names_the_line_and_its_stack_is_a_debug_line(bridge):
    outcome = poll(bridge, "bug")
    with open(os.path.join(os.path.dirname(__file__), "plugins", "misbehave.py")) as file:
        line = next(number for number, text in enumerate(file, 1) if "no_such_attribute" in text)
    assert f"(misbehave.py:{line}): AttributeError" in outcome.fault.message
    stacks = [one for one in outcome.log if "Traceback" in one["msg"]]
    assert [one["level"] for one in stacks] == ["debug"]
    assert "run_once.py" not in stacks[0]["msg"]


def test_the_status_a_plugin_reports_is_the_status_of_the_run_and_stays_a_metric(bridge):
    outcome = poll(bridge, "status_network")
    assert values(outcome) == {"status": ("gauge", 2)}
    assert outcome.fault.status == "network"
    assert poll(bridge, "status_of_heartbeat").fault is None


def test_a_hang_ends_before_the_deadline_and_says_where(bridge):
    started = time.monotonic()
    outcome = poll(bridge, "hang", deadline_ms=1500)
    assert time.monotonic() - started < 1.5
    assert outcome.fault.status == "timeout"
    assert outcome.fault.origin == "plugin"
    assert "did not end within 1.5 s; it was at misbehave.py:" in outcome.fault.message
    assert poll(bridge, "well").fault is None


def test_what_a_hanging_plugin_started_ends_with_it(bridge):
    outcome = poll(bridge, "child", deadline_ms=1500)
    (line,) = [one["msg"] for one in outcome.log if one["msg"].startswith("child ")]
    pid = int(line.split()[1])
    assert still_there(pid) == []


def test_a_crash_costs_one_run(bridge):
    outcome = poll(bridge, "crash")
    assert outcome.fault.status == "internal"
    assert "the plugin's process was killed by SIGABRT" in outcome.fault.message
    assert poll(bridge, "well").fault is None


def test_whatever_is_said_becomes_log_lines_of_the_run(bridge):
    log = [(one["level"], one["msg"], one["resource"]) for one in poll(bridge, "talk").log]
    assert log == [
        ("info", "printed to stdout", "test_id"),
        ("info", "written to stderr", "test_id"),
        ("warn", "warned about test_id", "test_id"),
        ("debug", "a detail", "test_id"),
    ]


def test_a_plugin_that_never_stops_talking_is_cut_off(bridge):
    log = poll(bridge, "chatter").log
    assert len(log) == 1001
    assert "the rest is left out" in log[-1]["msg"]
