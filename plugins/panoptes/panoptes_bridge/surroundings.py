"""Makes the context that `run(context)` is given. Runs in a worker."""

import logging
import time
from collections import defaultdict
from typing import Any, Dict, Optional, Tuple

from panoptes_bridge.shelves import FileShelf, state_shelf
from yahoo_panoptes.framework import const
from yahoo_panoptes.framework.context import PanoptesConfig, PanoptesContext
from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentCache
from yahoo_panoptes.framework.plugins.context import PanoptesPluginContext, PanoptesPluginWithEnrichmentContext
from yahoo_panoptes.framework.resources import PanoptesResource
from yahoo_panoptes.framework.utilities.key_value_store import DictShelf, PanoptesKeyValueStore
from yahoo_panoptes.framework.utilities.secrets import PanoptesSecretsStore

# What Panoptes has where its site-wide configuration says nothing.
_SNMP_DEFAULTS: Dict[str, Any] = {
    "connection_factory_module": "yahoo_panoptes.plugins.helpers.snmp_connections",
    "connection_factory_class": "PanoptesSNMPConnectionFactory",
    "community_string_key": "snmp_community_string",
    "community": "public",
    "port": 161,
    "proxy_port": 10161,
    "timeout": 5,
    "retries": 1,
    "non_repeaters": 0,
    "max_repetitions": 25,
}
_X509_DEFAULTS: Dict[str, Any] = {
    "x509_secured_requests": 0,
    "x509_cert_location": "/home/panoptes/x509/certs",
    "x509_cert_filename": "panoptes.pem",
    "x509_key_location": "/home/panoptes/x509/keys",
    "x509_key_filename": "panoptes.key",
}
# Fields of a resource may be empty in Ocelli, and never are in Panoptes.
NOTHING = "none"
_LONGEST_TTL_S = 2**31 - 1


def make_context(
    request: Dict[str, Any], plugin: Dict[str, Any], logger: logging.Logger
) -> Tuple[PanoptesPluginContext, Optional[DictShelf]]:
    """The context, and the shelf whose entries travel with the pair; None where a file keeps them."""
    config: Any = defaultdict(dict)
    for section, keys in plugin["config"].items():
        config[section] = dict(keys)
    config["main"]["execute_frequency"] = str(max(1, round(request["frequency_ms"] / 1000)))
    data = None if request["resource"] is None else panoptes_resource(request["resource"])
    sites = set(plugin["sites"]) | ({data.resource_site} if data is not None else set())
    # What a plugin's [snmp] says holds for connections it makes without asking for its own settings, too.
    snmp = {**_SNMP_DEFAULTS, **{key: _as_default(key, value) for key, value in config.get("snmp", {}).items()}}
    x509 = {**_X509_DEFAULTS, **config.get("x509", {})}
    surroundings = PanoptesContext(logger, PanoptesConfig(sites, snmp, x509))
    state = None if plugin["kv_file"] else state_shelf(request["state"])
    kv = PanoptesKeyValueStore(
        state if state is not None else FileShelf(plugin["kv_file"]), const.PLUGINS_KEY_VALUE_NAMESPACE
    )
    secrets = PanoptesSecretsStore(plugin["secrets"])
    name = f"{request['kind']}_plugins"
    if data is None:
        return PanoptesPluginContext(surroundings, name, config, kv, secrets), state
    cache = PanoptesEnrichmentCache(request["enrichments"], data) if _wants_enrichment(plugin, request) else None
    return PanoptesPluginWithEnrichmentContext(surroundings, name, config, kv, secrets, data, cache), state


def panoptes_resource(resource: Dict[str, Any]) -> PanoptesResource:
    made = PanoptesResource(
        resource_site=resource["site"] or NOTHING,
        resource_class=resource["class"] or NOTHING,
        resource_subclass=resource["subclass"] or NOTHING,
        resource_type=resource["type"] or NOTHING,
        resource_id=resource["id"],
        resource_endpoint=resource["endpoint"] or resource["id"],
        resource_creation_timestamp=time.time(),
        resource_plugin="ocelli",
        resource_ttl=min(resource["ttl_s"], _LONGEST_TTL_S) or const.RESOURCE_MANAGER_RESOURCE_EXPIRE,
    )
    # Not by add_metadata: what a resource of Ocelli says need not look like an identifier.
    made.resource_metadata.update(resource["metadata"])
    return made


def _as_default(key: str, value: str) -> Any:
    """Site-wide settings have types; those of plugins are text."""
    default = _SNMP_DEFAULTS.get(key)
    if isinstance(default, int):
        try:
            return int(value)
        except ValueError:
            return value
    return value


def _wants_enrichment(plugin: Dict[str, Any], request: Dict[str, Any]) -> bool:
    """Whether there is a cache to look into. Panoptes gives none to a plugin that has no [enrichment] preload, and
    plugins that can do without, or read [enrichment] file instead, ask for that."""
    if request["enrichments"]:
        return True
    own = plugin["ini_enrichment"]
    return "file" not in plugin["config"].get("enrichment", {}) if own is None else "preload" in own
