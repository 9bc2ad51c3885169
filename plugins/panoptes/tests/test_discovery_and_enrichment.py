"""Discovery and enrichment plugins."""

import pytest
from conftest import RESOURCE


def test_resources_keep_their_fields_and_their_ttl(bridge):
    outcome = bridge("finds.py", {"main": {"find": "three"}}).discover()
    assert outcome.fault is None
    assert outcome.summary.complete
    assert sorted(one.id for one in outcome.resources) == ["r0", "r1", "r2"]
    one = outcome.resources[0]
    assert (one.site, one.class_, one.subclass, one.type, one.endpoint) == ("site", "class", "sub", "type", "10.0.0.1")
    assert (one.metadata, one.ttl_s) == ({"rack": "7"}, 300)


@pytest.mark.parametrize(
    "find, sentence",
    [
        ("list", "(finds.py:7): run returned a list: return a PanoptesResourceSet"),
        ("error", "(finds.py:14): RuntimeError: the source of truth is away"),
        ("twice", "run gave two resources the id r1 (other/class/sub/type and site/class/sub/type)"),
    ],
)
def test_a_discovery_that_fails_finds_nothing_and_removes_nothing(bridge, find, sentence):
    outcome = bridge("finds.py", {"main": {"find": find}}).discover()
    assert outcome.resources == []
    assert not outcome.summary.complete
    assert sentence in outcome.fault.message


def test_an_enrichment_keeps_namespace_ttl_and_data(bridge):
    outcome = bridge("enriches.py", {"main": {"give": "one"}}).enrich(RESOURCE)
    assert outcome.fault is None
    (found,) = outcome.sets
    assert (found.namespace, found.schema, found.ttl_s, found.resource_id) == ("heartbeat_ns", "0.1", 600, "")
    assert found.data == {"heartbeat": {"timestamp": 1.5}}


def test_an_enrichment_may_be_about_several_resources(bridge):
    outcome = bridge("enriches.py", {"main": {"give": "several"}}).enrich(RESOURCE)
    assert {one.resource_id: one.data["heartbeat"]["timestamp"] for one in outcome.sets} == {"": 1.5, "neighbour": 2.5}


@pytest.mark.parametrize(
    "give, sentence",
    [
        ("nothing", "run returned None: return a PanoptesEnrichmentGroupSet or a PanoptesEnrichmentMultiGroupSet"),
        (
            "against_schema",
            "schema validation failed for enrichment_set data: {'heartbeat': [{'timestamp': ['must be of float",
        ),
    ],
)
def test_a_wrong_enrichment_is_one_sentence(bridge, give, sentence):
    outcome = bridge("enriches.py", {"main": {"give": give}}).enrich(RESOURCE)
    assert outcome.sets == []
    assert sentence in outcome.fault.message


def test_a_plugin_of_another_kind_says_which_service_to_write(bridge):
    outcome = bridge("finds.py", {"main": {"find": "three"}}).poll(RESOURCE)
    assert "Finds (finds.py:7) is a plugin for discovery: write Service = discovery" in outcome.fault.message
