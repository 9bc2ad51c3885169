"""Looks at a plugin before it is put to work: loads it in a worker of its own."""

import concurrent.futures
import threading
from typing import Any, Dict, List, Tuple

from ocelli import Diagnostic

from panoptes_bridge.bridge_settings import BridgeSettings
from panoptes_bridge.ini_file import PluginFileError
from panoptes_bridge.worker_pool import WorkerFailed, WorkerPool

_LOAD_MOST_S = 20.0
_KEPT = 200


class Checker:
    """Says what is wrong with the plugin a file names. What was loaded well is not loaded again before it changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._good: Dict[Tuple[Any, ...], bool] = {}

    def check(self, settings: BridgeSettings) -> List[Diagnostic]:
        try:
            frame = settings.plugin_frame("check")
        except PluginFileError as error:
            return [Diagnostic("/panoptes/file", str(error))]
        # Loading needs none of the secrets, and they differ while settings are only looked at.
        frame = {**frame, "secrets": {}, "config": {}}
        version = settings.version(frame)
        with self._lock:
            if version in self._good:
                return []
        problem = _load(frame)
        if problem:
            named = settings.class_name != "" and f"no plugin class {settings.class_name};" in problem
            return [Diagnostic("/panoptes/class_name" if named else "/panoptes/file", problem)]
        with self._lock:
            if len(self._good) >= _KEPT:
                self._good.clear()
            self._good[version] = True
        return []


def _load(frame: Dict[str, Any]) -> str:
    pool = WorkerPool(frame, 1)
    run = pool.load()
    try:
        run.future.result(timeout=_LOAD_MOST_S)
        return ""
    except WorkerFailed as error:
        return str(error)
    except concurrent.futures.TimeoutError:
        place = run.stop()
        return f"loading it did not end within {_LOAD_MOST_S:.0f} s{f'; it was at {place}' if place else ''}"
    finally:
        pool.kill()
