"""How a run can fail."""

from __future__ import annotations

import asyncio
import errno
import socket
from dataclasses import dataclass
from typing import Optional

# How a poll ended: the status codes of Panoptes, 0 to 8.
POLL_STATUSES = (
    "success",
    "authentication",
    "network",
    "timeout",
    "partial",
    "internal",
    "missing_metrics",
    "ping_failure",
    "enrichment_failure",
)
FAULT_ORIGINS = ("", "plugin", "target", "credentials", "host")
FAULT_RETRIES = ("", "never", "next_slot", "at_once")
FAULT_SCOPES = ("", "item", "plugin", "module")

_ORIGIN_BY_STATUS = {
    "authentication": "credentials",
    "network": "target",
    "timeout": "target",
    "partial": "target",
    "internal": "plugin",
    "missing_metrics": "target",
    "ping_failure": "target",
    "enrichment_failure": "host",
}


@dataclass(frozen=True)
class Fault:
    """Why something failed, whose fault it was, and when to try again."""

    message: str
    origin: str = "plugin"
    retry: str = "next_slot"
    scope: str = "item"
    status: str = "internal"


class PollFault(Exception):
    """Raise it to end a run with a status that people see: `raise PollFault("timeout", "no answer within 5 s")`.

    The status is one of authentication, network, timeout, partial, internal, missing_metrics, ping_failure and
    enrichment_failure; `retry` says when a repetition may help (never, next_slot, at_once); `origin` whose fault it was, where
    the status does not say it (plugin, target, credentials, host)."""

    def __init__(self, status: str, message: str, *, retry: str = "next_slot", origin: Optional[str] = None) -> None:
        super().__init__(message)
        if status not in _ORIGIN_BY_STATUS:
            raise ValueError(f'there is no status "{status}": use one of {", ".join(_ORIGIN_BY_STATUS)}')
        if retry not in FAULT_RETRIES[1:]:
            raise ValueError(f'there is no retry "{retry}": use one of {", ".join(FAULT_RETRIES[1:])}')
        if origin is not None and origin not in FAULT_ORIGINS[1:]:
            raise ValueError(f'there is no origin "{origin}": use one of {", ".join(FAULT_ORIGINS[1:])}')
        self.status = status
        self.message = str(message)
        self.retry = retry
        self.origin = origin if origin is not None else _ORIGIN_BY_STATUS[status]

    @property
    def fault(self) -> Fault:
        """As it travels."""
        return Fault(self.message, self.origin, self.retry, "item", self.status)


_NETWORK_ERRNOS = {
    getattr(errno, name)
    for name in ("EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "EPIPE", "ENOTCONN", "EADDRNOTAVAIL")
    if hasattr(errno, name)
}


def status_of(error: BaseException, depth: int = 0) -> str:
    """The status of an exception: those of the network say it by themselves, also as the cause of a library's own; anything
    else is the plugin's."""
    if isinstance(error, (TimeoutError, asyncio.TimeoutError, socket.timeout)):
        return "timeout"
    if isinstance(error, (ConnectionError, socket.gaierror, socket.herror)):
        return "network"
    if isinstance(error, OSError) and error.errno in _NETWORK_ERRNOS:
        return "network"
    cause = error.__cause__
    if cause is None and not error.__suppress_context__ and type(error).__module__ != "builtins":
        cause = error.__context__
    return "internal" if cause is None or depth > 6 else status_of(cause, depth + 1)


def joined(faults: list[PollFault]) -> Optional[PollFault]:
    """Several faults of one answer as one: the first, and how many more there were."""
    if len(faults) < 2:
        return faults[0] if faults else None
    first = faults[0]
    text = f"{first.message} (and {len(faults) - 1} more)"
    return PollFault(first.status, text, retry=first.retry, origin=first.origin)
