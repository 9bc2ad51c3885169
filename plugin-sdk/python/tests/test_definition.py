import asyncio
import os

import pytest

from ocelli import Diagnostic, Group, Plugin, check_settings, gauge, test_plugin

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
