import itertools
import math

import pytest

from ocelli import Plugin, PollFault, Resource, counter, gauge, test_plugin


def polled(poll, **run):
    plugin = Plugin("p", "1.0.0", "d")
    plugin.poll(poll)
    return test_plugin(plugin).poll({"id": "r"}, **run)


def thrown(error):
    def poll(resource, ctx):
        raise error

    return poll


def test_state_comes_back_as_it_was_left_and_a_failed_run_leaves_the_old_one():
    def poll(resource, ctx):
        before = ctx.state.get() or 0
        ctx.state.set(before + 1)
        if before == 2:
            raise PollFault("network", "unplugged")
        return [{"name": "g", "metrics": {"n_total": counter(before)}}]

    assert polled(poll).state == 1
    assert polled(poll, state=1).state == 2
    assert polled(poll, state=2).state is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * (4096 - 2), None),
        ("x" * (4096 - 1), "ValueError: the state is 4097 bytes of JSON; at most 4096 are kept"),
        ("ü" * 2048, "ValueError: the state is 4098 bytes of JSON; at most 4096 are kept"),
        ({"a": math.nan}, "ValueError: the state cannot be written as JSON"),
        ({"a": {1}}, "ValueError: the state cannot be written as JSON"),
    ],
)
def test_state_has_its_limits(value, text):
    def poll(resource, ctx):
        ctx.state.set(value)
        return []

    fault = polled(poll).fault
    assert fault is None if text is None else text in fault.message


def test_the_facts_of_a_namespace_come_parsed_and_others_are_not_there():
    def poll(resource, ctx):
        found = ctx.enrichment("interface")
        missing = 1 if ctx.enrichment("inventory") is None else 0
        return [{"name": "g", "dimensions": {"first": found["interfaces"][0]}, "metrics": {"missing": gauge(missing)}}]

    outcome = polled(poll, enrichments={"interface": {"interfaces": ["Gi0/1"]}})
    assert outcome.groups[0].dimensions == {"first": "Gi0/1"}
    assert outcome.groups[0].value("missing") == 1


def test_a_resource_reads_and_compares_like_one_that_was_made():
    seen = []

    def poll(resource, ctx):
        seen.append(
            (resource.class_, resource.metadata["os"], resource == Resource("r", class_="network", metadata={"os": "ios"}))
        )
        return []

    plugin = Plugin("p", "1.0.0", "d")
    plugin.poll(poll)
    assert test_plugin(plugin).poll({"id": "r", "class": "network", "metadata": {"os": "ios"}}).fault is None
    assert seen == [("network", "ios", True)]


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def test_an_exception_that_cannot_say_what_it_is_still_ends_its_run():
    fault = polled(thrown(Mute())).fault
    assert fault.message == "poll of p: RuntimeError while its end was described"


def test_an_error_with_half_a_character_still_travels():
    assert polled(thrown(ValueError("a\udcff"))).fault.message.endswith("ValueError: a?")


async def endless_facts(resource, ctx):
    return ({"namespace": f"n{n}", "data": {"text": "x" * 1000}} for n in itertools.count())


def test_facts_without_an_end_are_more_than_fits_a_message():
    fault = enriched(endless_facts, deadline_ms=60_000).fault
    assert fault.message.endswith("the enrichments are more than the 4194304 bytes that a message holds")


def enriched(enrich, **run):
    plugin = Plugin("p", "1.0.0", "d")
    plugin.enrich(enrich)
    return test_plugin(plugin).enrich({"id": "r"}, **run)
