"""Where to look up neighbours."""

from yahoo_panoptes.framework.enrichment import PanoptesEnrichmentGroup, PanoptesEnrichmentSchemaValidator

BRIDGE_LOOKUP_SCHEMA_NAMESPACE = "bridge_lookup"
INVERSE_INTERFACE_LOOKUP_SCHEMA_NAMESPACE = "inverse_interface_lookup"
L3_INTERFACE_LOOKUP_SCHEMA_NAMESPACE = "l3_interface_lookup"
INTERFACE_LOOKUP_SCHEMA_NAMESPACE = "interface_lookup"
DEVICE_LOOKUP_SCHEMA_NAMESPACE = "device_lookup"


class PanoptesBridgeLookupEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "resource_id": {"type": "string", "required": True},
                "port_id_map": {"type": "dict", "required": True},
            },
        }
    }


class PanoptesBridgeLookupEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=BRIDGE_LOOKUP_SCHEMA_NAMESPACE,
            schema_validator=PanoptesBridgeLookupEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )


class PanoptesInverseInterfaceLookupEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "resource_id": {"type": "string", "required": True},
                "interface_description": {"type": "string", "required": True},
                "interface_index": {"type": "string", "required": True},
            },
        }
    }


class PanoptesInverseInterfaceLookupEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=INVERSE_INTERFACE_LOOKUP_SCHEMA_NAMESPACE,
            schema_validator=PanoptesInverseInterfaceLookupEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )


class PanoptesL3InterfaceLookupEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "resource_id": {"type": "string", "required": True},
                "interface_description": {"type": "string", "required": True},
                "interface_index": {"type": "string", "required": True},
                "ip_version": {"type": "integer", "required": True},
            },
        }
    }


class PanoptesL3InterfaceLookupEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=L3_INTERFACE_LOOKUP_SCHEMA_NAMESPACE,
            schema_validator=PanoptesL3InterfaceLookupEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )


class PanoptesInterfaceLookupEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "resource_id": {"type": "string", "required": True},
                "interface_description": {"type": "string", "required": True},
                "interface_index": {"type": "string", "required": True},
                "port_id_map": {"type": "dict", "required": True},
            },
        }
    }


class PanoptesInterfaceLookupEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=INTERFACE_LOOKUP_SCHEMA_NAMESPACE,
            schema_validator=PanoptesInterfaceLookupEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )


class PanoptesDeviceLookupEnrichmentSchemaValidator(PanoptesEnrichmentSchemaValidator):
    schema = {
        "enrichment_label": {
            "type": "dict",
            "schema": {
                "source_resource_id": {"type": "string", "required": True},
                "device_info_ipv4": {"type": "dict", "required": True},
                "device_info_ipv6": {"type": "dict", "required": True},
            },
        }
    }


class PanoptesDeviceLookupEnrichmentGroup(PanoptesEnrichmentGroup):
    def __init__(self, enrichment_ttl: int, execute_frequency: int) -> None:
        super().__init__(
            namespace=DEVICE_LOOKUP_SCHEMA_NAMESPACE,
            schema_validator=PanoptesDeviceLookupEnrichmentSchemaValidator(),
            enrichment_ttl=enrichment_ttl,
            execute_frequency=execute_frequency,
        )
