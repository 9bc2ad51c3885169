import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Clock } from "@ocelli/model";
import type { AckedPublisher } from "./acked-publisher.js";
import type { BrokerClock } from "./broker-clock.js";
import type { Frames } from "./frames.js";
import type { BusLog } from "./ports.js";
import type { Pulling } from "./puller.js";
import type { Names } from "./subjects.js";

/** What every part of the bus shares: one connection and what hangs on it. */
export interface Link {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly names: Names;
  readonly frames: Frames;
  readonly publisher: AckedPublisher;
  readonly brokerClock: BrokerClock;
  readonly clock: Clock;
  readonly log: BusLog;
  /** The largest message the broker takes. */
  readonly maxPayloadBytes: number;
  /** Pullers that must ask anew once the connection is back. */
  readonly pullers: Set<Pulling>;
  /** Resolves once the connection stands, or when `signal` aborts. */
  connected(signal: AbortSignal): Promise<void>;
}
