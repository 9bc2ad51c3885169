from ocelli.resource.v1 import resource_pb2 as _resource_pb2
from ocelli.task.v1 import task_pb2 as _task_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
SEVERITY_UNSPECIFIED: Severity
SEVERITY_ERROR: Severity
SEVERITY_WARNING: Severity

class Limits(_message.Message):
    __slots__ = ("message_bytes", "items_per_call", "calls_in_flight")
    MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_PER_CALL_FIELD_NUMBER: _ClassVar[int]
    CALLS_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    message_bytes: int
    items_per_call: int
    calls_in_flight: int
    def __init__(self, message_bytes: _Optional[int] = ..., items_per_call: _Optional[int] = ..., calls_in_flight: _Optional[int] = ...) -> None: ...

class HandshakeRequest(_message.Message):
    __slots__ = ("protocol_majors", "host_version", "capabilities", "limits", "launch_id")
    PROTOCOL_MAJORS_FIELD_NUMBER: _ClassVar[int]
    HOST_VERSION_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    LAUNCH_ID_FIELD_NUMBER: _ClassVar[int]
    protocol_majors: _containers.RepeatedScalarFieldContainer[int]
    host_version: str
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    limits: Limits
    launch_id: str
    def __init__(self, protocol_majors: _Optional[_Iterable[int]] = ..., host_version: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., launch_id: _Optional[str] = ...) -> None: ...

class HandshakeResponse(_message.Message):
    __slots__ = ("protocol_major", "protocol_majors", "name", "version", "instance_id", "boot_id", "sdk", "language", "capabilities", "limits", "describe_digest")
    PROTOCOL_MAJOR_FIELD_NUMBER: _ClassVar[int]
    PROTOCOL_MAJORS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    SDK_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    DESCRIBE_DIGEST_FIELD_NUMBER: _ClassVar[int]
    protocol_major: int
    protocol_majors: _containers.RepeatedScalarFieldContainer[int]
    name: str
    version: str
    instance_id: str
    boot_id: str
    sdk: str
    language: str
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    limits: Limits
    describe_digest: str
    def __init__(self, protocol_major: _Optional[int] = ..., protocol_majors: _Optional[_Iterable[int]] = ..., name: _Optional[str] = ..., version: _Optional[str] = ..., instance_id: _Optional[str] = ..., boot_id: _Optional[str] = ..., sdk: _Optional[str] = ..., language: _Optional[str] = ..., capabilities: _Optional[_Iterable[str]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., describe_digest: _Optional[str] = ...) -> None: ...

class DescribeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeResponse(_message.Message):
    __slots__ = ("description", "services", "settings_schema_json", "emits_resource_types", "emits_enrichments", "wants_enrichments", "typical_duration_ms", "longest_duration_ms", "repeat_is_harmless")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_SCHEMA_JSON_FIELD_NUMBER: _ClassVar[int]
    EMITS_RESOURCE_TYPES_FIELD_NUMBER: _ClassVar[int]
    EMITS_ENRICHMENTS_FIELD_NUMBER: _ClassVar[int]
    WANTS_ENRICHMENTS_FIELD_NUMBER: _ClassVar[int]
    TYPICAL_DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    LONGEST_DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    REPEAT_IS_HARMLESS_FIELD_NUMBER: _ClassVar[int]
    description: str
    services: _containers.RepeatedScalarFieldContainer[_task_pb2.Kind]
    settings_schema_json: str
    emits_resource_types: _containers.RepeatedScalarFieldContainer[str]
    emits_enrichments: _containers.RepeatedScalarFieldContainer[str]
    wants_enrichments: _containers.RepeatedScalarFieldContainer[str]
    typical_duration_ms: int
    longest_duration_ms: int
    repeat_is_harmless: bool
    def __init__(self, description: _Optional[str] = ..., services: _Optional[_Iterable[_Union[_task_pb2.Kind, str]]] = ..., settings_schema_json: _Optional[str] = ..., emits_resource_types: _Optional[_Iterable[str]] = ..., emits_enrichments: _Optional[_Iterable[str]] = ..., wants_enrichments: _Optional[_Iterable[str]] = ..., typical_duration_ms: _Optional[int] = ..., longest_duration_ms: _Optional[int] = ..., repeat_is_harmless: bool = ...) -> None: ...

class Diagnostic(_message.Message):
    __slots__ = ("severity", "path", "summary", "detail")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    severity: Severity
    path: str
    summary: str
    detail: str
    def __init__(self, severity: _Optional[_Union[Severity, str]] = ..., path: _Optional[str] = ..., summary: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class ValidateConfigRequest(_message.Message):
    __slots__ = ("plugin", "settings_json")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_JSON_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    settings_json: str
    def __init__(self, plugin: _Optional[str] = ..., settings_json: _Optional[str] = ...) -> None: ...

class ValidateConfigResponse(_message.Message):
    __slots__ = ("diagnostics",)
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    diagnostics: _containers.RepeatedCompositeFieldContainer[Diagnostic]
    def __init__(self, diagnostics: _Optional[_Iterable[_Union[Diagnostic, _Mapping]]] = ...) -> None: ...

class ConfigureRequest(_message.Message):
    __slots__ = ("plugin", "revision", "settings_json", "secrets")
    class SecretsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_JSON_FIELD_NUMBER: _ClassVar[int]
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    revision: str
    settings_json: str
    secrets: _containers.ScalarMap[str, str]
    def __init__(self, plugin: _Optional[str] = ..., revision: _Optional[str] = ..., settings_json: _Optional[str] = ..., secrets: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ConfigureResponse(_message.Message):
    __slots__ = ("diagnostics",)
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    diagnostics: _containers.RepeatedCompositeFieldContainer[Diagnostic]
    def __init__(self, diagnostics: _Optional[_Iterable[_Union[Diagnostic, _Mapping]]] = ...) -> None: ...

class DrainRequest(_message.Message):
    __slots__ = ("grace_ms", "reason")
    GRACE_MS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    grace_ms: int
    reason: str
    def __init__(self, grace_ms: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class DrainResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Run(_message.Message):
    __slots__ = ("plugin", "revision", "fence", "lease_ms", "deadline_ms", "slot_at_ms", "frequency_ms", "state", "traceparent")
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    FENCE_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MS_FIELD_NUMBER: _ClassVar[int]
    SLOT_AT_MS_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_MS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    plugin: str
    revision: str
    fence: int
    lease_ms: int
    deadline_ms: int
    slot_at_ms: int
    frequency_ms: int
    state: bytes
    traceparent: str
    def __init__(self, plugin: _Optional[str] = ..., revision: _Optional[str] = ..., fence: _Optional[int] = ..., lease_ms: _Optional[int] = ..., deadline_ms: _Optional[int] = ..., slot_at_ms: _Optional[int] = ..., frequency_ms: _Optional[int] = ..., state: _Optional[bytes] = ..., traceparent: _Optional[str] = ...) -> None: ...

class Item(_message.Message):
    __slots__ = ("item", "run", "resource", "enrichments")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    ENRICHMENTS_FIELD_NUMBER: _ClassVar[int]
    item: int
    run: Run
    resource: _resource_pb2.Resource
    enrichments: _containers.RepeatedCompositeFieldContainer[_resource_pb2.EnrichmentSet]
    def __init__(self, item: _Optional[int] = ..., run: _Optional[_Union[Run, _Mapping]] = ..., resource: _Optional[_Union[_resource_pb2.Resource, _Mapping]] = ..., enrichments: _Optional[_Iterable[_Union[_resource_pb2.EnrichmentSet, _Mapping]]] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("item", "extend_ms")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    EXTEND_MS_FIELD_NUMBER: _ClassVar[int]
    item: int
    extend_ms: int
    def __init__(self, item: _Optional[int] = ..., extend_ms: _Optional[int] = ...) -> None: ...
