"""Notices an async function that blocks the event loop, and says which line it is."""

from __future__ import annotations

import asyncio
import threading

from ocelli.author.place import place_of_thread, show
from ocelli.log import Log

# How often it is looked, and how long the loop may take to answer.
_EVERY_S = 2.0
_PATIENCE_S = 3.0


def watch_loop(log: Log) -> None:
    """Watches the running loop from a thread, until the process ends."""
    loop, thread_id = asyncio.get_running_loop(), threading.get_ident()
    answered, pause = threading.Event(), threading.Event()

    def look() -> None:
        while not pause.wait(_EVERY_S):
            answered.clear()
            try:
                loop.call_soon_threadsafe(answered.set)
            except RuntimeError:
                return  # The loop is over.
            if answered.wait(_PATIENCE_S):
                continue
            where = show(place_of_thread(thread_id)) or "an async function"
            text = (
                "has kept everything waiting: await what waits, or write the function with plain def, so that it runs in a thread"
            )
            log.error(f"{where} {text}", waitedMs=round(_PATIENCE_S * 1000))
            answered.wait()

    threading.Thread(target=look, name="loop watch", daemon=True).start()
