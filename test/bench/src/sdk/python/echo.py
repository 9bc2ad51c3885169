"""What a module costs that is nothing but grpcio and generated messages: no SDK, no check, no deadline."""

import asyncio
import os
import sys
import threading

import grpc
from ocelli.plugin.v1 import polling_pb2
from ocelli.resource.v1 import metric_pb2


async def poll(request, context):
    answers = [
        polling_pb2.PollAnswer(
            item=item.item,
            groups=[
                metric_pb2.MetricGroup(
                    name="bench",
                    dimensions=[metric_pb2.Dimension(name="no", value="0")],
                    metrics=[
                        metric_pb2.Metric(name="runs_total", type=metric_pb2.METRIC_TYPE_COUNTER, int_value=1),
                        metric_pb2.Metric(name="value", type=metric_pb2.METRIC_TYPE_GAUGE, double_value=1.5),
                    ],
                )
            ],
        )
        for item in request.items
    ]
    yield polling_pb2.PollResponse(answers=answers)


def end_with_stdin():
    sys.stdin.read()
    os._exit(0)


async def main(address):
    server = grpc.aio.server()
    method = grpc.unary_stream_rpc_method_handler(
        poll, polling_pb2.PollRequest.FromString, polling_pb2.PollResponse.SerializeToString
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("ocelli.plugin.v1.Polling", {"Poll": method}),))
    server.add_insecure_port(address)
    await server.start()
    threading.Thread(target=end_with_stdin, daemon=True).start()
    await server.wait_for_termination()


asyncio.run(main(sys.argv[1]))
