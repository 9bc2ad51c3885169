"""What every plugin derives from."""

import abc
from typing import Any

from yahoo_panoptes.framework.exceptions import PanoptesBaseException


class PanoptesPluginConfigurationError(PanoptesBaseException):
    """The plugin cannot go on with its configuration."""


class PanoptesPluginRuntimeError(PanoptesBaseException):
    """The plugin failed while it ran."""


class PanoptesBasePlugin(metaclass=abc.ABCMeta):
    """One object runs once: a fresh one is made for every run."""

    # Plugins of Panoptes are plugins of yapsy, which asks for these.
    is_activated = False

    def activate(self) -> None:
        self.is_activated = True

    def deactivate(self) -> None:
        self.is_activated = False

    @abc.abstractmethod
    def run(self, context: Any) -> Any:
        raise NotImplementedError()
