"""The settings as Ocelli's host sees them: one section of ours, and every other as the Panoptes plugin wants it."""

import os
from dataclasses import dataclass
from typing import Any, Dict, List

from ocelli import setting
from ocelli.absolute_path import absolute_path
from ocelli.json_pointer import Path
from ocelli.settings.dataclass_shape import object_shape
from ocelli.settings.diagnostic import Findings
from ocelli.settings.nested_shapes import MapShape
from ocelli.settings.setting import Limits
from ocelli.settings.shapes import WRONG, Schema, SecretShape, TextShape

from panoptes_bridge.bridge_settings import WORKERS_DEFAULT, BridgeSettings

_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass
class PanoptesSection:
    """[panoptes]"""

    file: str = setting(
        min_length=1,
        description="the .panoptes-plugin file or the Python file of the plugin; a relative path counts from the plugin file",
    )
    class_name: str = setting("", description="the plugin class, where the file has several")
    workers: int = setting(
        WORKERS_DEFAULT, minimum=1, maximum=64, description="processes that run the plugin, one run each at a time"
    )
    sites: List[str] = setting(
        default_factory=list, description="context.sites; the resource's own site is always there"
    )
    library: List[str] = setting(
        default_factory=list,
        description="folders with modules that the plugin imports, such as yahoo_panoptes/plugins/…",
    )
    environment: List[str] = setting(
        default_factory=list,
        description="variables of the module's environment that the plugin gets, beside PATH, HOME, LANG and TZ",
    )
    kv_file: str = setting(
        "",
        description="a SQLite file for context.kv, shared on this machine; else 4 KiB travel with plugin and resource",
    )


class BridgeShape:
    """Free sections of texts beside [panoptes]; [secrets] and [snmp] community are secrets."""

    def __init__(self) -> None:
        self._own = object_shape(PanoptesSection)
        self._secrets = MapShape(SecretShape(Limits()))
        self._texts = MapShape(TextShape(Limits()))

    def schema(self) -> Schema:
        texts = self._texts.schema()
        return {
            "type": "object",
            "properties": {
                "panoptes": {**self._own.schema(), "x-order": 0},
                "secrets": {**self._secrets.schema(), "x-order": 1},
                "snmp": {**texts, "properties": {"community": {"type": "string", "x-secret": True}}, "x-order": 2},
                "ocelli": {
                    "type": "object",
                    "properties": {"directory": {"type": "string"}},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": texts,
            "required": ["panoptes"],
        }

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        if not isinstance(value, dict):
            findings.add(path, "must be an object of sections", value=value)
            return WRONG
        before = findings.wrong
        directory = _directory(value.get("ocelli"))
        own: Any = WRONG
        if "panoptes" in value:
            own = self._own.read(value["panoptes"], [*path, "panoptes"], findings)
        else:
            findings.add([*path, "panoptes"], "panoptes is missing", "give [panoptes] file")
        secrets = self._secrets.read(value.get("secrets", {}), [*path, "secrets"], findings)
        sections: Dict[str, Dict[str, str]] = {}
        for name, section in value.items():
            if name not in ("panoptes", "secrets", "ocelli"):
                sections[name] = self._texts.read(section, [*path, name], findings)
        if findings.wrong > before:
            return WRONG
        return BridgeSettings(
            file=absolute_path(own.file, directory),
            class_name=own.class_name,
            workers=own.workers,
            sites=own.sites,
            kv_file=absolute_path(own.kv_file, directory) if own.kv_file else "",
            library=[absolute_path(one, directory) for one in own.library],
            environment=own.environment,
            secrets={name: secret.reveal() for name, secret in secrets.items()},
            sections=sections,
        )


def _directory(ocelli: object) -> str:
    """The plugin file's folder; that of the module where nobody says it."""
    directory = ocelli.get("directory") if isinstance(ocelli, dict) else None
    return directory if isinstance(directory, str) and directory else _FOLDER


class Settings:
    """What the SDK is told to read settings with."""

    @classmethod
    def settings_shape(cls) -> BridgeShape:
        return BridgeShape()
