"""Small conversions that plugins use."""

import concurrent.futures
import io
import ipaddress
import platform
import re
import socket
import sys
import threading
import uuid
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

from yahoo_panoptes.framework.validators import PanoptesValidators


def normalize_plugin_name(plugin_name: str) -> str:
    """`_` is doubled; whatever is neither letter nor digit becomes `_`."""
    assert PanoptesValidators.valid_nonempty_string(plugin_name), "plugin_name must be a non-empty str"
    return re.sub(r"[^A-Za-z0-9_]", "_", plugin_name.replace("_", "__"))


def _look_up_all(look_up: Callable[[str], Any], names: List[str], timeout: int) -> List[Any]:
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=min(32, len(names)))
    try:
        jobs = [pool.submit(look_up, name) for name in names]
        concurrent.futures.wait(jobs, timeout=timeout)
        return [job.result() if job.done() and job.exception() is None else None for job in jobs]
    finally:
        pool.shutdown(wait=False)


def resolve_hostnames(hostnames: Iterable[str], timeout: int) -> List[Tuple[str, Optional[str]]]:
    """(name, address) in the order given, None where there is none. `timeout`, in seconds, is for all of them."""
    assert PanoptesValidators.valid_nonempty_iterable_of_strings(hostnames), "hostnames should be a list"
    assert PanoptesValidators.valid_nonzero_integer(timeout), "timeout should be an int greater than zero"
    names = list(hostnames)
    return list(zip(names, _look_up_all(socket.gethostbyname, names, timeout)))


def unknown_hostname(ip: str) -> str:
    return "unknown-" + re.sub(r"[.:]", "-", ip)


def get_hostnames(ips: Iterable[str], timeout: int) -> Dict[str, str]:
    """Names by address; `unknown-1-2-3-4` where there is none. `timeout`, in seconds, is for all of them."""
    assert PanoptesValidators.valid_nonempty_iterable_of_strings(ips), "ips should be a list"
    assert PanoptesValidators.valid_nonzero_integer(timeout), "timeout should be an int greater than zero"
    addresses = list(ips)
    found = _look_up_all(socket.gethostbyaddr, addresses, timeout)
    names = [one[0] if one and one[0] and not one[0].startswith("UNKNOWN") else None for one in found]
    return {address: name or unknown_hostname(address) for address, name in zip(addresses, names)}


def get_ip_version(ip: str) -> int:
    """4 or 6. Raises ValueError for what is no address."""
    return ipaddress.ip_address(ip).version


def get_hostname() -> str:
    return platform.node()


def get_os_tid() -> int:
    return threading.get_native_id()


def get_client_id(prefix: str) -> str:
    assert PanoptesValidators.valid_nonempty_string(prefix), "prefix must be a non-empty str"
    return "_".join([str(uuid.uuid4()), prefix, get_hostname(), str(get_os_tid())])


class _Capture(List[str]):
    stream = ""

    def __enter__(self) -> "_Capture":
        self._kept = getattr(sys, self.stream)
        self._text = io.StringIO()
        setattr(sys, self.stream, self._text)
        return self

    def __exit__(self, *_: Any) -> None:
        self.extend(self._text.getvalue().splitlines())
        setattr(sys, self.stream, self._kept)


class CaptureStdErr(_Capture):
    stream = "stderr"


class CaptureStdOut(_Capture):
    stream = "stdout"


def convert_kv_str_to_dict(
    kv: str, prefix: str, kv_delimiter: str = "|", prefix_delimiter: str = "_"
) -> Dict[str, str]:
    """`a|1|b|2` with prefix `p` is {p_a: 1, p_b: 2}; nothing where a value is missing."""
    for value in (kv, prefix, kv_delimiter, prefix_delimiter):
        assert PanoptesValidators.valid_nonempty_string(value), "kv, prefix and delimiters must be non-empty strings"
    fields = kv.split(kv_delimiter)
    if len(fields) % 2:
        return {}
    return {f"{prefix}{prefix_delimiter}{key}": value for key, value in zip(fields[::2], fields[1::2])}


def convert_celsius_to_fahrenheit(celsius: float) -> float:
    return round(celsius * 1.8 + 32, 2)


def ordered(obj: Any) -> Any:
    """Lists and dicts in an order that makes two of them comparable."""
    if isinstance(obj, dict):
        return sorted((key, ordered(value)) for key, value in obj.items())
    if isinstance(obj, list):
        return sorted(ordered(one) for one in obj)
    return obj


def transform_index_ipv6_address(ipv6_str: str) -> str:
    """`254.128.0.…` as it stands in an SNMP index is `fe80::…`."""
    return str(ipaddress.IPv6Address(bytes(int(part) for part in ipv6_str.split("."))))


def transform_octet_to_mac(octet_string: Any) -> str:
    octets = octet_string if isinstance(octet_string, bytes) else [ord(one) for one in octet_string]
    return ":".join(f"{one:02X}" for one in octets)


def transform_dotted_decimal_to_mac(dotted_decimal_mac: str) -> str:
    return ":".join(f"{int(one):02X}" for one in dotted_decimal_mac.split("."))


def convert_netmask_to_cidr(netmask: str) -> int:
    return sum(bin(int(one)).count("1") for one in netmask.split("."))
