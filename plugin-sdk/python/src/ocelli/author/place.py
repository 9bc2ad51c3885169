"""Finds the line of the author's code that a sentence should name. Looked at only after something went wrong."""

from __future__ import annotations

import dis
import functools
import inspect
import os
import sys
import sysconfig
import traceback
from types import CodeType, FrameType, TracebackType
from typing import Any, Callable, Optional

Place = tuple[str, int]

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARIES = tuple(
    path + os.sep for path in {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")} if path
)


def code_of(function: Callable[..., Any]) -> Optional[CodeType]:
    """The code an author wrote, under decorators and partials."""
    inner: Any = inspect.unwrap(function)
    while isinstance(inner, functools.partial):
        inner = inspect.unwrap(inner.func)
    # Of a class its __init__ is what runs, of another callable object its __call__.
    method = getattr(inner, "__init__", None) if isinstance(inner, type) else getattr(type(inner), "__call__", None)
    code = getattr(inner, "__code__", None) or getattr(method, "__code__", None)
    return code if isinstance(code, CodeType) else None


def show(place: Optional[Place]) -> str:
    """ "main.py:12": from the folder the module runs in, where the file is inside it."""
    if place is None:
        return ""
    path, line = place
    shown = os.path.relpath(path) if os.path.isabs(path) else path
    return f"{os.path.basename(path) if shown.startswith('..') else shown}:{line}"


def is_authors(path: str) -> bool:
    """Whether a file is neither ours nor a library's."""
    if path.startswith(("<", _OURS)) or f"{os.sep}site-packages{os.sep}" in path:
        return False
    return not path.startswith(_LIBRARIES)


def place_of_error(error: BaseException) -> Optional[Place]:
    """The innermost line of the author's code that an exception went through."""
    found: Optional[Place] = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if is_authors(frame.f_code.co_filename):
            found = (frame.f_code.co_filename, line)
    return found


def authors_stack(error: BaseException) -> str:
    """The stack from the author's first line on."""
    tb: Optional[TracebackType] = error.__traceback__
    while tb is not None and not is_authors(tb.tb_frame.f_code.co_filename):
        tb = tb.tb_next
    return "".join(traceback.format_exception(type(error), error, tb))


def place_of_frame(frame: Optional[FrameType]) -> Optional[Place]:
    """Where the author's code stands in a stack that runs just now."""
    while frame is not None:
        if is_authors(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


def place_of_thread(thread_id: Optional[int]) -> Optional[Place]:
    return place_of_frame(sys._current_frames().get(thread_id)) if thread_id is not None else None


def place_of_awaited(awaited: object) -> Optional[Place]:
    """Where a coroutine or a generator of either kind waits: the innermost line of the author's."""
    found: Optional[Place] = None
    for _ in range(200):
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None) or getattr(awaited, "gi_frame", None)
        if frame is None:
            break
        if is_authors(frame.f_code.co_filename):
            found = (frame.f_code.co_filename, frame.f_lineno)
        inner = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
        awaited = inner or getattr(awaited, "gi_yieldfrom", None)
    return found


def place_of_function(code: Optional[CodeType], returned: bool = False) -> Optional[Place]:
    """Where a function begins; with `returned` the line of its only return, where it has only one."""
    if code is None:
        return None
    if returned:
        lines = _return_lines(code)
        if len(lines) == 1:
            return code.co_filename, lines.pop()
    return code.co_filename, code.co_firstlineno


def _return_lines(code: CodeType) -> set[int]:
    lines: set[int] = set()
    line = code.co_firstlineno
    before: Optional[dis.Instruction] = None
    starts = {offset: start for offset, start in dis.findlinestarts(code) if start is not None}
    for one in dis.get_instructions(code):
        line = starts.get(one.offset, line)
        nothing = before is not None and before.opname == "LOAD_CONST" and before.argval is None
        if one.opname == "RETURN_VALUE" and not nothing:
            lines.add(line)
        if one.opname == "RETURN_CONST" and one.argval is not None:
            lines.add(line)
        before = one
    return lines
