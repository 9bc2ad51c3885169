"""What the tests share."""

import os
import sys
from typing import Any, Callable, Dict, Iterator

import pytest

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [FOLDER, os.path.dirname(os.path.abspath(__file__))]
SDK = os.path.join(FOLDER, "..", "..", "plugin-sdk", "python", "src")
if os.path.isdir(SDK):
    sys.path.append(os.path.abspath(SDK))

from ocelli import test_plugin as tested  # noqa: E402

from panoptes_bridge.module import make_plugin  # noqa: E402
from panoptes_bridge.pools import Pools  # noqa: E402

PLUGINS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plugins")
EXAMPLES = os.path.join(FOLDER, "examples")


@pytest.fixture(scope="session")
def pools() -> Iterator[Pools]:
    """Workers of plugins that behave go on from test to test."""
    all_pools = Pools()
    yield all_pools
    all_pools.stop()


@pytest.fixture
def bridge(pools: Pools) -> Callable[..., Any]:
    """`bridge("sensor.py", {"main": {...}}, workers=2)`: the module with a plugin of tests/plugins and its settings."""

    def make(file: str, sections: Dict[str, Dict[str, str]] = {}, **panoptes: Any) -> Any:
        path = file if os.path.isabs(file) else os.path.join(PLUGINS, file)
        return tested(make_plugin(pools), {"panoptes": {"file": path, **panoptes}, **sections})

    return make


RESOURCE = {
    "id": "test_id",
    "endpoint": "127.0.0.1",
    "site": "test_site",
    "class": "network",
    "subclass": "test_subclass",
    "type": "test_type",
    "metadata": {"model": "model"},
}
