"""Runs existing Panoptes plugins, unchanged, as a module of Ocelli. Started by an agent; see README.md."""

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
        folder = os.path.dirname(os.path.abspath(__file__))
        sys.exit(
            f"the Panoptes bridge needs {missing.name}, which {sys.executable} lacks: in {folder} run "
            "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
        )
    pools = Pools()
    try:
        serve(make_plugin(pools))
    finally:
        pools.stop()


if __name__ == "__main__":
    main()
