"""The author's function for one service."""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Iterable, Mapping
from types import CodeType
from typing import Any, Callable, Optional

from ocelli.author.place import code_of
from ocelli.author.wrong_value import WrongValue
from ocelli.words import kind_of

Check = Callable[[object, set[Hashable]], Any]


class Work:
    """A function, how it runs, and what it gives back."""

    __slots__ = ("check", "code", "function", "is_async", "is_coroutine", "may_split", "service", "things")

    def __init__(self, service: str, function: Callable[..., Any], things: str, check: Check, may_split: bool = False) -> None:
        self.service = service
        self.function = function
        # In the plural, for sentences: "metric groups".
        self.things = things
        self.check = check
        # Whether an answer may come in several parts.
        self.may_split = may_split
        self.is_async = is_async(function)
        self.is_coroutine = inspect.iscoroutinefunction(function)
        self.code: Optional[CodeType] = code_of(function)

    def iterable(self, returned: object) -> Iterable[object]:
        """What a function gave back, if it is a list or a generator. Raises WrongValue where it is neither."""
        if isinstance(returned, Iterable) and not isinstance(returned, (str, bytes, bytearray, Mapping)):
            return returned
        if inspect.iscoroutine(returned):
            returned.close()
            raise WrongValue(f"{self.service} returned a coroutine: write it as async def {self.service}")
        if hasattr(returned, "__aiter__"):
            raise WrongValue(f"{self.service} returned an async generator: write it as async def {self.service}")
        raise WrongValue(f"{self.service} returned {kind_of(returned)}: return a list of {self.things}, empty for none")


def is_async(function: Callable[..., Any]) -> bool:
    """Whether it runs in the event loop; a plain function runs in a thread, because it may block."""
    inner: Any = function
    while hasattr(inner, "func"):
        inner = inner.func
    for one in (inner, getattr(type(inner), "__call__", None)):
        if inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one):
            return True
    return False
