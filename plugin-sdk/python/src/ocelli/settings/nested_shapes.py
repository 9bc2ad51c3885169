"""Values of settings that hold others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ocelli.json_pointer import Path
from ocelli.secret import Secret
from ocelli.settings.diagnostic import PLACEHOLDER, Findings
from ocelli.settings.setting import Limits
from ocelli.settings.shapes import WRONG, NothingShape, Schema, Shape
from ocelli.words import kind_of


class ListShape:
    def __init__(self, element: Shape, make: Callable[[list[Any]], Any], limits: Limits) -> None:
        self.element, self.make, self.limits = element, make, limits

    def schema(self) -> Schema:
        schema: Schema = {"type": "array", "items": self.element.schema()}
        if self.limits.min_length is not None:
            schema["minItems"] = self.limits.min_length
        if self.limits.max_length is not None:
            schema["maxItems"] = self.limits.max_length
        return schema

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        if not isinstance(value, list):
            findings.add(path, f"must be a list, not {kind_of(value)}", value=value)
            return WRONG
        least, most = self.limits.min_length, self.limits.max_length
        if least is not None and len(value) < least:
            findings.add(path, f"must have at least {least} element{'' if least == 1 else 's'}")
            return WRONG
        if most is not None and len(value) > most:
            findings.add(path, f"must have at most {most} elements")
            return WRONG
        read = [self.element.read(one, [*path, index], findings) for index, one in enumerate(value)]
        return WRONG if any(one is WRONG for one in read) else self.make(read)


class MapShape:
    """Free keys, each with a value of one shape."""

    def __init__(self, element: Shape) -> None:
        self.element = element

    def schema(self) -> Schema:
        return {"type": "object", "additionalProperties": self.element.schema()}

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        if not isinstance(value, dict):
            findings.add(path, f"must be an object, not {kind_of(value)}", value=value)
            return WRONG
        read = {key: self.element.read(one, [*path, key], findings) for key, one in value.items()}
        return WRONG if any(one is WRONG for one in read.values()) else read


class EitherShape:
    """The first shape that fits."""

    def __init__(self, options: Sequence[Shape]) -> None:
        self.options = options

    def schema(self) -> Schema:
        return {"anyOf": [option.schema() for option in self.options]}

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        tried: list[Findings] = []
        for option in self.options:
            own = Findings(findings.secrets_hidden)
            read = option.read(value, path, own)
            if read is not WRONG:
                return read
            tried.append(own)
        if any(not own.diagnostics for own in tried):
            # Only the placeholders of secrets kept it from fitting: with the secrets it may.
            findings.wrong += 1
            return WRONG
        said = [own.diagnostics[0].summary for own in tried]
        telling = [own for own, option in zip(tried, self.options) if not isinstance(option, NothingShape)]
        if len(telling) == 1:
            findings.diagnostics.extend(telling[0].diagnostics)
            findings.wrong += telling[0].wrong
        else:
            findings.add(path, "fits none of what is allowed", ", or: ".join(dict.fromkeys(said)), value=value)
        return WRONG


@dataclass(frozen=True)
class Field:
    name: str
    shape: Shape
    required: bool
    # As JSON, where the default is known and says something; `has_default` tells.
    default: Any = None
    has_default: bool = False
    description: Optional[str] = None


class ObjectShape:
    """A dataclass: known keys only."""

    def __init__(self, make: Callable[..., Any], fields: Sequence[Field]) -> None:
        self.make, self.fields = make, fields

    @property
    def may_be_empty(self) -> bool:
        return not any(one.required for one in self.fields)

    def schema(self) -> Schema:
        properties: Schema = {}
        for order, one in enumerate(self.fields):
            schema = {**one.shape.schema(), "x-order": order}
            if one.has_default:
                schema["default"] = one.default
            if one.description is not None:
                schema["description"] = one.description
            properties[one.name] = schema
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        required = [one.name for one in self.fields if one.required]
        return {**schema, "required": required} if required else schema

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        if not isinstance(value, dict):
            findings.add(path, f"must be an object, not {kind_of(value)}", value=value)
            return WRONG
        before = findings.wrong
        read: dict[str, Any] = {}
        for one in self.fields:
            if one.name in value:
                read[one.name] = one.shape.read(value[one.name], [*path, one.name], findings)
            elif one.required:
                findings.add([*path, one.name], f"{one.name} is missing")
            elif not one.has_default and isinstance(one.shape, ObjectShape):
                read[one.name] = one.shape.read({}, [*path, one.name], findings)
        known = [one.name for one in self.fields]
        for key in value:
            if key not in known:
                findings.unknown_key(path, key, known)
        if findings.wrong > before:
            return WRONG
        try:
            return self.make(**read)
        except (ValueError, TypeError) as error:
            # What the dataclass itself refuses, in its __post_init__. It may be only the placeholder of a secret.
            hidden = findings.secrets_hidden and Secret(PLACEHOLDER) in read.values()
            findings.add(path, str(error), value=PLACEHOLDER if hidden else None)
            return WRONG
