"""Plugins that find facts about a resource."""

import abc
from typing import Any

from yahoo_panoptes.polling.polling_plugin import (
    PanoptesPollingPlugin,
    PanoptesPollingPluginConfigurationError,
    PanoptesPollingPluginError,
)


class PanoptesEnrichmentPluginError(PanoptesPollingPluginError):
    """An enrichment failed."""


class PanoptesEnrichmentPluginConfigurationError(PanoptesPollingPluginConfigurationError):
    """An enrichment plugin cannot go on with its configuration."""


class PanoptesEnrichmentPlugin(PanoptesPollingPlugin):
    """A kind of polling plugin, as it has always been."""

    @abc.abstractmethod
    def run(self, context: Any) -> Any:
        """Returns a PanoptesEnrichmentGroupSet or a PanoptesEnrichmentMultiGroupSet."""
        raise NotImplementedError()
