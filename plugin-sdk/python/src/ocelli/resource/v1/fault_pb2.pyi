from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PollStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POLL_STATUS_UNSPECIFIED: _ClassVar[PollStatus]
    POLL_STATUS_AUTHENTICATION: _ClassVar[PollStatus]
    POLL_STATUS_NETWORK: _ClassVar[PollStatus]
    POLL_STATUS_TIMEOUT: _ClassVar[PollStatus]
    POLL_STATUS_PARTIAL: _ClassVar[PollStatus]
    POLL_STATUS_INTERNAL: _ClassVar[PollStatus]
    POLL_STATUS_MISSING_METRICS: _ClassVar[PollStatus]
    POLL_STATUS_PING_FAILURE: _ClassVar[PollStatus]
    POLL_STATUS_ENRICHMENT_FAILURE: _ClassVar[PollStatus]

class FaultOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FAULT_ORIGIN_UNSPECIFIED: _ClassVar[FaultOrigin]
    FAULT_ORIGIN_PLUGIN: _ClassVar[FaultOrigin]
    FAULT_ORIGIN_TARGET: _ClassVar[FaultOrigin]
    FAULT_ORIGIN_CREDENTIALS: _ClassVar[FaultOrigin]
    FAULT_ORIGIN_HOST: _ClassVar[FaultOrigin]

class FaultRetry(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FAULT_RETRY_UNSPECIFIED: _ClassVar[FaultRetry]
    FAULT_RETRY_NEVER: _ClassVar[FaultRetry]
    FAULT_RETRY_NEXT_SLOT: _ClassVar[FaultRetry]
    FAULT_RETRY_AT_ONCE: _ClassVar[FaultRetry]

class FaultScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FAULT_SCOPE_UNSPECIFIED: _ClassVar[FaultScope]
    FAULT_SCOPE_ITEM: _ClassVar[FaultScope]
    FAULT_SCOPE_PLUGIN: _ClassVar[FaultScope]
    FAULT_SCOPE_MODULE: _ClassVar[FaultScope]
POLL_STATUS_UNSPECIFIED: PollStatus
POLL_STATUS_AUTHENTICATION: PollStatus
POLL_STATUS_NETWORK: PollStatus
POLL_STATUS_TIMEOUT: PollStatus
POLL_STATUS_PARTIAL: PollStatus
POLL_STATUS_INTERNAL: PollStatus
POLL_STATUS_MISSING_METRICS: PollStatus
POLL_STATUS_PING_FAILURE: PollStatus
POLL_STATUS_ENRICHMENT_FAILURE: PollStatus
FAULT_ORIGIN_UNSPECIFIED: FaultOrigin
FAULT_ORIGIN_PLUGIN: FaultOrigin
FAULT_ORIGIN_TARGET: FaultOrigin
FAULT_ORIGIN_CREDENTIALS: FaultOrigin
FAULT_ORIGIN_HOST: FaultOrigin
FAULT_RETRY_UNSPECIFIED: FaultRetry
FAULT_RETRY_NEVER: FaultRetry
FAULT_RETRY_NEXT_SLOT: FaultRetry
FAULT_RETRY_AT_ONCE: FaultRetry
FAULT_SCOPE_UNSPECIFIED: FaultScope
FAULT_SCOPE_ITEM: FaultScope
FAULT_SCOPE_PLUGIN: FaultScope
FAULT_SCOPE_MODULE: FaultScope

class Fault(_message.Message):
    __slots__ = ("message", "origin", "retry", "scope", "status")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    message: str
    origin: FaultOrigin
    retry: FaultRetry
    scope: FaultScope
    status: PollStatus
    def __init__(self, message: _Optional[str] = ..., origin: _Optional[_Union[FaultOrigin, str]] = ..., retry: _Optional[_Union[FaultRetry, str]] = ..., scope: _Optional[_Union[FaultScope, str]] = ..., status: _Optional[_Union[PollStatus, str]] = ...) -> None: ...
