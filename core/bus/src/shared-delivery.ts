import type { Delivery, DeliveryInfo } from "./delivery.js";

/** Several things that came in one message, each settled by itself: the message is acked once all are, and delivered again as a
 *  whole where one of them has to be. */
export class SharedDelivery implements Delivery {
  readonly #whole: Delivery;
  #left: number;
  #retryMs: number | undefined;

  constructor(whole: Delivery, members: number) {
    this.#whole = whole;
    this.#left = members;
  }

  get subject(): string {
    return this.#whole.subject;
  }

  get data(): Uint8Array {
    return this.#whole.data;
  }

  get info(): DeliveryInfo {
    return this.#whole.info;
  }

  ack(): void {
    this.#settle();
  }

  /** After the shortest delay that any of them asks for. */
  retry(delayMs: number): void {
    this.#retryMs = Math.min(this.#retryMs ?? delayMs, delayMs);
    this.#settle();
  }

  drop(): void {
    this.#settle();
  }

  #settle(): void {
    this.#left -= 1;
    if (this.#left !== 0) return;
    if (this.#retryMs === undefined) this.#whole.ack();
    else this.#whole.retry(this.#retryMs);
  }
}
