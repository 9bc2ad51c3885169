import asyncio
import itertools
import math
import os
import time

import pytest

from ocelli import Diagnostic, Enrichment, Group, Plugin, PollFault, Resource, check_settings, counter, gauge, test_plugin

HERE = os.path.relpath(__file__)
ONE = {"name": "g", "metrics": {"a": gauge(1)}}


def polled(poll, **run):
    plugin = Plugin("p", "1.0.0", "d")
    plugin.poll(poll)
    return test_plugin(plugin).poll({"id": "r"}, **run)


def line_of(function, offset):
    return f"{HERE}:{function.__code__.co_firstlineno + offset}"


async def async_list(resource, ctx):
    return [ONE, {**ONE, "name": "h"}]


def plain_list(resource, ctx):
    return [ONE, Group("h", {"a": gauge(1)})]


def plain_generator(resource, ctx):
    yield ONE
    yield {**ONE, "name": "h"}


async def async_generator(resource, ctx):
    yield ONE
    await asyncio.sleep(0)
    yield {**ONE, "name": "h"}


class Callable:
    async def __call__(self, resource, ctx):
        return (ONE, {**ONE, "name": "h"})


@pytest.mark.parametrize(
    "poll",
    [async_list, plain_list, plain_generator, async_generator, Callable()],
    ids=lambda one: getattr(one, "__name__", "object"),
)
def test_a_poll_may_be_any_kind_of_function(poll):
    outcome = polled(poll)
    assert [group.name for group in outcome.groups] == ["g", "h"]
    assert outcome.fault is None


def gives_nothing(resource, ctx):
    pass


def gives_a_dict(resource, ctx):
    return ONE


def gives_text(resource, ctx):
    return "up"


def gives_a_coroutine(resource, ctx):
    return async_list(resource, ctx)


@pytest.mark.parametrize(
    ("poll", "text"),
    [
        (gives_nothing, "poll returned None: return a list of metric groups, empty for none"),
        (gives_a_dict, "poll returned a dict: return a list of metric groups, empty for none"),
        (gives_text, "poll returned text: return a list of metric groups, empty for none"),
        (gives_a_coroutine, "poll returned a coroutine: write it as async def poll"),
        (lambda resource, ctx: async_generator(resource, ctx), "poll returned an async generator: write it as async def poll"),
    ],
    ids=lambda one: getattr(one, "__name__", "") or None,
)
def test_a_poll_that_gives_the_wrong_thing_is_told_what_to_give(poll, text):
    fault = polled(poll).fault
    assert fault.message.startswith("poll of p (")
    assert fault.message.endswith(text)
    assert (fault.status, fault.origin) == ("internal", "plugin")


def raises(resource, ctx):
    value = {}
    return value["missing"]


async def raises_later(resource, ctx):
    await asyncio.sleep(0)
    raise ValueError("no such card")


def returns_nan(resource, ctx):
    number = math.nan
    metrics = {"cpu": gauge(number)}
    return [{"name": "g", "metrics": metrics}]


def yields_twice(resource, ctx):
    yield ONE
    yield ONE


def returns_twice(resource, ctx):
    found = [ONE, ONE]
    return found


@pytest.mark.parametrize(
    ("poll", "offset", "text"),
    [
        (raises, 2, "KeyError: 'missing'"),
        (raises_later, 2, "ValueError: no such card"),
        (returns_nan, 2, "metric cpu of group g is NaN, not a finite number: leave out what was not measured"),
        (yields_twice, 2, "group g{} comes twice"),
        (returns_twice, 2, "group g{} comes twice"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_mistake_names_the_line_of_the_author(poll, offset, text):
    outcome = polled(poll)
    assert outcome.fault.message == f"poll of p ({line_of(poll, offset)}): {text}"
    assert [line["msg"] for line in outcome.log if line["level"] == "error"] == ["run failed"]


def test_the_stack_in_the_log_begins_with_the_authors_own_line():
    outcome = polled(raises)
    (line,) = (line for line in outcome.log if line["level"] == "debug")
    assert "test_runs.py" in line["stack"]
    assert "run_job.py" not in line["stack"]


def test_one_wrong_group_in_a_list_spoils_the_whole_list_so_that_no_half_answer_looks_whole():
    outcome = polled(lambda resource, ctx: [ONE, {"name": "h", "metrics": {"a": gauge(math.inf)}}])
    assert outcome.groups == []
    assert "metric a of group h is inf" in outcome.fault.message


def chained(cause):
    class LibraryError(Exception):
        pass

    def poll(resource, ctx):
        try:
            raise cause
        except OSError as error:
            raise LibraryError("request failed") from error

    return poll


def thrown(error):
    def poll(resource, ctx):
        raise error

    return poll


@pytest.mark.parametrize(
    ("poll", "status", "origin"),
    [
        (thrown(PollFault("ping_failure", "no echo")), "ping_failure", "target"),
        (thrown(PollFault("authentication", "no")), "authentication", "credentials"),
        (thrown(PollFault("internal", "x", origin="host")), "internal", "host"),
        (thrown(TimeoutError("connect")), "timeout", "target"),
        (thrown(asyncio.TimeoutError()), "timeout", "target"),
        (chained(ConnectionRefusedError(111, "refused")), "network", "target"),
        (thrown(OSError(113, "No route to host")), "network", "target"),
        (thrown(TypeError("x is None")), "internal", "plugin"),
        (thrown(SystemExit(3)), "internal", "plugin"),
    ],
)
def test_what_is_raised_ends_the_run_with_the_right_status(poll, status, origin):
    fault = polled(poll).fault
    assert (fault.status, fault.origin) == (status, origin)


def test_a_mistake_while_a_network_error_is_handled_is_the_plugins_own():
    def poll(resource, ctx):
        try:
            raise TimeoutError("slow")
        except TimeoutError:
            return undefined_name  # noqa: F821

    assert polled(poll).fault.status == "internal"


def test_a_fault_without_such_a_status_says_which_there_are():
    with pytest.raises(ValueError, match="there is no status"):
        PollFault("slow", "x")


def test_faults_beside_data_say_that_the_answer_is_not_whole():
    def poll(resource, ctx):
        ctx.fault(PollFault("partial", "no temperature"))
        ctx.fault(PollFault("partial", "no fans"))
        return [ONE]

    outcome = polled(poll)
    assert len(outcome.groups) == 1
    assert (outcome.fault.status, outcome.fault.message) == ("partial", "no temperature (and 1 more)")


def deaf_thread(resource, ctx):
    yield ONE
    end = time.monotonic() + 2
    while time.monotonic() < end:
        time.sleep(0.01)


async def deaf_coroutine(resource, ctx):
    yield ONE
    for _ in range(100):
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            pass


@pytest.mark.parametrize("poll", [deaf_thread, deaf_coroutine])
def test_work_that_ignores_its_signal_is_left_behind_at_its_deadline(poll):
    started = time.monotonic()
    outcome = polled(poll, deadline_ms=100)
    assert time.monotonic() - started < 1.9
    assert outcome.fault.status == "timeout"
    assert outcome.fault.message.startswith(f"poll of p ({HERE}:")
    assert outcome.fault.message.endswith("no end within 100 ms, after 1 metric groups")
    assert len(outcome.groups) == 1


def test_a_deadline_names_the_line_that_waits():
    async def inner():
        await asyncio.sleep(5)

    async def poll(resource, ctx):
        await inner()
        return []

    fault = polled(poll, deadline_ms=50).fault
    assert fault.message == f"poll of p ({line_of(inner, 1)}): no result within 50 ms"


def endless(resource, ctx):
    n = 0
    while not ctx.signal.wait(0.001):
        n += 1
        yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}


async def endless_async(resource, ctx):
    for n in itertools.count():
        yield {"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}}


async def endless_list(resource, ctx):
    return ({"name": "g", "dimensions": {"n": str(n)}, "metrics": {"a": gauge(n)}} for n in itertools.count())


@pytest.mark.parametrize("poll", [endless, endless_async, endless_list])
def test_a_generator_that_never_ends_is_ended_at_the_deadline(poll):
    outcome = polled(poll, deadline_ms=200)
    assert outcome.fault.status == "timeout"
    assert "no end within 200 ms, after" in outcome.fault.message
    assert len(outcome.groups) > 10


def test_a_thread_that_looks_at_its_signal_ends_at_the_deadline():
    reasons = []

    def poll(resource, ctx):
        assert not ctx.cancelled
        assert 0 < ctx.left_s <= 0.1
        ctx.signal.wait(10)
        reasons.append(ctx.signal.reason)
        return []

    fault = polled(poll, deadline_ms=100).fault
    assert fault.status == "timeout"
    deadline = time.monotonic() + 5
    while not reasons and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "no result within 100 ms" in reasons[0]


def test_progress_moves_the_deadline_and_the_host_hears_of_it():
    def poll(resource, ctx):
        ctx.progress(30_000)
        time.sleep(0.2)
        return [ONE]

    outcome = polled(poll, deadline_ms=100)
    assert outcome.fault is None
    assert outcome.extended_ms == [30_000]


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


def discovered(discover, **run):
    plugin = Plugin("p", "1.0.0", "d")
    plugin.discover(discover)
    return test_plugin(plugin).discover(**run)


def test_a_discovery_that_ran_through_is_complete():
    def discover(ctx):
        ctx.scopes(["north"])
        yield {"id": "a", "site": "north"}
        yield Resource("b", site="north")

    found = discovered(discover)
    assert [one.id for one in found.resources] == ["a", "b"]
    assert (found.summary.complete, found.summary.resources, found.summary.scopes) == (True, 2, ["north"])


def test_a_discovery_is_not_complete_where_a_site_could_not_be_looked_at():
    async def discover(ctx):
        ctx.scopes(["north", "south"])
        yield {"id": "a", "site": "north"}
        ctx.partial("south", PollFault("timeout", "no answer"))

    found = discovered(discover)
    assert [scope for scope, _ in found.partial] == ["south"]
    assert (found.summary.complete, found.summary.scopes) == (False, ["north"])


def test_a_discovery_is_not_complete_where_it_raised_and_keeps_what_it_found():
    async def discover(ctx):
        yield {"id": "a"}
        raise PollFault("network", "cut")

    found = discovered(discover)
    assert len(found.resources) == 1
    assert found.fault.status == "network"
    assert found.summary.complete is False


def wrong_resources(ctx):
    yield {"id": "a"}
    yield {"id": "", "site": "north"}
    yield {"id": "a"}
    yield {"id": "b", "sit": "north"}
    yield {"id": "d\udcff"}
    yield {"id": "c"}


def test_a_discovery_leaves_wrong_resources_out_says_which_and_removes_nothing():
    found = discovered(wrong_resources)
    assert [one.id for one in found.resources] == ["a", "c"]
    assert [(scope, fault.message) for scope, fault in found.partial] == [
        ("north", f'discover of p ({line_of(wrong_resources, 2)}): resource "": id is empty; every resource needs one'),
        ("", f'discover of p ({line_of(wrong_resources, 3)}): resource "a" comes twice'),
        ("", f'discover of p ({line_of(wrong_resources, 4)}): resource "b" has no sit: did you mean site?'),
        (
            "",
            f"discover of p ({line_of(wrong_resources, 5)}): resource \"d?\": 'd\\udcff' is no text of whole characters",
        ),
    ]
    assert found.summary.complete is False


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


def test_a_definition_says_everything_it_lacks_at_once_with_its_lines():
    plugin = Plugin("", "one", "", concurrency=0)

    @plugin.poll
    def poll(resource):
        return []

    with pytest.raises(TypeError) as raised:
        plugin.check()
    text = str(raised.value)
    for part in (f"name is empty ({HERE}:", 'version "one" is not like 1.2.3', "concurrency 0 is less than 1"):
        assert part in text
    assert f"write poll as poll(resource, ctx) ({line_of(poll, 0)})" in text


def test_a_definition_without_a_function_has_nothing_to_serve():
    with pytest.raises(TypeError, match="it has none of discover, enrich, poll and sink"):
        test_plugin(Plugin("p", "1.0.0", "d"))


def test_what_validate_says_counts_and_where_it_fails_it_says_so():
    plugin = Plugin("p", "1.0.0", "d")
    plugin.poll(plain_list)

    @plugin.validate
    def validate(settings):
        return [Diagnostic("/main/low", "low is above high")]

    assert check_settings(plugin, {}) == [Diagnostic("/main/low", "low is above high")]
    plugin.functions["validate"] = lambda settings: 1 / 0
    assert "ZeroDivisionError" in check_settings(plugin, {})[0].summary


def test_the_harness_works_inside_an_event_loop():
    async def main():
        return polled(async_list)

    assert len(asyncio.run(main()).groups) == 2
