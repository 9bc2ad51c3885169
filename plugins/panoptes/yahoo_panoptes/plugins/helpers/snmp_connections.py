"""Makes connections for plugins."""

from typing import Any, Dict, Optional

from yahoo_panoptes.framework.plugins.context import PanoptesPluginContextValidators
from yahoo_panoptes.framework.resources import PanoptesResourceValidators
from yahoo_panoptes.framework.utilities.snmp.connection import (  # noqa: F401  (authors import them from here, too)
    SNMP_ERRORS_MAP,
    PanoptesSNMPConnection,
    PanoptesSNMPConnectionException,
    PanoptesSNMPException,
    PanoptesSNMPPluginConfiguration,
    PanoptesSNMPTimeoutException,
    PanoptesSNMPV2Connection,
    PanoptesSNMPV3TLSConnection,
    PanoptesSNMPVariable,
)
from yahoo_panoptes.framework.utilities.snmp.plugin_configuration import find_community
from yahoo_panoptes.framework.validators import PanoptesValidators


class PanoptesSNMPConnectionFactory:
    @staticmethod
    def get_snmp_connection(
        plugin_context: Any,
        resource: Any = None,
        timeout: Optional[int] = None,
        retries: Optional[int] = None,
        port: Optional[int] = None,
        x509_secure_connection: Optional[int] = None,
        x509_key_file: Optional[str] = None,
        x509_cert_file: Optional[str] = None,
        community_suffix: Optional[str] = None,
        snmp_configuration: Optional[PanoptesSNMPPluginConfiguration] = None,
    ) -> PanoptesSNMPConnection:
        """What is not given comes from the plugin's [snmp], then from what all plugins share. The suffix is put behind
        the community with an @, as switches want it for a VLAN."""
        assert PanoptesPluginContextValidators.valid_panoptes_plugin_context(plugin_context), (
            "plugin_context must instance of PanoptesPluginContext"
        )
        resource = plugin_context.data if resource is None else resource
        assert PanoptesResourceValidators.valid_panoptes_resource(resource), (
            "resource must be an instance of PanoptesResource"
        )
        assert timeout is None or PanoptesValidators.valid_nonzero_integer(timeout), (
            "timeout must be an integer greater than zero"
        )
        assert retries is None or PanoptesValidators.valid_positive_integer(retries), (
            "retries must be an integer from zero on"
        )
        assert port is None or PanoptesValidators.valid_port(port), "port must be an integer between 1 and 65535"
        assert PanoptesValidators.valid_none_or_nonempty_string(community_suffix), (
            "community_suffix must be None or a non-empty string"
        )
        if "snmp_proxy_hosts" in resource.resource_metadata:
            raise PanoptesSNMPException(
                f"resource {resource.resource_id} has snmp_proxy_hosts: the SteamRoller proxy is not spoken by the "
                "Panoptes bridge; run an agent where the device can be reached"
            )
        own: Dict[str, Any] = plugin_context.config.get("snmp", {})
        snmp: Dict[str, Any] = {**plugin_context.snmp, **own}
        if snmp_configuration is not None:
            snmp.update({key: getattr(snmp_configuration, key) for key in ("timeout", "retries", "port")})
        community = find_community(
            own, plugin_context.snmp, plugin_context.secrets, snmp["community_string_key"], resource.resource_site
        )
        host, endpoint_port = _host_and_port(resource.resource_endpoint)
        port = int(snmp["port"]) if port is None else port
        plugin_context.logger.debug("SNMP version 2c to %s", resource.resource_endpoint)
        return PanoptesSNMPV2Connection(
            host=host,
            port=endpoint_port or port,
            timeout=int(snmp["timeout"]) if timeout is None else timeout,
            retries=int(snmp["retries"]) if retries is None else retries,
            community=f"{community}@{community_suffix}" if community_suffix else community,
        )


def _host_and_port(endpoint: str) -> Any:
    """`host`, `host:port` or `[v6]:port`: endpoints of Ocelli may name the port, and it wins."""
    host, colon, port = endpoint.rpartition(":")
    if colon and port.isdecimal() and (host.startswith("[") or ":" not in host):
        return host.strip("[]"), int(port)
    return endpoint.strip("[]"), None
