"""What an author writes: a Plugin and its functions."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable
from typing import Any, Callable, Generic, Optional, TypeVar, overload

from ocelli.author.place import code_of, place_of_frame, place_of_function, show
from ocelli.settings.reader import SettingsReader
from ocelli.words import kind_of

F = TypeVar("F", bound=Callable[..., Any])
S = TypeVar("S")

DEFAULT_CONCURRENCY = 50


class Plugin(Generic[S]):
    """A module in the making. Give it at least one of discover, enrich, poll and sink, then `serve` it.

    `settings` is a dataclass or a pydantic model: an object of sections as in the plugin file. None are known where it is left
    out. `concurrency` says how many items of one call run at a time. What is wrong with a definition is said when it is served or
    tested, all at once."""

    @overload
    def __init__(
        self: Plugin[None],
        name: str,
        version: str,
        description: str,
        settings: None = ...,
        *,
        emits_resource_types: Iterable[str] = ...,
        emits_enrichments: Iterable[str] = ...,
        wants_enrichments: Iterable[str] = ...,
        typical_duration_ms: int = ...,
        longest_duration_ms: int = ...,
        repeat_is_harmless: bool = ...,
        concurrency: int = ...,
    ) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        version: str,
        description: str,
        settings: type[S],
        *,
        emits_resource_types: Iterable[str] = ...,
        emits_enrichments: Iterable[str] = ...,
        wants_enrichments: Iterable[str] = ...,
        typical_duration_ms: int = ...,
        longest_duration_ms: int = ...,
        repeat_is_harmless: bool = ...,
        concurrency: int = ...,
    ) -> None: ...

    def __init__(
        self,
        name: str,
        version: str,
        description: str,
        settings: Optional[type[S]] = None,
        *,
        emits_resource_types: Iterable[str] = (),
        emits_enrichments: Iterable[str] = (),
        wants_enrichments: Iterable[str] = (),
        typical_duration_ms: int = 0,
        longest_duration_ms: int = 0,
        repeat_is_harmless: bool = False,
        concurrency: int = DEFAULT_CONCURRENCY,
    ) -> None:
        self._problems: list[str] = []
        if not isinstance(name, str) or not name:
            self._problem("name is empty")
        if not isinstance(version, str) or not re.match(r"\d+\.\d+\.\d+", version):
            self._problem(f'version "{version}" is not like 1.2.3')
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            self._problem(f"concurrency {concurrency} is less than 1")
        self.reader = SettingsReader(None)
        try:
            self.reader = SettingsReader(settings)
        except TypeError as error:
            self._problem(str(error))
        self.name, self.version, self.description = name, version, description
        self.emits_resource_types = list(emits_resource_types)
        self.emits_enrichments = list(emits_enrichments)
        # Namespaces that polling wants with each resource, where the plugin file does not say otherwise.
        self.wants_enrichments = list(wants_enrichments)
        self.typical_duration_ms, self.longest_duration_ms = typical_duration_ms, longest_duration_ms
        # True where running twice does no harm to the device.
        self.repeat_is_harmless = repeat_is_harmless
        self.concurrency = concurrency
        self.functions: dict[str, Callable[..., Any]] = {}

    def discover(self, function: F) -> F:
        """`@plugin.discover def discover(ctx)` yields what exists. The end of it, without a fault, says that this was all."""
        return self._add("discover", function, "(ctx)", 1)

    def enrich(self, function: F) -> F:
        """`@plugin.enrich def enrich(resource, ctx)` gives facts about a resource: a list, or a generator of them."""
        return self._add("enrich", function, "(resource, ctx)", 2)

    def poll(self, function: F) -> F:
        """`@plugin.poll def poll(resource, ctx)` gives metrics of a resource: a list of groups, or a generator of them."""
        return self._add("poll", function, "(resource, ctx)", 2)

    def sink(self, opener: F) -> F:
        """`@plugin.sink` stands above a class that takes (settings, ctx) and has `write(records)` and, if it needs it, `close()`;
        or above a function that returns such an object. Opened once for each plugin and revision of its settings, closed
        before the next one opens."""
        return self._add("sink", opener, "(settings, ctx)", 2)

    def validate(self, function: F) -> F:
        """`@plugin.validate def validate(settings)` returns the Diagnostics that the settings' class cannot say."""
        return self._add("validate", function, "(settings)", 1)

    @property
    def services(self) -> list[str]:
        kinds = {"discover": "discovery", "enrich": "enrichment", "poll": "polling", "sink": "sink"}
        return [kind for name, kind in kinds.items() if name in self.functions]

    def check(self) -> None:
        """Raises TypeError with everything that is wrong with the definition, each with its line, or where there is nothing to
        serve."""
        problems = list(self._problems)
        if not self.services and not problems:
            problems.append("it has none of discover, enrich, poll and sink")
        if problems:
            raise TypeError(f"plugin module {self.name or 'without a name'}: {'; '.join(problems)}")

    def _add(self, name: str, function: F, parameters: str, count: int) -> F:
        if not callable(function):
            self._problem(f"@plugin.{name} stands above a function, not {kind_of(function)}")
            return function
        if name in self.functions:
            self._problem(f"it has two functions for {name}")
        try:
            inspect.signature(function).bind(*([None] * count))
        except TypeError:
            self._problem(f"write {name} as {getattr(function, '__name__', name)}{parameters}", function)
        except ValueError:
            pass  # A builtin whose parameters nobody knows.
        self.functions[name] = function
        return function

    def _problem(self, text: str, function: Optional[Callable[..., Any]] = None) -> None:
        place = place_of_function(code_of(function)) if function else place_of_frame(sys._getframe(1))
        self._problems.append(f"{text} ({show(place)})" if place else text)
