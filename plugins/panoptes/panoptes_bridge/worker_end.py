"""How a worker came to its end, in words."""

import signal
from typing import List, Optional


def how_it_ended(code: Optional[int], last_lines: List[str]) -> str:
    """ "was killed by SIGSEGV", "ended with exit code 3"; with the last line it wrote."""
    if code is None:
        words = "ended"
    elif code < 0:
        words = f"was killed by {_signal_name(-code)}"
    else:
        words = f"ended with exit code {code}"
    last = next((line for line in reversed(last_lines) if line.strip()), "")
    return f"{words}: {last.strip()[:300]}" if last else words


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
