"""Recorded devices, and what Panoptes made of them. Skipped where the recordings are not there."""

import json
import os

import pytest
from conftest import FOLDER
from snmp_device import SnmpDevice, read_recording

VECTORS = os.environ.get("OCELLI_TEST_VECTORS") or os.path.join(FOLDER, "..", "..", "..", "shared", "vectors")
SNMP = os.path.join(VECTORS, "snmp")

pytestmark = pytest.mark.skipif(not os.path.isdir(SNMP), reason=f"there are no recordings in {SNMP}")


def read(case, file):
    with open(os.path.join(SNMP, case, file)) as text:
        return text.read()


def serve(case):
    return SnmpDevice(read_recording(read(case, "device.snmprec")))


def resource_of(recorded):
    return {
        "id": recorded["resource_id"],
        "site": recorded["resource_site"],
        "class": recorded["resource_class"],
        "subclass": recorded["resource_subclass"],
        "type": recorded["resource_type"],
        "endpoint": "127.0.0.1",
        "metadata": {key: value for key, value in recorded["resource_metadata"].items() if key != "_resource_ttl"},
    }


def sections(device):
    return {"snmp": {"port": str(device.port), "timeout": "2"}, "main": {"enrichment_ttl": "300"}}


@pytest.mark.parametrize(
    "case, class_name",
    [
        ("interface-enrichment-cisco", "CiscoInterfaceEnrichment"),
        ("interface-enrichment-juniper-mx", "JuniperInterfaceEnrichment"),
    ],
)
def test_facts_about_interfaces(bridge, case, class_name):
    expected = json.loads(read(case, "expected.json"))
    with serve(case) as device:
        module = bridge("interface_enrichment.py", sections(device), class_name=class_name)
        outcome = module.enrich(resource_of(expected["resource"]), deadline_ms=20_000)
    assert outcome.fault is None
    wanted = {key: value for one in expected["enrichment"][0]["data"] for key, value in one.items()}
    assert [one.data for one in outcome.sets] == [wanted]


def test_counters_of_interfaces(bridge):
    case = "interface-polling"
    expected = json.loads(read(case, "expected.json"))
    facts = json.loads(read(case, "enrichment.txt").split("=>", 1)[1])["data"]
    with serve(case) as device:
        module = bridge("interface_polling.py", sections(device))
        outcome = module.poll(
            resource_of(expected[0]["resource"]), enrichments={"interface": facts}, deadline_ms=20_000
        )
    assert outcome.fault is None
    found = [(one.name, one.dimensions, {x.name: (x.type, x.value) for x in one.metrics}) for one in outcome.groups]
    wanted = [
        (
            one["metrics_group_type"],
            {dimension["dimension_name"]: dimension["dimension_value"] for dimension in one["dimensions"]},
            {metric["metric_name"]: (metric["metric_type"], metric["metric_value"]) for metric in one["metrics"]},
        )
        for one in expected
    ]
    assert sorted(found, key=lambda one: one[0]) == sorted(wanted, key=lambda one: one[0])
