"""Runs a module until its host is gone or a signal comes."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
import threading
import time
import uuid
from types import FrameType
from typing import Any, NoReturn, Optional

from ocelli.definition import Plugin
from ocelli.errors import OcelliError
from ocelli.log import Log, parse_log_level, write_stderr
from ocelli.module.serve_plugin import ModuleIdentity, ModuleLimits
from ocelli.module.start import ModuleOptions, RunningModule, start_module
from ocelli.own_loop import run_in_own_loop
from ocelli.process.bootstrap import BootstrapInput
from ocelli.process.exit import exit_process
from ocelli.process.loop_watch import watch_loop
from ocelli.process.registration import Registrar, Registration
from ocelli.process.start_mode import ByHand, StandAlone, explanation, start_mode_of
from ocelli.process.std_logging import join_std_logging
from ocelli.redactor import Redactor

# How long running work may take once the module has to go, and how long everything may take together.
_GRACE_S = 10.0
_END_S = 15.0
# How long an event loop that something blocks may keep the module from beginning to stop: nothing can be finished in it.
_BEGIN_S = 3.0
# How long a host may take to write the bootstrap line.
_BOOTSTRAP_TIMEOUT_S = 30.0


def serve(plugin: Plugin[Any]) -> NoReturn:
    """Runs a module until its host is gone or a signal comes, then ends the process. Never returns.

    Started by a host: the bootstrap line on stdin says where to serve. Started with OCELLI_MODULE_LISTEN and OCELLI_REGISTRY:
    serves there and registers. Started by a person: says what to do, and exits with 2."""
    redactor = Redactor()
    log = Log(parse_log_level(os.environ.get("OCELLI_LOG_LEVEL")), redactor, write_stderr)
    process = _Process(plugin, log, redactor)
    try:
        plugin.check()
        mode = start_mode_of(os.environ, sys.stdin is not None and sys.stdin.isatty())
        if isinstance(mode, ByHand):
            process.explain()
        process.prepare()
        if isinstance(mode, StandAlone):
            run_in_own_loop(lambda: process.run_stand_alone(mode))
        else:
            process.run_child()
    except (OcelliError, TypeError) as error:
        log.fatal(f"module failed: {error}")
        exit_process(2 if isinstance(error, TypeError) or error.code == "invalid" else 1)
    except BaseException as error:
        log.fatal("module failed", err=error)
        exit_process(1)
    exit_process(0)


class _Process:
    def __init__(self, plugin: Plugin[Any], log: Log, redactor: Redactor) -> None:
        self._plugin, self._log, self._redactor = plugin, log, redactor
        # A signal may come while another is handled.
        self._lock = threading.RLock()
        self._reason: Optional[str] = None
        self._signals = 0
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._stop: Optional[asyncio.Event] = None
        self._stopping = threading.Event()

    def explain(self) -> NoReturn:
        plugin = self._plugin
        write_stderr(explanation(plugin.name, plugin.version, plugin.description, sys.argv[0] or "main.py"))
        exit_process(2)

    def prepare(self) -> None:
        """Signals end the module in order, a second one at once. What nobody caught goes to the log. Prints are lines."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        sys.excepthook = lambda _type, error, _tb: self._log.fatal("uncaught exception", err=error)
        threading.excepthook = lambda args: self._log.error("uncaught exception in a thread", err=args.exc_value)
        join_std_logging(self._log)
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")

    def stop(self, reason: str) -> None:
        """From any thread. The process ends for certain, even where the author's code blocks everything."""
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
        threading.Thread(target=self._end_late, name="end", daemon=True).start()
        if self._loop is not None and self._stop is not None:
            try:
                self._loop.call_soon_threadsafe(self._begin_to_stop, self._stop)
            except RuntimeError:
                pass  # It ends already.

    def run_child(self) -> None:
        stdin = BootstrapInput(0, lambda: self.stop("the host is gone"))
        line = stdin.line(_BOOTSTRAP_TIMEOUT_S)
        if line is None:
            self.explain()
        identity = ModuleIdentity(line.launch_id, str(uuid.uuid4()))
        options = ModuleOptions(f"unix:{line.socket}", line.token, line.limits, identity, self._log, self._redactor)

        async def run() -> None:
            stop = self._begin()
            await self._until_stopped(await start_module(self._plugin, options), stop)

        run_in_own_loop(run)

    async def run_stand_alone(self, mode: StandAlone) -> None:
        stop = self._begin()
        if mode.join_token is not None:
            self._redactor.add([mode.join_token])
        host = socket.gethostname()
        identity = ModuleIdentity(mode.instance_id or f"{host}/{mode.listen}", str(uuid.uuid4()))
        options = ModuleOptions(mode.listen, None, ModuleLimits(), identity, self._log, self._redactor)
        running = await start_module(self._plugin, options)
        name, port = running.endpoint.rsplit(":", 1)
        endpoint = mode.advertise or (f"{host}:{port}" if name in ("0.0.0.0", "[::]") else running.endpoint)
        plugin = self._plugin
        registration = Registration(plugin.name, plugin.version, endpoint, identity.instance_id, identity.boot_id)
        registrar = Registrar(mode.registry, registration, mode.join_token, self._log, random.random, asyncio.sleep)
        # Both begin with the stop: no new work is sent here while what runs is finished.
        await asyncio.gather(self._until_stopped(running, stop), registrar.run(stop))

    def _begin(self) -> asyncio.Event:
        self._stop, self._loop = asyncio.Event(), asyncio.get_running_loop()
        self._loop.set_exception_handler(self._on_loop_error)
        watch_loop(self._log)
        if self._reason is not None:
            self._begin_to_stop(self._stop)
        return self._stop

    def _begin_to_stop(self, stop: asyncio.Event) -> None:
        self._stopping.set()
        stop.set()

    def _end_late(self) -> None:
        """Ends the process where it does not end by itself."""
        if self._stopping.wait(_BEGIN_S):
            time.sleep(_END_S)
        self._log.error("the module did not end by itself")
        os._exit(1)

    async def _until_stopped(self, running: RunningModule, stop: asyncio.Event) -> None:
        await stop.wait()
        await running.stop(_GRACE_S * 1000, str(self._reason))
        self._log.info("module stopped")

    def _on_signal(self, number: int, _frame: Optional[FrameType]) -> None:
        self._signals += 1
        if self._signals > 1:
            os._exit(1)
        if self._loop is None:
            exit_process(0)  # Nothing is served yet.
        self.stop(signal.Signals(number).name)

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self._log.error(str(context.get("message", "error in the event loop")), **({"err": error} if error else {}))
