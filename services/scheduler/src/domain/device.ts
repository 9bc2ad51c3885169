import type { DeviceLimits } from "./device-rules.js";
import { WaitingLine } from "./waiting-line.js";

/** How long after its claim a run reaches its device at the latest, in ms, as far as gaps go: the claim's answer, enrichment,
 *  the call, the module. A run that ended was there before it ended. */
const wayMs = 1_000;

/** What one pair has under way at a device: a task that may be claimed, or a run. */
export interface Place {
  readonly id: number;
  readonly device: Device;
  slotAtMs: number;
  /** The register's revision that its task expects. */
  revision: number;
  claimed: boolean;
  startedAtMs: number;
  /** It is over then at the latest: the task cannot be claimed any more, or the run has lost its lease. */
  untilAtMs: number;
  /** Until when an earlier task of the pair may be claimed; 0 if there is none. */
  earlierUntilAtMs: number;
}

/** A device while something is under way there, waits for it, or just started. Instants are epoch ms of the broker's clock. */
export class Device {
  readonly endpoint: string;
  places: Place[] = [];
  #line: WaitingLine | undefined;
  /** Everything that started has arrived by then. */
  #arrivedByMs = 0;
  #newestStartMs = 0;
  /** As `#arrivedByMs`, without the newest start. */
  #othersArrivedByMs = 0;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
  }

  get line(): WaitingLine {
    this.#line ??= new WaitingLine();
    return this.#line;
  }

  get waiting(): number {
    return this.#line?.size ?? 0;
  }

  /** From when on the next may start, as far as the gap goes. */
  openAtMs({ minGapMs }: DeviceLimits): number {
    return minGapMs > 0 ? this.#arrivedByMs + minGapMs : 0;
  }

  /** A run started, and ended then if it did. Told again, it is the end that counts. */
  started(startedAtMs: number, endedAtMs = Number.POSITIVE_INFINITY): void {
    const arrivedByMs = Math.min(startedAtMs + wayMs, endedAtMs);
    if (startedAtMs > this.#newestStartMs) {
      this.#othersArrivedByMs = this.#arrivedByMs;
      this.#newestStartMs = startedAtMs;
    } else if (startedAtMs < this.#newestStartMs) {
      this.#othersArrivedByMs = Math.max(this.#othersArrivedByMs, arrivedByMs);
      this.#arrivedByMs = Math.max(this.#arrivedByMs, arrivedByMs);
      return;
    }
    this.#arrivedByMs = Math.max(this.#othersArrivedByMs, arrivedByMs);
  }

  /** Whether one more may be sent now. `own` is the place of the pair that asks, which it would take again. */
  hasRoom(limits: DeviceLimits, own: Place | undefined, nowMs: number): boolean {
    if (nowMs < this.openAtMs(limits)) return false;
    const others = this.places.length - (own?.device === this ? 1 : 0);
    if (limits.minGapMs === 0) return others < limits.maxInFlight;
    // As long as a task is not claimed it is not known when it starts.
    return others < limits.maxInFlight && !this.places.some((place) => place !== own && !place.claimed);
  }

  isIdle(limits: DeviceLimits, nowMs: number): boolean {
    return this.places.length === 0 && this.waiting === 0 && nowMs >= this.openAtMs(limits);
  }
}
