from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Resource(_message.Message):
    __slots__ = ("id", "site", "subclass", "type", "endpoint", "metadata", "parents", "ttl_s")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    CLASS_FIELD_NUMBER: _ClassVar[int]
    SUBCLASS_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    PARENTS_FIELD_NUMBER: _ClassVar[int]
    TTL_S_FIELD_NUMBER: _ClassVar[int]
    id: str
    site: str
    subclass: str
    type: str
    endpoint: str
    metadata: _containers.ScalarMap[str, str]
    parents: _containers.RepeatedScalarFieldContainer[str]
    ttl_s: int
    def __init__(self, id: _Optional[str] = ..., site: _Optional[str] = ..., subclass: _Optional[str] = ..., type: _Optional[str] = ..., endpoint: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., parents: _Optional[_Iterable[str]] = ..., ttl_s: _Optional[int] = ..., **kwargs) -> None: ...

class ResourceRecord(_message.Message):
    __slots__ = ("resource", "source", "first_seen_at_ms", "seen_at_ms", "endpoint_since_at_ms", "expires_at_ms", "held_for_removal")
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEEN_AT_MS_FIELD_NUMBER: _ClassVar[int]
    SEEN_AT_MS_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_SINCE_AT_MS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    HELD_FOR_REMOVAL_FIELD_NUMBER: _ClassVar[int]
    resource: Resource
    source: str
    first_seen_at_ms: int
    seen_at_ms: int
    endpoint_since_at_ms: int
    expires_at_ms: int
    held_for_removal: bool
    def __init__(self, resource: _Optional[_Union[Resource, _Mapping]] = ..., source: _Optional[str] = ..., first_seen_at_ms: _Optional[int] = ..., seen_at_ms: _Optional[int] = ..., endpoint_since_at_ms: _Optional[int] = ..., expires_at_ms: _Optional[int] = ..., held_for_removal: bool = ...) -> None: ...

class EnrichmentSet(_message.Message):
    __slots__ = ("namespace", "schema", "ttl_s", "data_json", "resource_id")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    TTL_S_FIELD_NUMBER: _ClassVar[int]
    DATA_JSON_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    schema: str
    ttl_s: int
    data_json: bytes
    resource_id: str
    def __init__(self, namespace: _Optional[str] = ..., schema: _Optional[str] = ..., ttl_s: _Optional[int] = ..., data_json: _Optional[bytes] = ..., resource_id: _Optional[str] = ...) -> None: ...

class EnrichmentRecord(_message.Message):
    __slots__ = ("set", "plugin", "created_at_ms", "expires_at_ms")
    SET_FIELD_NUMBER: _ClassVar[int]
    PLUGIN_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_MS_FIELD_NUMBER: _ClassVar[int]
    set: EnrichmentSet
    plugin: str
    created_at_ms: int
    expires_at_ms: int
    def __init__(self, set: _Optional[_Union[EnrichmentSet, _Mapping]] = ..., plugin: _Optional[str] = ..., created_at_ms: _Optional[int] = ..., expires_at_ms: _Optional[int] = ...) -> None: ...
