"""SNMP version 2c over UDP: one request, one answer, in the thread that asks. Messages are pysnmp's, the socket is ours,
so that a plugin waits no longer than its timeout says and needs no event loop."""

import socket
import time
from typing import Any, List, NamedTuple, Sequence, Tuple

from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c

from yahoo_panoptes.framework.utilities.snmp.exceptions import (
    PanoptesSNMPConnectionException,
    PanoptesSNMPException,
    PanoptesSNMPNoSuchNameException,
    PanoptesSNMPTimeoutException,
)

Oid = Tuple[int, ...]

_TOO_BIG = 1
_NO_SUCH_NAME = 2
_ERRORS = {
    1: "tooBig",
    2: "noSuchName",
    3: "badValue",
    4: "readOnly",
    5: "genErr",
    6: "noAccess",
    16: "authorizationError",
}
_RECEIVE_BYTES = 65535

# In this order: a class stands before those it is a kind of.
_TYPES: Sequence[Tuple[Any, str]] = (
    (rfc1905.NoSuchObject, "NOSUCHOBJECT"),
    (rfc1905.NoSuchInstance, "NOSUCHINSTANCE"),
    (rfc1905.EndOfMibView, "ENDOFMIBVIEW"),
    (rfc1902.Counter64, "COUNTER64"),
    (rfc1902.Counter32, "COUNTER"),
    (rfc1902.TimeTicks, "TICKS"),
    (rfc1902.Gauge32, "GAUGE"),
    (rfc1902.Unsigned32, "GAUGE"),
    (rfc1902.IpAddress, "IPADDR"),
    (rfc1902.Opaque, "OPAQUE"),
)


class TooBig(PanoptesSNMPException):
    """The device cannot fit the answer into a message."""


class Found(NamedTuple):
    oid: Oid
    snmp_type: str
    value: str


def parse_oid(text: str) -> Oid:
    return tuple(int(part) for part in text.strip(".").split("."))


def format_oid(oid: Sequence[int]) -> str:
    return "".join(f".{part}" for part in oid)


class SNMPSession:
    """`timeout` is in seconds, for each of the `retries` + 1 tries."""

    def __init__(self, host: str, port: int, timeout: float, retries: int, community: str) -> None:
        self._place = f"{host}:{port}"
        self._timeout = timeout
        self._retries = retries
        self._community = community
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        except OSError as error:
            raise PanoptesSNMPConnectionException(f"{host} cannot be found: {error}") from error
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        # Connected, so that answers of others are not heard and a refusal is.
        try:
            self._socket.connect(address)
        except OSError as error:
            raise PanoptesSNMPConnectionException(f"{self._place} cannot be reached: {error}") from error

    def close(self) -> None:
        self._socket.close()

    def __del__(self) -> None:
        if hasattr(self, "_socket"):
            self.close()

    def get(self, oids: Sequence[Oid]) -> List[Found]:
        pdu = v2c.GetRequestPDU()
        v2c.apiPDU.set_defaults(pdu)
        v2c.apiPDU.set_varbinds(pdu, [(oid, v2c.null) for oid in oids])
        return self._ask(pdu)

    def get_next(self, oids: Sequence[Oid]) -> List[Found]:
        pdu = v2c.GetNextRequestPDU()
        v2c.apiPDU.set_defaults(pdu)
        v2c.apiPDU.set_varbinds(pdu, [(oid, v2c.null) for oid in oids])
        return self._ask(pdu)

    def get_bulk(self, oids: Sequence[Oid], non_repeaters: int, max_repetitions: int) -> List[Found]:
        pdu = v2c.GetBulkRequestPDU()
        v2c.apiBulkPDU.set_defaults(pdu)
        v2c.apiBulkPDU.set_non_repeaters(pdu, non_repeaters)
        v2c.apiBulkPDU.set_max_repetitions(pdu, max_repetitions)
        v2c.apiBulkPDU.set_varbinds(pdu, [(oid, v2c.null) for oid in oids])
        return self._ask(pdu)

    def _ask(self, pdu: Any) -> List[Found]:
        message = v2c.Message()
        v2c.apiMessage.set_defaults(message)
        v2c.apiMessage.set_community(message, self._community.encode("utf-8"))
        v2c.apiMessage.set_pdu(message, pdu)
        request_id = int(v2c.apiPDU.get_request_id(pdu))
        request = encoder.encode(message)
        for _ in range(self._retries + 1):
            answer = self._try_once(request, request_id)
            if answer is not None:
                return self._read(answer)
        raise PanoptesSNMPTimeoutException(
            f"no answer from {self._place} within {self._timeout} s, tried {self._retries + 1} times"
        )

    def _try_once(self, request: bytes, request_id: int) -> Any:
        """The answer's PDU, or None where none came in time. Answers to earlier tries count; others are passed over."""
        until = time.monotonic() + self._timeout
        try:
            self._socket.send(request)
            while (left := until - time.monotonic()) > 0:
                self._socket.settimeout(left)
                pdu = _decoded(self._socket.recv(_RECEIVE_BYTES))
                if pdu is not None and int(v2c.apiPDU.get_request_id(pdu)) == request_id:
                    return pdu
        except socket.timeout:
            return None
        except OSError as error:
            raise PanoptesSNMPConnectionException(f"{self._place} cannot be reached: {error}") from error
        return None

    def _read(self, pdu: Any) -> List[Found]:
        status = int(v2c.apiPDU.get_error_status(pdu))
        if status == _TOO_BIG:
            raise TooBig(f"{self._place} cannot fit its answer into a message")
        if status == _NO_SUCH_NAME:
            raise PanoptesSNMPNoSuchNameException(f"{self._place} has no such object")
        if status != 0:
            raise PanoptesSNMPException(f"{self._place} answered with the error {_ERRORS.get(status, status)}")
        return [_found(oid, value) for oid, value in v2c.apiPDU.get_varbinds(pdu)]


def _decoded(octets: bytes) -> Any:
    try:
        message, _ = decoder.decode(octets, asn1Spec=v2c.Message())
        pdu = v2c.apiMessage.get_pdu(message)
        return pdu if pdu.isSameTypeWith(v2c.GetResponsePDU()) else None
    except (PyAsn1Error, ValueError):
        return None


def _found(oid: Any, value: Any) -> Found:
    name = tuple(int(part) for part in oid)
    for kind, snmp_type in _TYPES:
        # Not isinstance: some classes of pysnmp are kinds of one another on paper only.
        if type(value) is kind:
            return Found(name, snmp_type, _text(value, snmp_type))
    if isinstance(value, rfc1902.ObjectIdentifier) or "ObjectIdentifier" in type(value).__name__:
        return Found(name, "OBJECTID", format_oid(tuple(int(part) for part in value)))
    if isinstance(value, rfc1902.OctetString):
        return Found(name, "OCTETSTR", value.asOctets().decode("latin-1"))
    if hasattr(value, "asOctets"):
        return Found(name, "OCTETSTR", bytes(value.asOctets()).decode("latin-1"))
    if isinstance(value, rfc1902.Integer32) or hasattr(value, "__int__"):
        return Found(name, "INTEGER", str(int(value)))
    return Found(name, "NULL", "")


def _text(value: Any, snmp_type: str) -> str:
    if snmp_type in ("NOSUCHOBJECT", "NOSUCHINSTANCE", "ENDOFMIBVIEW"):
        return snmp_type
    if snmp_type == "IPADDR":
        return ".".join(str(octet) for octet in value.asOctets())
    if snmp_type == "OPAQUE":
        return str(value.asOctets().decode("latin-1"))
    return str(int(value))
