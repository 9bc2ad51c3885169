"""The Python SDK of Ocelli: everything a module author imports."""

import os as _os

# Before grpc is loaded. Whatever it has to say comes as an error too, and stderr belongs to our own log. Its fork handlers are in
# the way of authors who start programs from threads.
_os.environ.setdefault("GRPC_VERBOSITY", "NONE")
_os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

from ocelli.absolute_path import absolute_path
from ocelli.cancel_signal import Cancelled, Signal
from ocelli.definition import Plugin
from ocelli.faults import Fault, PollFault
from ocelli.log import Log
from ocelli.process.serve import serve
from ocelli.records import (
    Discovery,
    DiscoverySummary,
    EnrichmentSet,
    Metric,
    MetricGroup,
    RefusedRecord,
    Result,
    SinkRecord,
)
from ocelli.run_context import DiscoverContext, ResourceContext, RunContext, SinkContext
from ocelli.secret import Secret
from ocelli.settings.diagnostic import Diagnostic
from ocelli.settings.setting import secret, setting
from ocelli.state import RunState
from ocelli.stoppable_worker import StoppableWorker, stoppable_worker
from ocelli.testing import check_settings, test_plugin
from ocelli.values import Enrichment, Group, MetricValue, Resource, counter, gauge
from ocelli.version import __version__

__all__ = [
    "Cancelled",
    "Diagnostic",
    "DiscoverContext",
    "Discovery",
    "DiscoverySummary",
    "Enrichment",
    "EnrichmentSet",
    "Fault",
    "Group",
    "Log",
    "Metric",
    "MetricGroup",
    "MetricValue",
    "Plugin",
    "PollFault",
    "RefusedRecord",
    "Resource",
    "ResourceContext",
    "Result",
    "RunContext",
    "RunState",
    "Secret",
    "Signal",
    "SinkContext",
    "SinkRecord",
    "StoppableWorker",
    "__version__",
    "absolute_path",
    "check_settings",
    "counter",
    "gauge",
    "secret",
    "serve",
    "setting",
    "stoppable_worker",
    "test_plugin",
]
