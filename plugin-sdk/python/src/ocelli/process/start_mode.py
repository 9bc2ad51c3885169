"""How a module was started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional, Union

from ocelli.errors import OcelliError


@dataclass(frozen=True)
class Child:
    """By a host that writes the bootstrap line to its stdin."""


@dataclass(frozen=True)
class ByHand:
    """By a person, who wonders what to do with it."""


@dataclass(frozen=True)
class StandAlone:
    """As a service that registers."""

    listen: str
    registry: str
    # What others dial; None: where it listens.
    advertise: Optional[str] = None
    join_token: Optional[str] = None
    instance_id: Optional[str] = None


StartMode = Union[Child, ByHand, StandAlone]


def start_mode_of(env: Mapping[str, str], stdin_is_terminal: bool) -> StartMode:
    """Reads from the environment, and from whether a person sits there, how the module was started. Raises "invalid" where only
    half of what a stand-alone module needs is said."""
    listen, registry = env.get("OCELLI_MODULE_LISTEN") or None, env.get("OCELLI_REGISTRY") or None
    if listen is not None and registry is not None:
        return StandAlone(
            listen,
            registry,
            env.get("OCELLI_MODULE_ADVERTISE") or None,
            env.get("OCELLI_JOIN_TOKEN") or None,
            env.get("OCELLI_MODULE_INSTANCE") or None,
        )
    if listen is not None:
        text = "OCELLI_MODULE_LISTEN is set, OCELLI_REGISTRY is not: a stand-alone module needs both"
        raise OcelliError("invalid", f"{text} (host:port each)")
    return ByHand() if stdin_is_terminal else Child()


def explanation(name: str, version: str, description: str, script: str) -> str:
    """What a person sees who starts a module by hand."""
    return f"""{name} {version}: {description}

This is a plugin module of Ocelli. Ocelli starts it; started by hand it has nobody to work for. What you can do:

  run it once, without a mesh   ocelli poll once --help
  let a mesh use it             name it in a plugin file:  [Core] Module = {script}
  run it as a service           OCELLI_MODULE_LISTEN=127.0.0.1:7400 OCELLI_REGISTRY=HOST:PORT python3 {script}
                                and name it in a plugin file:  [Core] Module = service:{name}
"""
