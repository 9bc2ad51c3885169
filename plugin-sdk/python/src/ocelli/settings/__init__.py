"""From a dataclass or a pydantic model to a JSON Schema, and from JSON back to settings."""
