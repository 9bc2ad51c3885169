"""Messages on their way to a worker. A worker that does not read keeps nobody waiting but the one thread that writes."""

import queue
from typing import IO, Optional

from panoptes_bridge.frames import Frame, FrameWriter


class Outbox:
    def __init__(self) -> None:
        self._frames: "queue.SimpleQueue[Optional[Frame]]" = queue.SimpleQueue()

    def put(self, frame: Frame) -> None:
        self._frames.put(frame)

    def close(self) -> None:
        """What was put before is still written."""
        self._frames.put(None)

    def write_to(self, stream: IO[bytes]) -> None:
        """Until it is closed, or nobody reads any more: the end of a worker is told elsewhere."""
        writer = FrameWriter(stream)
        try:
            while (frame := self._frames.get()) is not None:
                writer.write(frame)
        except (OSError, ValueError):
            pass
        finally:
            writer.close()
