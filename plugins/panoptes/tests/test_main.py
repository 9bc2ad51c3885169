"""What the module says where something that it needs is not installed."""

import os
import runpy
import sys

import pytest
from conftest import FOLDER


@pytest.mark.parametrize(
    "missing, install",
    [
        (
            "ocelli",
            ".venv/bin/pip install OCELLI/plugin-sdk/python -r requirements.txt, where OCELLI is a checkout of Ocelli",
        ),
        ("cerberus", ".venv/bin/pip install -r requirements.txt"),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_brings_it(monkeypatch, missing, install):
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(os.path.join(FOLDER, "main.py"), run_name="__main__")
    assert f"needs {missing}, which" in str(end.value)
    assert str(end.value).endswith(f"run python3 -m venv .venv && {install}")
