"""An author's value that cannot be used."""

from __future__ import annotations

from typing import Optional

from ocelli.author.place import Place


class WrongValue(Exception):
    """One sentence that names the value, and where it was written, as far as that is known."""

    def __init__(self, message: str, place: Optional[Place] = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
