import asyncio
import threading

import pytest
from served import in_loop

from ocelli import StoppableWorker, absolute_path, stoppable_worker


@in_loop
async def test_rounds_follow_each_other_until_the_stop_which_cancels_an_async_one():
    rounds, ended = [], []

    async def round(signal):
        rounds.append(1)
        if len(rounds) < 3:
            return
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(signal.cancelled)

    async with StoppableWorker(round, every_s=0):
        while len(rounds) < 3:
            await asyncio.sleep(0.005)
    assert ended == [True]


@in_loop
async def test_a_plain_round_runs_in_a_thread_and_looks_at_its_signal():
    threads = []

    def round(signal):
        threads.append(threading.current_thread())
        signal.wait(60)

    worker = stoppable_worker(round, every_s=0)
    while not threads:
        await asyncio.sleep(0.005)
    await worker.stop()
    await worker.stop()
    assert threads[0] is not threading.main_thread()


@in_loop
async def test_a_round_that_fails_is_told_and_the_worker_goes_on_and_can_be_stopped_while_it_waits():
    errors = []

    def round(signal):
        raise ValueError("no")

    worker = stoppable_worker(round, every_s=30, failed=errors.append)
    while not errors:
        await asyncio.sleep(0.005)
    await asyncio.wait_for(worker.stop(), 5)
    assert str(errors[0]) == "no"


@pytest.mark.parametrize(
    ("path", "directory", "want"),
    [("/a/b", None, "/a/b"), ("b", "/a", "/a/b"), ("../b", "/a/c", "/a/b")],
)
def test_a_relative_path_counts_from_the_plugin_files_directory(path, directory, want):
    assert absolute_path(path, directory) == want


def test_a_relative_path_without_a_directory_is_refused():
    with pytest.raises(ValueError, match="has to be absolute here"):
        absolute_path("b", None)
