"""Counters of interfaces, as Panoptes' own polling plugin reads them."""

from yahoo_panoptes.framework.metrics import (
    PanoptesMetric,
    PanoptesMetricDimension,
    PanoptesMetricsGroup,
    PanoptesMetricsGroupSet,
    PanoptesMetricType,
)
from yahoo_panoptes.framework.plugins.base_snmp_plugin import PanoptesSNMPBasePlugin
from yahoo_panoptes.framework.utilities.snmp.mibs.dot3StatsTable import *  # noqa: F403
from yahoo_panoptes.framework.utilities.snmp.mibs.ifTable import *  # noqa: F403
from yahoo_panoptes.framework.utilities.snmp.mibs.ifXTable import *  # noqa: F403
from yahoo_panoptes.plugins.polling.utilities.polling_status import PanoptesPollingStatus
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin

COUNTERS = {
    "errors_in": ifInErrors,  # noqa: F405
    "errors_out": ifOutErrors,  # noqa: F405
    "discards_in": ifInDiscards,  # noqa: F405
    "discards_out": ifOutDiscards,  # noqa: F405
    "unicast_packets_in": ifHCInUcastPkts,  # noqa: F405
    "unicast_packets_out": ifHCOutUcastPkts,  # noqa: F405
    "multicast_packets_in": ifHCInMulticastPkts,  # noqa: F405
    "multicast_packets_out": ifHCOutMulticastPkts,  # noqa: F405
    "broadcast_packets_in": ifHCInBroadcastPkts,  # noqa: F405
    "broadcast_packets_out": ifHCOutBroadcastPkts,  # noqa: F405
    "errors_frame": dot3StatsAlignmentErrors,  # noqa: F405
    "errors_crc": dot3StatsFCSErrors,  # noqa: F405
    "errors_giants": dot3StatsFrameTooLongs,  # noqa: F405
}
GAUGES = {"mtu": ifMtu, "admin_state": ifAdminStatus, "oper_state": ifOperStatus}  # noqa: F405
DIMENSIONS = ["alias", "media_type", "description", "configured_speed", "port_speed", "interface_name"]
DIMENSIONS += [f"parent_interface_{name}" for name in ("name", "media_type", "configured_speed", "port_speed")]


class InterfacePolling(PanoptesSNMPBasePlugin, PanoptesPollingPlugin):
    def walk(self, oid):
        walked = self.snmp_connection.bulk_walk(oid, max_repetitions=self.snmp_configuration.max_repetitions)
        return {one.index: int(one.value) for one in walked}

    def get_results(self):
        results = PanoptesMetricsGroupSet()
        status = PanoptesPollingStatus(
            resource=self.resource,
            execute_frequency=self.execute_frequency,
            logger=self.logger,
            metric_name="interface_polling_status",
        )
        try:
            octets = {"bits_in": self.walk(ifHCInOctets), "bits_out": self.walk(ifHCOutOctets)}  # noqa: F405
            read = {name: self.walk(oid) for name, oid in {**COUNTERS, **GAUGES}.items()}
            for index in set(octets["bits_in"]):
                results.add(self.interface(index, octets, read))
            status.handle_success("interface")
        except Exception as e:
            status.handle_exception("interface", e)
        results.add(status.device_status_metrics_group)
        return results

    def interface(self, index, octets, read):
        facts = self.enrichment.get_enrichment_value("self", "interface", index)
        group = PanoptesMetricsGroup(self.resource, "interface", self.execute_frequency)
        for name in DIMENSIONS:
            group.add_dimension(PanoptesMetricDimension(name, str(facts.get(name, "<not set>"))))
        values = {name: column.get(index, -1) for name, column in read.items()}
        values.update({name: column[index] * 8 if index in column else -1 for name, column in octets.items()})
        for way in ("in", "out"):
            parts = [values[f"{kind}_packets_{way}"] for kind in ("unicast", "multicast", "broadcast")]
            values[f"total_packets_{way}"] = -1 if -1 in parts else sum(parts)
        values["oper_admin_state_mismatch"] = int(values["oper_state"] != values["admin_state"])
        values["configured_speed"] = facts.get("configured_speed", -1)
        for name, value in values.items():
            kind = PanoptesMetricType.GAUGE if name in (*GAUGES, "oper_admin_state_mismatch", "configured_speed") else 1
            group.add_metric(PanoptesMetric(name, value, kind))
        return group
