"""Looks at a plugin before it is put to work: loads it in a worker of its own."""

import concurrent.futures
import os
import threading
from typing import Any, Dict, List, Optional, Tuple

from ocelli import Diagnostic
from ocelli.settings.diagnostic import PLACEHOLDER

from panoptes_bridge.bridge_settings import BridgeSettings
from panoptes_bridge.ini_file import PluginFileError
from panoptes_bridge.run import WorkerFailed
from panoptes_bridge.worker_pool import WorkerPool

# Hosts give a look at settings 10 s: what there is to say has to be said before, a slow start of the worker and its end
# included.
_LOAD_MOST_S = 7.0
_KEPT = 200


class Checker:
    """Says what is wrong with the plugin a file names. What was loaded well is not loaded again before it changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._good: Dict[Tuple[Any, ...], bool] = {}

    def check(self, settings: BridgeSettings) -> List[Diagnostic]:
        if _is_hidden(settings):
            return []
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
            return [problem]
        with self._lock:
            if len(self._good) >= _KEPT:
                self._good.clear()
            self._good[version] = True
        return []


def _is_hidden(settings: BridgeSettings) -> bool:
    """Whether a text that the plugin is loaded by comes from a reference, and is looked at only once it is there."""
    own = (settings.file, settings.class_name, *settings.library, *settings.environment)
    return any(os.path.basename(text) == PLACEHOLDER for text in own)


def _load(frame: Dict[str, Any]) -> Optional[Diagnostic]:
    pool = WorkerPool(frame, 1)
    run = pool.load()
    try:
        run.future.result(timeout=_LOAD_MOST_S)
        return None
    except WorkerFailed as error:
        return Diagnostic(f"/panoptes/{error.key}", str(error))
    except concurrent.futures.TimeoutError:
        place = run.stop()
        where = f"; it was at {place}" if place else ""
        return Diagnostic("/panoptes/file", f"loading it did not end within {_LOAD_MOST_S:.0f} s{where}")
    finally:
        pool.kill()
