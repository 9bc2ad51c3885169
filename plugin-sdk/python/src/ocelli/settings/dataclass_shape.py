"""From the annotations of a dataclass to shapes."""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import pathlib
import sys
import types
import typing
from typing import Any, Optional, Union

from ocelli.secret import Secret
from ocelli.settings.nested_shapes import EitherShape, Field, ListShape, MapShape, ObjectShape
from ocelli.settings.setting import METADATA_KEY, Limits
from ocelli.settings.shapes import (
    AnyShape,
    BooleanShape,
    ChoiceShape,
    NothingShape,
    NumberShape,
    SecretShape,
    Shape,
    TextShape,
)

_LISTS: dict[Any, Any] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    collections.abc.Sequence: list,
    collections.abc.Iterable: list,
}
_UNIONS = {Union, getattr(types, "UnionType", Union)}


def object_shape(cls: type, within: tuple[type, ...] = ()) -> ObjectShape:
    """The shape of a dataclass. Raises TypeError where a field's type cannot be a setting."""
    if cls in within:
        raise TypeError(f"settings {cls.__name__} hold themselves")
    fields: list[Field] = []
    types_by_name = _types_of(cls)
    for one in dataclasses.fields(cls):
        if not one.init:
            continue
        limits: Limits = one.metadata.get(METADATA_KEY, Limits())
        default, has_default = _default_of(one)
        if default is not None and isinstance(default, Secret) and not default:
            limits = dataclasses.replace(limits, min_length=0)
        shape = shape_of(types_by_name[one.name], limits, f"{cls.__name__}.{one.name}", (*within, cls))
        optional = has_default or (isinstance(shape, ObjectShape) and shape.may_be_empty)
        shown = _as_json(default)
        fields.append(Field(one.name, shape, not optional, shown, has_default and shown is not None, limits.description))
        if has_default and shown is None:
            # The dataclass knows its default; it only cannot be written into a schema.
            fields[-1] = dataclasses.replace(fields[-1], shape=_Defaulted(shape))
    return ObjectShape(cls, fields)


class _Defaulted:
    """A shape whose default is for the dataclass alone."""

    def __init__(self, shape: Shape) -> None:
        self.schema, self.read = shape.schema, shape.read


def shape_of(annotation: Any, limits: Limits, where: str, within: tuple[type, ...]) -> Shape:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        own = next((one for one in args[1:] if isinstance(one, Limits)), limits)
        return shape_of(args[0], own, where, within)
    if origin is typing.Literal:
        return ChoiceShape(args)
    if origin in _UNIONS:
        return EitherShape([shape_of(arg, limits, where, within) for arg in args])
    if origin in _LISTS:
        element: Any = args[0] if args else Any
        return ListShape(shape_of(element, Limits(), where, within), _LISTS[origin], limits)
    if origin in (dict, collections.abc.Mapping) and (not args or args[0] is str):
        return MapShape(shape_of(args[1] if args else Any, Limits(), where, within))
    return _plain_shape(annotation, limits, where, within)


def _plain_shape(annotation: Any, limits: Limits, where: str, within: tuple[type, ...]) -> Shape:
    if annotation in (Any, object):
        return AnyShape()
    if annotation in (None, type(None)):
        return NothingShape()
    if annotation is bool:
        return BooleanShape()
    if annotation in (int, float):
        return NumberShape(annotation is int, limits)
    if annotation is str:
        return TextShape(limits)
    if annotation is Secret:
        # A secret that is empty is one that somebody forgot.
        return SecretShape(dataclasses.replace(limits, min_length=1) if limits.min_length is None else limits)
    if annotation in (list, tuple, set):
        return ListShape(AnyShape(), annotation, limits)
    if annotation is dict:
        return MapShape(AnyShape())
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return ChoiceShape(list(annotation))
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        return object_shape(annotation, within)
    if annotation is pathlib.Path:
        raise TypeError(f"{where} is a Path, and JSON has none: make it str, and a Path where you use it")
    name = getattr(annotation, "__name__", str(annotation))
    known = "str, int, float, bool, Secret, Literal, Enum, Optional, list, dict and dataclasses"
    raise TypeError(f"{where} is of type {name}: settings are {known}")


def _types_of(cls: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except Exception as error:
        hint = " (write Optional[X], not X | None, on Python 3.9)" if sys.version_info < (3, 10) else ""
        raise TypeError(f"the types of settings {cls.__name__} cannot be read: {error}{hint}") from error


def _default_of(one: dataclasses.Field[Any]) -> tuple[Any, bool]:
    if one.default is not dataclasses.MISSING:
        return one.default, True
    if one.default_factory is not dataclasses.MISSING:
        return one.default_factory(), True
    return None, False


def _as_json(default: Any) -> Optional[Any]:
    """A default as a schema shows it; None where it is none for people, or none that JSON can say."""
    if isinstance(default, enum.Enum):
        return default.value
    if isinstance(default, (str, int, float)):
        return default
    if isinstance(default, (list, tuple)):
        shown = [_as_json(one) for one in default]
        return None if None in shown else shown
    return None
