"""What a dataclass field says of a setting beyond its type."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ocelli.secret import Secret

METADATA_KEY = "ocelli"
_MISSING: Any = dataclasses.MISSING


@dataclass(frozen=True)
class Limits:
    """What a value has to fit."""

    minimum: Optional[float] = None
    maximum: Optional[float] = None
    min_length: Optional[int] = None
    max_length: Optional[int] = None
    pattern: Optional[str] = None
    description: Optional[str] = None


def setting(
    default: Any = _MISSING,
    *,
    default_factory: Optional[Callable[[], Any]] = None,
    minimum: Optional[float] = None,
    maximum: Optional[float] = None,
    min_length: Optional[int] = None,
    max_length: Optional[int] = None,
    pattern: Optional[str] = None,
    description: Optional[str] = None,
) -> Any:
    """A field of a settings dataclass with limits: `port: int = setting(161, minimum=1, maximum=65535)`. Numbers have a minimum
    and a maximum, texts and lists a length, texts a pattern (a regular expression that has to match somewhere)."""
    limits = Limits(minimum, maximum, min_length, max_length, pattern, description)
    metadata: Mapping[str, object] = {METADATA_KEY: limits}
    if default_factory is not None:
        return dataclasses.field(default_factory=default_factory, metadata=metadata)
    if default is _MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def secret(default: Optional[str] = None, *, description: Optional[str] = None) -> Any:
    """A field of type Secret: `community: Secret = secret()`. With a default it may be left out: `secret("")`."""
    if default is None:
        return setting(description=description)
    return setting(Secret(default), description=description)
