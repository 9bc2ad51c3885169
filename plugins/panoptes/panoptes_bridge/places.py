"""Finds the line of the author's code that a sentence should name. Runs in a worker."""

import os
import sysconfig
import traceback
from types import FrameType
from typing import Optional, Tuple

Place = Tuple[str, int]

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_OURS = (_ROOT + "panoptes_bridge" + os.sep, _ROOT + "yahoo_panoptes" + os.sep)
_LIBRARIES = tuple(
    path + os.sep
    for path in {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    if path
)


def is_authors(path: str, plugin_path: str) -> bool:
    """Whether a file is the plugin's, or at least neither ours nor a library's."""
    path = os.path.abspath(path)
    if path == plugin_path or path.startswith(plugin_path + os.sep):
        return True
    if path.startswith(_OURS) or f"{os.sep}site-packages{os.sep}" in path or os.path.basename(path).startswith("<"):
        return False
    return not path.startswith(_LIBRARIES)


def place_of_error(error: BaseException, plugin_path: str) -> Optional[Place]:
    """The innermost line of the author's that an exception went through."""
    found: Optional[Place] = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if is_authors(frame.f_code.co_filename, plugin_path):
            found = (frame.f_code.co_filename, line)
    return found


def place_of_frame(frame: Optional[FrameType], plugin_path: str) -> Optional[Place]:
    """The innermost line of the author's in a stack that runs just now."""
    while frame is not None:
        if is_authors(frame.f_code.co_filename, plugin_path):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


def authors_stack(error: BaseException, plugin_path: str) -> str:
    """The stack from the author's first line on."""
    tb = error.__traceback__
    while tb is not None and not is_authors(tb.tb_frame.f_code.co_filename, plugin_path):
        tb = tb.tb_next
    return "".join(traceback.format_exception(type(error), error, tb))


def show(place: Optional[Place]) -> str:
    """ "sensor.py:12"."""
    return "" if place is None else f"{os.path.basename(place[0])}:{place[1]}"
