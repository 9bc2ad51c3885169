"""Calls a function of the author's once: in the event loop where it is async, else in a thread, because it may block."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from ocelli.calls.thread_pool import ThreadPool
from ocelli.calls.work import is_async


async def call_author(pool: ThreadPool, function: Callable[..., Any], *args: object) -> Any:
    if is_async(function):
        return await function(*args)
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: Any) -> None:
        if done.done():
            return  # Nobody waits any more.
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)

    def work() -> None:
        result: Any = None
        failed: Any = None
        try:
            result = function(*args)
        except StopIteration as error:
            failed = RuntimeError(f"{error!r} was raised")  # A future takes any exception but this one.
        except BaseException as error:
            failed = error
        try:
            loop.call_soon_threadsafe(settle, result, failed)
        except RuntimeError:
            pass  # The loop is over.

    pool.run(work)
    result = await done
    return await result if inspect.isawaitable(result) else result
