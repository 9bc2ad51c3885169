"""A discovery plugin that finds what [main] find says."""

from yahoo_panoptes.discovery.panoptes_discovery_plugin import PanoptesDiscoveryPlugin
from yahoo_panoptes.framework.resources import PanoptesResource, PanoptesResourceSet


class Finds(PanoptesDiscoveryPlugin):
    def run(self, context):
        found = PanoptesResourceSet()
        find = context.config["main"]["find"]
        if find == "list":
            return [1, 2]
        if find == "error":
            raise RuntimeError("the source of truth is away")
        for number in range(3):
            one = PanoptesResource("site", "class", "sub", "type", "r{}".format(number), "10.0.0.1", resource_ttl=300)
            one.add_metadata("rack", "7")
            found.add(one)
        if find == "twice":
            found.add(PanoptesResource("other", "class", "sub", "type", "r1", "10.0.0.2"))
        return found
