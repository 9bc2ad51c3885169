import type { Bus, BusLog, BusSettings } from "@ocelli/bus";
import { openTestBus } from "./bus.js";
import { startNats, type TestNats } from "./nats.js";

/** A bus over a real nats-server of its own. */
export interface TestBus {
  readonly nats: TestNats;
  readonly bus: Bus;
  stop(): Promise<void>;
}

export async function startTestBus(overrides: Partial<BusSettings> = {}, log?: BusLog): Promise<TestBus> {
  const nats = await startNats();
  try {
    const bus = await openTestBus(nats.url, overrides, log);
    const stop = async (): Promise<void> => {
      await bus.close();
      await nats.stop();
    };
    return { nats, bus, stop };
  } catch (error) {
    await nats.stop();
    throw error;
  }
}
