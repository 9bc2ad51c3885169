from ocelli.registry.v1 import plugin_record_pb2 as _plugin_record_pb2
from ocelli.resource.v1 import resource_pb2 as _resource_pb2
from ocelli.task.v1 import task_pb2 as _task_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChangeType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_TYPE_UNSPECIFIED: _ClassVar[ChangeType]
    CHANGE_TYPE_PUT: _ClassVar[ChangeType]
    CHANGE_TYPE_DELETE: _ClassVar[ChangeType]
    CHANGE_TYPE_CAUGHT_UP: _ClassVar[ChangeType]
CHANGE_TYPE_UNSPECIFIED: ChangeType
CHANGE_TYPE_PUT: ChangeType
CHANGE_TYPE_DELETE: ChangeType
CHANGE_TYPE_CAUGHT_UP: ChangeType

class ListPluginsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListPluginsResponse(_message.Message):
    __slots__ = ("plugins",)
    PLUGINS_FIELD_NUMBER: _ClassVar[int]
    plugins: _containers.RepeatedCompositeFieldContainer[_plugin_record_pb2.PluginStatus]
    def __init__(self, plugins: _Optional[_Iterable[_Union[_plugin_record_pb2.PluginStatus, _Mapping]]] = ...) -> None: ...

class GetPluginRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetPluginResponse(_message.Message):
    __slots__ = ("plugin",)
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    plugin: _plugin_record_pb2.PluginStatus
    def __init__(self, plugin: _Optional[_Union[_plugin_record_pb2.PluginStatus, _Mapping]] = ...) -> None: ...

class WatchPluginsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchPluginsResponse(_message.Message):
    __slots__ = ("type", "plugin")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    type: ChangeType
    plugin: _plugin_record_pb2.PluginStatus
    def __init__(self, type: _Optional[_Union[ChangeType, str]] = ..., plugin: _Optional[_Union[_plugin_record_pb2.PluginStatus, _Mapping]] = ...) -> None: ...

class ListModulesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ModuleStatus(_message.Message):
    __slots__ = ("name", "agent_id", "registration", "plugins", "state")
    NAME_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    PLUGINS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    name: str
    agent_id: str
    registration: _plugin_record_pb2.ModuleRecord
    plugins: _containers.RepeatedScalarFieldContainer[str]
    state: str
    def __init__(self, name: _Optional[str] = ..., agent_id: _Optional[str] = ..., registration: _Optional[_Union[_plugin_record_pb2.ModuleRecord, _Mapping]] = ..., plugins: _Optional[_Iterable[str]] = ..., state: _Optional[str] = ...) -> None: ...

class ListModulesResponse(_message.Message):
    __slots__ = ("modules",)
    MODULES_FIELD_NUMBER: _ClassVar[int]
    modules: _containers.RepeatedCompositeFieldContainer[ModuleStatus]
    def __init__(self, modules: _Optional[_Iterable[_Union[ModuleStatus, _Mapping]]] = ...) -> None: ...

class WatchModulesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchModulesResponse(_message.Message):
    __slots__ = ("type", "module")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    MODULE_FIELD_NUMBER: _ClassVar[int]
    type: ChangeType
    module: ModuleStatus
    def __init__(self, type: _Optional[_Union[ChangeType, str]] = ..., module: _Optional[_Union[ModuleStatus, _Mapping]] = ...) -> None: ...

class ListResourcesRequest(_message.Message):
    __slots__ = ("filter", "page_size", "page_token")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    filter: str
    page_size: int
    page_token: str
    def __init__(self, filter: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListResourcesResponse(_message.Message):
    __slots__ = ("resources", "next_page_token", "total")
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[_resource_pb2.ResourceRecord]
    next_page_token: str
    total: int
    def __init__(self, resources: _Optional[_Iterable[_Union[_resource_pb2.ResourceRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class GetResourceRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetResourceResponse(_message.Message):
    __slots__ = ("record", "plugins")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    PLUGINS_FIELD_NUMBER: _ClassVar[int]
    record: _resource_pb2.ResourceRecord
    plugins: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, record: _Optional[_Union[_resource_pb2.ResourceRecord, _Mapping]] = ..., plugins: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchResourcesRequest(_message.Message):
    __slots__ = ("filter",)
    FILTER_FIELD_NUMBER: _ClassVar[int]
    filter: str
    def __init__(self, filter: _Optional[str] = ...) -> None: ...

class WatchResourcesResponse(_message.Message):
    __slots__ = ("type", "record")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    type: ChangeType
    record: _resource_pb2.ResourceRecord
    def __init__(self, type: _Optional[_Union[ChangeType, str]] = ..., record: _Optional[_Union[_resource_pb2.ResourceRecord, _Mapping]] = ...) -> None: ...

class GetEnrichmentsRequest(_message.Message):
    __slots__ = ("resource_id", "namespace")
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    resource_id: str
    namespace: str
    def __init__(self, resource_id: _Optional[str] = ..., namespace: _Optional[str] = ...) -> None: ...

class GetEnrichmentsResponse(_message.Message):
    __slots__ = ("enrichments",)
    ENRICHMENTS_FIELD_NUMBER: _ClassVar[int]
    enrichments: _containers.RepeatedCompositeFieldContainer[_resource_pb2.EnrichmentRecord]
    def __init__(self, enrichments: _Optional[_Iterable[_Union[_resource_pb2.EnrichmentRecord, _Mapping]]] = ...) -> None: ...

class PutResourceRequest(_message.Message):
    __slots__ = ("resource",)
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    resource: _resource_pb2.Resource
    def __init__(self, resource: _Optional[_Union[_resource_pb2.Resource, _Mapping]] = ...) -> None: ...

class PutResourceResponse(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: _resource_pb2.ResourceRecord
    def __init__(self, record: _Optional[_Union[_resource_pb2.ResourceRecord, _Mapping]] = ...) -> None: ...

class DeleteResourceRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteResourceResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExplainFilterRequest(_message.Message):
    __slots__ = ("filter", "plugin", "resource_id")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    filter: str
    plugin: str
    resource_id: str
    def __init__(self, filter: _Optional[str] = ..., plugin: _Optional[str] = ..., resource_id: _Optional[str] = ...) -> None: ...

class Clause(_message.Message):
    __slots__ = ("text", "holds", "value", "depth")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    DEPTH_FIELD_NUMBER: _ClassVar[int]
    text: str
    holds: bool
    value: str
    depth: int
    def __init__(self, text: _Optional[str] = ..., holds: bool = ..., value: _Optional[str] = ..., depth: _Optional[int] = ...) -> None: ...

class Explanation(_message.Message):
    __slots__ = ("plugin", "filter", "matches", "clauses", "summary")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    CLAUSES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    filter: str
    matches: bool
    clauses: _containers.RepeatedCompositeFieldContainer[Clause]
    summary: str
    def __init__(self, plugin: _Optional[str] = ..., filter: _Optional[str] = ..., matches: bool = ..., clauses: _Optional[_Iterable[_Union[Clause, _Mapping]]] = ..., summary: _Optional[str] = ...) -> None: ...

class ExplainFilterResponse(_message.Message):
    __slots__ = ("explanations",)
    EXPLANATIONS_FIELD_NUMBER: _ClassVar[int]
    explanations: _containers.RepeatedCompositeFieldContainer[Explanation]
    def __init__(self, explanations: _Optional[_Iterable[_Union[Explanation, _Mapping]]] = ...) -> None: ...

class ConfirmRemovalRequest(_message.Message):
    __slots__ = ("plugin",)
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    def __init__(self, plugin: _Optional[str] = ...) -> None: ...

class ConfirmRemovalResponse(_message.Message):
    __slots__ = ("removed",)
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    removed: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, removed: _Optional[_Iterable[str]] = ...) -> None: ...

class ListServicesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListServicesResponse(_message.Message):
    __slots__ = ("services", "broker", "mesh")
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    BROKER_FIELD_NUMBER: _ClassVar[int]
    MESH_FIELD_NUMBER: _ClassVar[int]
    services: _containers.RepeatedCompositeFieldContainer[_plugin_record_pb2.ServicePresence]
    broker: str
    mesh: str
    def __init__(self, services: _Optional[_Iterable[_Union[_plugin_record_pb2.ServicePresence, _Mapping]]] = ..., broker: _Optional[str] = ..., mesh: _Optional[str] = ...) -> None: ...

class TailRequest(_message.Message):
    __slots__ = ("plugin", "resource_id", "since_s", "no_results", "no_events")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    SINCE_S_FIELD_NUMBER: _ClassVar[int]
    NO_RESULTS_FIELD_NUMBER: _ClassVar[int]
    NO_EVENTS_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    resource_id: str
    since_s: int
    no_results: bool
    no_events: bool
    def __init__(self, plugin: _Optional[str] = ..., resource_id: _Optional[str] = ..., since_s: _Optional[int] = ..., no_results: bool = ..., no_events: bool = ...) -> None: ...

class TailResponse(_message.Message):
    __slots__ = ("result", "event", "started")
    RESULT_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    result: _task_pb2.Result
    event: _task_pb2.Event
    started: TailStarted
    def __init__(self, result: _Optional[_Union[_task_pb2.Result, _Mapping]] = ..., event: _Optional[_Union[_task_pb2.Event, _Mapping]] = ..., started: _Optional[_Union[TailStarted, _Mapping]] = ...) -> None: ...

class TailStarted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RegisterRequest(_message.Message):
    __slots__ = ("name", "version", "endpoint", "instance_id", "boot_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    endpoint: str
    instance_id: str
    boot_id: str
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., endpoint: _Optional[str] = ..., instance_id: _Optional[str] = ..., boot_id: _Optional[str] = ...) -> None: ...

class RegisterResponse(_message.Message):
    __slots__ = ("lease_ms", "heartbeat_every_ms")
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_EVERY_MS_FIELD_NUMBER: _ClassVar[int]
    lease_ms: int
    heartbeat_every_ms: int
    def __init__(self, lease_ms: _Optional[int] = ..., heartbeat_every_ms: _Optional[int] = ...) -> None: ...

class HeartbeatRequest(_message.Message):
    __slots__ = ("name", "instance_id", "boot_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    instance_id: str
    boot_id: str
    def __init__(self, name: _Optional[str] = ..., instance_id: _Optional[str] = ..., boot_id: _Optional[str] = ...) -> None: ...

class HeartbeatResponse(_message.Message):
    __slots__ = ("unknown",)
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    unknown: bool
    def __init__(self, unknown: bool = ...) -> None: ...

class DeregisterRequest(_message.Message):
    __slots__ = ("name", "instance_id", "boot_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    instance_id: str
    boot_id: str
    def __init__(self, name: _Optional[str] = ..., instance_id: _Optional[str] = ..., boot_id: _Optional[str] = ...) -> None: ...

class DeregisterResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
