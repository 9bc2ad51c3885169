"""What a plugin's [snmp] and [x509] come to. Authors import it from `connection`."""

from typing import Any, Dict, Optional

from yahoo_panoptes.framework.plugins.context import PanoptesPluginContextValidators
from yahoo_panoptes.framework.utilities.snmp.exceptions import PanoptesSNMPException
from yahoo_panoptes.framework.validators import PanoptesValidators


def find_community(config: Dict[str, Any], defaults: Dict[str, Any], secrets: Any, key: str, site: str) -> str:
    """The community of the plugin's own [snmp], else the secret of the site (or of `default`), else the one that all
    plugins share. Raises PanoptesSNMPException where there is none."""
    own = config.get("community")
    if own:
        return str(own)
    try:
        secret = secrets.get_by_site(key, site)
    except Exception as error:
        raise PanoptesSNMPException(
            f'Could not fetch SNMP community string for site "{site}" using key "{key}": {error!r}'
        ) from error
    community = secret or defaults.get("community")
    if not community:
        raise PanoptesSNMPException(
            f'SNMP community string is empty for site "{site}": give [secrets] {key} or [snmp] community'
        )
    return str(community)


class PanoptesSNMPPluginConfiguration:
    def __init__(self, plugin_context: Any) -> None:
        assert PanoptesPluginContextValidators.valid_panoptes_plugin_context(plugin_context), (
            "plugin_context must be a class or subclass of PanoptesPluginContext"
        )
        own = plugin_context.config.get("snmp", {})
        defaults = plugin_context.snmp
        snmp: Dict[str, Any] = {**defaults, **own}
        x509: Dict[str, Any] = {**plugin_context.x509, **plugin_context.config.get("x509", {})}

        self._connection_factory_module = _text(snmp, "connection_factory_module")
        self._connection_factory_class = _text(snmp, "connection_factory_class")
        self._community_string_key = _text(snmp, "community_string_key")
        self._port = _port(snmp, "port")
        self._proxy_port = _port(snmp, "proxy_port")
        self._timeout = _whole(snmp, "timeout", 1)
        self._retries = _whole(snmp, "retries", 0)
        self._non_repeaters = _whole(snmp, "non_repeaters", 0)
        self._max_repetitions = _whole(snmp, "max_repetitions", 1)

        self._x509_secure_connection = _whole(x509, "x509_secured_requests", 0)
        assert self._x509_secure_connection < 3, "x509 secure connection cannot be greater than 2"
        self._x509_certificate_file = f"{_text(x509, 'x509_cert_location')}/{_text(x509, 'x509_cert_filename')}"
        self._x509_key_file = f"{_text(x509, 'x509_key_location')}/{_text(x509, 'x509_key_filename')}"

        site = plugin_context.data.resource_site
        self._community = find_community(own, defaults, plugin_context.secrets, self._community_string_key, site)

    @property
    def connection_factory_module(self) -> str:
        return self._connection_factory_module

    @property
    def connection_factory_class(self) -> str:
        return self._connection_factory_class

    @property
    def community_string_key(self) -> str:
        return self._community_string_key

    @property
    def community(self) -> Optional[str]:
        return self._community

    @property
    def port(self) -> int:
        return self._port

    @property
    def proxy_port(self) -> int:
        return self._proxy_port

    @property
    def timeout(self) -> int:
        return self._timeout

    @property
    def retries(self) -> int:
        return self._retries

    @property
    def non_repeaters(self) -> int:
        return self._non_repeaters

    @property
    def max_repetitions(self) -> int:
        return self._max_repetitions

    @property
    def x509_secure_connection(self) -> int:
        return self._x509_secure_connection

    @property
    def x509_cert_file(self) -> str:
        return self._x509_certificate_file

    @property
    def x509_key_file(self) -> str:
        return self._x509_key_file


def _text(section: Dict[str, Any], key: str) -> str:
    value = section.get(key)
    assert PanoptesValidators.valid_nonempty_string(value), f"{key} must be a non-empty string"
    return str(value)


def _whole(section: Dict[str, Any], key: str, least: int) -> int:
    try:
        value = int(section[key])
    except (KeyError, TypeError, ValueError):
        raise AssertionError(f"{key} must be an integer, not {section.get(key)!r}") from None
    assert value >= least, f"{key} must be an integer from {least} on"
    return value


def _port(section: Dict[str, Any], key: str) -> int:
    value = _whole(section, key, 1)
    assert PanoptesValidators.valid_port(value), f"{key} must be a valid TCP/UDP port number"
    return value
