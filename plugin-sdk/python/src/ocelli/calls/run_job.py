"""Runs one job to its end, in the event loop or in a thread."""

from __future__ import annotations

import asyncio
from typing import Optional

from ocelli.calls.job import Job


async def run_async(job: Job) -> None:
    """Always ends the job, and raises nothing: what an author's function raises is the job's own."""
    error: Optional[BaseException] = None
    try:
        returned = job.awaited = job.work.function(*job.args)
        if not job.work.is_coroutine and hasattr(returned, "__aiter__"):
            async for value in returned:
                if job.over:
                    break
                await _next(job, job.take(value))
        else:
            returned = await returned
            if isinstance(returned, (list, tuple)):
                job.awaited = None
                if job.take_list(returned):
                    await job.outbox.room()
            else:
                iterable = job.work.iterable(returned)
                job.awaited = iterable
                for value in iterable:
                    if job.over:
                        break
                    await _next(job, job.take(value))
    except asyncio.CancelledError as cancelled:
        if not job.over:
            error = RuntimeError("it cancelled itself")
            error.__traceback__ = cancelled.__traceback__
    except BaseException as raised:  # Also sys.exit(): a module is not ended by one of its runs.
        error = raised
    job.end(error)
    job.awaited = None


async def _next(job: Job, full: bool) -> None:
    """Before the next value: waits for room, and lets others have a turn where the author's generator never waits."""
    if full:
        await job.outbox.room()
    elif job.count & 127 == 0:
        await asyncio.sleep(0)


def run_plain(job: Job) -> None:
    """As `run_async`, in the thread it is called in."""
    error: Optional[BaseException] = None
    try:
        returned = job.work.function(*job.args)
        if isinstance(returned, (list, tuple)):
            if job.take_list(returned):
                job.outbox.wait_for_room(job.ctx.signal)
        else:
            iterable = job.awaited = job.work.iterable(returned)
            for value in iterable:
                if job.over:
                    break
                if job.take(value):
                    job.outbox.wait_for_room(job.ctx.signal)
            close = getattr(iterable, "close", None)
            if job.over and close is not None:
                close()
    except BaseException as raised:  # Also sys.exit(): a module is not ended by one of its runs.
        error = raised
    job.end(error)
    job.awaited = None
