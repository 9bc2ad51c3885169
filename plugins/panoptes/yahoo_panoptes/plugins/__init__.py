"""Helpers for plugins. Plugins of one's own, or those that came with Panoptes, may live under this name in another
folder: the setting `library` names it."""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
