"""Turns what an author gave back into enrichment sets (ocelli.resource.v1.EnrichmentSet)."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from ocelli.author.check_resource import ID_MAX_BYTES
from ocelli.author.wrong_value import WrongValue
from ocelli.resource.v1.resource_pb2 import EnrichmentSet
from ocelli.secret import Secret
from ocelli.values import Enrichment
from ocelli.words import kind_of, meant

_KEYS = ("namespace", "schema", "ttl_s", "data", "resource_id")


def check_enrichment(value: object, seen: set[Hashable]) -> bytes:
    """Raises WrongValue with one sentence that names the namespace; `seen` keeps the sets of the answer apart."""
    given = _as_dict(value)
    namespace = given.get("namespace")
    if not isinstance(namespace, str) or namespace == "":
        raise WrongValue(f"an enrichment's namespace is text, not {'empty' if namespace == '' else kind_of(namespace)}")
    where = f"enrichment {namespace}"
    for key in given:
        if key not in _KEYS:
            raise WrongValue(f"{where} has no {key}: {meant(str(key), _KEYS)}")
    schema, ttl_s, resource_id = given.get("schema", "0.1"), given.get("ttl_s", 3600), given.get("resource_id") or ""
    if not isinstance(schema, str):
        raise WrongValue(f"schema of {where} is text, not {kind_of(schema)}")
    if not isinstance(resource_id, str) or len(resource_id.encode("utf-8", "replace")) > ID_MAX_BYTES:
        raise WrongValue(f"resource_id of {where} is a text of at most {ID_MAX_BYTES} bytes")
    if isinstance(ttl_s, bool) or not isinstance(ttl_s, int) or not 1 <= ttl_s < 2**32:
        raise WrongValue(f"ttl_s of {where} is a whole number of seconds from 1 on, not {ttl_s!r}")
    data = given.get("data")
    if not isinstance(data, Mapping):
        raise WrongValue(f"data of {where} is a dict, not {kind_of(data)}")
    if (namespace, resource_id) in seen:
        raise WrongValue(f"{where} comes twice for one resource")
    seen.add((namespace, resource_id))
    encoded = EnrichmentSet(
        namespace=namespace, schema=schema, ttl_s=ttl_s, data_json=_json_bytes(where, data), resource_id=resource_id
    )
    return encoded.SerializeToString()


def _as_dict(value: object) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Enrichment):
        return vars(value)
    raise WrongValue(f"an enrichment is an Enrichment or a dict, not {kind_of(value)}")


def _json_bytes(where: str, data: object) -> bytes:
    try:
        text = json.dumps(data, default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError) as error:
        raise WrongValue(f"data of {where} cannot be written as JSON: {error}") from error


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Secret):
        raise TypeError("it holds a Secret, and facts are no place for secrets")
    raise TypeError(f"it holds {kind_of(value)}")
