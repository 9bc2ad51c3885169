import os

from ocelli import Plugin, PollFault, Resource, test_plugin

HERE = os.path.relpath(__file__)


def line_of(function, offset):
    return f"{HERE}:{function.__code__.co_firstlineno + offset}"


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


def wrong_from_everywhere(ctx):
    ctx.scopes([*(f"site-{n}" for n in range(25)), "north"])
    for n in range(25):
        yield {"site": f"site-{n}"}
    yield {"id": "a", "site": "north"}


def test_of_many_wrong_resources_twenty_are_told_and_the_others_are_counted():
    found = discovered(wrong_from_everywhere)
    assert [scope for scope, _ in found.partial] == [*(f"site-{n}" for n in range(20)), ""]
    assert found.fault.message == "5 more were refused"
    assert len([line for line in found.log if line["level"] == "error"]) == 20
    assert (found.summary.complete, found.summary.resources, found.summary.scopes) == (False, 1, ["north"])


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
