"""Turns what an author yielded into a resource."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ocelli.author.wrong_value import WrongValue
from ocelli.values import Resource
from ocelli.words import clean, kind_of, meant

ID_MAX_BYTES = 512
_TEXTS = ("site", "class", "subclass", "type", "endpoint")
_KEYS = ("id", *_TEXTS, "metadata", "parents", "ttl_s")


def check_resource(value: object) -> Resource:
    """Raises WrongValue with one sentence that names it."""
    given = _as_dict(value)
    resource_id = given.get("id")
    if not isinstance(resource_id, str):
        raise WrongValue(f"a resource's id is text, not {kind_of(resource_id)}")
    where = f"resource {json.dumps(resource_id, ensure_ascii=False)}"
    for key in given:
        if key not in _KEYS:
            raise WrongValue(f"{where} has no {key}: {meant(str(key), _KEYS)}")
    texts = {key: given.get(key) or "" for key in _TEXTS}
    for key, text in texts.items():
        if not isinstance(text, str):
            raise WrongValue(f"{key} of {where} is text, not {kind_of(text)}")
    parents = given.get("parents") or ()
    if isinstance(parents, str) or not all(isinstance(one, str) for one in parents):
        raise WrongValue(f"parents of {where} are a list of ids")
    checked = Resource(
        id=resource_id,
        endpoint=texts["endpoint"],
        site=texts["site"],
        class_=texts["class"],
        subclass=texts["subclass"],
        type=texts["type"],
        metadata=_metadata(where, given.get("metadata") or {}),
        parents=list(parents),
        ttl_s=given.get("ttl_s") or 0,
    )
    problems = _problems(checked)
    if problems:
        raise WrongValue(f"{where}: {'; '.join(problems)}")
    return checked


def _as_dict(value: object) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Resource):
        return {key: getattr(value, "class_" if key == "class" else key) for key in _KEYS}
    raise WrongValue(f"a resource is a Resource or a dict, not {kind_of(value)}")


def _metadata(where: str, metadata: object) -> dict[str, str]:
    if not isinstance(metadata, Mapping):
        raise WrongValue(f"metadata of {where} is a dict of texts")
    for key, value in metadata.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise WrongValue(f"metadata {key} of {where} is {kind_of(value)}: write it as text")
    return dict(metadata)


def _problems(resource: Resource) -> list[str]:
    problems: list[str] = []
    if resource.id == "":
        problems.append("id is empty; every resource needs one")
    size = len(resource.id.encode("utf-8", "replace"))
    if size > ID_MAX_BYTES:
        problems.append(f"id is {size} bytes long; at most {ID_MAX_BYTES} are kept")
    ttl = resource.ttl_s
    if isinstance(ttl, bool) or not isinstance(ttl, int) or not 0 <= ttl < 2**32:
        problems.append(f"ttl_s {ttl!r} is not a whole number of seconds")
    if resource.id in resource.parents:
        problems.append("it is its own parent")
    texts = (resource.id, resource.endpoint, resource.site, resource.class_, resource.subclass, resource.type)
    for text in (*texts, *resource.parents, *resource.metadata.keys(), *resource.metadata.values()):
        if clean(text) != text:
            problems.append(f"{text!a} is no text of whole characters")
    return problems
