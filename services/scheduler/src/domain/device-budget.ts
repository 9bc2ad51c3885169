import { leaseMarginMs, type RegisterSeen, startedAtMs, type Task } from "@ocelli/model";
import { Device, type Place } from "./device.js";
import type { DeviceLimits } from "./device-rules.js";
import type { SendAnswer } from "./slot-keeper.js";

/** What the budget needs to know of pairs, by id. */
export interface BudgetPorts {
  /** The endpoint of the pair's resource; empty where it has none, and nothing is held back then. */
  readonly endpointOf: (id: number) => string;
  readonly limitsOf: (endpoint: string) => DeviceLimits;
  /** Whether the pair still waits for its device with that slot. */
  readonly waits: (id: number, slotAtMs: number) => boolean;
  /** It is the pair's turn: decide anew about its slot. */
  readonly turn: (id: number, nowMs: number) => void;
  readonly canSend: () => boolean;
}

/** Where a device stands. */
export interface DeviceStanding {
  readonly endpoint: string;
  readonly inFlight: number;
  readonly waiting: number;
  readonly limits: DeviceLimits;
  /** From when on the next may start, as far as the gap goes. */
  readonly openAtMs: number;
}

/** How long a task that takes a device's last place may wait for an agent, in ms: others wait for the place. */
const takeWithinMs = 10_000;
const sweepEveryMs = 30_000;

/** Keeps each device of a partition within its budget, by what its leader knows: what was sent and may still be claimed, and
 *  what runs. Holds only what is under way or waits. */
export class DeviceBudget {
  readonly #ports: BudgetPorts;
  readonly #devices = new Map<string, Device>();
  /** By pair id. */
  readonly #places: (Place | undefined)[] = [];
  #taken = 0;
  readonly #held = new Set<Device>();
  #turn = -1;
  #sweepAtMs = 0;

  constructor(ports: BudgetPorts) {
    this.#ports = ports;
  }

  /** Asks for a place for the pair's task. Gives the task as it may be sent, or undefined: then the pair waits for its turn. Who
   *  asks `again`, because its task was not taken in time, waits behind the others. */
  ask(id: number, task: Task, again: boolean, nowMs: number): Task | undefined {
    const endpoint = this.#ports.endpointOf(id);
    if (endpoint === "") return task;
    const limits = this.#ports.limitsOf(endpoint);
    const device = this.#devices.get(endpoint) ?? new Device(endpoint);
    const own = this.#places[id];
    const isFirst = device.waiting === 0 || id === this.#turn || this.#isFirst(id, device);
    if (isFirst && this.#hasRoom(device, limits, own, nowMs)) {
      if (device.waiting > 0) device.line.delete(id);
      return this.#take(id, device, limits, task, nowMs);
    }
    if (own && !own.claimed && own.untilAtMs <= nowMs) this.#release(own);
    device.line.add(id, task.slotAtMs, again ? nowMs : task.slotAtMs);
    this.#devices.set(endpoint, device);
    this.#held.add(device);
    return undefined;
  }

  /** As `ask`, for a task out of turn: it never waits. With `force` it is counted and not held back. */
  askNow(id: number, task: Task, force: boolean, nowMs: number): Task | undefined {
    const endpoint = this.#ports.endpointOf(id);
    if (endpoint === "") return task;
    const limits = this.#ports.limitsOf(endpoint);
    const device = this.#devices.get(endpoint) ?? new Device(endpoint);
    const isFree =
      device.line.first(this.#ports.waits) === undefined && this.#hasRoom(device, limits, this.#places[id], nowMs);
    return isFree || force ? this.#take(id, device, limits, task, nowMs) : undefined;
  }

  /** What came of the task for that slot. */
  answered(id: number, slotAtMs: number, answer: SendAnswer, nowMs: number): void {
    const place = this.#places[id];
    if (answer !== "pending" || !place || place.claimed || place.slotAtMs !== slotAtMs) return;
    if (place.earlierUntilAtMs > nowMs) place.untilAtMs = place.earlierUntilAtMs;
    else this.#release(place);
  }

  /** A task of the pair is in the queue that somebody else sent. It may be claimed until then. */
  pendingSeen(id: number, untilAtMs: number): void {
    const endpoint = this.#ports.endpointOf(id);
    if (endpoint !== "" && !this.#places[id]) this.#put(id, this.#deviceAt(endpoint)).untilAtMs = untilAtMs;
  }

  /** The pair's register has moved, or was read for the first time. */
  registerMoved(id: number, seen: RegisterSeen, nowMs: number): void {
    const place = this.#places[id];
    if (seen.register.running) this.#runs(id, place, seen, nowMs);
    else if (!place) this.#ranBefore(id, seen, nowMs);
    else if (place.claimed || seen.revision > place.revision) {
      place.device.started(place.claimed ? place.startedAtMs : startedAtMs(seen), seen.storedAtMs);
      this.#release(place);
    }
  }

  /** The pair's register is gone, and with it whatever expected it. */
  registerGone(id: number): void {
    const place = this.#places[id];
    if (place) this.#release(place);
  }

  /** Gives free places to those who wait, the longest waiting first. */
  serve(nowMs: number): void {
    for (const device of this.#held) this.#serve(device, nowMs);
    if (nowMs >= this.#sweepAtMs) this.#sweep(nowMs);
  }

  /** Where the pair's device stands; undefined if it has none. */
  standingOf(id: number, nowMs: number): DeviceStanding | undefined {
    const endpoint = this.#ports.endpointOf(id);
    if (endpoint === "") return undefined;
    const limits = this.#ports.limitsOf(endpoint);
    const device = this.#devices.get(endpoint);
    const inFlight = device?.places.filter(({ untilAtMs }) => untilAtMs > nowMs).length ?? 0;
    return { endpoint, inFlight, waiting: device?.waiting ?? 0, limits, openAtMs: device?.openAtMs(limits) ?? 0 };
  }

  /** How much is kept: devices, and pairs with something under way. */
  get size(): { readonly devices: number; readonly places: number } {
    return { devices: this.#devices.size, places: this.#taken };
  }

  /** Whether nobody waits longer. Who asks still waits, although its slot may be another one by now. */
  #isFirst(id: number, { line }: Device): boolean {
    const first = line.first((one, slotAtMs) => one === id || this.#ports.waits(one, slotAtMs));
    return first === undefined || first === id;
  }

  #serve(device: Device, nowMs: number): void {
    const limits = this.#ports.limitsOf(device.endpoint);
    while (this.#ports.canSend()) {
      const id = device.line.first(this.#ports.waits);
      if (id === undefined) {
        this.#held.delete(device);
        this.#dropIfIdle(device, nowMs);
        return;
      }
      if (!this.#hasRoom(device, limits, this.#places[id], nowMs)) return;
      device.line.delete(id);
      this.#turn = id;
      this.#ports.turn(id, nowMs);
      this.#turn = -1;
    }
  }

  /** Looks for room, and where there seems to be none once more without what is over. */
  #hasRoom(device: Device, limits: DeviceLimits, own: Place | undefined, nowMs: number): boolean {
    if (device.hasRoom(limits, own, nowMs)) return true;
    const over = device.places.filter((place) => place !== own && place.untilAtMs <= nowMs);
    for (const place of over) this.#release(place);
    return over.length > 0 && device.hasRoom(limits, own, nowMs);
  }

  #take(id: number, device: Device, limits: DeviceLimits, task: Task, nowMs: number): Task {
    const own = this.#places[id];
    const earlierUntilAtMs = own && !own.claimed && own.untilAtMs > nowMs ? own.untilAtMs : 0;
    if (own) this.#release(own);
    this.#devices.set(device.endpoint, device);
    const place = this.#put(id, device);
    const notBeforeAtMs = Math.max(task.notBeforeAtMs, device.openAtMs(limits));
    const isLast = limits.minGapMs > 0 || device.places.length >= limits.maxInFlight;
    const lastMs = Math.max(nowMs, notBeforeAtMs) + takeWithinMs;
    const expiresAtMs = isLast ? Math.min(task.expiresAtMs, lastMs) : task.expiresAtMs;
    place.slotAtMs = task.slotAtMs;
    place.revision = task.revision;
    place.earlierUntilAtMs = earlierUntilAtMs;
    place.untilAtMs = Math.max(earlierUntilAtMs, expiresAtMs + leaseMarginMs);
    const isSame = notBeforeAtMs === task.notBeforeAtMs && expiresAtMs === task.expiresAtMs;
    return isSame ? task : { ...task, notBeforeAtMs, expiresAtMs };
  }

  #runs(id: number, known: Place | undefined, seen: RegisterSeen, nowMs: number): void {
    const untilAtMs = seen.storedAtMs + seen.register.leaseMs + leaseMarginMs;
    const endpoint = known ? known.device.endpoint : this.#ports.endpointOf(id);
    if (endpoint === "" || (!known && untilAtMs <= nowMs)) return;
    if (known && !known.claimed && seen.revision <= known.revision) return;
    const place = known ?? this.#put(id, this.#deviceAt(endpoint));
    const isNew = !place.claimed || place.slotAtMs !== seen.register.slotAtMs;
    place.claimed = true;
    place.slotAtMs = seen.register.slotAtMs;
    place.untilAtMs = untilAtMs;
    if (!isNew) return;
    place.startedAtMs = startedAtMs(seen);
    place.device.started(place.startedAtMs);
  }

  /** A run of which nothing was known is over: it counts for the gap. */
  #ranBefore(id: number, seen: RegisterSeen, nowMs: number): void {
    const endpoint = this.#ports.endpointOf(id);
    if (endpoint === "") return;
    const limits = this.#ports.limitsOf(endpoint);
    if (limits.minGapMs === 0 || seen.storedAtMs + limits.minGapMs <= nowMs) return;
    this.#deviceAt(endpoint).started(startedAtMs(seen), seen.storedAtMs);
  }

  #deviceAt(endpoint: string): Device {
    let device = this.#devices.get(endpoint);
    if (!device) {
      device = new Device(endpoint);
      this.#devices.set(endpoint, device);
    }
    return device;
  }

  #put(id: number, device: Device): Place {
    const place: Place = {
      id,
      device,
      slotAtMs: 0,
      revision: 0,
      claimed: false,
      startedAtMs: 0,
      untilAtMs: 0,
      earlierUntilAtMs: 0,
    };
    device.places.push(place);
    while (this.#places.length < id) this.#places.push(undefined);
    this.#places[id] = place;
    this.#taken += 1;
    return place;
  }

  #release(place: Place): void {
    const { device, id } = place;
    const at = device.places.indexOf(place);
    if (device.places.length === 1) device.places.length = 0;
    else device.places.splice(at, 1);
    this.#places[id] = undefined;
    this.#taken -= 1;
    const isEmpty = device.places.length === 0 && device.waiting === 0;
    if (isEmpty && this.#ports.limitsOf(device.endpoint).minGapMs === 0) this.#devices.delete(device.endpoint);
  }

  #dropIfIdle(device: Device, nowMs: number): void {
    if (device.isIdle(this.#ports.limitsOf(device.endpoint), nowMs)) this.#devices.delete(device.endpoint);
  }

  /** What was never settled does not stay for ever. */
  #sweep(nowMs: number): void {
    this.#sweepAtMs = nowMs + sweepEveryMs;
    for (const device of [...this.#devices.values()]) {
      for (const place of device.places.filter(({ untilAtMs }) => untilAtMs <= nowMs)) this.#release(place);
      this.#dropIfIdle(device, nowMs);
    }
  }
}
