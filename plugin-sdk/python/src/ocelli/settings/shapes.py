"""Plain values of settings: each shape says what fits it and reads it."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Sequence
from typing import Any, Protocol

from ocelli.json_pointer import Path
from ocelli.secret import Secret
from ocelli.settings.diagnostic import Findings
from ocelli.settings.setting import Limits
from ocelli.words import kind_of

Schema = dict[str, Any]

# What a reading gives for a value that was wrong.
WRONG: Any = object()


class Shape(Protocol):
    """What a setting may be."""

    def schema(self) -> Schema: ...

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        """The value as the plugin sees it, or WRONG after it was added to the findings."""


class AnyShape:
    def schema(self) -> Schema:
        return {}

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        return value


class BooleanShape:
    def schema(self) -> Schema:
        return {"type": "boolean"}

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        if isinstance(value, bool):
            return value
        findings.add(path, f"must be true or false, not {kind_of(value)}", value=value)
        return WRONG


class NothingShape:
    def schema(self) -> Schema:
        return {"type": "null"}

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        if value is None:
            return None
        findings.add(path, f"must be empty, not {kind_of(value)}", value=value)
        return WRONG


class NumberShape:
    def __init__(self, whole: bool, limits: Limits) -> None:
        self.whole, self.limits = whole, limits

    def schema(self) -> Schema:
        schema: Schema = {"type": "integer" if self.whole else "number"}
        if self.limits.minimum is not None:
            schema["minimum"] = self.limits.minimum
        if self.limits.maximum is not None:
            schema["maximum"] = self.limits.maximum
        return schema

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        words = "a whole number" if self.whole else "a number"
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            findings.add(path, f"must be {words}, not {kind_of(value)}", value=value)
            return WRONG
        if self.whole and value != int(value):
            findings.add(path, f"must be {words}, not {value}")
            return WRONG
        low, high = self.limits.minimum, self.limits.maximum
        if low is not None and value < low:
            findings.add(path, f"must be at least {low}, not {value}")
            return WRONG
        if high is not None and value > high:
            findings.add(path, f"must be at most {high}, not {value}")
            return WRONG
        return int(value) if self.whole else float(value)


class TextShape:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def schema(self) -> Schema:
        schema: Schema = {"type": "string"}
        for key, limit in (
            ("minLength", self.limits.min_length),
            ("maxLength", self.limits.max_length),
            ("pattern", self.limits.pattern),
        ):
            if limit is not None:
                schema[key] = limit
        return schema

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        if not isinstance(value, str):
            findings.add(path, f"must be text, not {kind_of(value)}")
            return WRONG
        least, most, pattern = self.limits.min_length, self.limits.max_length, self.limits.pattern
        if least is not None and len(value) < least:
            short = "must not be empty" if least == 1 else f"must have at least {least} characters"
            findings.add(path, short, value=value)
        elif most is not None and len(value) > most:
            findings.add(path, f"must have at most {most} characters", value=value)
        elif pattern is not None and re.search(pattern, value) is None:
            findings.add(path, f"must look like {pattern}", value=value)
        else:
            return value
        return WRONG


class SecretShape(TextShape):
    def schema(self) -> Schema:
        return {**super().schema(), "x-secret": True}

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        text = super().read(value, path, findings)
        return text if text is WRONG else Secret(text)


class ChoiceShape:
    """One of a few values, of a Literal or an Enum."""

    def __init__(self, choices: Sequence[Any]) -> None:
        self.by_value = {
            (type(plain), plain): choice
            for choice in choices
            for plain in [choice.value if isinstance(choice, enum.Enum) else choice]
        }
        self.values = [plain for _, plain in self.by_value]

    def schema(self) -> Schema:
        kinds = {type(value) for value in self.values}
        kind = {str: "string", int: "integer", bool: "boolean", float: "number"}.get(next(iter(kinds), str))
        return {"enum": self.values} if len(kinds) != 1 or kind is None else {"type": kind, "enum": self.values}

    def read(self, value: object, path: Path, findings: Findings) -> Any:
        try:
            return self.by_value[type(value), value]
        except (KeyError, TypeError):
            names = ", ".join(str(one) for one in self.values)
            findings.add(path, f"must be one of {names}", value=value)
            return WRONG
