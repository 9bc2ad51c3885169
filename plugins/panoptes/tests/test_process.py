"""The module as an agent starts it: a process that is spoken to over a unix socket."""

import json
import os
import subprocess
import sys

import grpc
import pytest
from conftest import FOLDER, PLUGINS
from ocelli.plugin.v1 import plugin_pb2, polling_pb2
from ocelli.resource.v1 import resource_pb2
from processes import alive, still_there

SECRET = "correct-horse-battery"


@pytest.fixture
def module(tmp_path):
    socket = f"/tmp/ocelli-panoptes-{os.getpid()}-{abs(hash(str(tmp_path))) % 10**6}"
    process = subprocess.Popen(
        [sys.executable, os.path.join(FOLDER, "main.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "OCELLI_LOG_LEVEL": "debug"},
    )
    line = {"protocolMajors": [1], "socket": socket, "token": "t" * 32, "launchId": "launch", "limits": {}}
    process.stdin.write(json.dumps(line).encode() + b"\n")
    process.stdin.flush()
    with grpc.insecure_channel(f"unix:{socket}") as channel:
        grpc.channel_ready_future(channel).result(timeout=30)
        yield Module(channel), process
    if process.poll() is None:
        process.stdin.close()
        process.wait(timeout=20)


class Module:
    def __init__(self, channel):
        self._channel = channel
        self._metadata = [("ocelli-token", "t" * 32)]

    def unary(self, method, request, response, timeout_s=30):
        call = self._channel.unary_unary(
            f"/ocelli.plugin.v1.Plugin/{method}", type(request).SerializeToString, response.FromString
        )
        return call(request, metadata=self._metadata, timeout=timeout_s)

    def poll(self, request):
        call = self._channel.unary_stream(
            "/ocelli.plugin.v1.Polling/Poll",
            polling_pb2.PollRequest.SerializeToString,
            polling_pb2.PollResponse.FromString,
        )
        return [one for response in call(request, metadata=self._metadata, timeout=30) for one in response.answers]


def item(number, do):
    run = plugin_pb2.Run(plugin="p", revision="1", fence=1, deadline_ms=20_000, frequency_ms=60_000)
    resource = resource_pb2.Resource(id=f"r{number}", endpoint="127.0.0.1", site="lab", metadata={"do": do})
    return plugin_pb2.Item(item=number, run=run, resource=resource)


def configure(spoken, file, secrets={}):
    settings = {"panoptes": {"file": file, "workers": 2}, "secrets": {}}
    request = plugin_pb2.ConfigureRequest(plugin="p", revision="1", settings_json=json.dumps(settings), secrets=secrets)
    # As long as hosts wait.
    return [one.summary for one in spoken.unary("Configure", request, plugin_pb2.ConfigureResponse, 10).diagnostics]


@pytest.fixture
def spoken(module):
    module[0].unary("Handshake", plugin_pb2.HandshakeRequest(protocol_majors=[1]), plugin_pb2.HandshakeResponse)
    return module[0]


def test_secrets_are_masked_in_lines_prints_and_faults_and_items_fail_alone(module, spoken):
    process = module[1]
    assert configure(spoken, os.path.join(PLUGINS, "misbehave.py"), {"/secrets/api_token": SECRET}) == []

    items = [item(1, "tell_secret"), item(2, "well"), item(3, "crash"), item(4, "well")]
    answers = {one.item: one for one in spoken.poll(polling_pb2.PollRequest(items=items))}
    assert [len(answers[number].groups) for number in (1, 2, 3, 4)] == [0, 1, 0, 1]
    assert "ValueError: refused with ***" in answers[1].fault.message
    assert "SIGABRT" in answers[3].fault.message

    process.stdin.close()
    written = process.stderr.read().decode()
    assert process.wait(timeout=20) == 0
    assert SECRET not in written
    assert "the token is ***" in written
    assert "printed ***" in written


def test_a_plugin_that_hangs_while_it_loads_is_explained_before_the_host_gives_up(spoken, tmp_path):
    path = tmp_path / "hangs.py"
    path.write_text("import time\n\nwhile True:\n    time.sleep(0.01)\n")
    (why,) = configure(spoken, str(path))
    assert "loading it did not end within 7 s; it was at hangs.py:" in why


def test_what_a_plugin_left_running_ends_with_a_module_that_is_stopped(module, spoken):
    process = module[1]
    assert configure(spoken, os.path.join(PLUGINS, "misbehave.py")) == []
    (answer,) = spoken.poll(polling_pb2.PollRequest(items=[item(1, "leave_child")]))
    (metric,) = answer.groups[0].metrics
    child = int(metric.double_value or metric.int_value)
    assert alive(child)
    process.stdin.close()
    assert process.wait(timeout=20) == 0
    assert still_there(child) == []
