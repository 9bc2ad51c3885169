"""What is wrong with settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Union

from ocelli.json_pointer import Path, to_pointer
from ocelli.words import nearest

# What stands for a secret while settings are only looked at.
PLACEHOLDER = "***"


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong with settings, or worth a look."""

    # JSON pointer into the settings, such as "/snmp/timeout_s".
    path: str
    summary: str
    # What to do about it.
    detail: str = ""
    # "error" or "warning".
    severity: str = "error"


@dataclass(frozen=True)
class GoodSettings:
    settings: Any


@dataclass(frozen=True)
class BadSettings:
    diagnostics: list[Diagnostic]


SettingsOutcome = Union[GoodSettings, BadSettings]


@dataclass
class Findings:
    """Gathers everything that is wrong in one reading."""

    # A value of `***` is never wrong.
    secrets_hidden: bool
    diagnostics: list[Diagnostic] = field(default_factory=list)
    # How many values were wrong, those of hidden secrets included.
    wrong: int = 0

    def add(self, path: Path, summary: str, detail: str = "", value: object = None) -> None:
        self.wrong += 1
        if self.secrets_hidden and value == PLACEHOLDER:
            return
        self.diagnostics.append(Diagnostic(to_pointer(path), summary, detail))

    def unknown_key(self, path: Path, key: str, known: Iterable[str]) -> None:
        known = list(known)
        near = nearest(key, known)
        names = f"known here: {', '.join(known)}" if known else "no keys are known here"
        self.add([*path, key], f"unknown key {key}", f"did you mean {near}?" if near is not None else names)
