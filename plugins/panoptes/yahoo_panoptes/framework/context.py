"""The surroundings of a plugin. In Panoptes they held Redis, ZooKeeper and Kafka; here they hold a logger and settings."""

import logging
from typing import Any, Dict, Iterable, Set


class PanoptesConfig:
    """What Panoptes took from its site-wide configuration."""

    def __init__(self, sites: Iterable[str], snmp_defaults: Dict[str, Any], x509_defaults: Dict[str, Any]) -> None:
        self.sites: Set[str] = set(sites)
        self.snmp_defaults = snmp_defaults
        self.x509_defaults = x509_defaults


class PanoptesContext:
    def __init__(self, logger: logging.Logger, config_object: PanoptesConfig) -> None:
        self._logger = logger
        self._config_object = config_object

    @property
    def logger(self) -> logging.Logger:
        return self._logger

    @property
    def config_object(self) -> PanoptesConfig:
        return self._config_object


class PanoptesContextValidators:
    @classmethod
    def valid_panoptes_context(cls, panoptes_context: Any) -> bool:
        return isinstance(panoptes_context, PanoptesContext)
