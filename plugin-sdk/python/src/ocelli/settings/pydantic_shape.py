"""Settings from a pydantic model (2.x), where pydantic is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ocelli.json_pointer import Path, from_pointer, value_at
from ocelli.settings.diagnostic import Findings
from ocelli.settings.shapes import WRONG, Schema


def is_pydantic_model(cls: type) -> bool:
    return hasattr(cls, "model_json_schema") and hasattr(cls, "model_validate")


class PydanticShape:
    """A model as the host sees it: its own JSON Schema, closed against unknown keys unless the model says `extra="allow"`."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._schema: Schema = _closed(model.model_json_schema(mode="validation"))
        for section in self._sections_to_fill():
            self._schema["required"].remove(section)

    def schema(self) -> Schema:
        return self._schema

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        from pydantic import ValidationError

        unknown = _unknown_keys(self._schema, self._schema, value, [])
        for at, key, known in unknown:
            findings.unknown_key(at, key, known)
        filled = value
        if isinstance(value, dict):
            filled = {**{section: {} for section in self._sections_to_fill()}, **value}
        try:
            read = self.model.model_validate(filled)
        except ValidationError as error:
            said = {tuple(map(str, [*at, key])) for at, key, _ in unknown}
            for one in error.errors(include_url=False, include_input=False):
                if one["type"] == "extra_forbidden" and tuple(map(str, one["loc"])) in said:
                    continue
                _add(findings, value, one)
            return WRONG
        return WRONG if unknown else read

    def _sections_to_fill(self) -> list[str]:
        """Sections that may be left out because nothing in them has to be said."""
        fields = self.model.model_fields.items()
        return [name for name, one in fields if one.is_required() and _may_be_empty(one.annotation)]


def _may_be_empty(annotation: Any) -> bool:
    if not (isinstance(annotation, type) and is_pydantic_model(annotation)):
        return False
    return not any(one.is_required() for one in annotation.model_fields.values())  # type: ignore[attr-defined]


def _add(findings: Findings, value: object, error: Mapping[str, Any]) -> None:
    loc: list[Any] = list(error["loc"])
    if error["type"] == "missing":
        findings.add(loc, f"{loc[-1]} is missing")
        return
    # Names of union branches and of validators stand in the path too: what leads nowhere in the settings is left out.
    path: list[Any] = []
    for key in loc:
        inside = value_at(value, path)
        known = (isinstance(inside, dict) and key in inside) or (isinstance(inside, list) and isinstance(key, int))
        if known:
            path.append(key)
    text = str(error["msg"])
    findings.add(path, text[:1].lower() + text[1:], value=value_at(value, path))


def _closed(schema: Schema) -> Schema:
    """Numbers the keys for forms, and closes objects that say nothing about others."""
    for one in (schema, *schema.get("$defs", {}).values()):
        if one.get("type") != "object" or "properties" not in one:
            continue
        one.setdefault("additionalProperties", False)
        one["properties"] = {
            # Beside a reference other keys are allowed since 2019-09.
            key: {**value, "x-order": order}
            for order, (key, value) in enumerate(one["properties"].items())
        }
    return schema


def _unknown_keys(root: Schema, schema: Schema, value: object, path: list[Any]) -> list[tuple[list[Any], str, list[str]]]:
    schema = _resolved(root, schema)
    found: list[tuple[list[Any], str, list[str]]] = []
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, one in enumerate(value):
            found += _unknown_keys(root, schema["items"], one, [*path, index])
    properties = schema.get("properties")
    if not isinstance(value, dict) or not isinstance(properties, dict):
        return found
    for key, one in value.items():
        if key in properties:
            found += _unknown_keys(root, properties[key], one, [*path, key])
        elif schema.get("additionalProperties") is False:
            found.append((path, key, list(properties)))
    return found


def _resolved(root: Schema, schema: Schema) -> Schema:
    for _ in range(20):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
            if len(options) != 1:
                return schema
            schema = options[0]
            continue
        schema = value_at(root, from_pointer(reference.lstrip("#"))) or {}
    return schema
