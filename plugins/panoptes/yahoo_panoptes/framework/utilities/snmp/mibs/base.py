"""Building blocks of MIB classes."""

from typing import Any, Optional

from yahoo_panoptes.framework.metrics import PanoptesMetricType


class SNMPTypeMixin:
    name = "float"
    metric_type = PanoptesMetricType.GAUGE
    valid_types: Any = float

    def __init__(self, value: Any) -> None:
        self.value = value
        self.validate()

    def __str__(self) -> str:
        return self.name

    def validate(self) -> None:
        """Raises ValueError."""
        self.validate_type()
        self.validate_value()

    def validate_type(self) -> None:
        if not isinstance(self.value, self.valid_types):
            raise ValueError(f"{self.value!r} is not a {self.valid_types}")

    def validate_value(self) -> None:
        """For those who derive."""


class SNMPType(SNMPTypeMixin):
    pass


class SNMPString(str, SNMPTypeMixin):
    pass


class SNMPInteger(int, SNMPTypeMixin):
    valid_types = int
    name = "integer"
    metric_type = PanoptesMetricType.COUNTER


class SNMPInteger32(SNMPInteger):
    def validate_value(self) -> None:
        if self.value >= 2**31:
            raise ValueError(f"{self.value!r} is too large for a signed 32 bit integer")


class SNMPGauge32(SNMPInteger32):
    metric_type = PanoptesMetricType.GAUGE


class SNMPFloat(float, SNMPTypeMixin):
    pass


class oid:
    """`oid(".1.3") + oid("6")` is .1.3.6."""

    def __init__(self, value: str, snmp_type: Any = None, description: Optional[str] = None) -> None:
        self.value = value
        self.snmp_type = snmp_type
        self.description = description

    @property
    def oid(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f'oid("{self.value}")'

    def __str__(self) -> str:
        return self.value

    def __add__(self, item: Any) -> "oid":
        return oid(f"{self.value}.{str(item).strip('.')}", snmp_type=getattr(item, "snmp_type", self.snmp_type))


class Mib:
    """Base of MIB classes."""
