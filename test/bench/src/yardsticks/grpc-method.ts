import type { MethodDefinition } from "@grpc/grpc-js";

const asIs = (bytes: Buffer): Buffer => bytes;

/** A stream of batches of requests one way, and of batches of answers the other. */
export const batches: MethodDefinition<Buffer, Buffer> = {
  path: "/bench.Module/Batches",
  requestStream: true,
  responseStream: true,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
};

/** Requests in one message: what an agent gathers at a high rate. */
export const batchSize = 64;
export const batchesInFlight = 8;
