from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PluginState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PLUGIN_STATE_UNSPECIFIED: _ClassVar[PluginState]
    PLUGIN_STATE_WAITING: _ClassVar[PluginState]
    PLUGIN_STATE_READY: _ClassVar[PluginState]
    PLUGIN_STATE_FAILED: _ClassVar[PluginState]
    PLUGIN_STATE_REFUSED: _ClassVar[PluginState]
    PLUGIN_STATE_PAUSED: _ClassVar[PluginState]

class ReportState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REPORT_STATE_UNSPECIFIED: _ClassVar[ReportState]
    REPORT_STATE_STARTING: _ClassVar[ReportState]
    REPORT_STATE_READY: _ClassVar[ReportState]
    REPORT_STATE_REFUSED: _ClassVar[ReportState]
    REPORT_STATE_FAILED: _ClassVar[ReportState]
    REPORT_STATE_ABSENT: _ClassVar[ReportState]
PLUGIN_STATE_UNSPECIFIED: PluginState
PLUGIN_STATE_WAITING: PluginState
PLUGIN_STATE_READY: PluginState
PLUGIN_STATE_FAILED: PluginState
PLUGIN_STATE_REFUSED: PluginState
PLUGIN_STATE_PAUSED: PluginState
REPORT_STATE_UNSPECIFIED: ReportState
REPORT_STATE_STARTING: ReportState
REPORT_STATE_READY: ReportState
REPORT_STATE_REFUSED: ReportState
REPORT_STATE_FAILED: ReportState
REPORT_STATE_ABSENT: ReportState

class PluginSpec(_message.Message):
    __slots__ = ("name", "revision", "file", "module", "service", "frequency_ms", "timeout_ms", "max_in_flight", "resource_filter", "preload", "documentation", "settings", "removal_percent")
    class DocumentationEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    MODULE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_MS_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FILTER_FIELD_NUMBER: _ClassVar[int]
    PRELOAD_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTATION_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    REMOVAL_PERCENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    revision: str
    file: str
    module: str
    service: str
    frequency_ms: int
    timeout_ms: int
    max_in_flight: int
    resource_filter: str
    preload: _containers.RepeatedScalarFieldContainer[str]
    documentation: _containers.ScalarMap[str, str]
    settings: _containers.RepeatedCompositeFieldContainer[SettingsSection]
    removal_percent: int
    def __init__(self, name: _Optional[str] = ..., revision: _Optional[str] = ..., file: _Optional[str] = ..., module: _Optional[str] = ..., service: _Optional[str] = ..., frequency_ms: _Optional[int] = ..., timeout_ms: _Optional[int] = ..., max_in_flight: _Optional[int] = ..., resource_filter: _Optional[str] = ..., preload: _Optional[_Iterable[str]] = ..., documentation: _Optional[_Mapping[str, str]] = ..., settings: _Optional[_Iterable[_Union[SettingsSection, _Mapping]]] = ..., removal_percent: _Optional[int] = ...) -> None: ...

class SettingsSection(_message.Message):
    __slots__ = ("name", "entries")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    name: str
    entries: _containers.RepeatedCompositeFieldContainer[SettingsEntry]
    def __init__(self, name: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[SettingsEntry, _Mapping]]] = ...) -> None: ...

class SettingsEntry(_message.Message):
    __slots__ = ("key", "value", "line")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    key: str
    value: str
    line: int
    def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ..., line: _Optional[int] = ...) -> None: ...

class Problem(_message.Message):
    __slots__ = ("file", "line", "message")
    FILE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    file: str
    line: int
    message: str
    def __init__(self, file: _Optional[str] = ..., line: _Optional[int] = ..., message: _Optional[str] = ...) -> None: ...

class PluginRecord(_message.Message):
    __slots__ = ("name", "active", "candidate", "problems")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    name: str
    active: PluginSpec
    candidate: PluginSpec
    problems: _containers.RepeatedCompositeFieldContainer[Problem]
    def __init__(self, name: _Optional[str] = ..., active: _Optional[_Union[PluginSpec, _Mapping]] = ..., candidate: _Optional[_Union[PluginSpec, _Mapping]] = ..., problems: _Optional[_Iterable[_Union[Problem, _Mapping]]] = ...) -> None: ...

class PluginStatus(_message.Message):
    __slots__ = ("record", "state", "reports", "resources")
    RECORD_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    record: PluginRecord
    state: PluginState
    reports: _containers.RepeatedCompositeFieldContainer[PluginReport]
    resources: int
    def __init__(self, record: _Optional[_Union[PluginRecord, _Mapping]] = ..., state: _Optional[_Union[PluginState, str]] = ..., reports: _Optional[_Iterable[_Union[PluginReport, _Mapping]]] = ..., resources: _Optional[int] = ...) -> None: ...

class PluginReport(_message.Message):
    __slots__ = ("agent_id", "plugin", "revision", "state", "reason", "service", "judged_revision", "problems", "restarts", "module", "last_error")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    JUDGED_REVISION_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    RESTARTS_FIELD_NUMBER: _ClassVar[int]
    MODULE_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    plugin: str
    revision: str
    state: ReportState
    reason: str
    service: str
    judged_revision: str
    problems: _containers.RepeatedCompositeFieldContainer[Problem]
    restarts: int
    module: str
    last_error: str
    def __init__(self, agent_id: _Optional[str] = ..., plugin: _Optional[str] = ..., revision: _Optional[str] = ..., state: _Optional[_Union[ReportState, str]] = ..., reason: _Optional[str] = ..., service: _Optional[str] = ..., judged_revision: _Optional[str] = ..., problems: _Optional[_Iterable[_Union[Problem, _Mapping]]] = ..., restarts: _Optional[int] = ..., module: _Optional[str] = ..., last_error: _Optional[str] = ...) -> None: ...

class AgentStatus(_message.Message):
    __slots__ = ("agent_id", "boot_id", "lease_ms", "draining", "reports")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    REPORTS_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    boot_id: str
    lease_ms: int
    draining: bool
    reports: _containers.RepeatedCompositeFieldContainer[PluginReport]
    def __init__(self, agent_id: _Optional[str] = ..., boot_id: _Optional[str] = ..., lease_ms: _Optional[int] = ..., draining: bool = ..., reports: _Optional[_Iterable[_Union[PluginReport, _Mapping]]] = ...) -> None: ...

class ServicePresence(_message.Message):
    __slots__ = ("kind", "id", "endpoint", "version", "pid", "host", "started_at_ms", "lease_ms", "leader", "clock_skew_ms")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PID_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    LEADER_FIELD_NUMBER: _ClassVar[int]
    CLOCK_SKEW_MS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    id: str
    endpoint: str
    version: str
    pid: int
    host: str
    started_at_ms: int
    lease_ms: int
    leader: bool
    clock_skew_ms: int
    def __init__(self, kind: _Optional[str] = ..., id: _Optional[str] = ..., endpoint: _Optional[str] = ..., version: _Optional[str] = ..., pid: _Optional[int] = ..., host: _Optional[str] = ..., started_at_ms: _Optional[int] = ..., lease_ms: _Optional[int] = ..., leader: bool = ..., clock_skew_ms: _Optional[int] = ...) -> None: ...

class ModuleRecord(_message.Message):
    __slots__ = ("name", "instance_id", "boot_id", "version", "endpoint", "lease_ms", "suspect")
    NAME_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    SUSPECT_FIELD_NUMBER: _ClassVar[int]
    name: str
    instance_id: str
    boot_id: str
    version: str
    endpoint: str
    lease_ms: int
    suspect: bool
    def __init__(self, name: _Optional[str] = ..., instance_id: _Optional[str] = ..., boot_id: _Optional[str] = ..., version: _Optional[str] = ..., endpoint: _Optional[str] = ..., lease_ms: _Optional[int] = ..., suspect: bool = ...) -> None: ...
