from ocelli.plugin.v1 import plugin_pb2 as _plugin_pb2
from ocelli.resource.v1 import fault_pb2 as _fault_pb2
from ocelli.resource.v1 import resource_pb2 as _resource_pb2
from ocelli.task.v1 import task_pb2 as _task_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DiscoverRequest(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: _plugin_pb2.Run
    def __init__(self, run: _Optional[_Union[_plugin_pb2.Run, _Mapping]] = ...) -> None: ...

class DiscoverResponse(_message.Message):
    __slots__ = ("batch", "partial_error", "progress", "summary")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_ERROR_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    batch: ResourceBatch
    partial_error: PartialError
    progress: _plugin_pb2.Progress
    summary: Summary
    def __init__(self, batch: _Optional[_Union[ResourceBatch, _Mapping]] = ..., partial_error: _Optional[_Union[PartialError, _Mapping]] = ..., progress: _Optional[_Union[_plugin_pb2.Progress, _Mapping]] = ..., summary: _Optional[_Union[Summary, _Mapping]] = ...) -> None: ...

class ResourceBatch(_message.Message):
    __slots__ = ("resources",)
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[_resource_pb2.Resource]
    def __init__(self, resources: _Optional[_Iterable[_Union[_resource_pb2.Resource, _Mapping]]] = ...) -> None: ...

class PartialError(_message.Message):
    __slots__ = ("scope", "fault")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    scope: str
    fault: _fault_pb2.Fault
    def __init__(self, scope: _Optional[str] = ..., fault: _Optional[_Union[_fault_pb2.Fault, _Mapping]] = ...) -> None: ...

class Summary(_message.Message):
    __slots__ = ("summary", "state", "set_state")
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SET_STATE_FIELD_NUMBER: _ClassVar[int]
    summary: _task_pb2.DiscoverySummary
    state: bytes
    set_state: bool
    def __init__(self, summary: _Optional[_Union[_task_pb2.DiscoverySummary, _Mapping]] = ..., state: _Optional[bytes] = ..., set_state: bool = ...) -> None: ...
