"""A module in a process of its own, as a host, a registry and a person start it."""

import json
import os
import threading

import pytest

from ocelli.errors import OcelliError
from ocelli.process.bootstrap import BootstrapInput, parse_bootstrap_line
from ocelli.process.start_mode import ByHand, Child, StandAlone, start_mode_of

WITHIN_S = 20


@pytest.mark.parametrize(
    ("env", "terminal", "want"),
    [
        ({}, False, Child()),
        ({}, True, ByHand()),
        ({"OCELLI_REGISTRY": "r:1"}, False, Child()),
        ({"OCELLI_MODULE_LISTEN": "", "OCELLI_REGISTRY": ""}, False, Child()),
        ({"OCELLI_MODULE_LISTEN": "l:1", "OCELLI_REGISTRY": "r:1"}, True, StandAlone("l:1", "r:1")),
    ],
)
def test_how_it_was_started_is_read_from_the_environment(env, terminal, want):
    assert start_mode_of(env, terminal) == want


def test_an_address_without_a_registry_is_half_of_it_and_says_what_is_missing():
    with pytest.raises(OcelliError, match="OCELLI_MODULE_LISTEN is set, OCELLI_REGISTRY is not"):
        start_mode_of({"OCELLI_MODULE_LISTEN": "l:1"}, False)


def test_the_line_may_come_in_pieces_with_more_behind_it_and_the_end_is_seen_after_it():
    read, write = os.pipe()
    ended = threading.Event()
    stdin = BootstrapInput(read, ended.set)
    text = json.dumps({"protocolMajors": [1], "socket": "/s", "token": "t", "launchId": "l", "limits": {"messageBytes": 7}})
    os.write(write, text[:20].encode())
    os.write(write, text[20:].encode() + b"\nignored")
    line = stdin.line(WITHIN_S)
    assert (line.socket, line.limits.message_bytes, line.limits.items_per_call) == ("/s", 7, 0)
    os.write(write, b"more\n" * 1_000)
    assert not ended.is_set()
    os.close(write)
    assert ended.wait(WITHIN_S)


def test_a_host_that_never_writes_is_not_waited_for():
    read, write = os.pipe()
    with pytest.raises(OcelliError, match="no bootstrap line came on stdin within"):
        BootstrapInput(read, lambda: None).line(0.01)
    os.close(write)


def test_a_line_without_an_end_of_line_is_one():
    assert parse_bootstrap_line('{"protocolMajors":[1],"socket":"/s","token":"t","launchId":"l"}').token == "t"
