import copy
import json
import logging
import pickle

import pytest

from ocelli import Secret
from ocelli.log import Log
from ocelli.process.std_logging import OcelliHandler
from ocelli.redactor import Redactor

HUNTER = Secret("hunter22")


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        lambda one: f"{one}",
        lambda one: f"{one:>20}",
        lambda one: "%s" % one,  # noqa: UP031
        lambda one: repr({"a": [one]}),
        lambda one: json.dumps({"a": one}, default=str),
        lambda one: repr(getattr(one, "__dict__", "")),
        lambda one: repr(copy.deepcopy({"a": one})),
    ],
)
def test_a_secret_does_not_show(show):
    assert "hunter22" not in show(HUNTER)


def test_a_secret_is_revealed_where_somebody_says_so_and_never_pickled():
    assert HUNTER.reveal() == "hunter22"
    assert Secret("hunter22") == HUNTER
    with pytest.raises(TypeError):
        pickle.dumps(HUNTER)
    with pytest.raises(AttributeError):
        HUNTER.value = "x"


def logged(write):
    lines = []
    redactor = Redactor()
    redactor.add(["hunter22", '"quoted\\secret"', "pass word/ü", "x"])
    write(Log("info", redactor, lines.append, now_ms=lambda: 1))
    return lines


def failed(text):
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    ("fields", "msg"),
    [
        ({"url": "http://x/?key=hunter22"}, "asked"),
        ({}, "hunter22 was refused"),
        ({"err": failed("no hunter22")}, "failed"),
        ({"q": 'he said "quoted\\secret"'}, "escaped"),
        ({"q": repr('"quoted\\secret"')}, "as Python shows it"),
        ({"url": "http://x/?p=pass%20word%2F%C3%BC"}, "in a URL"),
        ({"url": "p=pass+word%2F%C3%BC"}, "in a form"),
    ],
)
def test_a_log_line_hides_a_secret_wherever_it_stands(fields, msg):
    (line,) = logged(lambda log: log.warn(msg, **fields))
    assert "***" in line
    assert not any(text in line for text in ("hunter22", "quoted", "word"))
    parsed = json.loads(line)
    assert (parsed["level"], parsed["time"]) == ("warn", 1)


def test_a_secret_that_contains_another_leaves_no_rest():
    redactor = Redactor()
    redactor.add(["abcd", "abcdefgh"])
    assert redactor.apply("it is abcdefgh") == "it is ***"


def test_a_log_line_survives_whatever_an_author_puts_into_it():
    circle = {}
    circle["self"] = circle

    class Broken:
        def __repr__(self):
            raise RuntimeError("no")

        __str__ = __repr__

    def write(log):
        log.child(plugin="p").info("odd", circle=circle)
        log.info("numbers", nan=float("nan"), big=2**70, text="a\udcff")
        log.info("broken", broken=Broken())
        log.info("fields", msg="own", items={1}, secret=HUNTER)
        log.debug("not at this level")

    lines = [json.loads(line.encode("utf-8", "backslashreplace")) for line in logged(write)]
    assert [line["msg"] for line in lines] == ["odd", "numbers", "broken", "fields"]
    assert (lines[3]["secret"], lines[3]["msg_"]) == ("***", "own")


def test_a_field_of_an_authors_takes_no_place_of_the_lines_own():
    def write(log):
        ours = log.child(plugin="p").child(resource="r")
        ours.child(plugin="other", level="high", step=1).child(step=2).info("read", time=12, resource="s")

    (line,) = logged(write)
    assert json.loads(line) == {
        "level": "info",
        "time": 1,
        "msg": "read",
        "plugin": "p",
        "resource": "r",
        "plugin_": "other",
        "level_": "high",
        "step": 2,
        "time_": 12,
        "resource_": "s",
    }


def test_what_the_standard_library_logs_is_a_line_of_the_same_shape():
    def write(log):
        handler = OcelliHandler(log)
        logger = logging.Logger("lib")
        logger.addHandler(handler)
        logger.warning("refused %s", "hunter22")
        logger.critical("x %d", "wrong")

    lines = [json.loads(line) for line in logged(write)]
    assert lines[0] == {"level": "warn", "time": 1, "msg": "refused ***", "logger": "lib"}
    assert lines[1]["msg"] == "a log record could not be shown"
