"""Errors as they leave the process."""

from __future__ import annotations

import grpc

from ocelli.errors import OcelliError
from ocelli.redactor import Redactor
from ocelli.words import truncate_utf8

# The sentence of a failed call. Everything that travels with it stays far below 4 KiB: longer trailers hang some clients.
SENTENCE_MAX_BYTES = 1024

_STATUS_BY_CODE = {
    "invalid": grpc.StatusCode.INVALID_ARGUMENT,
    "not_found": grpc.StatusCode.NOT_FOUND,
    "conflict": grpc.StatusCode.ABORTED,
    "precondition": grpc.StatusCode.FAILED_PRECONDITION,
    "unauthenticated": grpc.StatusCode.UNAUTHENTICATED,
    "timeout": grpc.StatusCode.DEADLINE_EXCEEDED,
    "cancelled": grpc.StatusCode.CANCELLED,
    "unavailable": grpc.StatusCode.UNAVAILABLE,
    "unimplemented": grpc.StatusCode.UNIMPLEMENTED,
    "internal": grpc.StatusCode.INTERNAL,
}


def status_of_error(error: BaseException, redactor: Redactor) -> tuple[grpc.StatusCode, str]:
    """What is no OcelliError leaves as "internal error": its cause is for the log, not for strangers."""
    if not isinstance(error, OcelliError):
        return grpc.StatusCode.INTERNAL, "internal error"
    code = _STATUS_BY_CODE.get(error.code, grpc.StatusCode.INTERNAL)
    return code, truncate_utf8(redactor.apply(str(error)), SENTENCE_MAX_BYTES)
