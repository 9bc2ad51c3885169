"""The pools of all plugins that the module serves."""

import threading
import time
from typing import Any, Dict, List, Tuple

from panoptes_bridge.bridge_settings import BridgeSettings
from panoptes_bridge.worker_pool import WorkerPool

_SWEEP_EVERY_S = 30
# A worker that had nothing to do for so long is ended; a poll that is due every few minutes keeps its own.
_IDLE_MOST_S = 900


class Pools:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: Dict[str, Tuple[Tuple[Any, ...], WorkerPool]] = {}
        self._leaving: List[WorkerPool] = []
        self._stopped = threading.Event()
        threading.Thread(target=self._sweep, daemon=True).start()

    def pool(self, plugin_name: str, settings: BridgeSettings) -> WorkerPool:
        """The pool of a plugin as it is now: new settings, a changed INI file and changed code begin with new workers.
        Raises PluginFileError."""
        frame = settings.plugin_frame(plugin_name)
        version = settings.version(frame)
        with self._lock:
            known = self._pools.get(plugin_name)
            if known is not None and known[0] == version:
                return known[1]
            if known is not None:
                known[1].close()
                self._leaving.append(known[1])
            pool = WorkerPool(frame, settings.workers)
            self._pools[plugin_name] = (version, pool)
            return pool

    def stop(self) -> None:
        self._stopped.set()
        with self._lock:
            for pool in [*(pool for _, pool in self._pools.values()), *self._leaving]:
                pool.kill()

    def _sweep(self) -> None:
        while not self._stopped.wait(_SWEEP_EVERY_S):
            with self._lock:
                for pool in [pool for _, pool in self._pools.values()]:
                    pool.end_idle(_IDLE_MOST_S)
                self._leaving = [pool for pool in self._leaving if not pool.at_rest]
                quiet = [
                    name
                    for name, (_, pool) in self._pools.items()
                    if pool.at_rest and time.monotonic() - pool.used_at > 24 * 3600
                ]
                for name in quiet:
                    self._pools.pop(name)[1].kill()
