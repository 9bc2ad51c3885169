import asyncio

import grpc.aio
import pytest
from served import in_loop

from ocelli.log import Log
from ocelli.process.registration import Registrar, Registration, wait_after_s
from ocelli.redactor import Redactor
from ocelli.registry.v1 import registry_pb2


@pytest.mark.parametrize(
    ("why", "before", "chance", "want_s"),
    [
        ("the first wait is half of what it may be at least", 0, 0.0, 0.25),
        ("and at most the whole", 0, 1.0, 0.5),
        ("a second failure doubles it", 1, 0.0, 0.5),
        ("chance moves it evenly between both", 2, 0.5, 1.5),
        ("it does not grow beyond the longest", 5, 1.0, 15.0),
        ("however often it failed", 1_000_000, 1.0, 15.0),
    ],
)
def test_each_failure_in_a_row_makes_the_next_wait_longer_with_chance_in_it(why, before, chance, want_s):
    assert wait_after_s(before, chance) == want_s, why


class ScriptedRegistry(grpc.GenericRpcHandler):
    """Takes a module or not, as its script says, and breaks every heartbeat."""

    def __init__(self, takes):
        self.takes = takes

    def service(self, details):
        name = details.method.rsplit("/", 1)[1]
        if name == "Heartbeat":
            return grpc.stream_stream_rpc_method_handler(self.beat)
        return grpc.unary_unary_rpc_method_handler(self.register if name == "Register" else self.deregister)

    async def register(self, _data, context):
        if not self.takes.pop(0):
            await context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
        return registry_pb2.RegisterResponse(lease_ms=1_000, heartbeat_every_ms=100).SerializeToString()

    async def beat(self, _requests, _context):
        for message in ():
            yield message

    async def deregister(self, _data, _context):
        return b""


@in_loop
async def test_a_registration_begins_to_count_anew_once_it_was_taken():
    registry = ScriptedRegistry([False, False, False, True, False])
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((registry,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    stop, waits_s = asyncio.Event(), []

    async def sleep(span_s):
        if span_s == 0.1:
            await asyncio.Event().wait()  # Until the next heartbeat, which does not come.
        waits_s.append(span_s)
        if not registry.takes:
            stop.set()

    log = Log("fatal", Redactor(), lambda _line: None)
    self = Registration("m", "1.0.0", "e", "i", "b")
    await Registrar(f"127.0.0.1:{port}", self, None, log, lambda: 0.0, sleep).run(stop)
    await server.stop(None)
    assert waits_s == [0.25, 0.5, 1.0, 0.25, 0.5]
