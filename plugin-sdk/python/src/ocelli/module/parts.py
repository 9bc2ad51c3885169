"""What the services of a module share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ocelli.calls.running_call import Workshop
from ocelli.definition import Plugin
from ocelli.faults import PollFault
from ocelli.log import Log
from ocelli.module.instances import Instances
from ocelli.module.translate import fault_to_wire
from ocelli.module.work_gate import WorkGate
from ocelli.redactor import Redactor


@dataclass(frozen=True)
class ModuleParts:
    plugin: Plugin[Any]
    instances: Instances
    gate: WorkGate
    workshop: Workshop
    log: Log
    redactor: Redactor
    # Largest message both ways.
    message_bytes: int

    def wire_fault(self, fault: PollFault) -> bytes:
        return fault_to_wire(fault, self.redactor).SerializeToString()
