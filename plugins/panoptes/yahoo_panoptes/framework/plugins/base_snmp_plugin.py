"""Plugins that talk SNMP: derive, and write `get_results`."""

import time
from importlib import import_module
from typing import Any

from yahoo_panoptes.framework.plugins.panoptes_base_plugin import (
    PanoptesBasePlugin,
    PanoptesPluginConfigurationError,
    PanoptesPluginRuntimeError,
)
from yahoo_panoptes.framework.utilities.snmp.connection import PanoptesSNMPPluginConfiguration
from yahoo_panoptes.plugins.helpers.snmp_connections import PanoptesSNMPConnectionFactory


class PanoptesSNMPBasePlugin(PanoptesBasePlugin):
    def __init__(self) -> None:
        super().__init__()
        self._plugin_context: Any = None
        self._plugin_config: Any = None
        self._logger: Any = None
        self._snmp_configuration: Any = None
        self._snmp_connection: Any = None
        self._execute_frequency: Any = None
        self._resource: Any = None
        self._enrichment: Any = None
        self._host: Any = None

    @property
    def plugin_context(self) -> Any:
        return self._plugin_context

    @property
    def plugin_config(self) -> Any:
        return self._plugin_config

    @property
    def logger(self) -> Any:
        return self._logger

    @property
    def resource(self) -> Any:
        return self._resource

    @property
    def enrichment(self) -> Any:
        return self._enrichment

    @property
    def execute_frequency(self) -> Any:
        """Seconds."""
        return self._execute_frequency

    @property
    def host(self) -> Any:
        return self._host

    @property
    def snmp_configuration(self) -> Any:
        return self._snmp_configuration

    @property
    def snmp_connection(self) -> Any:
        return self._snmp_connection

    def _get_snmp_connection(self) -> None:
        """The factory may be one's own: [snmp] connection_factory_module and connection_factory_class."""
        settings = self._snmp_configuration
        factory = getattr(import_module(settings.connection_factory_module), settings.connection_factory_class)
        assert issubclass(factory, PanoptesSNMPConnectionFactory), (
            "SNMP connection class must be a subclass of PanoptesSNMPConnectionFactory"
        )
        self._snmp_connection = factory.get_snmp_connection(
            plugin_context=self._plugin_context,
            resource=self._plugin_context.data,
            timeout=settings.timeout,
            retries=settings.retries,
            port=settings.port,
        )

    def get_results(self) -> Any:
        """The author's part."""
        return None

    def run(self, context: Any) -> Any:
        self._plugin_context = context
        self._plugin_config = context.config
        self._logger = context.logger
        self._execute_frequency = int(context.config["main"]["execute_frequency"])
        self._resource = context.data
        self._enrichment = context.enrichment
        self._host = self._resource.resource_endpoint
        try:
            self._snmp_configuration = PanoptesSNMPPluginConfiguration(context)
        except Exception as error:
            raise PanoptesPluginConfigurationError(f"Error parsing SNMP configuration: {error!r}") from error
        try:
            self._get_snmp_connection()
        except Exception as error:
            raise PanoptesPluginRuntimeError(f"Error creating SNMP connection: {error!r}") from error
        started = time.monotonic()
        results = self.get_results()
        took = time.monotonic() - started
        if results:
            self._logger.debug('Done with device "%s" in %.2f seconds, %d groups', self._host, took, len(results))
        else:
            self._logger.warning('No results from device "%s"', self._host)
        return results


class PanoptesSNMPBaseEnrichmentPlugin(PanoptesSNMPBasePlugin):
    def __init__(self) -> None:
        super().__init__()
        self._enrichment_ttl: Any = None

    @property
    def enrichment_ttl(self) -> Any:
        """Seconds."""
        return self._enrichment_ttl

    def run(self, context: Any) -> Any:
        self._enrichment_ttl = int(context.config["main"]["enrichment_ttl"])
        return super().run(context)
