import type { Bus } from "@ocelli/bus";
import { encodePollResult, resultCodec } from "@ocelli/codec";
import type { ResultOutlet } from "../domain/run-ports.js";

/** Results into the stream. */
export function busResults(bus: Pick<Bus, "results">): ResultOutlet {
  return {
    encode: (result) => resultCodec.encode(result),
    encodePoll: encodePollResult,
    publish: (part, signal) => new Promise((resolve) => bus.results.publishBytes(part, resolve, signal)),
  };
}
