"""The SNMP connection, against a device that answers over UDP."""

import os
import socket

import pytest
from snmp_device import SnmpDevice, read_recording

from yahoo_panoptes.framework.utilities.snmp.connection import PanoptesSNMPV2Connection
from yahoo_panoptes.framework.utilities.snmp.exceptions import (
    PanoptesSNMPConnectionException,
    PanoptesSNMPException,
    PanoptesSNMPTimeoutException,
)
from yahoo_panoptes.framework.utilities.snmp.variable import PanoptesSNMPVariable

IF_NAME = ".1.3.6.1.2.1.31.1.1.1.1"


def switch():
    with open(os.path.join(os.path.dirname(__file__), "data", "switch.snmprec")) as file:
        return read_recording(file.read())


def connect(device, community="public", timeout=5, retries=1):
    return PanoptesSNMPV2Connection("127.0.0.1", device.port, timeout, retries, community)


@pytest.mark.parametrize(
    "oid, index, snmp_type, value",
    [
        (".1.3.6.1.2.1.1.1.0", "0", "OCTETSTR", "Example OS 7.2"),
        (".1.3.6.1.2.1.1.2.0", "0", "OBJECTID", ".1.3.6.1.4.1.99999.1"),
        (".1.3.6.1.2.1.1.3.0", "0", "TICKS", "123456"),
        (".1.3.6.1.2.1.2.2.1.6.1", "1", "OCTETSTR", "\x00\x1b!\xff\x00\xa0"),
        (".1.3.6.1.2.1.4.20.1.1.10.0.0.1", "1", "IPADDR", "10.0.0.1"),
        (".1.3.6.1.2.1.31.1.1.1.6.1", "1", "COUNTER64", "18446744073709551615"),
        (".1.3.6.1.4.1.99999.1.1", "1", "COUNTER", "4294967295"),
        (".1.3.6.1.4.1.99999.1.2", "2", "GAUGE", "42"),
        (".1.3.6.1.4.1.99999.1.3", "3", "INTEGER", "-5"),
        (".1.3.6.1.2.1.1.5.0", "0", "NOSUCHINSTANCE", "NOSUCHINSTANCE"),
    ],
)
def test_get_gives_text_with_its_type(oid, index, snmp_type, value):
    with SnmpDevice(switch()) as device:
        found = connect(device).get(oid)
    assert (found.oid, found.index, found.snmp_type, found.value) == (oid, index, snmp_type, value)


@pytest.mark.parametrize("repetitions", [1, 2, 3, 25])
def test_a_walk_ends_with_the_subtree_by_numbers(repetitions):
    with SnmpDevice(switch()) as device:
        found = connect(device).bulk_walk(IF_NAME, max_repetitions=repetitions)
    assert [(one.oid, one.index, one.value) for one in found] == [
        (IF_NAME, "1", "eth1"),
        (IF_NAME, "2", "eth2"),
        (IF_NAME, "10", "lo0"),
    ]


def test_a_walk_ends_at_the_end_of_what_the_device_has_and_where_there_is_nothing():
    with SnmpDevice(switch()) as device:
        connection = connect(device)
        assert [one.index for one in connection.bulk_walk(".1.3.6.1.4.1.99999")] == ["1.1", "1.2", "1.3"]
        assert connection.bulk_walk(".1.3.6.1.5") == []


def test_a_walk_asks_for_less_where_the_device_cannot_fit_it():
    with SnmpDevice(switch(), answer_rows=2) as device:
        assert [one.value for one in connect(device).bulk_walk(IF_NAME, max_repetitions=25)] == ["eth1", "eth2", "lo0"]


def test_get_next_and_get_bulk():
    with SnmpDevice(switch()) as device:
        after = connect(device).get_next(IF_NAME + ".1")
        assert (after.oid, after.index, after.value) == (IF_NAME, "2", "eth2")
        bulk = connect(device).get_bulk(IF_NAME, max_repetitions=2)
        assert [one.value for one in bulk] == ["eth1", "eth2"]


def test_a_device_that_turns_in_circles_is_an_error_and_no_endless_walk():
    class Circle(SnmpDevice):
        def _after(self, oid):
            return (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 1), self._objects[(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 1)]

    with Circle(switch()) as device:
        with pytest.raises(PanoptesSNMPException, match="answers in no order"):
            connect(device).bulk_walk(IF_NAME)


def test_a_wrong_community_is_a_timeout_after_all_tries():
    with SnmpDevice(switch()) as device:
        with pytest.raises(PanoptesSNMPTimeoutException, match="within 1 s, tried 2 times"):
            connect(device, community="wrong", timeout=1).get(".1.3.6.1.2.1.1.1.0")
        assert device.asked == 2


def test_nobody_there_and_no_such_name_are_the_networks():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(PanoptesSNMPConnectionException):
        PanoptesSNMPV2Connection("127.0.0.1", port, 1, 0, "public").get(".1.3.6.1.2.1.1.1.0")
    with pytest.raises(PanoptesSNMPConnectionException, match="cannot be found"):
        PanoptesSNMPV2Connection("no-such-host.invalid", 161, 1, 0, "public")


def test_a_variable_keeps_what_was_asked_and_puts_the_rest_into_the_index():
    found = PanoptesSNMPVariable(".1.3.6.1", ".1.3.6.1.4.10", "7", "v", "INTEGER")
    assert (found.oid, found.index) == (".1.3.6.1", "4.10.7")
    assert repr(found) == "<PanoptesSNMPVariable value='v' (oid='.1.3.6.1', index='4.10.7', snmp_type='INTEGER')>"
