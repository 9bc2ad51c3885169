"""Workers: how many there are, how they begin and how they end."""

import os
import subprocess
import sys
import time
from concurrent.futures import TimeoutError as NotYet

import pytest
from conftest import FOLDER, PLUGINS, RESOURCE

from panoptes_bridge.bridge_settings import BridgeSettings
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
import ctypes, os
from yahoo_panoptes.polling.polling_plugin import PanoptesPollingPlugin

class Stuck(PanoptesPollingPlugin):
    def run(self, context):
        context.logger.info("%d", os.getpid())
        ctypes.PyDLL(None).sleep(300)
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the kernel tells workers of the module's end on Linux"
)
def test_a_worker_does_not_outlive_a_module_that_is_killed(tmp_path):
    import json

    (tmp_path / "stuck.py").write_text(STUCK)
    frame = BridgeSettings(file=str(tmp_path / "stuck.py")).plugin_frame("p")
    module = subprocess.Popen(
        [sys.executable, "-c", MODULE, FOLDER, json.dumps(frame), json.dumps(request("any"))], stdout=subprocess.PIPE
    )
    worker = int(module.stdout.readline())
    assert os.path.exists(f"/proc/{worker}")
    module.kill()
    module.wait()
    until = time.monotonic() + 10
    while alive(worker) and time.monotonic() < until:
        time.sleep(0.01)
    assert not alive(worker)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
