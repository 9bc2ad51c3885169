"""Secrets by name and site. Read only."""

from typing import Any, Mapping, Optional, Set

from yahoo_panoptes.framework import const
from yahoo_panoptes.framework.utilities.key_value_store import DictShelf, PanoptesKeyValueStore
from yahoo_panoptes.framework.validators import PanoptesValidators


class PanoptesSecretsStore(PanoptesKeyValueStore):
    """Keys are `NAME:SITE`; `NAME:default` stands in for every site that has none of its own."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        shelf = DictShelf({key: (value, None) for key, value in secrets.items()})
        super().__init__(shelf, const.SECRETS_MANAGER_KEY_VALUE_NAMESPACE)

    def get_by_site(self, secret_name: str, site: str, fallback_to_default: bool = True) -> Optional[str]:
        """None where neither the site nor `default` has it."""
        assert PanoptesValidators.valid_nonempty_string(secret_name), "secret_name must be a non-empty str"
        assert PanoptesValidators.valid_nonempty_string(site), "site must be a non-empty str"
        assert isinstance(fallback_to_default, bool), "fallback_to_default must be a boolean"
        secret = self.get(f"{secret_name}:{site}")
        if secret is None and fallback_to_default:
            secret = self.get(f"{secret_name}:default")
        return secret

    def set(self, key: str, value: str, expire: Optional[int] = None) -> Any:
        """Does nothing."""

    def getset(self, key: str, value: str, expire: int = 0) -> Any:
        """Does nothing."""

    def delete(self, key: str) -> Any:
        """Does nothing."""

    def set_add(self, set_name: str, member: str) -> Any:
        """Does nothing."""

    def set_members(self, set_name: str) -> Set[str]:
        return set()
