"""A connection to one device, as plugins use it."""

from typing import List, Optional

from yahoo_panoptes.framework.utilities.snmp.exceptions import (
    PanoptesSNMPConnectionException,
    PanoptesSNMPException,
    PanoptesSNMPNoSuchInstanceException,
    PanoptesSNMPNoSuchNameException,
    PanoptesSNMPNoSuchObjectException,
    PanoptesSNMPTimeoutException,
    PanoptesSNMPUndeterminedTypeException,
    PanoptesSNMPUnknownObjectIDException,
)
from yahoo_panoptes.framework.utilities.snmp.plugin_configuration import PanoptesSNMPPluginConfiguration
from yahoo_panoptes.framework.utilities.snmp.session import Found, SNMPSession, TooBig, format_oid, parse_oid
from yahoo_panoptes.framework.utilities.snmp.variable import PanoptesSNMPVariable
from yahoo_panoptes.framework.validators import PanoptesValidators

SNMP_ERRORS_MAP = {
    "ERROR": PanoptesSNMPException,
    "CONNECTION": PanoptesSNMPConnectionException,
    "TIMEOUT": PanoptesSNMPTimeoutException,
    "NOSUCHOBJECT": PanoptesSNMPNoSuchObjectException,
    "NOSUCHINSTANCE": PanoptesSNMPNoSuchInstanceException,
    "NOSUCHNAME": PanoptesSNMPNoSuchNameException,
    "UNKNOWNOBJECTID": PanoptesSNMPUnknownObjectIDException,
    "UNDETERMINEDTYPE": PanoptesSNMPUndeterminedTypeException,
}

__all__ = [
    "SNMP_ERRORS_MAP",
    "PanoptesSNMPConnection",
    "PanoptesSNMPConnectionException",
    "PanoptesSNMPException",
    "PanoptesSNMPNoSuchInstanceException",
    "PanoptesSNMPNoSuchNameException",
    "PanoptesSNMPNoSuchObjectException",
    "PanoptesSNMPPluginConfiguration",
    "PanoptesSNMPTimeoutException",
    "PanoptesSNMPUndeterminedTypeException",
    "PanoptesSNMPUnknownObjectIDException",
    "PanoptesSNMPV2Connection",
    "PanoptesSNMPV3TLSConnection",
    "PanoptesSNMPVariable",
    "PanoptesValidators",
]


class PanoptesSNMPConnection:
    def __init__(self, host: str, port: int, timeout: int, retries: int) -> None:
        assert PanoptesValidators.valid_nonempty_string(host), "host must a non-empty string"
        assert PanoptesValidators.valid_port(port), "port must be an integer between 1 and 65535"
        assert PanoptesValidators.valid_nonzero_integer(timeout), "timeout must be a integer greater than zero"
        assert PanoptesValidators.valid_positive_integer(retries), "retries must a non-negative integer"
        self._host = host
        self._port = port
        self._timeout = timeout
        self._retries = retries
        self._session: Optional[SNMPSession] = None

    @property
    def host(self) -> str:
        return self._host

    @property
    def port(self) -> int:
        return self._port

    @property
    def timeout(self) -> int:
        """Seconds, for one try."""
        return self._timeout

    @property
    def retries(self) -> int:
        return self._retries

    def get(self, oid: str) -> PanoptesSNMPVariable:
        """What the device lacks comes as a variable whose type and value are NOSUCHOBJECT or NOSUCHINSTANCE."""
        return _variable(oid, self._asked(oid).get([parse_oid(oid)])[0])

    def get_next(self, oid: str) -> PanoptesSNMPVariable:
        """The first object after `oid`, with its own OID cut before the last number."""
        found = self._asked(oid).get_next([parse_oid(oid)])[0]
        return _variable(format_oid(found.oid[:-1]), found)

    def get_bulk(
        self, oid: str, non_repeaters: int = 0, max_repetitions: int = 10, base_oid: Optional[str] = None
    ) -> List[PanoptesSNMPVariable]:
        """The objects of one answer that are in the subtree of `base_oid`, or of `oid`."""
        session = self._asked(oid, non_repeaters, max_repetitions)
        base = base_oid or oid
        assert PanoptesValidators.valid_numeric_snmp_oid(base), "oid must be numeric string with a leading period"
        found = session.get_bulk([parse_oid(oid)], non_repeaters, max_repetitions)
        return [_variable(base, one) for one in found if _is_below(base, one)]

    def bulk_walk(self, oid: str, non_repeaters: int = 0, max_repetitions: int = 10) -> List[PanoptesSNMPVariable]:
        """Everything in the subtree of `oid`, by numbers: a walk of .1.1 takes nothing of .1.10."""
        session = self._asked(oid, non_repeaters, max_repetitions)
        found: List[Found] = []
        at = parse_oid(oid)
        rows = max(1, max_repetitions)
        while True:
            try:
                # A non-repeater would bring a single row of the one column that is walked.
                answer = session.get_bulk([at], 0, rows)
            except TooBig:
                if rows == 1:
                    raise
                rows = rows // 2
                continue
            inside = []
            for one in answer:
                if not _is_below(oid, one):
                    break
                if one.oid <= at:
                    raise PanoptesSNMPException(
                        f"{self._host} answers in no order: {format_oid(one.oid)} after {format_oid(at)}"
                    )
                inside.append(one)
                at = one.oid
            found += inside
            if not answer or len(inside) < len(answer):
                return [_variable(oid, one) for one in found]

    def _asked(self, oid: str, non_repeaters: int = 0, max_repetitions: int = 0) -> SNMPSession:
        assert PanoptesValidators.valid_numeric_snmp_oid(oid), "oid must be numeric string with a leading period"
        assert PanoptesValidators.valid_positive_integer(non_repeaters), "non_repeaters must a positive integer"
        assert PanoptesValidators.valid_positive_integer(max_repetitions), "max_repetitions must a positive integer"
        assert self._session is not None, "PanoptesSNMPSession not initialized"
        return self._session


class PanoptesSNMPV2Connection(PanoptesSNMPConnection):
    def __init__(self, host: str, port: int, timeout: int, retries: int, community: str) -> None:
        super().__init__(host, port, timeout, retries)
        assert PanoptesValidators.valid_nonempty_string(community), "community_string must a non-empty string"
        self._community = community
        self._session = SNMPSession(host, port, timeout, retries, community)

    @property
    def community(self) -> str:
        return self._community


class PanoptesSNMPV3TLSConnection(PanoptesSNMPConnection):
    """SNMP over TLS is not spoken here."""

    def __init__(
        self, host: str, port: int, timeout: int, retries: int, context: str, our_identity: str, their_identity: str
    ) -> None:
        super().__init__(host, port, timeout, retries)
        raise PanoptesSNMPException(
            "SNMP version 3 over TLS is not spoken by the Panoptes bridge; Ocelli's own snmp-interface module speaks version 3"
        )


def _is_below(base: str, found: Found) -> bool:
    if found.snmp_type in ("ENDOFMIBVIEW", "NOSUCHOBJECT", "NOSUCHINSTANCE"):
        return False
    top = parse_oid(base)
    return len(found.oid) > len(top) and found.oid[: len(top)] == top


def _variable(queried_oid: str, found: Found) -> PanoptesSNMPVariable:
    return PanoptesSNMPVariable(
        queried_oid=queried_oid,
        oid=format_oid(found.oid[:-1]),
        index=str(found.oid[-1]),
        value=found.value,
        snmp_type=found.snmp_type,
    )
