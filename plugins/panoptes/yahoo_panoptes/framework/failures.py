"""What an exception says about how a poll ended, in the status codes of Panoptes."""

from typing import Dict, Iterator, Optional

SUCCESS, AUTHENTICATION, NETWORK, TIMEOUT, PARTIAL, INTERNAL, MISSING_METRICS, PING, ENRICHMENT = range(9)

_SNMP = "yahoo_panoptes.framework.utilities.snmp.exceptions"

# By name, so that no library is imported that a plugin does not use. The nearest base class decides.
_BY_CLASS: Dict[str, int] = {
    f"{_SNMP}.PanoptesSNMPTimeoutException": TIMEOUT,
    f"{_SNMP}.PanoptesSNMPConnectionException": NETWORK,
    "yahoo_panoptes.framework.utilities.ping.PanoptesPingException": PING,
    "yahoo_panoptes.framework.single_metric.PanoptesMetricsNullException": MISSING_METRICS,
    "yahoo_panoptes.framework.enrichment_cache.PanoptesEnrichmentCacheError": ENRICHMENT,
    "builtins.TimeoutError": TIMEOUT,
    "socket.timeout": TIMEOUT,
    "builtins.ConnectionError": NETWORK,
    "socket.gaierror": NETWORK,
    "socket.herror": NETWORK,
    "urllib.error.URLError": NETWORK,
    "requests.exceptions.Timeout": TIMEOUT,
    "requests.exceptions.ConnectionError": NETWORK,
    "urllib3.exceptions.TimeoutError": TIMEOUT,
    "urllib3.exceptions.HTTPError": NETWORK,
    "http.client.HTTPException": NETWORK,
    "ssl.SSLCertVerificationError": NETWORK,
    "asyncio.exceptions.TimeoutError": TIMEOUT,
    "concurrent.futures._base.TimeoutError": TIMEOUT,
    "subprocess.TimeoutExpired": TIMEOUT,
    "paramiko.ssh_exception.AuthenticationException": AUTHENTICATION,
    "paramiko.ssh_exception.SSHException": NETWORK,
    "netmiko.exceptions.NetmikoAuthenticationException": AUTHENTICATION,
    "netmiko.exceptions.NetmikoTimeoutException": TIMEOUT,
    "napalm.base.exceptions.ConnectAuthError": AUTHENTICATION,
    "napalm.base.exceptions.ConnectTimeoutError": TIMEOUT,
    "napalm.base.exceptions.ConnectionException": NETWORK,
}


def status_of(error: BaseException) -> int:
    """The status that an exception means, its causes being looked at too: authors wrap them. INTERNAL where nothing
    is known."""
    for one in _with_causes(error):
        status = _refused_login(one)
        if status is None:
            status = _by_class(one)
        if status is not None:
            return status
    return INTERNAL


def _by_class(error: BaseException) -> Optional[int]:
    for kind in type(error).__mro__:
        status = _BY_CLASS.get(f"{kind.__module__}.{kind.__qualname__}")
        if status is not None:
            return status
    return None


def _refused_login(error: BaseException) -> Optional[int]:
    """An HTTP answer 401 or 403, of requests or of urllib."""
    response = getattr(error, "response", None)
    code = getattr(response, "status_code", None) or getattr(error, "code", None)
    return AUTHENTICATION if code in (401, 403) else None


def _with_causes(error: Optional[BaseException]) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:
        yield error
        seen += 1
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
