"""Where a module listens."""

from __future__ import annotations

import os
import re
import stat

from ocelli.errors import OcelliError

# Longer paths do not fit into a socket's address everywhere.
SOCKET_PATH_MAX_BYTES = 100


def check_listen_address(text: str) -> None:
    """ "unix:/path" or "host:port" (port 0 for a free one; an IPv6 host in brackets). Raises "invalid". What a killed process
    left at a socket path is removed; raises "conflict" rather than removing anything but a socket."""
    if not text.startswith("unix:"):
        match = re.fullmatch(r"(\[[0-9a-fA-F:.%]+\]|[^:\s]+):(\d{1,5})", text)
        if match is None or int(match.group(2)) > 65_535:
            raise OcelliError("invalid", f'"{text}" is no address: write host:port or unix:/path')
        return
    path = text[len("unix:") :]
    size = len(os.fsencode(path))
    if path == "":
        raise OcelliError("invalid", "the socket path is empty")
    if size > SOCKET_PATH_MAX_BYTES:
        limit = f"at most {SOCKET_PATH_MAX_BYTES} fit everywhere: choose a shorter directory"
        raise OcelliError("invalid", f"socket path {path} is {size} bytes long; {limit}")
    try:
        found = os.lstat(path)
    except OSError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise OcelliError("conflict", f"{path} exists and is no socket: it is left alone")
    os.unlink(path)


def remove_socket(listen: str) -> None:
    """Leaves nothing behind."""
    if listen.startswith("unix:"):
        try:
            os.unlink(listen[len("unix:") :])
        except OSError:
            pass
