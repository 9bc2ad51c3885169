"""A polling plugin that tells what its context holds, as dimensions of one group."""

import json

from yahoo_panoptes.framework.metrics import (
    PanoptesMetric,
    PanoptesMetricDimension,
    PanoptesMetricsGroup,
    PanoptesMetricsGroupSet,
    PanoptesMetricType,
)
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin


class Probe(PanoptesPollingPlugin):
    def run(self, context):
        resource = context.data
        seen = {
            "core_name": context.config["Core"]["name"],
            "frequency": context.config["main"]["execute_frequency"],
            "greeting": context.config["main"].get("greeting", "-"),
            "missing_section": json.dumps(context.config["no_such_section"]),
            "snmp_timeout": repr(context.snmp["timeout"]),
            "snmp_port": repr(context.snmp["port"]),
            "x509": repr(context.x509["x509_secured_requests"]),
            "sites": ",".join(sorted(context.sites)),
            "secret_of_site": str(context.secrets.get_by_site("api_token", resource.resource_site)),
            "secret_of_other_site": str(context.secrets.get_by_site("api_token", "elsewhere")),
            "secret_without_fallback": str(context.secrets.get_by_site("api_token", "elsewhere", False)),
            "has_enrichment": str(context.enrichment is not None),
            "resource": repr(resource),
            "ttl": resource.resource_ttl,
            "model": resource.resource_metadata.get("model", "-"),
            "runs": str(self.count(context)),
        }
        group = PanoptesMetricsGroup(resource, "context", 60)
        group.add_metric(PanoptesMetric("seen", 1, PanoptesMetricType.GAUGE))
        for name, value in seen.items():
            group.add_dimension(PanoptesMetricDimension(name, value.replace("|", "/")))
        result = PanoptesMetricsGroupSet()
        result.add(group)
        return result

    def count(self, context):
        runs = int(context.kv.get("runs") or 0) + 1
        context.kv.set("runs", str(runs))
        if context.config["main"].get("fill_kv"):
            context.kv.set("much", "x" * 5000)
        return runs
