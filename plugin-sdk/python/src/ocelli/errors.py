"""Errors that cross a process boundary: a code for programs, a sentence for people."""

from __future__ import annotations


class OcelliError(Exception):
    """An error somebody can act on. The code is one of "invalid", "not_found", "conflict", "precondition", "unauthenticated",
    "timeout", "cancelled", "unavailable", "unimplemented" and "internal"; `module/status.py` alone maps it to gRPC numbers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def message_of(error: object) -> str:
    """The sentence of anything that was raised; never empty."""
    text = str(error)
    return text if text else type(error).__name__
