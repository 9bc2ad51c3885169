"""Asks the system's ping, as Panoptes does. It may send without rights of its own."""

import json
import re
import subprocess
from typing import Any, Dict, Optional

from yahoo_panoptes.framework.exceptions import PanoptesBaseException
from yahoo_panoptes.framework.validators import PanoptesValidators

_COUNTS = re.compile(
    r"(\d+) packets transmitted, (\d+) (?:packets )?received,.*?([\d.]+)% packet loss(?:, time (\d+)ms)?"
)
_TIMES = re.compile(r"(?:rtt|round-trip) min/avg/max(?:/mdev|/stddev)? = ([\d.]+)/([\d.]+)/([\d.]+)(?:/([\d.]+))? ms")


class PanoptesPingException(PanoptesBaseException):
    """Ping failed."""


class PanoptesPingTimeoutException(PanoptesPingException):
    """The host did not answer, or not always."""


class PanoptesPingConnectionError(PanoptesPingException):
    """Nobody could be asked to ping."""


class PanoptesPingRequestException(PanoptesBaseException):
    """Whoever was asked to ping refused."""


class PanoptesPing:
    """`timeout` is in seconds, for all `count` packets together."""

    def __init__(self, count: int = 10, timeout: int = 10, hostname: str = "localhost") -> None:
        assert PanoptesValidators.valid_nonzero_integer(count), "count must be integer > 0"
        assert PanoptesValidators.valid_nonempty_string(hostname), "hostname must be nonempty string"
        assert not hostname.startswith("-"), "hostname must not begin with -"
        assert PanoptesValidators.valid_nonzero_integer(timeout), "timeout must be integer > 0"
        self._response: Dict[str, Any] = dict.fromkeys(
            (
                "packets_transmitted",
                "packets_received",
                "packet_loss_pct",
                "execution_time",
                "round_trip_min",
                "round_trip_avg",
                "round_trip_max",
                "round_trip_stddev",
            )
        )
        command = ["ping", "-c", str(count), "-w", str(timeout), hostname]
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, timeout=timeout + 2
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PanoptesPingException(str(error)) from error
        self._get_ping_stats(done.stdout)
        if done.returncode != 0 and self.packets_transmitted is not None:
            raise PanoptesPingTimeoutException(f"Ping timed out with response: {self._response}")
        if done.returncode != 0:
            raise PanoptesPingException(done.stdout.strip())

    def _get_ping_stats(self, text: str) -> None:
        counts = _COUNTS.search(text)
        if counts:
            self._response["packets_transmitted"] = int(counts.group(1))
            self._response["packets_received"] = int(counts.group(2))
            self._response["packet_loss_pct"] = float(counts.group(3))
            if counts.group(4):
                self._response["execution_time"] = round(float(counts.group(4)) / 1000, 2)
        times = _TIMES.search(text)
        if times:
            for name, value in zip(("min", "avg", "max", "stddev"), times.groups()):
                self._response[f"round_trip_{name}"] = None if value is None else float(value)

    @property
    def packets_transmitted(self) -> Optional[int]:
        return self._response["packets_transmitted"]  # type: ignore[no-any-return]

    @property
    def packets_received(self) -> Optional[int]:
        return self._response["packets_received"]  # type: ignore[no-any-return]

    @property
    def packet_loss_pct(self) -> Optional[float]:
        return self._response["packet_loss_pct"]  # type: ignore[no-any-return]

    @property
    def execution_time(self) -> Optional[float]:
        """Seconds."""
        return self._response["execution_time"]  # type: ignore[no-any-return]

    @property
    def round_trip_min(self) -> Optional[float]:
        """Milliseconds, as all round trips."""
        return self._response["round_trip_min"]  # type: ignore[no-any-return]

    @property
    def round_trip_avg(self) -> Optional[float]:
        return self._response["round_trip_avg"]  # type: ignore[no-any-return]

    @property
    def round_trip_max(self) -> Optional[float]:
        return self._response["round_trip_max"]  # type: ignore[no-any-return]

    @property
    def round_trip_stddev(self) -> Optional[float]:
        return self._response["round_trip_stddev"]  # type: ignore[no-any-return]

    @property
    def response(self) -> str:
        return json.dumps(self._response)


# The name it has had since there was a proxy.
PanoptesPingDirect = PanoptesPing


class PanoptesPingConnectionFactory:
    """Pings a resource's endpoint. There is no proxy here: metadata `ping_route` is not looked at."""

    @staticmethod
    def get_ping_connection(
        resource: Any, context: Any = None, count: int = 10, timeout: int = 10, **_: Any
    ) -> PanoptesPing:
        return PanoptesPing(count=count, timeout=timeout, hostname=resource.resource_endpoint)
