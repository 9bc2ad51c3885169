"""Runs existing Panoptes plugins, unchanged, as a module of Ocelli. Started by an agent; see README.md."""

import atexit
import importlib.util
import os
import sys


def main() -> None:
    # In a checkout the SDK may stand beside us rather than among the installed packages.
    sdk = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "plugin-sdk", "python", "src")
    if os.path.isdir(sdk):
        sys.path.append(os.path.abspath(sdk))
    try:
        import cerberus  # noqa: F401
        import pysnmp  # noqa: F401
        from ocelli import serve

        from panoptes_bridge.module import make_plugin
        from panoptes_bridge.pools import Pools
    except ModuleNotFoundError as missing:
        sys.exit(_advice(str(missing.name), importlib.util.find_spec("ocelli") is not None))
    pools = Pools()
    # serve() never returns, and what is registered runs before the process ends.
    atexit.register(pools.stop)
    serve(make_plugin(pools))


def _advice(missing: str, sdk_is_there: bool) -> str:
    """The SDK is in no package registry: what goes by its name there is somebody else's."""
    folder = os.path.dirname(os.path.abspath(__file__))
    sdk = "" if sdk_is_there else "OCELLI/plugin-sdk/python "
    where = "" if sdk_is_there else ", where OCELLI is a checkout of Ocelli"
    return (
        f"the Panoptes bridge needs {missing}, which {sys.executable} lacks: in {folder} run "
        f"python3 -m venv .venv && .venv/bin/pip install {sdk}-r requirements.txt{where}"
    )


if __name__ == "__main__":
    main()
