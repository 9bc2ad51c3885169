const grainMs = 10;

/** Ids to be looked at again at some instant. An id may be in here several times and is told each time:
 *  whoever adds it keeps the instant that counts. */
export class WakeList {
  readonly #lists = new Map<number, number[]>();
  /** Everything up to this grain has been told. */
  #toldTo = 0;

  /** Told at the first `drain` at or after `atMs`; never in the drain that runs now. */
  add(id: number, atMs: number): void {
    const grain = Math.max(Math.ceil(atMs / grainMs), this.#toldTo + 1);
    const list = this.#lists.get(grain);
    if (list) list.push(id);
    else this.#lists.set(grain, [id]);
  }

  drain(nowMs: number, visit: (id: number) => void): void {
    const now = Math.floor(nowMs / grainMs);
    if (now <= this.#toldTo) return;
    const from = this.#toldTo + 1;
    this.#toldTo = now;
    if (now - from < this.#lists.size) {
      for (let grain = from; grain <= now; grain += 1) this.#tell(grain, visit);
    } else {
      for (const grain of [...this.#lists.keys()]) if (grain <= now) this.#tell(grain, visit);
    }
  }

  #tell(grain: number, visit: (id: number) => void): void {
    const list = this.#lists.get(grain);
    if (!list) return;
    this.#lists.delete(grain);
    for (const id of list) visit(id);
  }
}
