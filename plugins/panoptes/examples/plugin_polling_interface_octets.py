"""Octets of interfaces, with the names that the enrichment found."""

from yahoo_panoptes.framework.metrics import (
    PanoptesMetric,
    PanoptesMetricDimension,
    PanoptesMetricsGroup,
    PanoptesMetricsGroupSet,
    PanoptesMetricType,
)
from yahoo_panoptes.framework.plugins.base_snmp_plugin import PanoptesSNMPBasePlugin
from yahoo_panoptes.framework.utilities.snmp.mibs.ifXTable import ifHCInOctets, ifHCOutOctets
from yahoo_panoptes.plugins.polling.utilities.polling_status import PanoptesPollingStatus
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin


class PluginPollingInterfaceOctets(PanoptesSNMPBasePlugin, PanoptesPollingPlugin):
    def __init__(self):
        super(PluginPollingInterfaceOctets, self).__init__()
        self._results = PanoptesMetricsGroupSet()

    def _walk(self, oid):
        walked = self.snmp_connection.bulk_walk(oid, max_repetitions=self.snmp_configuration.max_repetitions)
        return {one.index: int(one.value) for one in walked}

    def _add_interface(self, index, octets_in, octets_out):
        name = self.enrichment.get_enrichment_value("self", "interface_names", index)["interface_name"]
        group = PanoptesMetricsGroup(self.resource, "interface", self.execute_frequency)
        group.add_dimension(PanoptesMetricDimension("interface_name", name))
        group.add_metric(PanoptesMetric("octets_in", octets_in, PanoptesMetricType.COUNTER))
        group.add_metric(PanoptesMetric("octets_out", octets_out, PanoptesMetricType.COUNTER))
        self._results.add(group)

    def get_results(self):
        status = PanoptesPollingStatus(self.resource, self.execute_frequency, self.logger, ping=False)
        try:
            octets_in = self._walk(ifHCInOctets)
            octets_out = self._walk(ifHCOutOctets)
            for index in octets_in:
                self._add_interface(index, octets_in[index], octets_out.get(index, -1))
            status.handle_success("interface")
        except Exception as e:
            status.handle_exception("interface", e)
        self._results.add(status.device_status_metrics_group)
        return self._results
