"""What is connected to what."""

from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentGroup, PanoptesEnrichmentSchemaValidator

SCHEMA_NAMESPACE = "topology"


class PanoptesTopologyEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "interface": {"type": "string", "required": True},
                "map_type": {"type": "string", "required": True},
                "neighbor": {"type": "dict", "required": True},
            },
        }
    }


class PanoptesTopologyEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=SCHEMA_NAMESPACE,
            schema_validator=PanoptesTopologyEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )
