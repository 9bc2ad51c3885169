import asyncio
import math
import os

import pytest

from ocelli import Group, Plugin, PollFault, gauge, test_plugin

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
