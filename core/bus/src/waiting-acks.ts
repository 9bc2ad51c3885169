/** Those who wait for an answer, by ids that count up: a ring, so that waiting makes no object. */
export class WaitingAcks<Settle> {
  #ring: (Settle | undefined)[] = new Array(1024).fill(undefined);
  /** Every id below is settled. */
  #oldest = 1;
  #next = 1;

  /** The id that `add` will give next. */
  get next(): number {
    return this.#next;
  }

  add(settle: Settle): number {
    if (this.#next - this.#oldest >= this.#ring.length) this.#grow();
    const id = this.#next++;
    this.#ring[id & (this.#ring.length - 1)] = settle;
    return id;
  }

  /** Who waits under this id, who then waits no longer. */
  take(id: number): Settle | undefined {
    if (!(id >= this.#oldest && id < this.#next)) return undefined;
    const at = id & (this.#ring.length - 1);
    const settle = this.#ring[at];
    this.#ring[at] = undefined;
    if (id === this.#oldest) this.#pass();
    return settle;
  }

  /** Everybody whose id is below `end`, oldest first. They wait no longer. */
  takeBelow(end: number): Settle[] {
    const taken: Settle[] = [];
    while (this.#oldest < Math.min(end, this.#next)) {
      const settle = this.take(this.#oldest);
      if (settle !== undefined) taken.push(settle);
    }
    return taken;
  }

  /** The oldest that waits, or `next` where nobody does. */
  #pass(): void {
    const mask = this.#ring.length - 1;
    while (this.#oldest < this.#next && this.#ring[this.#oldest & mask] === undefined) this.#oldest += 1;
  }

  #grow(): void {
    const old = this.#ring;
    const ring: (Settle | undefined)[] = new Array(2 * old.length).fill(undefined);
    for (let id = this.#oldest; id < this.#next; id += 1) ring[id & (ring.length - 1)] = old[id & (old.length - 1)];
    this.#ring = ring;
  }
}
