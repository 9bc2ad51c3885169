"""Names of interfaces, by ifIndex."""

from yahoo_panoptes.enrichment.enrichment_plugin import PanoptesEnrichmentPlugin
from yahoo_panoptes.framework.enrichment import (
    PanoptesEnrichmentGroup,
    PanoptesEnrichmentGroupSet,
    PanoptesEnrichmentSchemaValidator,
    PanoptesEnrichmentSet,
)
from yahoo_panoptes.framework.plugins.base_snmp_plugin import PanoptesSNMPBaseEnrichmentPlugin
from yahoo_panoptes.framework.utilities.snmp.mibs.ifXTable import ifAlias, ifName


class InterfaceNamesValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "interface_name": {"type": "string", "required": True},
                "alias": {"type": "string"},
            },
        }
    }


class PluginEnrichmentInterfaceNames(PanoptesSNMPBaseEnrichmentPlugin, PanoptesEnrichmentPlugin):
    def get_results(self):
        group = PanoptesEnrichmentGroup(
            namespace="interface_names",
            schema_validator=InterfaceNamesValidator(),
            enrichment_ttl=self.enrichment_ttl,
            execute_frequency=self.execute_frequency,
        )
        repetitions = self.snmp_configuration.max_repetitions
        aliases = {one.index: one.value for one in self.snmp_connection.bulk_walk(ifAlias, max_repetitions=repetitions)}
        for one in self.snmp_connection.bulk_walk(ifName, max_repetitions=repetitions):
            names = PanoptesEnrichmentSet(one.index)
            names.add("interface_name", one.value)
            if aliases.get(one.index):
                names.add("alias", aliases[one.index])
            group.add_enrichment_set(names)
        group_set = PanoptesEnrichmentGroupSet(self.resource)
        group_set.add_enrichment_group(group)
        return group_set
