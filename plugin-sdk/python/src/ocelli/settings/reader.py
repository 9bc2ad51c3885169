"""The settings of a module: their JSON Schema, and how they are read."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Optional

from ocelli.errors import OcelliError
from ocelli.json_pointer import set_at
from ocelli.settings.dataclass_shape import object_shape
from ocelli.settings.diagnostic import BadSettings, Findings, GoodSettings, SettingsOutcome
from ocelli.settings.nested_shapes import ObjectShape
from ocelli.settings.pydantic_shape import PydanticShape, is_pydantic_model
from ocelli.settings.shapes import WRONG, Shape
from ocelli.words import kind_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class SettingsReader:
    """Reads settings of one class: a dataclass or a pydantic model, an object of sections as in the plugin file. None: no
    settings are known. Raises TypeError on anything else."""

    def __init__(self, cls: Optional[type]) -> None:
        self._shape = _shape_of(cls)
        self.schema_json = json.dumps({"$schema": DIALECT, **self._shape.schema()}, ensure_ascii=False)

    def read(self, value: object, secrets_hidden: bool = False) -> SettingsOutcome:
        """The settings, or everything that is wrong with them. With `secrets_hidden` a value of `***` is never wrong."""
        findings = Findings(secrets_hidden)
        settings = self._shape.read(value, [], findings)
        return BadSettings(findings.diagnostics) if settings is WRONG else GoodSettings(settings)


def _shape_of(cls: Optional[type]) -> Shape:
    if cls is None:
        return ObjectShape(dict, [])
    if isinstance(cls, type) and hasattr(cls, "settings_shape"):
        shape: Shape = cls.settings_shape()  # It brings its own: the bridges take sections that nobody knows beforehand.
        return shape
    if isinstance(cls, type) and dataclasses.is_dataclass(cls):
        return object_shape(cls)
    if isinstance(cls, type) and is_pydantic_model(cls):
        return PydanticShape(cls)
    hint = ": put @dataclass above it" if isinstance(cls, type) else ""
    raise TypeError(f"settings are a dataclass or a pydantic model, not {kind_of(cls)}{hint}")


def merge_secrets(settings_json: str, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Settings with their secrets put back in. Raises "invalid" on what is no JSON object."""
    try:
        settings = json.loads(settings_json) if settings_json else {}
    except ValueError as error:
        raise OcelliError("invalid", f"settings are no JSON: {error}") from None
    if not isinstance(settings, dict):
        raise OcelliError("invalid", f"settings are a JSON object, not {kind_of(settings)}")
    merged = copy.deepcopy(settings)
    for pointer, value in secrets.items():
        try:
            set_at(merged, pointer, value)
        except ValueError as error:
            raise OcelliError("invalid", str(error)) from None
    return merged
