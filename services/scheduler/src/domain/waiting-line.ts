/** One that waits: the smaller its rank, the longer. */
interface Waiting {
  readonly id: number;
  slotAtMs: number;
  readonly rankMs: number;
}

/** Whether the id still waits with that slot. */
export type StillWaits = (id: number, slotAtMs: number) => boolean;

/** Pairs that wait for a device, the longest waiting first. Who left is noticed when its turn comes. */
export class WaitingLine {
  #heap: Waiting[] = [];
  readonly #newest = new Map<number, Waiting>();

  /** How many wait, among them some that may have left. */
  get size(): number {
    return this.#newest.size;
  }

  /** Takes a place in the line. Who waits there already keeps the one it has, with a newer slot as well: where there is more due
   *  than a device stands, those whose slots end early in the queue would never get their turn otherwise. */
  add(id: number, slotAtMs: number, rankMs: number): void {
    const known = this.#newest.get(id);
    if (known) {
      known.slotAtMs = slotAtMs;
      return;
    }
    const one = { id, slotAtMs, rankMs };
    this.#newest.set(id, one);
    if (this.#heap.length > 2 * this.#newest.size + 32) this.#rebuild();
    else this.#push(one);
  }

  delete(id: number): void {
    this.#newest.delete(id);
  }

  /** Who waits longest; undefined where nobody does. */
  first(stillWaits: StillWaits): number | undefined {
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      const isCurrent = this.#newest.get(top.id) === top;
      if (isCurrent && stillWaits(top.id, top.slotAtMs)) return top.id;
      if (isCurrent) this.#newest.delete(top.id);
      this.#pop();
    }
    return undefined;
  }

  #rebuild(): void {
    // A sorted array is a heap.
    this.#heap = [...this.#newest.values()].sort(compare);
  }

  #push(one: Waiting): void {
    const heap = this.#heap;
    let at = heap.push(one) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Waiting; // inside the array
      if (compare(parent, one) <= 0) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = one;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    while (true) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [l, r] = [heap[left], heap[right]];
      if (!l) break;
      const isRight = r !== undefined && compare(r, l) < 0;
      const child = isRight ? r : l;
      if (compare(last, child) <= 0) break;
      heap[at] = child;
      at = isRight ? right : left;
    }
    heap[at] = last;
  }
}

function compare(a: Waiting, b: Waiting): number {
  return a.rankMs - b.rankMs || a.id - b.id;
}
