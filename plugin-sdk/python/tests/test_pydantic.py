import json
from typing import Optional

import pytest

from ocelli import Plugin, Secret, check_settings, test_plugin

pydantic = pytest.importorskip("pydantic")


class Snmp(pydantic.BaseModel):
    community: Secret
    port: int = pydantic.Field(161, ge=1)
    levels: list["Extra"] = []


class Extra(pydantic.BaseModel):
    a: int = 1


class Settings(pydantic.BaseModel):
    snmp: Snmp
    extra: Extra
    maybe: Optional[Extra] = None


Snmp.model_rebuild()


def plugin_of():
    plugin = Plugin("p", "1.0.0", "d", Settings)
    plugin.poll(lambda resource, ctx: [])
    return plugin


def test_a_model_is_read_with_its_defaults_and_its_secrets():
    seen = []
    plugin = Plugin("p", "1.0.0", "d", Settings)
    plugin.poll(lambda resource, ctx: seen.append(ctx.settings) or [])
    assert test_plugin(plugin, {"snmp": {"community": "public"}}).poll({"id": "r"}).fault is None
    (settings,) = seen
    assert (settings.snmp.port, settings.extra.a, settings.snmp.community.reveal()) == (161, 1, "public")
    assert "public" not in repr(settings) + settings.model_dump_json()


def test_everything_that_is_wrong_is_said_at_once_unknown_keys_included():
    given = {"snmp": {"port": 0, "prot": 1, "levels": [{"a": "x"}, {"b": 1}]}, "maybe": {"aa": 1}}
    found = {one.path: (one.summary, one.detail) for one in check_settings(plugin_of(), given)}
    assert found["/snmp/community"] == ("community is missing", "")
    assert found["/snmp/prot"] == ("unknown key prot", "did you mean port?")
    assert found["/maybe/aa"] == ("unknown key aa", "did you mean a?")
    assert found["/snmp/levels/1/b"] == ("unknown key b", "did you mean a?")
    assert "greater than or equal to 1" in found["/snmp/port"][0]
    assert "valid integer" in found["/snmp/levels/0/a"][0]
    assert len(found) == 6


def test_a_hidden_secret_is_never_wrong():
    assert plugin_of().reader.read({"snmp": {"community": "***", "port": "***"}}, True).diagnostics == []


def test_the_schema_is_closed_ordered_and_marks_secrets():
    schema = json.loads(plugin_of().reader.schema_json)
    assert schema["required"] == ["snmp"]
    assert schema["additionalProperties"] is False
    community = schema["$defs"]["Snmp"]["properties"]["community"]
    assert (community["type"], community["x-secret"], community["x-order"]) == ("string", True, 0)


class Open(pydantic.BaseModel, extra="allow"):
    a: int = 1


def test_a_model_that_allows_more_is_believed():
    plugin = Plugin("p", "1.0.0", "d", Open)
    plugin.poll(lambda resource, ctx: [])
    assert check_settings(plugin, {"other": {"b": 2}}) == []
