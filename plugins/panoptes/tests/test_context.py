"""What a plugin sees."""

import os

from conftest import RESOURCE

SECRETS = {"api_token:test_site": "token-of-test-site", "api_token": "token-of-all"}


def seen(bridge, sections=None, panoptes=None, **run):
    outcome = bridge("probe.py", sections or {}, **(panoptes or {})).poll(RESOURCE, **run)
    assert outcome.fault is None, outcome.fault
    return outcome.groups[0].dimensions


def test_the_context_holds_config_resource_and_defaults(bridge):
    found = seen(bridge, {"main": {"Greeting": "hello"}}, frequency_ms=300_000)
    assert found["core_name"] == "panoptes"
    assert found["frequency"] == "300"
    assert found["greeting"] == "hello"
    assert found["missing_section"] == "{}"
    assert (found["snmp_timeout"], found["snmp_port"], found["x509"]) == ("5", "161", "0")
    assert found["resource"].endswith("/id/test_id/endpoint/127.0.0.1")
    assert found["ttl"] == "604800"
    assert found["model"] == "model"


def test_the_settings_of_snmp_hold_for_every_connection(bridge):
    found = seen(bridge, {"snmp": {"timeout": "9", "port": "1161"}})
    assert (found["snmp_timeout"], found["snmp_port"]) == ("9", "1161")


def test_sites_are_those_of_the_settings_and_the_resources_own(bridge):
    assert seen(bridge)["sites"] == "test_site"
    assert seen(bridge, panoptes={"sites": ["a", "b"]})["sites"] == "a,b,test_site"


def test_a_secret_is_that_of_the_site_else_the_default_else_nothing(bridge):
    found = seen(bridge, {"secrets": SECRETS})
    assert found["secret_of_site"] == "token-of-test-site"
    assert found["secret_of_other_site"] == "token-of-all"
    assert found["secret_without_fallback"] == "None"
    assert seen(bridge)["secret_of_site"] == "None"


def test_the_kv_store_travels_with_the_pair(bridge):
    module = bridge("probe.py")
    first = module.poll(RESOURCE)
    assert first.groups[0].dimensions["runs"] == "1"
    assert module.poll(RESOURCE).groups[0].dimensions["runs"] == "1"
    assert module.poll(RESOURCE, state=first.state).groups[0].dimensions["runs"] == "2"


def test_more_than_the_pair_can_carry_is_refused_with_the_way_out(bridge):
    outcome = bridge("probe.py", {"main": {"fill_kv": "yes"}}).poll(RESOURCE)
    assert outcome.fault.status == "internal"
    assert "at most 4096 travel with a plugin and its resource: name a file" in outcome.fault.message
    assert outcome.state is None


def test_a_kv_file_is_shared_and_takes_more(bridge, tmp_path):
    file = str(tmp_path / "kv.sqlite")
    assert seen(bridge, {"main": {"fill_kv": "yes"}}, {"kv_file": file})["runs"] == "1"
    assert seen(bridge, {}, {"kv_file": file})["runs"] == "2"
    assert os.path.exists(file)


def test_there_is_no_cache_for_a_plugin_whose_file_asks_for_none(bridge, tmp_path):
    ini = "[Core]\nName = probe\nModule = {}\n[main]\nexecute_frequency = 60\n{}"
    module = os.path.join(os.path.dirname(__file__), "plugins", "probe.py")
    (tmp_path / "without.panoptes-plugin").write_text(ini.format(module, ""))
    (tmp_path / "with.panoptes-plugin").write_text(ini.format(module, "[enrichment]\npreload = self:x\n"))
    assert (
        seen(lambda _file, *a, **k: bridge(str(tmp_path / "without.panoptes-plugin"), *a, **k))["has_enrichment"]
        == "False"
    )
    assert (
        seen(lambda _file, *a, **k: bridge(str(tmp_path / "with.panoptes-plugin"), *a, **k))["has_enrichment"] == "True"
    )
    assert seen(bridge)["has_enrichment"] == "True"


def test_the_plugins_ini_file_gives_what_the_settings_do_not(bridge, tmp_path):
    module = os.path.join(os.path.dirname(__file__), "plugins", "probe.py")
    (tmp_path / "p.panoptes-plugin").write_text(
        f'[Core]\nName = The Probe\nModule = {module}\n[main]\nexecute_frequency = 5\ngreeting = from %(x)s the "cisco%"\n'
    )
    found = seen(lambda _file, *a, **k: bridge(str(tmp_path / "p.panoptes-plugin"), *a, **k))
    assert found["core_name"] == "The Probe"
    assert found["greeting"] == 'from %(x)s the "cisco%"'
    assert found["frequency"] == "60"
