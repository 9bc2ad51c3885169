"""Messages between the module and its workers: JSON objects with their length before them."""

import json
import struct
import threading
from typing import IO, Any, BinaryIO, Dict, Optional

Frame = Dict[str, Any]

_HEAD = struct.Struct(">I")
# Far above any answer that travels on; a length beyond it is no length.
_MOST_BYTES = 256 * 1024 * 1024


class FrameWriter:
    """Whole messages, from any thread."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, frame: Frame) -> None:
        """Raises OSError where the other side is gone."""
        body = json.dumps(frame, separators=(",", ":")).encode("utf-8")
        with self._lock:
            self._stream.write(_HEAD.pack(len(body)) + body)
            self._stream.flush()

    def close(self) -> None:
        with self._lock:
            try:
                self._stream.close()
            except OSError:
                pass


def read_frame(stream: BinaryIO) -> Optional[Frame]:
    """The next message, or None at the end."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    (size,) = _HEAD.unpack(head)
    body = stream.read(size) if size <= _MOST_BYTES else b""
    if len(body) < size or not body:
        return None
    frame = json.loads(body)
    return frame if isinstance(frame, dict) else None
