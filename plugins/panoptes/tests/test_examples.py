"""The examples, as a plugin of Panoptes is written, run unchanged with their own INI files against a served device."""

import os

import pytest
from conftest import EXAMPLES, RESOURCE
from snmp_device import SnmpDevice
from test_snmp import switch

NAMES = {
    "1": {"interface_name": "eth1", "alias": "uplink"},
    "2": {"interface_name": "eth2"},
    "10": {"interface_name": "lo0"},
}


@pytest.fixture
def device():
    with SnmpDevice(switch(), community="of-the-test-site") as served:
        yield served


def example(bridge, name, device=None, **sections):
    own = {"secrets": {"snmp_community_string:test_site": "of-the-test-site"}} if device else {}
    snmp = {"snmp": {"port": str(device.port), "timeout": "2"}} if device else {}
    return bridge(os.path.join(EXAMPLES, f"{name}.panoptes-plugin"), {**own, **snmp, **sections})


def test_discovery(bridge):
    outcome = example(bridge, "plugin_discovery_from_csv").discover()
    assert outcome.fault is None
    assert [(one.id, one.endpoint, one.ttl_s, one.metadata) for one in outcome.resources] == [
        ("switch-1", "127.0.0.1", 900, {"os_name": "Example OS"}),
        ("switch-2", "127.0.0.2", 900, {"os_name": "Example OS"}),
    ]
    assert "Read 2 resources" in outcome.log[-1]["msg"]


def test_enrichment(bridge, device):
    outcome = example(bridge, "plugin_enrichment_interface_names", device).enrich(RESOURCE)
    assert outcome.fault is None
    assert [(one.namespace, one.ttl_s, one.data) for one in outcome.sets] == [("interface_names", 3600, NAMES)]


def test_polling_with_what_the_enrichment_found(bridge, device):
    module = example(bridge, "plugin_polling_interface_octets", device)
    outcome = module.poll(RESOURCE, enrichments={"interface_names": NAMES})
    assert outcome.fault is None
    found = {
        group.dimensions.get("interface_name", group.name): {one.name: one.value for one in group.metrics}
        for group in outcome.groups
    }
    assert found["eth1"]["octets_out"] == 500
    assert found["eth1"]["octets_in"] == pytest.approx(2**64)
    assert found["eth2"] == {"octets_in": 0, "octets_out": 0}
    assert found["lo0"] == {"octets_in": 7, "octets_out": -1}
    assert found["status"] == {"status": 0}


def test_polling_without_enrichment_is_status_8_in_the_metric_and_in_the_run(bridge, device):
    outcome = example(bridge, "plugin_polling_interface_octets", device).poll(RESOURCE)
    assert [[one.value for one in group.metrics] for group in outcome.groups] == [[8]]
    assert outcome.fault.status == "enrichment_failure"
    assert "preload lacks self:interface_names" in outcome.fault.message


def test_a_device_that_does_not_answer_is_status_3(bridge, device):
    module = example(
        bridge,
        "plugin_polling_interface_octets",
        device,
        secrets={"snmp_community_string": "wrong"},
        snmp={
            "port": str(device.port),
            "timeout": "1",
            "retries": "0",
        },
    )
    outcome = module.poll(RESOURCE, enrichments={"interface_names": NAMES})
    assert [[one.value for one in group.metrics] for group in outcome.groups] == [[3]]
    assert outcome.fault.status == "timeout"


def test_load_needs_no_device(bridge):
    outcome = example(bridge, "plugin_polling_load").poll(RESOURCE)
    assert outcome.fault is None
    assert sorted(group.dimensions["minutes"] for group in outcome.groups) == ["1", "15", "5"]
