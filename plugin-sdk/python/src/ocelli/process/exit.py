"""The end of the process."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import NoReturn

# How long what is registered to run at exit may take.
_LAST_S = 2.0


def exit_process(code: int) -> NoReturn:
    """Ends the process, whatever threads of the author's still do: nobody waits for runs that were left behind."""
    late = threading.Timer(_LAST_S, os._exit, (code,))
    late.daemon = True
    late.start()
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass  # Said on stderr by atexit itself.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            pass  # Nobody reads any more.
    os._exit(code)
