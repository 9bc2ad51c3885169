"""An event loop for one piece of work. Unlike asyncio.run it does not wait for what ignores that it was cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# How long what was left behind may take to end once it is cancelled.
_LAST_S = 0.2


def run_in_own_loop(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(work())
    finally:
        try:
            _end(loop)
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def _end(loop: asyncio.AbstractEventLoop) -> None:
    left = asyncio.all_tasks(loop)
    if not left:
        return
    # What goes on after this is of no interest to anybody, its end included.
    loop.set_exception_handler(lambda _loop, _context: None)
    for task in left:
        task.cancel()
    loop.run_until_complete(asyncio.wait(left, timeout=_LAST_S))
