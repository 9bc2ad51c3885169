import { type Clock, linkSignals, messageOf, type ServicePresence } from "@ocelli/model";
import type { BrokerClock } from "./broker-clock.js";
import { ClockSkew } from "./clock-skew.js";
import type { BusLog } from "./ports.js";
import type { Table } from "./table.js";

const beatMs = 2_500;
/** While the broker does not keep writes: nothing starts until it does. */
const sickBeatMs = 500;
const knownForMs = 10_000;

/** Writes the presence of a process and reads it back from the stream's leader, again and again: the only proof that the
 *  broker keeps what it acknowledges. The stamp it reads is a fresh sight of the broker's clock. */
export class Heart {
  readonly #table: Table<ServicePresence>;
  readonly #brokerClock: BrokerClock;
  readonly #clock: Clock;
  readonly #log: BusLog;
  readonly #skew: ClockSkew;
  #goodAtMs = Number.NEGATIVE_INFINITY;
  #sick = false;
  #hurried = new AbortController();

  constructor(table: Table<ServicePresence>, brokerClock: BrokerClock, clock: Clock, log: BusLog) {
    this.#table = table;
    this.#brokerClock = brokerClock;
    this.#clock = clock;
    this.#log = log;
    this.#skew = new ClockSkew(brokerClock, clock, log);
  }

  /** Whether a write and a read succeeded lately. Unknown means no. */
  known(): boolean {
    return this.#clock.monotonicMs() - this.#goodAtMs < knownForMs;
  }

  /** One write and one read. Throws where either fails. */
  async beat(presence: ServicePresence): Promise<void> {
    const sentAtMs = this.#clock.monotonicMs();
    const key = `${presence.kind}/${presence.id}`;
    const clockSkewMs = this.#skew.measure();
    const revision = await this.#table.put(key, { ...presence, ...(clockSkewMs === undefined ? {} : { clockSkewMs }) });
    const entry = await this.#table.get(key);
    if (!entry || entry.revision < revision) throw new Error("the broker did not give back what it acknowledged");
    this.#brokerClock.probe(entry.storedAtMs, sentAtMs);
    this.#goodAtMs = Math.max(this.#goodAtMs, sentAtMs);
    if (this.#sick) this.#log.info({}, "broker keeps writes again");
    this.#sick = false;
  }

  /** The connection came back: the next beat is due at once, as nothing may start before it. One under way was lost with the one before. */
  hurry(): void {
    this.#hurried.abort();
  }

  /** Beats until `signal` aborts, then says goodbye. */
  async run(presence: () => ServicePresence, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#hurried = new AbortController();
      using rest = linkSignals(signal, this.#hurried.signal);
      try {
        await Promise.race([this.beat(presence()), lostWith(this.#hurried.signal)]);
      } catch (error) {
        if (!this.#sick)
          this.#log.warn({ reason: messageOf(error) }, "broker does not keep writes; nothing new is started");
        this.#sick = true;
      }
      await this.#clock.sleep(this.#sick ? sickBeatMs : beatMs, rest.signal);
    }
    const { kind, id } = presence();
    await this.#table.remove(`${kind}/${id}`).catch(() => undefined);
  }
}

function lostWith(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("the connection was lost meanwhile")), { once: true });
  });
}
