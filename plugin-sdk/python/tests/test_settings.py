from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from typing import Any, Literal, Optional, Union

import pytest

from ocelli import Plugin, Secret, check_settings, secret, setting, test_plugin
from ocelli.errors import OcelliError
from ocelli.json_pointer import set_at, to_pointer
from ocelli.settings.reader import SettingsReader, merge_secrets


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


@dataclass
class Target:
    host: str
    weight: Union[int, Literal["auto"], None] = None


@dataclass
class Snmp:
    community: Secret = secret(description="Who we are.")
    port: int = setting(161, minimum=1, maximum=65_535)
    version: Literal["1", "2c", "3"] = "2c"
    level: Level = Level.LOW


@dataclass
class Extra:
    factor: float = 1.0
    labels: dict[str, str] = field(default_factory=dict)
    password: Secret = secret("")
    name: Optional[str] = setting(None, pattern="^[a-z]+$")


@dataclass
class Settings:
    snmp: Snmp
    extra: Extra
    targets: list[Target] = field(default_factory=list)


READER = SettingsReader(Settings)
GOOD: dict[str, Any] = {"snmp": {"community": "public"}}


def diagnostics(value, hidden=False):
    outcome = READER.read(value, hidden)
    return sorted(outcome.diagnostics, key=lambda one: one.path)


def test_settings_are_read_with_their_defaults_and_their_secrets_are_hidden():
    settings = READER.read({**GOOD, "targets": [{"host": "a", "weight": "auto"}], "extra": {"factor": 2}}).settings
    assert (settings.snmp.port, settings.snmp.version, settings.snmp.level) == (161, "2c", Level.LOW)
    assert settings.targets == [Target("a", "auto")]
    assert settings.extra.factor == 2.0
    assert not settings.extra.password
    assert settings.snmp.community.reveal() == "public"
    assert "public" not in repr(settings)


@pytest.mark.parametrize(
    ("value", "want"),
    [
        ({"snmp": {"community": "c", "prot": 161}}, [("/snmp/prot", "unknown key prot", "did you mean port?")]),
        ({**GOOD, "colour": {}}, [("/colour", "unknown key colour", "known here: snmp, extra, targets")]),
        (
            {**GOOD, "targets": [{"host": "a"}, {"host": "b", "wieght": 1}]},
            [("/targets/1/wieght", "unknown key wieght", "did you mean weight?")],
        ),
        ({"snmp": {}}, [("/snmp/community", "community is missing", "")]),
        ({}, [("/snmp", "snmp is missing", "")]),
        ({**GOOD, "extra": {"name": "UP"}}, [("/extra/name", "must look like ^[a-z]+$", "")]),
        ({**GOOD, "extra": {"labels": {"a": 1}}}, [("/extra/labels/a", "must be text, not a number", "")]),
        ({**GOOD, "targets": "a"}, [("/targets", "must be a list, not text", "")]),
        (
            {
                "snmp": {"community": "", "port": 0, "version": "4", "level": 1, "x": 1},
                "targets": [{"weight": "much"}],
                "extra": {"factor": True},
            },
            [
                ("/extra/factor", "must be a number, not True", ""),
                ("/snmp/community", "must not be empty", ""),
                ("/snmp/level", "must be one of low, high", ""),
                ("/snmp/port", "must be at least 1, not 0", ""),
                ("/snmp/version", "must be one of 1, 2c, 3", ""),
                ("/snmp/x", "unknown key x", "known here: community, port, version, level"),
                ("/targets/0/host", "host is missing", ""),
                (
                    "/targets/0/weight",
                    "fits none of what is allowed",
                    "must be a whole number, not text, or: must be one of auto, or: must be empty, not text",
                ),
            ],
        ),
    ],
)
def test_everything_that_is_wrong_is_said_at_once(value, want):
    assert [(one.path, one.summary, one.detail) for one in diagnostics(value)] == want


@dataclass
class Key:
    key: Secret
    port: int = 1

    def __post_init__(self):
        if not self.key.reveal().startswith("sk-"):
            raise ValueError("a key begins with sk-")


def test_a_hidden_secret_is_never_wrong_but_everything_else_still_is():
    reader = SettingsReader(Key)
    assert [one.path for one in reader.read({"key": "***", "port": "x"}, True).diagnostics] == ["/port"]
    assert reader.read({"key": "***"}, True).diagnostics == []
    (wrong,) = reader.read({"key": "wrong"}).diagnostics
    assert (wrong.path, wrong.summary) == ("", "a key begins with sk-")
    assert [one.path for one in diagnostics({"snmp": {"community": "***", "port": "***"}}, True)] == []


@dataclass
class Long:
    community: Secret = setting(min_length=8)
    port: int = setting(161, minimum=1)


@dataclass
class LongPair:
    user: Secret = setting(pattern="^u-")
    password: Secret = secret()


@dataclass
class MaybeLong:
    snmp: Optional[Long] = None
    login: Union[Long, LongPair, None] = None
    key: Optional[Key] = None


@pytest.mark.parametrize(
    ("value", "hidden", "want"),
    [
        ({"snmp": {"community": "***"}}, True, []),
        ({"snmp": {"community": "***", "port": 0}}, True, [("/snmp/port", "must be at least 1, not 0")]),
        ({"snmp": {"community": "short"}}, False, [("/snmp/community", "must have at least 8 characters")]),
        ({"snmp": "***"}, True, []),
        ({"login": {"user": "***", "password": "***"}}, True, []),
        ({"login": {"user": "***", "port": 1}}, True, [("/login", "fits none of what is allowed")]),
        ({"login": {"user": "x", "password": "y"}}, False, [("/login", "fits none of what is allowed")]),
        ({"key": {"key": "***"}}, True, []),
        ({"key": {"key": "x"}}, False, [("/key", "a key begins with sk-")]),
    ],
)
def test_a_hidden_secret_of_a_section_that_may_be_left_out_is_never_wrong_either(value, hidden, want):
    outcome = SettingsReader(MaybeLong).read(value, hidden)
    assert [(one.path, one.summary) for one in outcome.diagnostics] == want


def test_the_schema_marks_secrets_and_order_and_refuses_unknown_keys_as_it_describes_what_is_written():
    schema = json.loads(READER.schema_json)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["additionalProperties"], schema["required"]) == (False, ["snmp"])
    snmp = schema["properties"]["snmp"]
    assert snmp["required"] == ["community"]
    assert snmp["properties"]["community"] == {
        "type": "string",
        "minLength": 1,
        "x-secret": True,
        "x-order": 0,
        "description": "Who we are.",
    }
    assert snmp["properties"]["port"] == {"type": "integer", "minimum": 1, "maximum": 65_535, "default": 161, "x-order": 1}
    assert snmp["properties"]["level"] == {"type": "string", "enum": ["low", "high"], "default": "low", "x-order": 3}
    assert "default" not in schema["properties"]["extra"]["properties"]["password"]


def test_no_settings_are_known_where_none_are_declared():
    plugin = Plugin("p", "1.0.0", "d")
    plugin.poll(lambda resource, ctx: [])
    assert [one.path for one in check_settings(plugin, {"main": {}})] == ["/main"]
    with pytest.raises(TypeError, match="settings of p: /main unknown key main"):
        test_plugin(plugin, {"main": {}})


class Plain:
    pass


@dataclass
class Odd:
    when: complex = 1j


@pytest.mark.parametrize(
    ("cls", "text"),
    [
        (Plain, "put @dataclass above it"),
        (Odd, "Odd.when is of type complex: settings are str, int"),
        ({"a": int}, "settings are a dataclass or a pydantic model, not a dict"),
    ],
)
def test_settings_that_cannot_be_read_are_said_with_the_definition(cls, text):
    plugin = Plugin("p", "1.0.0", "d", cls)
    plugin.poll(lambda resource, ctx: [])
    with pytest.raises(TypeError) as raised:
        plugin.check()
    assert text in str(raised.value)


@pytest.mark.parametrize(
    ("text", "secrets", "want"),
    [
        ('{"snmp":{"port":1}}', {"/snmp/community": "s"}, {"snmp": {"port": 1, "community": "s"}}),
        ("{}", {"/snmp/community": "s"}, {"snmp": {"community": "s"}}),
        ('{"a":{"b":["x",null]}}', {"/a/b/1": "s"}, {"a": {"b": ["x", "s"]}}),
    ],
)
def test_secrets_are_put_back(text, secrets, want):
    assert merge_secrets(text, secrets) == want


@pytest.mark.parametrize(
    ("text", "secrets", "said"),
    [
        ("{", {}, "settings are no JSON"),
        ("[]", {}, "settings are a JSON object, not a list"),
        ('{"snmp":1}', {"/snmp/x": "s"}, "leads through a plain value"),
        ("{}", {"snmp": "s"}, "not a JSON pointer"),
        ("{}", {"": "s"}, "the whole of the settings cannot be a secret"),
        ('{"a":[1]}', {"/a/1": "s"}, "leads to no element of a list"),
    ],
)
def test_what_cannot_be_merged_is_refused(text, secrets, said):
    with pytest.raises(OcelliError) as raised:
        merge_secrets(text, secrets)
    assert raised.value.code == "invalid"
    assert said in str(raised.value)


def test_pointers_keep_keys_with_slashes_and_tildes_apart():
    root: dict[str, Any] = {}
    set_at(root, to_pointer(["a/b", "c~d", "e"]), 1)
    assert root == {"a/b": {"c~d": {"e": 1}}}
