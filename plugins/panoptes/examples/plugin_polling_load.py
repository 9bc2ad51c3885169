"""The load of the machine that polls: needs no device."""

import os

from yahoo_panoptes.framework.metrics import (
    PanoptesMetric,
    PanoptesMetricDimension,
    PanoptesMetricsGroup,
    PanoptesMetricsGroupSet,
    PanoptesMetricType,
)
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin


class PluginPollingLoad(PanoptesPollingPlugin):
    def run(self, context):
        interval = int(context.config["main"]["execute_frequency"])
        results = PanoptesMetricsGroupSet()
        for minutes, load in zip(("1", "5", "15"), os.getloadavg()):
            group = PanoptesMetricsGroup(context.data, "load", interval)
            group.add_dimension(PanoptesMetricDimension("minutes", minutes))
            group.add_metric(PanoptesMetric("load_average", load, PanoptesMetricType.GAUGE))
            results.add(group)
        context.logger.info("Polled the load of {}".format(context.data.resource_endpoint))
        return results
