"""Facts about interfaces, by ifIndex."""

from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentGroup, PanoptesEnrichmentSchemaValidator

INTERFACE_SCHEMA_NAMESPACE = "interface"


class PanoptesInterfaceEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "description": {"type": "string", "required": True},
                "media_type": {"type": "string", "required": True},
                "interface_name": {"type": "string", "required": True},
                "alias": {"type": "string", "required": True},
                "parent_interface_name": {"type": "string", "required": True},
                "parent_interface_media_type": {"type": "string", "required": True},
                "configured_speed": {"type": "integer", "required": True},
                "port_speed": {"type": "integer", "required": True},
                "parent_interface_configured_speed": {"type": "integer", "required": True},
                "parent_interface_port_speed": {"type": "integer", "required": True},
                "remote_device": {"type": "string"},
                "remote_device_site": {"type": "string"},
                "remote_device_function": {"type": "string"},
                "remote_device_purpose": {"type": "string"},
                "physical_address": {"type": "string"},
            },
        }
    }


class PanoptesInterfaceEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=INTERFACE_SCHEMA_NAMESPACE,
            schema_validator=PanoptesInterfaceEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )
