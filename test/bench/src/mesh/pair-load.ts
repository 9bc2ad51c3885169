import type { Bus } from "@ocelli/bus";
import type { Resource } from "@ocelli/model";
import { recordOf } from "../resource-record.js";

const writesAtOnce = 1_000;

/** The pairs of a mesh: resources that its one polling plugin matches. More of them mean more runs per second. */
export class PairLoad {
  readonly #bus: Bus;
  #count = 0;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds or removes resources until there are so many. */
  async set(count: number, signal: AbortSignal): Promise<void> {
    while (this.#count !== count) {
      signal.throwIfAborted();
      const step = Math.min(writesAtOnce, Math.abs(count - this.#count));
      const first = count > this.#count ? this.#count : this.#count - step;
      const numbers = Array.from({ length: step }, (_, i) => first + i);
      if (count > this.#count) await Promise.all(numbers.map((number) => this.#add(number)));
      else await Promise.all(numbers.map((number) => this.#bus.resources.remove(idOf(number))));
      this.#count = count > this.#count ? first + step : first;
    }
  }

  async #add(number: number): Promise<void> {
    await this.#bus.resources.put(idOf(number), recordOf(deviceOf(number), this.#bus.brokerNowMs()));
  }
}

function idOf(number: number): string {
  return `device-${String(number).padStart(7, "0")}`;
}

/** About 300 bytes as an item of work. */
export function deviceOf(number: number): Resource {
  const id = idOf(number);
  return {
    id,
    site: "amsterdam-1",
    class: "network",
    subclass: "switch",
    type: "example-os",
    endpoint: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
    metadata: {
      name: `${id}.amsterdam-1.example.net`,
      vendor: "Example Networks",
      model: "EX-4800-48T",
      serial: `EXN${String(number).padStart(9, "0")}`,
    },
    parents: [],
    ttlS: 0,
  };
}
