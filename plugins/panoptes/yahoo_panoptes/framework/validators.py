"""Small checks that plugins and the classes here lean on. Each answers whether a value is of its kind."""

import logging
import numbers
import os
import re
import time
from typing import Any

NUMERIC_OID = re.compile(r"\.(\d+)(\.\d+)*\Z")


def _is_whole(value: Any) -> bool:
    return type(value) is int


class PanoptesValidators:
    @classmethod
    def valid_logger(cls, logger: Any) -> bool:
        return isinstance(logger, logging.Logger)

    @classmethod
    def valid_callback(cls, callback: Any) -> bool:
        return callable(callback)

    @classmethod
    def valid_hashable_object(cls, object_to_check: Any) -> bool:
        return getattr(object_to_check, "__hash__", None) is not None

    @classmethod
    def valid_port(cls, port: Any) -> bool:
        return _is_whole(port) and 0 < port < 65536

    @classmethod
    def valid_number(cls, value: Any) -> bool:
        return isinstance(value, numbers.Number) and not isinstance(value, bool)

    @classmethod
    def valid_nonzero_integer(cls, value: Any) -> bool:
        """Above zero, whatever the name says."""
        return _is_whole(value) and value > 0

    @classmethod
    def valid_positive_integer(cls, value: Any) -> bool:
        """Zero counts as positive, as it always has in Panoptes."""
        return _is_whole(value) and value >= 0

    @classmethod
    def valid_nonempty_string(cls, value: Any) -> bool:
        return isinstance(value, str) and value != ""

    @classmethod
    def valid_none_or_string(cls, value: Any) -> bool:
        return value is None or cls.valid_nonempty_string(value)

    @classmethod
    def valid_none_or_nonempty_string(cls, value: Any) -> bool:
        return value is None or cls.valid_nonempty_string(value)

    @classmethod
    def valid_readable_path(cls, path: Any) -> bool:
        return cls._readable(path, os.path.isdir)

    @classmethod
    def valid_readable_file(cls, filename: Any) -> bool:
        return cls._readable(filename, os.path.isfile)

    @staticmethod
    def _readable(path: Any, is_kind: Any) -> bool:
        try:
            return bool(is_kind(path) and os.access(path, os.R_OK))
        except (TypeError, ValueError):
            return False

    @classmethod
    def valid_nonempty_iterable_of_strings(cls, value: Any) -> bool:
        if isinstance(value, str) or not hasattr(value, "__iter__") or not hasattr(value, "__len__"):
            return False
        return len(value) > 0 and all(cls.valid_nonempty_string(one) for one in value)

    @classmethod
    def valid_timestamp(cls, timestamp: Any, max_age: float = 604800, max_skew: float = 60) -> bool:
        """Epoch seconds that are at most `max_age` old and at most `max_skew` ahead."""
        if any(type(one) not in (int, float) for one in (timestamp, max_age, max_skew)):
            return False
        now = time.time()
        return bool(now - max_age <= timestamp <= now + max_skew)

    @classmethod
    def valid_numeric_snmp_oid(cls, oid: Any) -> bool:
        return isinstance(oid, str) and NUMERIC_OID.match(oid) is not None
