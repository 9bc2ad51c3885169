from ocelli.plugin.v1 import plugin_pb2 as _plugin_pb2
from ocelli.resource.v1 import fault_pb2 as _fault_pb2
from ocelli.resource.v1 import resource_pb2 as _resource_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EnrichRequest(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_plugin_pb2.Item]
    def __init__(self, items: _Optional[_Iterable[_Union[_plugin_pb2.Item, _Mapping]]] = ...) -> None: ...

class EnrichResponse(_message.Message):
    __slots__ = ("answers", "progress")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[EnrichAnswer]
    progress: _containers.RepeatedCompositeFieldContainer[_plugin_pb2.Progress]
    def __init__(self, answers: _Optional[_Iterable[_Union[EnrichAnswer, _Mapping]]] = ..., progress: _Optional[_Iterable[_Union[_plugin_pb2.Progress, _Mapping]]] = ...) -> None: ...

class EnrichAnswer(_message.Message):
    __slots__ = ("item", "sets", "fault", "state", "set_state")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    SETS_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SET_STATE_FIELD_NUMBER: _ClassVar[int]
    item: int
    sets: _containers.RepeatedCompositeFieldContainer[_resource_pb2.EnrichmentSet]
    fault: _fault_pb2.Fault
    state: bytes
    set_state: bool
    def __init__(self, item: _Optional[int] = ..., sets: _Optional[_Iterable[_Union[_resource_pb2.EnrichmentSet, _Mapping]]] = ..., fault: _Optional[_Union[_fault_pb2.Fault, _Mapping]] = ..., state: _Optional[bytes] = ..., set_state: bool = ...) -> None: ...
