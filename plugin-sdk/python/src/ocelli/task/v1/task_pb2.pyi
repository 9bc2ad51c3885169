from ocelli.resource.v1 import fault_pb2 as _fault_pb2
from ocelli.resource.v1 import metric_pb2 as _metric_pb2
from ocelli.resource.v1 import resource_pb2 as _resource_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KIND_UNSPECIFIED: _ClassVar[Kind]
    KIND_DISCOVERY: _ClassVar[Kind]
    KIND_ENRICHMENT: _ClassVar[Kind]
    KIND_POLLING: _ClassVar[Kind]
    KIND_SINK: _ClassVar[Kind]
KIND_UNSPECIFIED: Kind
KIND_DISCOVERY: Kind
KIND_ENRICHMENT: Kind
KIND_POLLING: Kind
KIND_SINK: Kind

class Task(_message.Message):
    __slots__ = ("kind", "plugin", "resource", "plugin_revision", "slot_at_ms", "not_before_at_ms", "expires_at_ms", "frequency_ms", "revision", "state", "on_demand", "traceparent")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_REVISION_FIELD_NUMBER: _ClassVar[int]
    SLOT_AT_MS_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_AT_MS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ON_DEMAND_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    kind: Kind
    plugin: str
    resource: _resource_pb2.Resource
    plugin_revision: str
    slot_at_ms: int
    not_before_at_ms: int
    expires_at_ms: int
    frequency_ms: int
    revision: int
    state: bytes
    on_demand: bool
    traceparent: str
    def __init__(self, kind: _Optional[_Union[Kind, str]] = ..., plugin: _Optional[str] = ..., resource: _Optional[_Union[_resource_pb2.Resource, _Mapping]] = ..., plugin_revision: _Optional[str] = ..., slot_at_ms: _Optional[int] = ..., not_before_at_ms: _Optional[int] = ..., expires_at_ms: _Optional[int] = ..., frequency_ms: _Optional[int] = ..., revision: _Optional[int] = ..., state: _Optional[bytes] = ..., on_demand: bool = ..., traceparent: _Optional[str] = ...) -> None: ...

class TaskBatch(_message.Message):
    __slots__ = ("tasks",)
    TASKS_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    def __init__(self, tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ...) -> None: ...

class PairRegister(_message.Message):
    __slots__ = ("plugin", "resource_id", "running", "agent_id", "attempt", "fence", "lease_ms", "slot_at_ms", "started_at_ms", "finished_at_ms", "status", "state")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    SLOT_AT_MS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    resource_id: str
    running: bool
    agent_id: str
    attempt: str
    fence: int
    lease_ms: int
    slot_at_ms: int
    started_at_ms: int
    finished_at_ms: int
    status: _fault_pb2.PollStatus
    state: bytes
    def __init__(self, plugin: _Optional[str] = ..., resource_id: _Optional[str] = ..., running: bool = ..., agent_id: _Optional[str] = ..., attempt: _Optional[str] = ..., fence: _Optional[int] = ..., lease_ms: _Optional[int] = ..., slot_at_ms: _Optional[int] = ..., started_at_ms: _Optional[int] = ..., finished_at_ms: _Optional[int] = ..., status: _Optional[_Union[_fault_pb2.PollStatus, str]] = ..., state: _Optional[bytes] = ...) -> None: ...

class Discovery(_message.Message):
    __slots__ = ("resources", "summary")
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[_resource_pb2.Resource]
    summary: DiscoverySummary
    def __init__(self, resources: _Optional[_Iterable[_Union[_resource_pb2.Resource, _Mapping]]] = ..., summary: _Optional[_Union[DiscoverySummary, _Mapping]] = ...) -> None: ...

class DiscoverySummary(_message.Message):
    __slots__ = ("complete", "resources", "scopes")
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    complete: bool
    resources: int
    scopes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, complete: bool = ..., resources: _Optional[int] = ..., scopes: _Optional[_Iterable[str]] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ("kind", "plugin", "resource", "fence", "part", "last", "agent_id", "slot_at_ms", "started_at_ms", "finished_at_ms", "frequency_ms", "plugin_revision", "status", "fault", "groups", "sets", "discovery", "on_demand")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    SLOT_AT_MS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_REVISION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    SETS_FIELD_NUMBER: _ClassVar[int]
    DISCOVERY_FIELD_NUMBER: _ClassVar[int]
    ON_DEMAND_FIELD_NUMBER: _ClassVar[int]
    kind: Kind
    plugin: str
    resource: _resource_pb2.Resource
    fence: int
    part: int
    last: bool
    agent_id: str
    slot_at_ms: int
    started_at_ms: int
    finished_at_ms: int
    frequency_ms: int
    plugin_revision: str
    status: _fault_pb2.PollStatus
    fault: _fault_pb2.Fault
    groups: _containers.RepeatedCompositeFieldContainer[_metric_pb2.MetricGroup]
    sets: _containers.RepeatedCompositeFieldContainer[_resource_pb2.EnrichmentSet]
    discovery: Discovery
    on_demand: bool
    def __init__(self, kind: _Optional[_Union[Kind, str]] = ..., plugin: _Optional[str] = ..., resource: _Optional[_Union[_resource_pb2.Resource, _Mapping]] = ..., fence: _Optional[int] = ..., part: _Optional[int] = ..., last: bool = ..., agent_id: _Optional[str] = ..., slot_at_ms: _Optional[int] = ..., started_at_ms: _Optional[int] = ..., finished_at_ms: _Optional[int] = ..., frequency_ms: _Optional[int] = ..., plugin_revision: _Optional[str] = ..., status: _Optional[_Union[_fault_pb2.PollStatus, str]] = ..., fault: _Optional[_Union[_fault_pb2.Fault, _Mapping]] = ..., groups: _Optional[_Iterable[_Union[_metric_pb2.MetricGroup, _Mapping]]] = ..., sets: _Optional[_Iterable[_Union[_resource_pb2.EnrichmentSet, _Mapping]]] = ..., discovery: _Optional[_Union[Discovery, _Mapping]] = ..., on_demand: bool = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("at_ms", "type", "plugin", "resource_id", "message", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    at_ms: int
    type: str
    plugin: str
    resource_id: str
    message: str
    attributes: _containers.ScalarMap[str, str]
    def __init__(self, at_ms: _Optional[int] = ..., type: _Optional[str] = ..., plugin: _Optional[str] = ..., resource_id: _Optional[str] = ..., message: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ..., **kwargs) -> None: ...

class DeadLetter(_message.Message):
    __slots__ = ("at_ms", "subject", "reason", "payload")
    AT_MS_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    at_ms: int
    subject: str
    reason: str
    payload: bytes
    def __init__(self, at_ms: _Optional[int] = ..., subject: _Optional[str] = ..., reason: _Optional[str] = ..., payload: _Optional[bytes] = ..., **kwargs) -> None: ...

class LeaderLease(_message.Message):
    __slots__ = ("holder", "lease_ms", "account")
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    holder: str
    lease_ms: int
    account: SlotAccount
    def __init__(self, holder: _Optional[str] = ..., lease_ms: _Optional[int] = ..., account: _Optional[_Union[SlotAccount, _Mapping]] = ...) -> None: ...

class SlotAccount(_message.Message):
    __slots__ = ("handled_to_ms", "missed")
    HANDLED_TO_MS_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    handled_to_ms: int
    missed: _containers.RepeatedCompositeFieldContainer[MissedSlots]
    def __init__(self, handled_to_ms: _Optional[int] = ..., missed: _Optional[_Iterable[_Union[MissedSlots, _Mapping]]] = ...) -> None: ...

class MissedSlots(_message.Message):
    __slots__ = ("plugin", "reason", "slots")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    reason: str
    slots: int
    def __init__(self, plugin: _Optional[str] = ..., reason: _Optional[str] = ..., slots: _Optional[int] = ...) -> None: ...

class SinkPosition(_message.Message):
    __slots__ = ("position",)
    POSITION_FIELD_NUMBER: _ClassVar[int]
    position: int
    def __init__(self, position: _Optional[int] = ...) -> None: ...
