"""Paths in settings."""

from __future__ import annotations

import os
from typing import Optional


def absolute_path(path: str, directory: Optional[str]) -> str:
    """An absolute path: `~` is the home directory, and a relative path counts from `directory` (the plugin file's). Raises
    ValueError where the path is relative and there is no directory: the folder a process happens to run in is no answer."""
    expanded = os.path.expanduser(path)
    if os.path.isabs(expanded):
        return expanded
    if directory is None:
        raise ValueError(f"the path {path} has to be absolute here")
    return os.path.normpath(os.path.join(directory, expanded))
