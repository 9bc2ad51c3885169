"""What the generic SNMP poller is to read: OIDs, and metrics made of them."""

from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentGroup, PanoptesEnrichmentSchemaValidator


class PanoptesGenericSNMPMetricsEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "oids": {"type": "dict", "required": True},
                "metrics_groups": {
                    "type": "list",
                    "required": True,
                    "schema": {
                        "type": "dict",
                        "schema": {
                            "group_name": {"type": "string", "required": True},
                            "dimensions": {"type": "dict", "required": False},
                            "metrics": {"type": "dict", "required": True},
                        },
                    },
                },
            },
        }
    }


class PanoptesGenericSNMPMetricsEnrichmentGroup(PanoptesEnrichmentGroup):
    # Plugins set another namespace here.
    METRICS_SCHEMA_NAMESPACE = "metrics"

    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=self.METRICS_SCHEMA_NAMESPACE,
            schema_validator=PanoptesGenericSNMPMetricsEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )
