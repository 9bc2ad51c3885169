"""A module that does what modules should not do, each on request of the resource's type. Started by test_process.py."""

import asyncio
import logging
import os
import threading
import time
from dataclasses import dataclass

from ocelli import Plugin, Secret, gauge, secret, serve


@dataclass
class Odd:
    answer: float
    password: Secret = secret("")


@dataclass
class Settings:
    odd: Odd


plugin = Plugin("odd", "0.1.0", "Does what modules should not do.", Settings)


@plugin.poll
async def poll(resource, ctx):
    found = [{"name": "g", "metrics": {"answer": gauge(ctx.settings.odd.answer)}}]
    password = ctx.settings.odd.password.reveal()
    if resource.type == "takes_time":
        ctx.log.info("working")
        await asyncio.sleep(0.5)
    elif resource.type == "prints":
        print("a stray print")
    elif resource.type == "leaks":
        ctx.log.info(f"it is {password}", password=ctx.settings.odd.password)
        logging.getLogger("lib").warning("it is %s", password)
        threading.Thread(target=leak, args=(password,)).start()
        raise RuntimeError(f"no entry with {password}")
    elif resource.type == "blocks":
        ctx.log.info("working")
        time.sleep(60)
    elif resource.type == "deaf":
        ctx.log.info("working")
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                pass
    elif resource.type == "hangs":
        ctx.log.info("working")
        await asyncio.sleep(60)
    elif resource.type == "dies":
        os._exit(3)
    return found


def leak(password):
    raise ValueError(f"in a thread: {password}")


serve(plugin)
