"""A module in a process of its own, as a host, a registry and a person start it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent import futures

import grpc
import pytest
from served import run_of

from ocelli.plugin.v1 import plugin_pb2, polling_pb2
from ocelli.registry.v1 import registry_pb2
from ocelli.resource.v1 import resource_pb2

ODD = os.path.join(os.path.dirname(__file__), "odd_module.py")


TOKEN = (("ocelli-token", "a-token"),)


WITHIN_S = 20


class ChildProcess:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ocelli-")
        self.socket = os.path.join(self.folder, "s")
        self.process = subprocess.Popen(
            [sys.executable, ODD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.stderr, self.stdout = [], []
        self._readers = [self._read(self.process.stderr, self.stderr), self._read(self.process.stdout, self.stdout)]
        line = {"protocolMajors": [1], "socket": self.socket, "token": "a-token", "launchId": "launch-1", "limits": {}, "new": 1}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        self.channel = grpc.insecure_channel(f"unix:{self.socket}")
        grpc.channel_ready_future(self.channel).result(WITHIN_S)

    def _read(self, stream, lines):
        def read():
            for line in stream:
                lines.append(line.rstrip("\n"))

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def logged(self, text):
        end = time.monotonic() + WITHIN_S
        while time.monotonic() < end:
            if any(text in line for line in list(self.stderr)):
                return
            time.sleep(0.01)
        raise AssertionError(f"no {text} in {self.stderr}")

    def unary(self, name, request, answer, metadata=TOKEN):
        call = self.channel.unary_unary(f"/ocelli.plugin.v1.Plugin/{name}")
        return answer.FromString(call(request.SerializeToString(), metadata=metadata, timeout=WITHIN_S))

    def configure(self, odd, secrets=None):
        request = plugin_pb2.ConfigureRequest(
            plugin="p", revision="1", settings_json=json.dumps({"odd": odd}), secrets=secrets or {}
        )
        assert list(self.unary("Configure", request, plugin_pb2.ConfigureResponse).diagnostics) == []

    def poll(self, *types, deadline_ms=5_000):
        items = [
            plugin_pb2.Item(item=n + 1, run=run_of(deadline_ms=deadline_ms), resource=resource_pb2.Resource(id=kind, type=kind))
            for n, kind in enumerate(types)
        ]
        call = self.channel.unary_stream("/ocelli.plugin.v1.Polling/Poll")
        return call(polling_pb2.PollRequest(items=items).SerializeToString(), metadata=TOKEN)

    def answers(self, *types, **options):
        messages = [polling_pb2.PollResponse.FromString(message) for message in self.poll(*types, **options)]
        return sorted((answer for message in messages for answer in message.answers), key=lambda one: one.item)

    def ended(self, within_s=WITHIN_S):
        code = self.process.wait(within_s)
        for reader in self._readers:
            reader.join(5)
        return code

    def close(self):
        self.channel.close()
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def child():
    started = ChildProcess()
    yield started
    started.close()


def test_it_says_who_it_is_on_the_socket_of_its_bootstrap_line_and_only_to_its_host(child):
    answer = child.unary("Handshake", plugin_pb2.HandshakeRequest(protocol_majors=[1]), plugin_pb2.HandshakeResponse)
    assert (answer.protocol_major, answer.name, answer.instance_id, answer.language) == (1, "odd", "launch-1", "python")
    with pytest.raises(grpc.RpcError) as raised:
        child.unary("Handshake", plugin_pb2.HandshakeRequest(), plugin_pb2.HandshakeResponse, metadata=())
    assert raised.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_it_finishes_what_runs_when_stdin_ends_exits_with_0_and_leaves_no_socket_behind(child):
    child.configure({"answer": 7})
    call = child.poll("takes_time")
    child.logged("working")
    child.process.stdin.close()
    child.logged("draining")
    with pytest.raises(grpc.RpcError) as raised:
        child.answers("good")
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
    (message,) = call
    assert polling_pb2.PollResponse.FromString(message).answers[0].groups[0].metrics[0].double_value == 7
    assert child.ended() == 0
    assert not os.path.exists(child.socket)


def test_a_print_does_no_harm_and_its_secrets_are_in_no_line_and_no_answer(child):
    child.configure({"answer": 7}, {"/odd/password": 'hunter"22'})
    printed, leaked = child.answers("prints", "leaks")
    assert len(printed.groups) == 1
    assert leaked.fault.message.endswith("): RuntimeError: no entry with ***")
    child.logged("uncaught exception in a thread")
    child.process.stdin.close()
    assert child.ended() == 0
    assert child.stdout == ["a stray print"]
    lines = "\n".join(child.stderr)
    assert '"password":"***"' in lines
    assert '"logger":"lib"' in lines
    assert "hunter" not in lines
    assert all(isinstance(json.loads(line), dict) for line in child.stderr)


def test_a_signal_ends_it_in_order(child):
    child.configure({"answer": 7})
    child.process.send_signal(signal.SIGTERM)
    assert child.ended() == 0
    assert any('"reason":"SIGTERM"' in line for line in child.stderr)


@pytest.mark.parametrize("first", ["a signal", "its host"])
def test_a_second_signal_of_either_kind_ends_it_at_once(child, first):
    child.configure({"answer": 7})
    call = child.poll("hangs", deadline_ms=60_000)
    child.logged("working")
    if first == "its host":
        child.process.stdin.close()
        child.logged("draining")
    child.process.send_signal(signal.SIGINT)
    child.process.send_signal(signal.SIGTERM)
    # What runs would be waited for ten seconds, and the end would be in order.
    assert child.ended() == 1
    assert not any("module stopped" in line for line in child.stderr)
    call.cancel()


def test_an_async_function_that_blocks_everything_is_named_and_does_not_outlive_the_host(child):
    child.configure({"answer": 7})
    call = child.poll("blocks", deadline_ms=300)
    child.logged("working")
    child.logged("has kept everything waiting")
    (line,) = (line for line in child.stderr if "has kept everything waiting" in line)
    with open(ODD) as source:
        at = next(n for n, text in enumerate(source, 1) if "time.sleep(60)" in text)
    assert f"odd_module.py:{at} " in json.loads(line)["msg"]
    child.process.stdin.close()
    assert child.ended(30) == 1
    call.cancel()


def test_an_async_function_that_ignores_its_end_does_not_hold_up_the_exit(child):
    child.configure({"answer": 7})
    (answer,) = child.answers("deaf", deadline_ms=1000)
    assert "no result within 1000 ms" in answer.fault.message
    child.process.stdin.close()
    started = time.monotonic()
    assert child.ended() == 0
    assert time.monotonic() - started < 5


def test_by_hand_with_nothing_on_stdin_it_says_what_to_do_and_exits_with_2():
    ended = subprocess.run([sys.executable, ODD], input="", capture_output=True, text=True, timeout=WITHIN_S)
    assert ended.returncode == 2
    assert "ocelli poll once" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello\n", "the bootstrap line is no JSON object"),
        ('{"protocolMajors":[1],"socket":"/s","token":"","launchId":"l"}\n', "token of the bootstrap line is no text, or empty"),
        ('{"protocolMajors":[],"socket":"/s","token":"t","launchId":"l"}\n', "protocolMajors of the bootstrap line is no list"),
    ],
)
def test_another_line_than_a_hosts_is_refused_without_a_stack(text, said):
    ended = subprocess.run([sys.executable, ODD], input=text, capture_output=True, text=True, timeout=WITHIN_S)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_wrong_definition_is_one_sentence_with_its_line(tmp_path):
    main = tmp_path / "main.py"
    main.write_text('from ocelli import Plugin, serve\n\nplugin = Plugin("x", "1", "d")\nserve(plugin)\n')
    ended = subprocess.run(
        [sys.executable, "main.py"], input="", capture_output=True, text=True, timeout=WITHIN_S, cwd=tmp_path, env=env_with_sdk()
    )
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert json.loads(line)["msg"] == 'module failed: plugin module x: version "1" is not like 1.2.3 (main.py:3)'


def env_with_sdk(**more):
    import ocelli

    return {**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(ocelli.__file__)), **more}


class FakeRegistry(grpc.GenericRpcHandler):
    """Takes every module, and says what it heard."""

    def __init__(self):
        self.heard, self.endpoint = [], ""
        self.forget = threading.Event()
        self.server = grpc.server(futures.ThreadPoolExecutor(8))
        self.server.add_generic_rpc_handlers((self,))
        self.port = self.server.add_insecure_port("127.0.0.1:0")
        self.server.start()

    def service(self, details):
        name = details.method.rsplit("/", 1)[1]
        token = dict(details.invocation_metadata).get("ocelli-join-token")
        if name == "Heartbeat":
            return grpc.stream_stream_rpc_method_handler(self.beat)

        def unary(data, _context):
            message = registry_pb2.RegisterRequest.FromString(data)
            self.heard.append(f"{name} {message.name} with {token}")
            if name == "Register":
                self.endpoint = message.endpoint
            return registry_pb2.RegisterResponse(lease_ms=1_000, heartbeat_every_ms=100).SerializeToString()

        return grpc.unary_unary_rpc_method_handler(unary)

    def beat(self, requests, _context):
        for _ in requests:
            self.heard.append("beat")
            unknown = self.forget.is_set()
            self.forget.clear()
            yield registry_pb2.HeartbeatResponse(unknown=unknown).SerializeToString()

    def until(self, check):
        end = time.monotonic() + WITHIN_S
        while not check(self.heard):
            assert time.monotonic() < end, self.heard
            time.sleep(0.01)


def test_as_a_service_it_registers_beats_registers_again_when_forgotten_and_takes_itself_away():
    registry = FakeRegistry()
    env = env_with_sdk(
        OCELLI_MODULE_LISTEN="127.0.0.1:0", OCELLI_REGISTRY=f"127.0.0.1:{registry.port}", OCELLI_JOIN_TOKEN="join-me"
    )
    process = subprocess.Popen([sys.executable, ODD], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env, text=True)
    try:
        registry.until(lambda heard: heard.count("beat") >= 3)
        with grpc.insecure_channel(registry.endpoint) as channel:
            call = channel.unary_unary("/ocelli.plugin.v1.Plugin/Handshake")
            data = call(plugin_pb2.HandshakeRequest(protocol_majors=[1]).SerializeToString(), timeout=WITHIN_S)
        assert plugin_pb2.HandshakeResponse.FromString(data).protocol_major == 1
        registry.forget.set()
        registry.until(lambda heard: heard.count("Register odd with join-me") == 2)
        process.terminate()
        _, stderr = process.communicate(timeout=WITHIN_S)
        assert process.returncode == 0
        assert registry.heard[-1] == "Deregister odd with join-me"
        assert "join-me" not in stderr
    finally:
        process.kill()
        process.wait()
        registry.server.stop(0)
