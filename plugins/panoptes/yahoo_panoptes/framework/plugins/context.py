"""What `run(context)` is given."""

import logging
from typing import Any, Dict, Mapping, Optional, Set

from yahoo_panoptes.framework.context import PanoptesContext, PanoptesContextValidators
from yahoo_panoptes.framework.utilities.key_value_store import PanoptesKeyValueStore
from yahoo_panoptes.framework.validators import PanoptesValidators


class PanoptesPluginContextValidators:
    @classmethod
    def valid_panoptes_plugin_context(cls, context: Any) -> bool:
        return isinstance(context, PanoptesPluginContext)


class PanoptesPluginContext:
    def __init__(
        self,
        panoptes_context: PanoptesContext,
        logger_name: str,
        config: Optional[Mapping[str, Dict[str, str]]],
        key_value_store: PanoptesKeyValueStore,
        secrets_store: PanoptesKeyValueStore,
        data: Any = None,
    ) -> None:
        assert PanoptesContextValidators.valid_panoptes_context(panoptes_context), (
            "panoptes_context must be an instance of PanoptesContext"
        )
        assert PanoptesValidators.valid_nonempty_string(logger_name), "logger_name must be a non-empty str"
        assert config is None or isinstance(config, dict), "config must be a dict"
        assert isinstance(secrets_store, PanoptesKeyValueStore), "secrets_store must be a PanoptesKeyValueStore"
        assert isinstance(key_value_store, PanoptesKeyValueStore), "key_value_store must be a PanoptesKeyValueStore"
        self._logger = panoptes_context.logger.getChild(logger_name)
        self._config = config
        self._kv_store = key_value_store
        self._secrets_store = secrets_store
        self._data = data
        self._site_config = panoptes_context.config_object

    @property
    def logger(self) -> logging.Logger:
        return self._logger

    @property
    def config(self) -> Any:
        """The plugin's INI file: section, key in lower case, text."""
        return self._config

    @property
    def kv(self) -> Any:
        return self._kv_store

    @property
    def secrets(self) -> Any:
        return self._secrets_store

    @property
    def data(self) -> Any:
        """The resource; None for a discovery."""
        return self._data

    @property
    def sites(self) -> Set[str]:
        return self._site_config.sites

    @property
    def snmp(self) -> Dict[str, Any]:
        return self._site_config.snmp_defaults

    @property
    def x509(self) -> Dict[str, Any]:
        return self._site_config.x509_defaults


class PanoptesPluginWithEnrichmentContext(PanoptesPluginContext):
    def __init__(
        self,
        panoptes_context: PanoptesContext,
        logger_name: str,
        config: Optional[Mapping[str, Dict[str, str]]],
        key_value_store: PanoptesKeyValueStore,
        secrets_store: PanoptesKeyValueStore,
        data: Any = None,
        enrichment: Any = None,
    ) -> None:
        super().__init__(panoptes_context, logger_name, config, key_value_store, secrets_store, data=data)
        self._enrichment = enrichment

    @property
    def enrichment(self) -> Any:
        """A PanoptesEnrichmentCache, or None where the INI file has no [enrichment] with a preload."""
        return self._enrichment
