from ocelli.resource.v1 import fault_pb2 as _fault_pb2
from ocelli.task.v1 import task_pb2 as _task_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WriteRequest(_message.Message):
    __slots__ = ("plugin", "revision", "batch", "records")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    revision: str
    batch: int
    records: _containers.RepeatedCompositeFieldContainer[SinkRecord]
    def __init__(self, plugin: _Optional[str] = ..., revision: _Optional[str] = ..., batch: _Optional[int] = ..., records: _Optional[_Iterable[_Union[SinkRecord, _Mapping]]] = ...) -> None: ...

class SinkRecord(_message.Message):
    __slots__ = ("mesh", "position", "result")
    MESH_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    mesh: str
    position: int
    result: _task_pb2.Result
    def __init__(self, mesh: _Optional[str] = ..., position: _Optional[int] = ..., result: _Optional[_Union[_task_pb2.Result, _Mapping]] = ...) -> None: ...

class WriteResponse(_message.Message):
    __slots__ = ("batch", "fault", "refused")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    batch: int
    fault: _fault_pb2.Fault
    refused: _containers.RepeatedCompositeFieldContainer[RecordFault]
    def __init__(self, batch: _Optional[int] = ..., fault: _Optional[_Union[_fault_pb2.Fault, _Mapping]] = ..., refused: _Optional[_Iterable[_Union[RecordFault, _Mapping]]] = ...) -> None: ...

class RecordFault(_message.Message):
    __slots__ = ("position", "fault")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    position: int
    fault: _fault_pb2.Fault
    def __init__(self, position: _Optional[int] = ..., fault: _Optional[_Union[_fault_pb2.Fault, _Mapping]] = ...) -> None: ...
