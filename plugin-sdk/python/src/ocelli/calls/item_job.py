"""One item of a poll or an enrichment: what the function gave back becomes answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ocelli.author.wire import ONE_BYTE, span, varint
from ocelli.author.wrong_value import WrongValue
from ocelli.calls.job import CallFacts, Job
from ocelli.calls.outbox import BATCH_BYTES
from ocelli.faults import PollFault
from ocelli.run_context import RunContext

# What a message needs besides its one group.
ENVELOPE_BYTES = 1024

# No device has more; a generator that goes on does not end. Hosts take no more of one run.
MOST_PIECES = 20_000

# PollAnswer and EnrichAnswer number alike: item = 1, groups or sets = 2, fault = 3, state = 4, set_state = 5, more = 6.
_ITEM, _PIECE, _FAULT, _STATE = b"\x08", b"\x12", b"\x1a", b"\x22"
_SET_STATE, _MORE = b"\x28\x01", b"\x30\x01"
# PollResponse and EnrichResponse: answers = 1, progress = 2.
ANSWERS, PROGRESS = b"\x0a", b"\x12"


class ItemJob(Job):
    """A large answer to a poll leaves in several parts, each saying that more follows. One to an enrichment does not."""

    __slots__ = ("_bytes", "_item", "_pieces")

    def __init__(self, item: int, call: CallFacts, ctx: RunContext[Any], args: tuple[Any, ...]) -> None:
        # As Job's own, without the call: there are many of these.
        self.call, self.work, self.ctx, self.args = call, call.work, ctx, args
        self.ticket, self.count, self.seen, self.left_behind = [True], 0, set(), False
        self.awaited = self.task = self.thread_id = None
        ctx.asker = self
        self._item = item
        self._pieces: list[bytes] = []
        self._bytes = 0

    def take(self, value: object) -> bool:
        if self.count == MOST_PIECES:
            raise WrongValue(f"it brought more than {MOST_PIECES} {self.work.things}: does its generator never end?")
        full = self._add(self._checked(value))
        self.count += 1
        return full

    def take_list(self, values: Sequence[object]) -> bool:
        pieces = [self._checked(value) for value in values]
        self.count += len(pieces)
        size = sum(map(len, pieces))
        if self._bytes + size <= BATCH_BYTES:
            self._pieces += pieces
            self._bytes += size
            return False
        full = False
        for piece in pieces:
            full = self._add(piece)
        return full

    def answer(self, fault: Optional[PollFault], state: Optional[bytes]) -> None:
        if fault is None and state is None and self._bytes < 100:
            # What most answers look like, without a function call.
            body = b"".join((_ITEM, varint(self._item), *self._pieces))
            self._pieces, self._bytes = [], 0
            self.call.outbox.put(ANSWERS + ONE_BYTE[len(body)] + body, len(body) + 2, last=True)
            return
        size, most = self._bytes, self.call.message_bytes
        if size + ENVELOPE_BYTES > most:
            text = f"the {self.work.things} are {size} bytes; a message holds at most {most}"
            self._pieces, self._bytes, state = [], 0, None
            fault = PollFault("internal", self.sentence(self.place(), text))
        self._send(fault, state, b"")

    def progress(self, extend_ms: float) -> None:
        """Tells the host that the run needs more time."""
        self.extend(extend_ms)
        if self.over:
            return
        asked = _ITEM + varint(self._item) + b"\x10" + varint(min(round(extend_ms + 0.5), 2**32 - 1))
        message = span(PROGRESS, asked)
        self.call.outbox.put(message, len(message))

    def _checked(self, value: object) -> bytes:
        content: bytes = self.work.check(value, self.seen)
        size = len(content)
        if size < 128:
            return b"\x12" + ONE_BYTE[size] + content
        if size + ENVELOPE_BYTES > self.call.message_bytes and self.work.may_split:
            limit = f"a message holds at most {self.call.message_bytes}: split it by dimensions"
            raise WrongValue(f"one of its {self.work.things} is {size} bytes; {limit}")
        return span(_PIECE, content)

    def _add(self, piece: bytes) -> bool:
        full = False
        if self._bytes and self._bytes + len(piece) > BATCH_BYTES and self.ticket:
            if self.work.may_split:
                full = self._send(None, None, _MORE)
            elif self._bytes + len(piece) + ENVELOPE_BYTES > self.call.message_bytes:
                text = f"the {self.work.things} are more than the {self.call.message_bytes} bytes that a message holds"
                self._pieces, self._bytes = [], 0
                raise WrongValue(text)
        self._pieces.append(piece)
        self._bytes += len(piece)
        return full

    def _send(self, fault: Optional[PollFault], state: Optional[bytes], more: bytes) -> bool:
        parts = [_ITEM, varint(self._item), *self._pieces]
        self._pieces, self._bytes = [], 0
        if fault is not None:
            parts.append(span(_FAULT, self.call.wire_fault(fault)))
        if state is not None:
            parts.append(span(_STATE, state) + _SET_STATE)
        if more:
            parts.append(more)
        message = span(ANSWERS, b"".join(parts))
        return self.call.outbox.put(message, len(message), last=not more)
