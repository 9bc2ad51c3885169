"""Finds the plugin class in a Python file. Runs in a worker."""

import importlib.util
import inspect
import os
import sys
import types
from typing import Any, List, NamedTuple, Optional

from panoptes_bridge.places import place_of_error, show
from yahoo_panoptes.discovery.panoptes_discovery_plugin import PanoptesDiscoveryPlugin
from yahoo_panoptes.enrichment.enrichment_plugin import PanoptesEnrichmentPlugin
from yahoo_panoptes.framework.plugins.base_snmp_plugin import PanoptesSNMPBaseEnrichmentPlugin, PanoptesSNMPBasePlugin
from yahoo_panoptes.framework.plugins.panoptes_base_plugin import PanoptesBasePlugin
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin

_BASES = (
    PanoptesBasePlugin,
    PanoptesDiscoveryPlugin,
    PanoptesEnrichmentPlugin,
    PanoptesPollingPlugin,
    PanoptesSNMPBasePlugin,
    PanoptesSNMPBaseEnrichmentPlugin,
)


class NotUsable(Exception):
    """The plugin cannot be used; one sentence. `key` of [panoptes] is what to look at."""

    def __init__(self, why: str, key: str = "file") -> None:
        super().__init__(why)
        self.key = key


class PluginClass(NamedTuple):
    cls: Any
    # discovery, enrichment or polling.
    kind: str
    # "sensor.py:12", where the class begins.
    place: str


def load_plugin(module_path: str, class_name: str) -> PluginClass:
    """Imports the file, or the folder with `__init__.py`, and takes the plugin class out of it. Raises NotUsable."""
    module = _import(module_path)
    found = _pick(module, module_path, class_name)
    missing = sorted(getattr(found, "__abstractmethods__", ()))
    if missing:
        raise NotUsable(f"{_place_of(found)}: {found.__name__} has no {' and no '.join(missing)}")
    return PluginClass(found, kind_of_plugin(found), _place_of(found))


def kind_of_plugin(cls: Any) -> str:
    if issubclass(cls, PanoptesDiscoveryPlugin):
        return "discovery"
    # Enrichment plugins are a kind of polling plugins.
    return "enrichment" if issubclass(cls, PanoptesEnrichmentPlugin) else "polling"


def _import(path: str) -> types.ModuleType:
    folder = os.path.isdir(path)
    file = os.path.join(path, "__init__.py") if folder else path
    name = os.path.splitext(os.path.basename(path))[0]
    # Modules beside the plugin are found, and never hide one that is installed.
    sys.path.append(os.path.dirname(path))
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=[path] if folder else None)
    if spec is None or spec.loader is None:
        raise NotUsable(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    if name not in sys.modules:
        sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise NotUsable(_syntax(error, file)) from error
    except BaseException as error:
        place = show(place_of_error(error, file)) or os.path.basename(file)
        missing = getattr(error, "name", None) if isinstance(error, ImportError) else None
        raise NotUsable(f"{place}: {type(error).__name__}: {error}{_hint(missing)}") from error
    return module


def _syntax(error: SyntaxError, file: str) -> str:
    place = f"{os.path.basename(error.filename or file)}:{error.lineno or 1}"
    hint = ""
    words = f"{error.msg} {error.text or ''}"
    if "print" in words or "except" in words or "0777" in words:
        hint = " (this may be Python 2: run 2to3 on it)"
    elif "async" in words:
        hint = " (async is a keyword since Python 3.7: rename it)"
    return f"{place}: {error.msg}{hint}"


def _hint(missing: Optional[str]) -> str:
    if missing is None:
        return ""
    if missing.startswith("yahoo_panoptes.plugins"):
        return ": it came with Panoptes; name the folder that holds it in [panoptes] library"
    if missing.split(".")[0] == "yahoo_panoptes":
        return ": the bridge has no such part of Panoptes; docs/write-a-plugin/panoptes.md lists what it has"
    return f": install {missing.split('.')[0]} for the Python that runs the bridge"


def _pick(module: types.ModuleType, path: str, class_name: str) -> Any:
    all_plugins = [
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, PanoptesBasePlugin) and one not in _BASES
    ]
    if class_name:
        named = [one for one in all_plugins if one.__name__ == class_name]
        if named:
            return named[0]
        names = ", ".join(sorted({one.__name__ for one in all_plugins})) or "none"
        why = f"{os.path.basename(path)} has no plugin class {class_name}; its plugin classes: {names}"
        raise NotUsable(why, key="class_name")
    kinds = (PanoptesDiscoveryPlugin, PanoptesPollingPlugin)
    plugins = [one for one in dict.fromkeys(all_plugins) if issubclass(one, kinds)]
    own = [one for one in plugins if one.__module__ == module.__name__] or plugins
    if not own:
        raise NotUsable(_nothing_found(path, all_plugins))
    leaves = [one for one in own if not any(other is not one and issubclass(other, one) for other in own)]
    if len(leaves) > 1:
        names = ", ".join(sorted(one.__name__ for one in leaves))
        raise NotUsable(
            f"{os.path.basename(path)} has several plugin classes ({names}): name one in [panoptes] class_name"
        )
    return leaves[0]


def _nothing_found(path: str, others: List[Any]) -> str:
    bases = "PanoptesDiscoveryPlugin, PanoptesEnrichmentPlugin or PanoptesPollingPlugin"
    if others:
        return f"{_place_of(others[0])}: {others[0].__name__} derives from none of {bases}"
    return f"{os.path.basename(path)} has no class that derives from {bases}"


def _place_of(cls: Any) -> str:
    try:
        return f"{os.path.basename(inspect.getsourcefile(cls) or '')}:{inspect.getsourcelines(cls)[1]}"
    except (OSError, TypeError):
        return str(cls.__module__)
