// What a module costs that is nothing but grpc-js and generated messages: no SDK, no check, no deadline.
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import { type PollRequest, PollRequestSchema, type PollResponse, PollResponseSchema } from "@ocelli/proto/plugin";
import { MetricType } from "@ocelli/proto/resource";
import { endWithStdin } from "../../processes/end-with-stdin.js";

const [address = ""] = process.argv.slice(2);

function answerTo({ items }: PollRequest): MessageInitShape<typeof PollResponseSchema> {
  return {
    answers: items.map(({ item }) => ({
      item,
      groups: [
        {
          name: "bench",
          dimensions: [{ name: "no", value: "0" }],
          metrics: [
            { name: "runs_total", type: MetricType.COUNTER, value: { case: "intValue", value: 1n } },
            { name: "value", type: MetricType.GAUGE, value: { case: "doubleValue", value: 1.5 } },
          ],
        },
      ],
    })),
  };
}

const server = new Server();
server.addService(
  {
    poll: {
      path: "/ocelli.plugin.v1.Polling/Poll",
      requestStream: false,
      responseStream: true,
      requestSerialize: (message: PollRequest) => Buffer.from(toBinary(PollRequestSchema, message)),
      requestDeserialize: (bytes: Buffer) => fromBinary(PollRequestSchema, bytes),
      responseSerialize: (message: PollResponse) => Buffer.from(toBinary(PollResponseSchema, message)),
      responseDeserialize: (bytes: Buffer) => fromBinary(PollResponseSchema, bytes),
    },
  },
  {
    poll(call: ServerWritableStream<PollRequest, PollResponse>) {
      call.write(create(PollResponseSchema, answerTo(call.request)));
      call.end(); // What `end` is given would be taken as trailers.
    },
  },
);
server.bindAsync(address, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
endWithStdin();
