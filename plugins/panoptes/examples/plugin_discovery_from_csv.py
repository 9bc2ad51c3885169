"""Resources out of a CSV file: site, class, subclass, type, id, endpoint."""

import csv
import os

from yahoo_panoptes.discovery.panoptes_discovery_plugin import PanoptesDiscoveryPlugin, PanoptesDiscoveryPluginError
from yahoo_panoptes.framework.resources import PanoptesResource, PanoptesResourceSet


class PluginDiscoveryFromCSV(PanoptesDiscoveryPlugin):
    def run(self, context):
        conf = context.config["main"]
        path = os.path.join(os.path.dirname(os.path.realpath(__file__)), conf["config_file"])
        resources = PanoptesResourceSet()
        try:
            with open(path) as lines:
                for row in csv.DictReader(lines):
                    resource = PanoptesResource(
                        resource_site=row["site"],
                        resource_class=row["class"],
                        resource_subclass=row["subclass"],
                        resource_type=row["type"],
                        resource_id=row["id"],
                        resource_endpoint=row["endpoint"],
                        resource_plugin="plugin_discovery_from_csv",
                        resource_ttl=int(conf.get("resource_ttl", 3600)),
                    )
                    resource.add_metadata("os_name", row["os_name"])
                    resources.add(resource)
        except Exception as e:
            raise PanoptesDiscoveryPluginError("Error while reading {}: {}".format(path, repr(e)))
        context.logger.info("Read {} resources from {}".format(len(resources), path))
        return resources
