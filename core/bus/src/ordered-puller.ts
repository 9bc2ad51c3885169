import type { Msg } from "@nats-io/transport-node";
import { messageOf } from "@ocelli/model";
import { type Delivery, toDelivery } from "./delivery.js";
import { OneShotPull } from "./one-shot-pull.js";
import type { PullerDeps, Pulling } from "./puller.js";

export interface OrderedPullerOptions {
  readonly stream: string;
  /** How many more messages may be taken now. */
  readonly free: () => number;
  readonly onMessage: (delivery: Delivery) => void;
  /** Creates a consumer behind the last message that came, and names it. Called at the start and whenever one was missed. */
  readonly ensure: () => Promise<string>;
}

/** How late a message may come where there are many, in ms. */
const restMs = 50;
const lookEveryMs = 1_000;
const retryMs = 1_000;
/** A consumer that goes again and again is not made again and again at once. */
const goneRestMs = 250;

/** Pulls every message of a stream, each once and in order. Where one is missed on the way it begins anew behind the last that came. */
export class OrderedPuller implements Pulling {
  readonly #deps: PullerDeps;
  readonly #options: OrderedPullerOptions;
  readonly #pull: OneShotPull;
  readonly #timer: NodeJS.Timeout;
  #consumer = "";
  #nextSequence = 1;
  #closed = false;

  constructor(deps: PullerDeps, options: OrderedPullerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#pull = new OneShotPull(deps, {
      ...{ stream: options.stream, restMs, free: options.free },
      onMessage: (msg) => this.#onMessage(msg),
      onDelivered: (count) => {
        if (count >= this.#nextSequence) this.renew();
      },
      onGone: (reason) => {
        deps.log.debug({ stream: options.stream, reason }, "consumer is gone");
        this.#renew(goneRestMs);
      },
    });
    this.#timer = setInterval(() => this.kick(), lookEveryMs);
    this.#timer.unref();
    void this.#start(0);
  }

  /** A place became free. */
  kick(): void {
    this.#pull.ask();
  }

  renew(): void {
    this.#renew(0);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#pull.close();
  }

  #renew(restMs: number): void {
    if (!this.#consumer) return;
    this.#consumer = "";
    this.#pull.pause();
    void this.#start(restMs);
  }

  async #start(restMs: number): Promise<void> {
    const { clock, log } = this.#deps;
    const { stream, ensure } = this.#options;
    await clock.sleep(restMs);
    while (!this.#closed) {
      try {
        this.#consumer = await ensure();
        this.#nextSequence = 1;
        if (!this.#closed) this.#pull.begin(this.#consumer);
        return;
      } catch (error) {
        log.debug({ stream, reason: messageOf(error) }, "consumer is not there yet");
        await clock.sleep(retryMs);
      }
    }
  }

  #onMessage(msg: Msg): boolean {
    const delivery = toDelivery(this.#deps.frames, msg);
    // Of the consumer before, on its way still.
    if (this.#closed || delivery?.info.consumer !== this.#consumer) return false;
    if (delivery.info.consumerSequence !== this.#nextSequence) {
      this.renew();
      return true;
    }
    this.#nextSequence += 1;
    this.#options.onMessage(delivery);
    return true;
  }
}
