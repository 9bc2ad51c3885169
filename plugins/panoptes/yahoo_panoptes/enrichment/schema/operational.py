"""What a device is and how it last answered. Times are epoch seconds."""

from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentGroup, PanoptesEnrichmentSchemaValidator

OPERATIONAL_SCHEMA_NAMESPACE = "operational"


class PanoptesOperationalEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "device_polling_status": {"type": "integer", "required": True},
                "snmpenginetime": {"type": "integer"},
                "last_updated": {"type": "integer"},
                "sysdescr": {"type": "string"},
                "device_vendor": {"type": "string"},
                "device_model": {"type": "string"},
                "device_os": {"type": "string"},
                "device_os_version": {"type": "string"},
            },
        }
    }


class PanoptesOperationalEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=OPERATIONAL_SCHEMA_NAMESPACE,
            schema_validator=PanoptesOperationalEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )
