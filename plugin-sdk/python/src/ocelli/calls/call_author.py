"""Calls a function of the author's once: in the event loop where it is async, else in a thread, because it may block. What it
raises is an Exception: sys.exit() in it must not end a module that serves other plugins too."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from ocelli.calls.thread_pool import ThreadPool
from ocelli.calls.work import is_async


async def call_author(pool: ThreadPool, function: Callable[..., Any], *args: object) -> Any:
    if is_async(function):
        return await _awaited(function(*args))
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
            failed = _as_failure(error)  # A future takes any exception but this one.
        except Exception as error:
            failed = error
        except BaseException as error:
            failed = _as_failure(error)
        try:
            loop.call_soon_threadsafe(settle, result, failed)
        except RuntimeError:
            pass  # The loop is over.

    pool.run(work)
    result = await done
    return await _awaited(result) if inspect.isawaitable(result) else result


async def _awaited(running: Awaitable[Any]) -> Any:
    try:
        return await running
    except (Exception, asyncio.CancelledError, GeneratorExit):
        raise  # The last two are how the loop ends what runs in it.
    except BaseException as error:
        raise _as_failure(error) from error


def _as_failure(error: BaseException) -> RuntimeError:
    """With the stack of the error, which leads to the author's line."""
    failure = RuntimeError(f"{error!r} was raised")
    failure.__cause__ = error
    return failure.with_traceback(error.__traceback__)
