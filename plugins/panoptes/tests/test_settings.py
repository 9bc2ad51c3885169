"""What is said of settings, before anything runs."""

import json
import os

import pytest
from conftest import EXAMPLES, PLUGINS
from ocelli import check_settings

from panoptes_bridge.module import make_plugin


def problems(pools, settings):
    return [(one.path, one.summary) for one in check_settings(make_plugin(pools), settings)]


def with_file(path, **panoptes):
    return {"panoptes": {"file": str(path), **panoptes}}


def test_every_wrong_setting_is_named_at_once(pools):
    settings = {"panoptes": {"workers": 0, "wrokers": 1}, "main": {"a": 5}, "secrets": {"token": 7}}
    assert [path for path, _ in problems(pools, settings)] == [
        "/panoptes/file",
        "/panoptes/workers",
        "/panoptes/wrokers",
        "/secrets/token",
        "/main/a",
    ]


def test_sections_of_the_plugins_own_are_free_and_secrets_are_marked(pools):
    schema = json.loads(make_plugin(pools).reader.schema_json)
    assert schema["additionalProperties"] == {"type": "object", "additionalProperties": {"type": "string"}}
    assert schema["properties"]["secrets"]["additionalProperties"]["x-secret"] is True
    assert schema["properties"]["snmp"]["properties"]["community"]["x-secret"] is True
    assert problems(pools, {**with_file(os.path.join(PLUGINS, "probe.py")), "transforms": {"a": "rate:x:y"}}) == []


def test_a_relative_file_counts_from_the_plugin_file(pools):
    settings = {"ocelli": {"directory": EXAMPLES}, "panoptes": {"file": "plugin_polling_load.panoptes-plugin"}}
    assert problems(pools, settings) == []


@pytest.mark.parametrize(
    "name, text, sentence",
    [
        ("gone.py", None, "there is no /"),
        (
            "empty.py",
            "",
            "empty.py has no class that derives from PanoptesDiscoveryPlugin, PanoptesEnrichmentPlugin or",
        ),
        ("wrong.py", "x = 1\nraise ValueError('no')", "wrong.py:2: ValueError: no"),
        ("syntax.py", "\n\ndef run(:\n", "syntax.py:3: invalid syntax"),
        ("python2.py", "import os\nprint 'polled'\n", "python2.py:2: Missing parentheses in call to 'print'"),
        (
            "lacks.py",
            "import no_such_library",
            "lacks.py:1: ModuleNotFoundError: No module named 'no_such_library': install",
        ),
        (
            "shipped.py",
            "import yahoo_panoptes.plugins.enrichment.interface",
            "name the folder that holds it in [panoptes] library",
        ),
        ("beyond.py", "import yahoo_panoptes.framework.celery_manager", "the bridge has no such part of Panoptes"),
        (
            "abstract.py",
            "from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin as P\n\n\nclass A(P):\n    pass\n",
            "abstract.py:4: A has no run",
        ),
        (
            "two.py",
            "from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin as P\nclass A(P):\n def run(self, c): pass\n"
            "class B(P):\n def run(self, c): pass\n",
            "two.py has several plugin classes (A, B): name one in [panoptes] class_name",
        ),
        ("bad.panoptes-plugin", "Name = x\n", "is no INI file"),
        ("none.panoptes-plugin", "[Core]\nName = x\n", "has no Module in [Core]"),
        (
            "away.panoptes-plugin",
            "[Core]\nName = x\nModule = no_such\n",
            "Module of away.panoptes-plugin: there is neither /",
        ),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_one_sentence_with_its_line(pools, tmp_path, name, text, sentence):
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    ((pointer, summary),) = problems(pools, with_file(path))
    assert pointer == "/panoptes/file"
    assert sentence in summary
    assert "\n" not in summary


def test_one_of_several_classes_can_be_named(pools, tmp_path):
    path = tmp_path / "two.py"
    path.write_text(
        "from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin as P\n"
        "class A(P):\n def run(self, c): pass\nclass B(P):\n def run(self, c): pass\n"
    )
    assert problems(pools, with_file(path, class_name="B")) == []
    wrong = problems(pools, with_file(path, class_name="C"))
    assert wrong == [("/panoptes/class_name", "two.py has no plugin class C; its plugin classes: A, B")]


def test_the_words_of_a_plugins_own_error_move_no_diagnostic(pools, tmp_path):
    path = tmp_path / "words.py"
    path.write_text("raise ValueError('words.py has no plugin class C; sorry')\n")
    ((pointer, _),) = problems(pools, with_file(path, class_name="C"))
    assert pointer == "/panoptes/file"


@pytest.mark.parametrize(
    "file, panoptes",
    [
        ("***", {}),
        ("probe.py", {"class_name": "***"}),
        ("needs_library.py", {"library": ["***"]}),
    ],
)
def test_what_comes_from_a_reference_is_not_judged_before_it_is_there(pools, tmp_path, file, panoptes):
    (tmp_path / "probe.py").write_text("x = 1\n")
    (tmp_path / "needs_library.py").write_text("import only_in_the_library\n")
    settings = {"ocelli": {"directory": str(tmp_path)}, **with_file(file, **panoptes)}
    assert problems(pools, settings) == []


def test_a_base_class_beside_its_heir_is_no_second_plugin(pools, tmp_path):
    path = tmp_path / "heirs.py"
    path.write_text(
        "from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin as P\n"
        "class Base(P):\n def run(self, c): return self.get()\nclass Heir(Base):\n def get(self): pass\n"
    )
    assert problems(pools, with_file(path)) == []


def test_code_that_changed_on_disk_runs_with_the_next_poll(bridge, tmp_path):
    path = tmp_path / "grows.py"
    text = (
        "from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin\n"
        "class G(PanoptesPollingPlugin):\n    def run(self, context):\n        raise ValueError('version {}')\n"
    )
    path.write_text(text.format("one"))
    module = bridge(str(path))
    assert "version one" in module.poll({"id": "r", "endpoint": "e"}).fault.message
    path.write_text(text.format("twenty"))
    assert "version twenty" in module.poll({"id": "r", "endpoint": "e"}).fault.message
