"""A polling plugin that does what the resource's metadata `do` says."""

import os
import socket
import sys
import time

from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentGroupSet
from yahoo_panoptes.framework.metrics import (
    PanoptesMetric,
    PanoptesMetricDimension,
    PanoptesMetricsGroup,
    PanoptesMetricsGroupSet,
    PanoptesMetricsNullException,
    PanoptesMetricType,
)
from yahoo_panoptes.framework.plugins.panoptes_base_plugin import PanoptesPluginRuntimeError
from yahoo_panoptes.framework.resources import PanoptesResource
from yahoo_panoptes.framework.utilities.ping import PanoptesPingException
from yahoo_panoptes.framework.utilities.snmp.exceptions import (
    PanoptesSNMPConnectionException,
    PanoptesSNMPException,
    PanoptesSNMPTimeoutException,
)
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin


class HTTPAnswer(Exception):
    """As requests has it."""

    def __init__(self, status_code):
        super(HTTPAnswer, self).__init__("HTTP {}".format(status_code))
        self.response = type("Response", (), {"status_code": status_code})()


def group(resource, name="cpu", dimensions=(), **gauges):
    made = PanoptesMetricsGroup(resource, name, 60)
    for dimension, value in dimensions:
        made.add_dimension(PanoptesMetricDimension(dimension, value))
    for metric, value in gauges.items():
        made.add_metric(PanoptesMetric(metric, value, PanoptesMetricType.GAUGE))
    return made


def group_set(*groups):
    made = PanoptesMetricsGroupSet()
    for one in groups:
        made.add(one)
    return made


class Misbehave(PanoptesPollingPlugin):
    def run(self, context):
        return getattr(self, context.data.resource_metadata["do"])(context.data, context)

    def well(self, resource, context):
        return group_set(group(resource, utilization=12.5))

    # What is returned.

    def nothing(self, resource, context):
        return None

    def a_dict(self, resource, context):
        return {"cpu": 1}

    def enrichment(self, resource, context):
        return PanoptesEnrichmentGroupSet(resource)

    def empty(self, resource, context):
        return group_set()

    def nan(self, resource, context):
        return group_set(group(resource, utilization=float("nan")))

    def negative_counter(self, resource, context):
        made = group(resource)
        made.add_metric(PanoptesMetric("octets", -7, PanoptesMetricType.COUNTER))
        return group_set(made)

    def absent_counter(self, resource, context):
        made = group(resource)
        made.add_metric(PanoptesMetric("octets", -1, PanoptesMetricType.COUNTER))
        return group_set(made)

    def huge_counter(self, resource, context):
        made = group(resource)
        made.add_metric(PanoptesMetric("octets", 2**63 - 1, PanoptesMetricType.COUNTER))
        made.add_metric(PanoptesMetric("more", 2**64 - 1, PanoptesMetricType.COUNTER))
        return group_set(made)

    def both_types(self, resource, context):
        made = group(resource, octets=3)
        made.add_metric(PanoptesMetric("octets", 1000, PanoptesMetricType.COUNTER))
        return group_set(made)

    def same_dimensions(self, resource, context):
        return group_set(group(resource, "environment", fans_ok=2), group(resource, "environment", power_units_on=1))

    def contradiction(self, resource, context):
        where = [("slot", "1")]
        return group_set(group(resource, "cpu", where, load=1), group(resource, "cpu", where, load=2))

    def no_metrics(self, resource, context):
        return group_set(group(resource, "empty"), group(resource, load=1))

    def umlaut(self, resource, context):
        return group_set(group(resource, größe=1))

    def other_resource(self, resource, context):
        other = PanoptesResource("s", "c", "s", "t", "another", "e", resource_plugin="p")
        return group_set(group(other, load=1), group(resource, load=2))

    def status_network(self, resource, context):
        return group_set(group(resource, "status", status=2))

    def status_of_heartbeat(self, resource, context):
        return group_set(group(resource, "heartbeat", status=1))

    # What is raised.

    def timeout(self, resource, context):
        raise PanoptesSNMPTimeoutException("no answer from the device")

    def network(self, resource, context):
        raise PanoptesSNMPConnectionException("nobody is there")

    def snmp(self, resource, context):
        raise PanoptesSNMPException("genErr")

    def ping(self, resource, context):
        raise PanoptesPingException("no echo")

    def null(self, resource, context):
        raise PanoptesMetricsNullException("no cpus")

    def lookup(self, resource, context):
        return context.enrichment.get_enrichment("self", "nowhere")

    def socket_timeout(self, resource, context):
        raise socket.timeout("timed out")

    def refused(self, resource, context):
        raise ConnectionRefusedError(111, "Connection refused")

    def unauthorized(self, resource, context):
        raise HTTPAnswer(401)

    def wrapped(self, resource, context):
        try:
            raise PanoptesSNMPTimeoutException("no answer")
        except Exception as e:
            raise PanoptesPluginRuntimeError("Error creating SNMP connection: {}".format(repr(e)))

    def bug(self, resource, context):
        return group_set(group(resource, load=resource.no_such_attribute))

    def leave(self, resource, context):
        sys.exit(3)

    # What never ends well.

    def hang(self, resource, context):
        while True:
            time.sleep(0.01)

    def child(self, resource, context):
        """Leaves a program behind that outlives the run, unless somebody ends it."""
        import subprocess

        self.left = subprocess.Popen(["sleep", "300"])
        context.logger.info("child %d", self.left.pid)
        while True:
            time.sleep(0.01)

    def crash(self, resource, context):
        os.abort()

    def leave_child(self, resource, context):
        """Ends well, and leaves a program behind that the end of a lifeline does not end."""
        import signal
        import subprocess

        ignore = lambda: signal.signal(signal.SIGIO, signal.SIG_IGN)  # noqa: E731
        self.left = subprocess.Popen(["sleep", "300"], preexec_fn=ignore)
        return group_set(group(resource, child=self.left.pid))

    # What is told of the process.

    def process(self, resource, context):
        context.logger.info(" ".join(sorted(os.environ)))
        return group_set(group(resource, pid=os.getpid()))

    # What is said.

    def talk(self, resource, context):
        print("printed to stdout")
        sys.stderr.write("written to stderr\n")
        context.logger.warning("warned about %s", resource.resource_id)
        context.logger.debug("a detail")
        return group_set()

    def chatter(self, resource, context):
        for number in range(5000):
            context.logger.info("line %d", number)
        return group_set()

    def tell_secret(self, resource, context):
        secret = context.secrets.get_by_site("api_token", resource.resource_site)
        context.logger.info("the token is %s", secret)
        print("printed", secret)
        raise ValueError("refused with " + secret)
