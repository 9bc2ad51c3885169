"""A .panoptes-plugin file, as Panoptes reads it."""

import configparser
import os
from typing import Dict

Sections = Dict[str, Dict[str, str]]


class PluginFileError(Exception):
    """The file cannot be used; one sentence."""


def read_ini(path: str) -> Sections:
    """Section, key in lower case, text."""
    # As Panoptes' own reader has it: a comment stands on a line of its own, and % may be written %%.
    parser = configparser.ConfigParser(strict=False)
    try:
        with open(path, encoding="utf-8-sig") as file:
            parser.read_file(file, source=os.path.basename(path))
    except (OSError, UnicodeDecodeError) as error:
        raise PluginFileError(f"{path} cannot be read: {error}") from error
    except configparser.Error as error:
        raise PluginFileError(f"{path} is no INI file: {' '.join(str(error).split())}") from error
    return {section: {key: _value(parser, section, key) for key in parser[section]} for section in parser.sections()}


def _value(parser: configparser.ConfigParser, section: str, key: str) -> str:
    try:
        return parser.get(section, key)
    except configparser.InterpolationError:
        # A single %, as in LIKE "cisco%".
        return parser.get(section, key, raw=True)


def module_of(path: str, sections: Sections) -> str:
    """The file or folder that `[Core] Module` of the INI file at `path` names: with or without `.py`, from its folder on."""
    written = sections.get("Core", {}).get("module", "")
    if not written:
        raise PluginFileError(f"{path} has no Module in [Core]")
    return find_module(os.path.join(os.path.dirname(path), written), f"Module of {os.path.basename(path)}: ")


def find_module(path: str, named_by: str) -> str:
    path = os.path.abspath(os.path.expanduser(path))
    if os.path.isfile(path):
        return path
    if os.path.isfile(path + ".py"):
        return path + ".py"
    if os.path.isdir(path):
        if os.path.isfile(os.path.join(path, "__init__.py")):
            return path
        raise PluginFileError(f"{named_by}{path} is a folder without __init__.py")
    tried = f"no {path}" if path.endswith(".py") else f"neither {path} nor {path}.py"
    raise PluginFileError(f"{named_by}there is {tried}")
