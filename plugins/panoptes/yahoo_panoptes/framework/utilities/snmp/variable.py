"""One object that a device answered with."""

from typing import Any

from yahoo_panoptes.framework.validators import PanoptesValidators


class PanoptesSNMPVariable:
    """`oid` is what was asked for, `index` what the answer's OID has beyond it. A value is text: numbers in decimal,
    octet strings one character an octet (latin-1), OIDs with a leading dot."""

    def __init__(self, queried_oid: str, oid: str, index: str, value: Any, snmp_type: str) -> None:
        assert PanoptesValidators.valid_numeric_snmp_oid(str(queried_oid)), (
            "queried_oid must be numeric string with a leading period"
        )
        assert PanoptesValidators.valid_numeric_snmp_oid(str(oid)), "oid must be numeric string with a leading period"
        assert PanoptesValidators.valid_nonempty_string(str(index)), "index must be a non-empty string"
        assert PanoptesValidators.valid_nonempty_string(str(snmp_type)), "snmp_type must be a non-empty string"
        self._queried_oid = queried_oid
        self._index = self._normalize_index(oid, index, queried_oid)
        self._value = value
        self._snmp_type = snmp_type

    @staticmethod
    def _normalize_index(oid: str, index: str, queried_oid: str) -> str:
        """`oid` comes without its last number, which is `index`. What it has beyond the queried one belongs there too."""
        beyond = oid[len(queried_oid) + 1 :]
        return f"{beyond}.{index}" if beyond else index

    def __repr__(self) -> str:
        printable = "".join(one for one in str(self._value) if one.isprintable())
        return (
            f"<{type(self).__name__} value={printable!r} "
            f"(oid={self.oid!r}, index={self.index!r}, snmp_type={self.snmp_type!r})>"
        )

    @property
    def oid(self) -> str:
        return self._queried_oid

    @property
    def index(self) -> str:
        return self._index

    @property
    def value(self) -> Any:
        return self._value

    @property
    def snmp_type(self) -> str:
        return self._snmp_type
