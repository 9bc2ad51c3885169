"""What a run comes to, as it goes from a worker to the module."""

from typing import Any, Dict, List, Optional, Tuple

# By the status codes of Panoptes; 0 is success.
STATUSES = (
    "success",
    "authentication",
    "network",
    "timeout",
    "partial",
    "internal",
    "missing_metrics",
    "ping_failure",
    "enrichment_failure",
)


class Outcome:
    def __init__(self) -> None:
        # {"name", "dimensions": {name: text}, "metrics": {name: [type, number]}, "at_ms"}
        self.groups: List[Dict[str, Any]] = []
        # {"namespace", "ttl_s", "data", "resource_id"}
        self.sets: List[Dict[str, Any]] = []
        # Fields as in ocelli.Resource.
        self.resources: List[Dict[str, Any]] = []
        # (status, sentence) that stand beside what was found.
        self.faults: List[Tuple[str, str]] = []
        # What to keep for the pair; None keeps what there was.
        self.state: Optional[str] = None

    def fault(self, status: str, message: str) -> None:
        self.faults.append((status, message))

    def frame(self) -> Dict[str, Any]:
        return {
            "is": "done",
            "groups": self.groups,
            "sets": self.sets,
            "resources": self.resources,
            "faults": self.faults,
            "state": self.state,
        }


class WrongResult(Exception):
    """What the plugin returned cannot be used; one sentence."""


def kind_of(value: Any) -> str:
    """ "a dict", "an int", "None": for sentences."""
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
