import math

import pytest

from ocelli import Enrichment, Plugin, test_plugin


def enriched(enrich, **run):
    plugin = Plugin("p", "1.0.0", "d")
    plugin.enrich(enrich)
    return test_plugin(plugin).enrich({"id": "r"}, **run)


def test_an_enrichments_facts_come_out_as_they_went_in():
    data = {"interfaces": {"1": {"name": "Gi0/1"}}}
    outcome = enriched(lambda resource, ctx: [Enrichment("interface", data, ttl_s=60)])
    (found,) = outcome.sets
    assert (found.namespace, found.schema, found.ttl_s, found.data) == ("interface", "0.1", 60, data)


@pytest.mark.parametrize(
    ("one", "text"),
    [
        ({"namespace": "n", "data": {"a": math.nan}}, "data of enrichment n cannot be written as JSON"),
        ({"namespace": "n", "data": [1]}, "data of enrichment n is a dict, not a list"),
        ({"namespace": "", "data": {}}, "an enrichment's namespace is text, not empty"),
        ({"namespace": "n", "data": {}, "ttl_s": 0}, "ttl_s of enrichment n is a whole number of seconds from 1 on, not 0"),
        ({"namespace": "n", "data": {}, "ttls": 5}, "enrichment n has no ttls: did you mean ttl_s?"),
        (5, "an enrichment is an Enrichment or a dict, not a number"),
    ],
)
def test_an_enrichment_that_cannot_be_used_is_named(one, text):
    assert text in enriched(lambda resource, ctx: [one]).fault.message


def test_the_same_facts_twice_are_refused():
    one = {"namespace": "n", "data": {}}
    assert "enrichment n comes twice for one resource" in enriched(lambda resource, ctx: [one, one]).fault.message
