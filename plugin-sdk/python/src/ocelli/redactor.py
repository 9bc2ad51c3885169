"""Keeps secrets out of what leaves the module."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from typing import Optional
from urllib.parse import quote, quote_plus

from ocelli.secret import HIDDEN

# Shorter secrets are left alone: replacing them would garble ordinary words and hide nothing.
SHORTEST_SECRET = 4


class Redactor:
    """Replaces every secret that the module was given by `***`, also where it was escaped as JSON, as Python or as part of a
    URL."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pattern: Optional[re.Pattern[str]] = None
        self._lock = threading.Lock()

    def add(self, secrets: Iterable[str]) -> None:
        """Secrets are only ever added: an old log line may still be on its way."""
        with self._lock:
            texts = set(self._texts)
            for secret in secrets:
                if len(secret) >= SHORTEST_SECRET:
                    texts.update(_forms_of(secret))
            if texts == self._texts:
                return
            # Longest first, so that a secret which contains another leaves no rest.
            longest_first = sorted(texts, key=len, reverse=True)
            self._texts, self._pattern = texts, re.compile("|".join(map(re.escape, longest_first)))

    def apply(self, text: str) -> str:
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)


def _forms_of(secret: str) -> set[str]:
    said = {
        secret,
        repr(secret)[1:-1],
        quote(secret, safe="", errors="replace"),
        quote(secret, errors="replace"),
        quote_plus(secret, errors="replace"),
    }
    # And each of them once more as a line of the log writes it.
    written = {json.dumps(form, ensure_ascii=ascii)[1:-1] for form in said for ascii in (True, False)}
    return {form for form in said | written if len(form) >= SHORTEST_SECRET}
