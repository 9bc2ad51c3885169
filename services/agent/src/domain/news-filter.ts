/** What tells results of a pair apart. */
interface Head {
  readonly plugin: string;
  /** Empty for discovery. */
  readonly resourceId: string;
  readonly endpoint: string;
  readonly fence: number;
  readonly part: number;
}

interface Newest {
  fence: number;
  part: number;
}

const mostRemembered = 100_000;

/** Knows the newest result of each pair at each endpoint, for fences of different partitions cannot be compared. Pairs that were
 *  not heard of among the last 100 000 others are forgotten. */
export class NewsFilter {
  #recent = new Map<string, Newest>();
  #older = new Map<string, Newest>();

  /** False for a second copy, and for what a newer run overtook. */
  isNew({ plugin, resourceId, endpoint, fence, part }: Head): boolean {
    const key = `${plugin}\u0000${resourceId}\u0000${endpoint}`;
    const recent = this.#recent.get(key);
    const seen = recent ?? this.#older.get(key);
    if (seen && (fence < seen.fence || (fence === seen.fence && part <= seen.part))) return false;
    if (recent) {
      recent.fence = fence;
      recent.part = part;
      return true;
    }
    this.#recent.set(key, { fence, part });
    if (this.#recent.size < mostRemembered) return true;
    this.#older = this.#recent;
    this.#recent = new Map();
    return true;
  }
}
