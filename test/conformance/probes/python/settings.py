"""The knobs of the probe module."""

from dataclasses import dataclass
from typing import Literal

from ocelli import Secret, secret, setting

Failure = Literal["", "fault", "throw", "nan", "bad_name", "duplicate", "print", "endless", "long_error"]


@dataclass
class Probe:
    groups: int = setting(1, minimum=0)
    pad_bytes: int = setting(0, minimum=0)
    value: float = setting(1, minimum=0, maximum=1000)
    wait_ms: int = setting(0, minimum=0)
    fail: Failure = ""
    fail_for: str = ""
    secret: Secret = secret("")
    file: str = ""


@dataclass
class Settings:
    probe: Probe
