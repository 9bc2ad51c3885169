"""One run of an author's function."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Optional

from ocelli.author.place import (
    Place,
    authors_stack,
    place_of_awaited,
    place_of_error,
    place_of_function,
    place_of_thread,
    show,
)
from ocelli.author.wrong_value import WrongValue
from ocelli.calls.outbox import Outbox
from ocelli.calls.work import Work
from ocelli.faults import PollFault, joined, status_of
from ocelli.run_context import RunContext


class CallFacts:
    """What the jobs of one call share."""

    __slots__ = ("message_bytes", "outbox", "received_at_s", "wire_fault", "work")

    def __init__(
        self,
        work: Work,
        outbox: Outbox[Any],
        received_at_s: float,
        wire_fault: Callable[[PollFault], bytes],
        message_bytes: int,
    ) -> None:
        self.work = work
        self.outbox = outbox
        # On the clock of time.monotonic().
        self.received_at_s = received_at_s
        # A fault as it leaves the module.
        self.wire_fault = wire_fault
        # Largest message.
        self.message_bytes = message_bytes


class Job:
    """Whoever gets its ticket ends it: the function that is done, or the deadline that leaves it behind. What it does after
    that reaches nobody."""

    __slots__ = ("args", "awaited", "call", "count", "ctx", "left_behind", "seen", "task", "thread_id", "ticket", "work")

    def __init__(self, call: CallFacts, ctx: RunContext[Any], args: tuple[Any, ...]) -> None:
        self.call = call
        self.work = call.work
        self.ctx = ctx
        self.args = args
        self.ticket = [True]
        # How many values it took, and what tells them apart.
        self.count = 0
        self.seen: set[Hashable] = set()
        self.left_behind = False
        # What it waits for or yields from, and where it runs: looked at when somebody asks for its place.
        self.awaited: Any = None
        self.task: Optional[asyncio.Task[None]] = None
        self.thread_id: Optional[int] = None
        ctx.asker = self

    @property
    def outbox(self) -> Outbox[Any]:
        return self.call.outbox

    @property
    def over(self) -> bool:
        return not self.ticket

    def claim(self) -> bool:
        """True for exactly one caller, of whatever thread."""
        try:
            return self.ticket.pop()
        except IndexError:
            return False

    def take(self, value: object) -> bool:
        """Uses one value. True where the run has to wait for room before the next. Raises WrongValue."""
        raise NotImplementedError

    def take_list(self, values: Sequence[object]) -> bool:
        """Uses a list; nothing of it where anything in it is wrong."""
        raise NotImplementedError

    def answer(self, fault: Optional[PollFault], state: Optional[bytes]) -> None:
        """Sends how the run ended. Called once."""
        raise NotImplementedError

    def progress(self, extend_ms: float) -> None:
        """Tells the host that the run needs more time."""
        raise NotImplementedError

    def partial(self, scope: str, fault: PollFault) -> None:
        """Something of it could not be done. For discoveries."""
        raise NotImplementedError

    def end(self, error: Optional[BaseException]) -> None:
        """The function is done, or raised."""
        if not self.claim():
            return
        ctx = self.ctx
        try:
            if error is not None:
                self.answer(self.fault_of(error), None)
            else:
                self.answer(joined(ctx.faults) if ctx.faults else None, ctx.state_changed)
        except Exception as broken:
            # Such as an exception of the author's that cannot say what it is. There is an answer whatever happens.
            self.answer(self._broken(broken), None)
        # Without the circle both are gone at once, and not with the next garbage collection.
        ctx.asker = None

    def leave_behind(self) -> None:
        """The deadline has passed. Its claim was taken before."""
        took_ms = round((self.ctx.deadline_at_s - self.call.received_at_s) * 1000)
        text = f"no result within {took_ms} ms"
        if self.task is None and self.thread_id is None:
            text = f"not begun within {took_ms} ms: more was asked for than may run at a time"
        elif self.count > 0 and (hasattr(self.awaited, "__iter__") or hasattr(self.awaited, "__aiter__")):
            text = f"no end within {took_ms} ms, after {self.count} {self.work.things}"
        try:
            fault = PollFault("timeout", self.sentence(self.place(), text))
        except Exception as broken:
            fault = self._broken(broken)
        self.ctx.signal.cancel(fault.message)
        self.answer(fault, None)

    def _broken(self, error: Exception) -> PollFault:
        self.ctx.log.error("a run could not be judged", err=error)
        return PollFault(
            "internal", f"{self.work.service} of {self.ctx.plugin}: {type(error).__name__} while its end was described"
        )

    def place(self) -> Optional[Place]:
        """Where it stands just now."""
        place = place_of_thread(self.thread_id) if self.thread_id is not None else None
        return place or place_of_awaited(self.awaited) or place_of_function(self.work.code)

    def sentence(self, place: Optional[Place], text: str) -> str:
        where = show(place)
        return f"{self.work.service} of {self.ctx.plugin}{f' ({where})' if where else ''}: {text}"

    def fault_of(self, error: BaseException) -> PollFault:
        """What an exception means for whoever waits for the result."""
        if isinstance(error, PollFault):
            return error
        if isinstance(error, WrongValue):
            yielding = place_of_awaited(self.awaited) if self.awaited is not None else None
            place = error.place or yielding or place_of_function(self.work.code, returned=True)
            fault = PollFault("internal", self.sentence(place, error.message))
            self.ctx.log.error("run failed", reason=fault.message)
            return fault
        error = _innermost(error)
        if isinstance(error, PollFault):
            return error
        place = place_of_error(error) or place_of_function(self.work.code)
        text = str(error)
        fault = PollFault(status_of(error), self.sentence(place, f"{type(error).__name__}{f': {text}' if text else ''}"))
        if fault.status == "internal" and not self.ctx.cancelled:
            self.ctx.log.error("run failed", reason=fault.message)
            self.ctx.log.debug("stack of the failed run", stack=authors_stack(error))
        return fault

    def extend(self, extend_ms: float) -> None:
        self.ctx.deadline_at_s = max(self.ctx.deadline_at_s, time.monotonic() + extend_ms / 1000)


def _innermost(error: BaseException) -> BaseException:
    """The first error of a group of errors: its own words say only how many there are."""
    inside = getattr(error, "exceptions", None)
    while isinstance(inside, (list, tuple)) and inside:
        error = inside[0]
        inside = getattr(error, "exceptions", None)
    return error
