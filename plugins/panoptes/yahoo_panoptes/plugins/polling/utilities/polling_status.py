"""Tells how a poll of many parts went, as one number."""

import logging
from collections import Counter
from typing import Any, Dict

from yahoo_panoptes.framework import failures
from yahoo_panoptes.framework.metrics import PanoptesMetric, PanoptesMetricsGroup, PanoptesMetricType
from yahoo_panoptes.framework.resources import PanoptesResource
from yahoo_panoptes.framework.utilities.ping import PanoptesPingConnectionFactory
from yahoo_panoptes.framework.validators import PanoptesValidators


class DEVICE_METRICS_STATES:
    SUCCESS = failures.SUCCESS
    AUTHENTICATION_FAILURE = failures.AUTHENTICATION
    NETWORK_FAILURE = failures.NETWORK
    TIMEOUT = failures.TIMEOUT
    PARTIAL_METRIC_FAILURE = failures.PARTIAL
    INTERNAL_FAILURE = failures.INTERNAL
    MISSING_METRICS = failures.MISSING_METRICS
    PING_FAILURE = failures.PING
    ENRICHMENT_FAILURE = failures.ENRICHMENT


_WORTH_A_PING = (DEVICE_METRICS_STATES.TIMEOUT, DEVICE_METRICS_STATES.NETWORK_FAILURE)


class PanoptesPollingStatus:
    """Keeps how each part went. All well: 0. Some well: partial. None well: what most parts failed by; where that is
    a timeout or the network, and `ping` is set, the device is asked for a ping, and without an answer it is 7."""

    def __init__(
        self,
        resource: PanoptesResource,
        execute_frequency: int,
        logger: logging.Logger,
        ping: bool = True,
        metrics_group_type_name: str = "status",
        metric_name: str = "status",
        context: Any = None,
    ) -> None:
        assert isinstance(resource, PanoptesResource), "resource must be an instance of PanoptesResource"
        assert PanoptesValidators.valid_nonzero_integer(execute_frequency), "execute_frequency must be integer > 0"
        assert PanoptesValidators.valid_logger(logger), "logger must be an instance of logging.Logger"
        self._resource = resource
        self._group = PanoptesMetricsGroup(resource, metrics_group_type_name, execute_frequency)
        self._metric_name = metric_name
        self._logger = logger
        self._ping = ping
        self._context = context
        self._parts: Dict[str, int] = {}
        self._device_status = DEVICE_METRICS_STATES.SUCCESS
        self._last_error = ""

    @property
    def device_status_metrics_group(self) -> PanoptesMetricsGroup:
        """Pings where the status asks for it."""
        if self._ping and self._device_status in _WORTH_A_PING:
            try:
                answered = PanoptesPingConnectionFactory.get_ping_connection(
                    resource=self._resource, context=self._context
                )
                lost = answered.packet_loss_pct == 100.0
            except Exception:
                lost = True
            if lost:
                self._device_status = DEVICE_METRICS_STATES.PING_FAILURE
        if not self._group.metrics:
            self._group.add_metric(PanoptesMetric(self._metric_name, self._device_status, PanoptesMetricType.GAUGE))
        # How the bridge knows that this number is the status of the whole poll, under whatever name.
        self._group.polling_status = (self._device_status, self._last_error)  # type: ignore[attr-defined]
        return self._group

    @property
    def device_status(self) -> int:
        return self._device_status

    @property
    def device_name(self) -> str:
        return self._resource.resource_endpoint

    @property
    def device_type(self) -> str:
        one = self._resource
        return f"{one.resource_class}:{one.resource_subclass}:{one.resource_type}"

    @property
    def logger(self) -> logging.Logger:
        return self._logger

    def handle_success(self, k: str) -> None:
        if self._parts.get(k, DEVICE_METRICS_STATES.SUCCESS) != DEVICE_METRICS_STATES.SUCCESS:
            self._parts[k] = DEVICE_METRICS_STATES.PARTIAL_METRIC_FAILURE
        else:
            self._parts[k] = DEVICE_METRICS_STATES.SUCCESS
        self._sum_up()

    def handle_exception(self, k: str, e: BaseException) -> None:
        self._logger.warning(
            'Error while trying to poll "%s" (%s) for "%s": %r', self.device_name, self.device_type, k, e
        )
        self._last_error = f"{k}: {e!r}"
        partly = (DEVICE_METRICS_STATES.SUCCESS, DEVICE_METRICS_STATES.PARTIAL_METRIC_FAILURE)
        if self._parts.get(k) in partly:
            self._parts[k] = DEVICE_METRICS_STATES.PARTIAL_METRIC_FAILURE
        else:
            self._parts[k] = failures.status_of(e)
        self._sum_up()

    def _sum_up(self) -> None:
        parts = list(self._parts.values())
        if all(one == DEVICE_METRICS_STATES.SUCCESS for one in parts):
            self._device_status = DEVICE_METRICS_STATES.SUCCESS
        elif DEVICE_METRICS_STATES.SUCCESS in parts:
            self._device_status = DEVICE_METRICS_STATES.PARTIAL_METRIC_FAILURE
        else:
            self._device_status = Counter(parts).most_common(1)[0][0]
