"""Facts about interfaces, as Panoptes' own enrichment plugins find them; one class for each vendor's rules."""

from yahoo_panoptes.enrichment.enrichment_plugin import PanoptesEnrichmentPlugin
from yahoo_panoptes.enrichment.schema.interface import PanoptesInterfaceEnrichmentGroup
from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentGroupSet, PanoptesEnrichmentSet
from yahoo_panoptes.framework.plugins.base_snmp_plugin import PanoptesSNMPBaseEnrichmentPlugin
from yahoo_panoptes.framework.utilities.helpers import transform_octet_to_mac
from yahoo_panoptes.framework.utilities.snmp.mibs.ifTable import getIfTypeDesc, ifDescr, ifPhysAddress, ifSpeed, ifType
from yahoo_panoptes.framework.utilities.snmp.mibs.ifXTable import ifAlias, ifHighSpeed, ifName

NOT_SET = "<not set>"
NO_PARENT = {"interface_name": NOT_SET, "media_type": NOT_SET, "configured_speed": -1, "port_speed": -1}


class InterfaceEnrichment(PanoptesSNMPBaseEnrichmentPlugin, PanoptesEnrichmentPlugin):
    speeds = {}

    def parent_of(self, name):
        return NOT_SET

    def port_speed(self, name, configured):
        return next((speed for prefix, speed in self.speeds.items() if name.startswith(prefix)), configured)

    def walk(self, oid):
        walked = self.snmp_connection.bulk_walk(oid, max_repetitions=self.snmp_configuration.max_repetitions)
        return {one.index: one.value for one in walked}

    def get_results(self):
        columns = {
            oid: self.walk(oid) for oid in (ifType, ifDescr, ifName, ifAlias, ifHighSpeed, ifSpeed, ifPhysAddress)
        }
        table = {}
        for index in sorted(set().union(*columns.values())):
            value = {oid: column.get(index) for oid, column in columns.items()}
            configured = int(value[ifHighSpeed] or 0) * 1000000
            if value[ifHighSpeed] in ("0", "1", None):
                configured = int(value[ifSpeed] or 0) or (configured if value[ifHighSpeed] else -1)
            name = value[ifName] or NOT_SET
            table[index] = {
                "interface_name": name,
                "description": value[ifDescr] or NOT_SET,
                "media_type": getIfTypeDesc(value[ifType]) if value[ifType] else NOT_SET,
                "alias": value[ifAlias] or NOT_SET,
                "configured_speed": configured,
                "port_speed": self.port_speed(name, configured),
                "physical_address": transform_octet_to_mac(value[ifPhysAddress]) if value[ifPhysAddress] else NOT_SET,
            }
        by_name = {facts["interface_name"]: facts for facts in table.values()}
        group = PanoptesInterfaceEnrichmentGroup(self.enrichment_ttl, self.execute_frequency)
        for index, facts in table.items():
            name = self.parent_of(facts["interface_name"])
            parent = by_name.get(name, NO_PARENT)
            of_parent = {f"parent_{key}": parent[key] for key in ("configured_speed", "media_type", "port_speed")}
            renamed = {key.replace("parent_", "parent_interface_"): value for key, value in of_parent.items()}
            group.add_enrichment_set(PanoptesEnrichmentSet(index, {**facts, **renamed, "parent_interface_name": name}))
        found = PanoptesEnrichmentGroupSet(self.resource)
        found.add_enrichment_group(group)
        return found


class CiscoInterfaceEnrichment(InterfaceEnrichment):
    speeds = {"Gi": 10**9, "Te": 10**10}

    def parent_of(self, name):
        return name.split(".")[0] if "." in name else NOT_SET


class JuniperInterfaceEnrichment(InterfaceEnrichment):
    speeds = {"ge": 10**9, "xe": 10**10, "xle": 4 * 10**10, "et": 10**11, "fte": 4 * 10**10}

    def parent_of(self, name):
        if "." in name:
            return name.split(".")[0]
        return name.split(":")[0] if ":" in name else NOT_SET
