"""Plugins that find resources."""

import abc
from typing import Any

from yahoo_panoptes.framework.exceptions import PanoptesBaseException
from yahoo_panoptes.framework.plugins.panoptes_base_plugin import PanoptesBasePlugin


class PanoptesDiscoveryPluginError(PanoptesBaseException):
    """A discovery failed."""


class PanoptesDiscoveryPlugin(PanoptesBasePlugin):
    @abc.abstractmethod
    def run(self, context: Any) -> Any:
        """Returns a PanoptesResourceSet."""
        raise NotImplementedError()
