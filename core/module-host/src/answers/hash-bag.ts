/** A bag of 32-bit hashes that is emptied without being cleared. Two that are alike may stand for different things, so what it
 *  finds twice has to be looked at again. */
export class HashBag {
  #hashes = new Int32Array(256);
  /** The round in which a place was taken last. */
  #rounds = new Uint32Array(256);
  #round = 1;
  #count = 0;

  empty(): void {
    this.#round += 1;
    this.#count = 0;
    if (this.#round < 0xffff_ffff) return;
    this.#rounds.fill(0);
    this.#round = 1;
  }

  /** False where the hash is there already. */
  add(hash: number): boolean {
    if (2 * this.#count >= this.#hashes.length) this.#grow();
    const mask = this.#hashes.length - 1;
    let place = (hash ^ (hash >>> 15)) & mask;
    while (this.#rounds[place] === this.#round) {
      if (this.#hashes[place] === hash) return false;
      place = (place + 1) & mask;
    }
    this.#rounds[place] = this.#round;
    this.#hashes[place] = hash;
    this.#count += 1;
    return true;
  }

  #grow(): void {
    const old = [...this.#hashes].filter((_, place) => this.#rounds[place] === this.#round);
    this.#hashes = new Int32Array(2 * this.#hashes.length);
    this.#rounds = new Uint32Array(this.#hashes.length);
    this.#round = 1;
    this.#count = 0;
    for (const hash of old) this.add(hash);
  }
}
