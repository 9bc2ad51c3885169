"""Settings that must not be seen."""

from __future__ import annotations

from typing import Any, NoReturn

HIDDEN = "***"


class Secret:
    """A setting that must not be seen: it prints as `***` wherever it is printed, logged, formatted or turned into JSON. Written
    as text in the plugin file (better: as a reference such as `${env:NAME}`)."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_Secret__value", value)

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        value: str = object.__getattribute__(self, "_Secret__value")
        return value

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __bool__(self) -> bool:
        return self.reveal() != ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Secret does not change")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is neither pickled nor copied: pass it on as it is")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """How pydantic reads it: text in a plugin file, a Secret for the plugin."""
        from pydantic_core import core_schema

        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "string", "x-secret": True}
