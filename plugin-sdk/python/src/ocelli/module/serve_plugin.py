"""ocelli.plugin.v1.Plugin: bring-up, settings and end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ocelli.author.place import code_of, place_of_error, place_of_function, show
from ocelli.calls.call_author import call_author
from ocelli.module.parts import ModuleParts
from ocelli.module.router import Method, unary
from ocelli.module.translate import SENTENCE_MAX_BYTES
from ocelli.module.translate_result import KINDS
from ocelli.plugin.v1 import plugin_pb2
from ocelli.settings.diagnostic import BadSettings, Diagnostic
from ocelli.settings.reader import merge_secrets
from ocelli.version import PROTOCOL_MAJOR, __version__
from ocelli.words import clean, kind_of, truncate_utf8

Drain = Callable[[float, str], Awaitable[None]]


@dataclass(frozen=True)
class ModuleIdentity:
    """Who this process is."""

    instance_id: str
    boot_id: str


@dataclass(frozen=True)
class ModuleLimits:
    """The lower of both sides holds. 0 means: no wish."""

    message_bytes: int = 0
    items_per_call: int = 0
    calls_in_flight: int = 0


class PluginService:
    def __init__(self, parts: ModuleParts, identity: ModuleIdentity, limits: ModuleLimits, drain: Drain) -> None:
        self._parts = parts
        self._drain_module = drain
        plugin = parts.plugin
        self._description = _describe(parts).SerializeToString(deterministic=True)
        self._handshake_answer = plugin_pb2.HandshakeResponse(
            protocol_majors=[PROTOCOL_MAJOR],
            name=plugin.name,
            version=plugin.version,
            instance_id=identity.instance_id,
            boot_id=identity.boot_id,
            sdk=f"ocelli-py/{__version__}",
            language="python",
            limits=plugin_pb2.Limits(**vars(limits)),
            describe_digest=hashlib.sha256(self._description).hexdigest(),
        )

    def methods(self) -> dict[str, Method]:
        prefix = "/ocelli.plugin.v1.Plugin/"
        return {
            f"{prefix}Handshake": unary(self._handshake),
            f"{prefix}Describe": unary(self._describe),
            f"{prefix}ValidateConfig": unary(self._validate_config),
            f"{prefix}Configure": unary(self._configure),
            f"{prefix}Drain": unary(self._drain),
        }

    async def _handshake(self, request: bytes) -> bytes:
        offered = plugin_pb2.HandshakeRequest.FromString(request).protocol_majors
        answer = plugin_pb2.HandshakeResponse()
        answer.CopyFrom(self._handshake_answer)
        answer.protocol_major = PROTOCOL_MAJOR if PROTOCOL_MAJOR in offered else 0
        return answer.SerializeToString()

    async def _describe(self, _request: bytes) -> bytes:
        return self._description

    async def _validate_config(self, data: bytes) -> bytes:
        request = plugin_pb2.ValidateConfigRequest.FromString(data)
        _, diagnostics = await self._look(request.settings_json, {}, secrets_hidden=True)
        return plugin_pb2.ValidateConfigResponse(diagnostics=self._to_wire(diagnostics)).SerializeToString()

    async def _configure(self, data: bytes) -> bytes:
        request = plugin_pb2.ConfigureRequest.FromString(data)
        secrets = dict(request.secrets)
        self._parts.redactor.add(secrets.values())
        settings, diagnostics = await self._look(request.settings_json, secrets, secrets_hidden=False)
        if all(one.severity == "warning" for one in diagnostics):
            same_as = json.dumps([request.settings_json, sorted(secrets.items())])
            digest = hashlib.sha256(same_as.encode("utf-8", "replace")).hexdigest()
            self._parts.instances.configure(request.plugin, request.revision, settings, digest)
        return plugin_pb2.ConfigureResponse(diagnostics=self._to_wire(diagnostics)).SerializeToString()

    async def _drain(self, data: bytes) -> bytes:
        request = plugin_pb2.DrainRequest.FromString(data)
        await self._drain_module(request.grace_ms, request.reason)
        return b""

    async def _look(self, settings_json: str, secrets: Mapping[str, str], secrets_hidden: bool) -> tuple[Any, list[Diagnostic]]:
        outcome = self._parts.plugin.reader.read(merge_secrets(settings_json, secrets), secrets_hidden)
        if isinstance(outcome, BadSettings):
            # A hidden secret that does not fit by its looks is wrong without a diagnostic; it is looked at when it is there.
            return None, outcome.diagnostics
        return outcome.settings, await validate(self._parts, outcome.settings)

    def _to_wire(self, diagnostics: list[Diagnostic]) -> list[plugin_pb2.Diagnostic]:
        redact = self._parts.redactor.apply
        return [
            plugin_pb2.Diagnostic(
                severity=2 if one.severity == "warning" else 1,  # type: ignore[arg-type]
                path=clean(one.path),
                summary=truncate_utf8(redact(one.summary), SENTENCE_MAX_BYTES),
                detail=truncate_utf8(redact(one.detail), SENTENCE_MAX_BYTES),
            )
            for one in diagnostics
        ]


async def validate(parts: ModuleParts, settings: Any) -> list[Diagnostic]:
    """What the author's own function says of settings."""
    function: Optional[Callable[..., Any]] = parts.plugin.functions.get("validate")
    if function is None:
        return []
    try:
        said = await call_author(parts.workshop.pool, function, settings)
        found = list(said or ())
        wrong = next((one for one in found if not isinstance(one, Diagnostic)), None)
        if wrong is None:
            return found
        place = show(place_of_function(code_of(function), returned=True))
        text = f"validate ({place}) returned {kind_of(wrong)}: return a list of Diagnostic(path, summary)"
    except Exception as error:
        place = show(place_of_error(error) or place_of_function(code_of(function)))
        text = f"the module could not look at its settings ({place}): {type(error).__name__}: {error}"
    return [Diagnostic("", text)]


def _describe(parts: ModuleParts) -> plugin_pb2.DescribeResponse:
    plugin = parts.plugin
    return plugin_pb2.DescribeResponse(
        description=plugin.description,
        services=[KINDS.index(kind) for kind in plugin.services],  # type: ignore[misc]
        settings_schema_json=plugin.reader.schema_json,
        emits_resource_types=plugin.emits_resource_types,
        emits_enrichments=plugin.emits_enrichments,
        wants_enrichments=plugin.wants_enrichments,
        typical_duration_ms=plugin.typical_duration_ms,
        longest_duration_ms=plugin.longest_duration_ms,
        repeat_is_harmless=plugin.repeat_is_harmless,
    )
