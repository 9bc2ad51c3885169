"""The settings of a plugin that the bridge runs: its own section, and those that belong to the Panoptes plugin."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from panoptes_bridge.ini_file import PluginFileError, Sections, find_module, module_of, read_ini

WORKERS_DEFAULT = 4


@dataclass(frozen=True)
class BridgeSettings:
    """Values of secrets stand in clear: never log any of it."""

    # Absolute: a .panoptes-plugin file, a Python file, or a folder with __init__.py.
    file: str
    class_name: str = ""
    workers: int = WORKERS_DEFAULT
    sites: List[str] = field(default_factory=list)
    kv_file: str = ""
    library: List[str] = field(default_factory=list)
    # Names of variables that workers get beside those that every worker gets.
    environment: List[str] = field(default_factory=list)
    # NAME and NAME:SITE.
    secrets: Dict[str, str] = field(default_factory=dict)
    # What the plugin sees in context.config, beside its own INI file.
    sections: Sections = field(default_factory=dict)

    def plugin_frame(self, plugin_name: str) -> Dict[str, Any]:
        """What a worker has to know of its plugin. Raises PluginFileError."""
        ini = self._ini()
        module = self.file if ini is None else module_of(self.file, ini)
        if ini is None:
            module = find_module(self.file, "")
        config: Sections = {"Core": {"name": plugin_name, "module": module}, "main": {}}
        for sections in ({} if ini is None else ini, self.sections):
            for section, keys in sections.items():
                config.setdefault(section, {}).update({key.lower(): value for key, value in keys.items()})
        return {
            "module": module,
            "class": self.class_name,
            "library": self.library,
            "environment": self.environment,
            "config": config,
            # None: nobody knows what the plugin's own file would have said.
            "ini_enrichment": None if ini is None else ini.get("enrichment", {}),
            "secrets": {(key if ":" in key else f"{key}:default"): value for key, value in self.secrets.items()},
            "sites": self.sites,
            "kv_file": self.kv_file,
        }

    def version(self, frame: Dict[str, Any]) -> Tuple[Any, ...]:
        """Changes with the settings, with the INI file and with the plugin's code."""
        said = hashlib.sha256(json.dumps(frame, sort_keys=True).encode()).hexdigest()
        return (said, self.workers, *(_stamp(path) for path in _files_of(frame["module"])))

    def _ini(self) -> Optional[Sections]:
        if not self.file.endswith("-plugin"):
            return None
        if not os.path.isfile(self.file):
            raise PluginFileError(f"there is no {self.file}")
        return read_ini(self.file)


def _files_of(module: str) -> List[str]:
    if not os.path.isdir(module):
        return [module]
    return sorted(entry.path for entry in os.scandir(module) if entry.name.endswith(".py"))


def _stamp(path: str) -> Tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
