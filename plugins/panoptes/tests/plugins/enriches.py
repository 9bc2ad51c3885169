"""An enrichment plugin that returns what [main] give says."""

from yahoo_panoptes.enrichment.enrichment_plugin import PanoptesEnrichmentPlugin
from yahoo_panoptes.enrichment.schema.heartbeat import PanoptesHeartbeatEnrichmentGroup
from yahoo_panoptes.framework.enrichment import (
    PanoptesEnrichmentGroupSet,
    PanoptesEnrichmentMultiGroupSet,
    PanoptesEnrichmentSet,
)
from yahoo_panoptes.framework.resources import PanoptesResource


class Enriches(PanoptesEnrichmentPlugin):
    def run(self, context):
        give = context.config["main"]["give"]
        if give == "nothing":
            return None
        if give == "against_schema":
            return self.of(context.data, {"timestamp": "yesterday"})
        if give == "several":
            several = PanoptesEnrichmentMultiGroupSet()
            several.add_enrichment_group_set(self.of(context.data, {"timestamp": 1.5}))
            other = PanoptesResource("s", "c", "s", "t", "neighbour", "e", resource_plugin="p")
            several.add_enrichment_group_set(self.of(other, {"timestamp": 2.5}))
            return several
        return self.of(context.data, {"timestamp": 1.5})

    def of(self, resource, facts):
        group = PanoptesHeartbeatEnrichmentGroup(enrichment_ttl=600, execute_frequency=60)
        group.add_enrichment_set(PanoptesEnrichmentSet("heartbeat", facts))
        found = PanoptesEnrichmentGroupSet(resource)
        found.add_enrichment_group(group)
        return found
