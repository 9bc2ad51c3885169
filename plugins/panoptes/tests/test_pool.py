"""Workers: how many there are, how they begin and how they end."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet

import pytest
from conftest import FOLDER, PLUGINS, RESOURCE
from processes import alive, still_there

from panoptes_bridge.bridge_settings import BridgeSettings
from panoptes_bridge.run import WorkerFailed
from panoptes_bridge.worker_pool import WorkerPool


@pytest.fixture
def pool():
    frame = BridgeSettings(file=os.path.join(PLUGINS, "misbehave.py")).plugin_frame("p")
    made = WorkerPool(frame, 1)
    yield made
    made.kill()


def request(do):
    resource = {**RESOURCE, "metadata": {"do": do}, "ttl_s": 0}
    return {
        "kind": "polling",
        "plugin": "p",
        "resource": resource,
        "enrichments": {},
        "frequency_ms": 60000,
        "state": "",
    }


def submit(pool, do):
    return pool.submit(request(do), lambda level, text: None)


def test_a_run_waits_for_the_only_worker_and_gets_the_next_one(pool):
    first, second = submit(pool, "hang"), submit(pool, "well")
    with pytest.raises(NotYet):
        second.future.result(timeout=0.5)
    assert first.begun and not second.begun
    first.stop()
    assert second.future.result(timeout=20)["faults"] == []


def test_a_run_that_is_given_up_while_it_waits_is_never_run(pool):
    first, second = submit(pool, "hang"), submit(pool, "crash")
    second.stop()
    first.stop()
    assert second.future.cancelled()
    assert submit(pool, "well").future.result(timeout=20)["faults"] == []


def test_a_worker_without_work_is_ended_after_a_while_and_a_new_one_begins(pool):
    submit(pool, "well").future.result(timeout=20)
    pool.end_idle(older_than_s=60)
    submit(pool, "well").future.result(timeout=20)
    pool.end_idle(older_than_s=0)
    assert submit(pool, "well").future.result(timeout=20)["faults"] == []


class CancelledMeanwhile(Future):
    """Whoever waits gives up between the look at a future and its result."""

    def set_result(self, result):
        self.cancel()
        super().set_result(result)


def test_a_run_that_ends_just_at_its_deadline_costs_no_worker(pool, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("panoptes_bridge.run.Future", CancelledMeanwhile)
        submit(pool, "well")
    assert submit(pool, "well").future.result(timeout=20)["faults"] == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_line_that_cannot_be_taken_costs_one_run(pool):
    def broken(level, text):
        raise ValueError(text)

    with pytest.raises(WorkerFailed, match="was killed by SIGKILL"):
        pool.submit(request("talk"), broken).future.result(timeout=20)
    assert submit(pool, "well").future.result(timeout=20)["faults"] == []


def test_a_worker_that_does_not_read_keeps_nobody_waiting(pool):
    first = submit(pool, "process").future.result(timeout=20)
    worker = int(first["groups"][0]["metrics"]["pid"][1])
    os.kill(worker, signal.SIGSTOP)
    much = {**request("well"), "enrichments": {"test_id": {"interface": {"much": "x" * 1_000_000}}}}
    runs = []
    sender = threading.Thread(target=lambda: runs.append(pool.submit(much, lambda level, text: None)), daemon=True)
    sender.start()
    sender.join(timeout=10)
    if not runs:
        os.kill(worker, signal.SIGKILL)  # Else nothing here comes to its end.
    assert len(runs) == 1
    runs[0].stop(patience_s=0)
    assert submit(pool, "well").future.result(timeout=20)["faults"] == []


def test_a_worker_that_cannot_be_started_fails_its_run(pool, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(WorkerFailed, match="no worker can be started: .*/no/such/python"):
        submit(pool, "well").future.result(timeout=20)


def test_a_run_that_is_given_up_before_its_worker_began_makes_room_for_the_next(pool):
    run = submit(pool, "hang")
    run.stop(patience_s=0)
    assert run.future.cancelled()
    assert submit(pool, "well").future.result(timeout=20)["faults"] == []


def test_workers_get_the_variables_that_are_named_and_no_others_of_the_module(monkeypatch):
    monkeypatch.setenv("OCELLI_JOIN_TOKEN", "not-a-real-token")
    monkeypatch.setenv("PASSWORD_OF_ANOTHER", "not-a-real-password")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com")
    settings = BridgeSettings(file=os.path.join(PLUGINS, "misbehave.py"), environment=["HTTPS_PROXY", "NOT_THERE"])
    pool, lines = WorkerPool(settings.plugin_frame("p"), 1), []
    try:
        pool.submit(request("process"), lambda level, text: lines.append(text)).future.result(timeout=20)
    finally:
        pool.kill()
    got = set(lines[0].split())
    assert {"PATH", "HTTPS_PROXY"} <= got
    assert got.isdisjoint({"OCELLI_JOIN_TOKEN", "PASSWORD_OF_ANOTHER", "NOT_THERE"})


MODULE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from panoptes_bridge.worker_pool import WorkerPool
import json
pool = WorkerPool(json.loads(sys.argv[2]), 1)
run = pool.submit(json.loads(sys.argv[3]), lambda level, text: print(text, flush=True))
time.sleep(300)
"""

# Holds the interpreter, so that no thread of Python's own can notice anything.
STUCK = """
import ctypes, os, subprocess
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin

class Stuck(PanoptesPollingPlugin):
    def run(self, context):
        child = subprocess.Popen(["sleep", "300"])
        context.logger.info("%d %d", os.getpid(), child.pid)
        ctypes.PyDLL(None).sleep(300)
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the kernel tells workers of the module's end on Linux"
)
def test_neither_a_worker_nor_what_it_started_outlives_a_module_that_is_killed(tmp_path):
    import json

    (tmp_path / "stuck.py").write_text(STUCK)
    frame = BridgeSettings(file=str(tmp_path / "stuck.py")).plugin_frame("p")
    module = subprocess.Popen(
        [sys.executable, "-c", MODULE, FOLDER, json.dumps(frame), json.dumps(request("any"))], stdout=subprocess.PIPE
    )
    worker, child = map(int, module.stdout.readline().split())
    assert alive(worker) and alive(child)
    module.kill()
    module.wait()
    assert still_there(worker, child) == []
