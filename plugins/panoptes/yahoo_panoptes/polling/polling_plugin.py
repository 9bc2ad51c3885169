"""Plugins that read metrics of a resource."""

import abc
from typing import Any

from yahoo_panoptes.framework.exceptions import PanoptesBaseException
from yahoo_panoptes.framework.plugins.panoptes_base_plugin import PanoptesBasePlugin, PanoptesPluginConfigurationError


class PanoptesPollingPluginError(PanoptesBaseException):
    """A poll failed."""


class PanoptesPollingPluginConfigurationError(PanoptesPluginConfigurationError):
    """A polling plugin cannot go on with its configuration."""


class PanoptesPollingPlugin(PanoptesBasePlugin):
    @abc.abstractmethod
    def run(self, context: Any) -> Any:
        """Returns a PanoptesMetricsGroupSet."""
        raise NotImplementedError()
