import { leaseMarginMs, type PairId, type RegisterSeen, type Task, tasksPerMessage } from "@ocelli/model";
import { DeviceBudget, type DeviceStanding } from "./device-budget.js";
import type { DeviceLimits } from "./device-rules.js";
import { missReasonNumber } from "./miss-reason.js";
import type { Outbox } from "./outbox.js";
import { type PairTable, slotStates } from "./pair-table.js";
import type { Dispatch, SendAnswer } from "./slot-keeper.js";

/** What the gate needs of the world. */
export interface GatePorts {
  /** Where a resource is that no pair here is planned for, if it exists at all. */
  readonly endpointOf: (resourceId: string) => string | undefined;
  /** What a device stands. */
  readonly limitsOf: (endpoint: string) => DeviceLimits;
  readonly brokerNowMs: () => number;
  /** How many partitions the mesh has. */
  readonly partitions: number;
}

const deviceBusy = missReasonNumber("device_busy");

/** Every task of a partition passes here on its way to the outbox: it needs a place at its device. */
export class DeviceGate {
  readonly #pairs: PairTable;
  readonly #outbox: Outbox;
  readonly #ports: GatePorts;
  readonly #budget: DeviceBudget;

  /** `turn` is told when a pair that waits may be decided about anew. */
  constructor(pairs: PairTable, outbox: Outbox, ports: GatePorts, turn: (id: number, nowMs: number) => void) {
    this.#pairs = pairs;
    this.#outbox = outbox;
    this.#ports = ports;
    this.#budget = new DeviceBudget({
      endpointOf: (id) => this.#endpointOf(id),
      limitsOf: ports.limitsOf,
      waits: (id, slotAtMs) => this.#waits(id, slotAtMs),
      turn,
      canSend: () => outbox.hasRoom,
    });
  }

  readonly dispatch: Dispatch = (id, task, again) => {
    // Without room on the way to the broker no place is taken: the pair is decided about anew when there is.
    const granted = this.#outbox.hasRoom ? this.#budget.ask(id, task, again, this.#ports.brokerNowMs()) : task;
    if (!granted) return "device_busy";
    const { maxInFlight = 1 } = this.#pairs.plugin(id)?.spec ?? {};
    const perMessage = tasksPerMessage(maxInFlight, this.#ports.partitions);
    return this.#outbox.put(id, granted, perMessage) ? "sending" : "queued";
  };

  answered(id: number, task: Task, answer: SendAnswer): void {
    this.#budget.answered(id, task.slotAtMs, answer, this.#ports.brokerNowMs());
  }

  registerMoved(id: number, seen: RegisterSeen): void {
    this.#budget.registerMoved(id, seen, this.#ports.brokerNowMs());
  }

  /** Nothing of the pair can be under way any more. */
  clear(id: number): void {
    this.#budget.registerGone(id);
  }

  /** A task of the pair is in the queue already: whoever led before sent it, and it may still be claimed. */
  pendingSeen(id: number, frequencyMs: number): void {
    this.#budget.pendingSeen(id, this.#ports.brokerNowMs() + frequencyMs + leaseMarginMs);
  }

  /** Sends those who wait, as far as their devices have room. */
  serve(nowMs: number): void {
    this.#budget.serve(nowMs);
  }

  /** Where the device of a pair stands; undefined where the pair has none. */
  standingOf(id: number): DeviceStanding | undefined {
    return this.#budget.standingOf(id, this.#ports.brokerNowMs());
  }

  /** Asks for a place for a task out of turn, which does not wait. Gives the task as it may be sent; undefined where the device is
   *  busy and nobody forces it. What comes of it is told by `answered`. */
  askNow(id: number, task: Task, force: boolean): Task | undefined {
    return this.#budget.askNow(id, task, force, this.#ports.brokerNowMs());
  }

  #waits(id: number, slotAtMs: number): boolean {
    const pairs = this.#pairs;
    return (
      pairs.openSlotAtMs.get(id) === slotAtMs &&
      pairs.slotState.get(id) === slotStates.held &&
      pairs.openReason.get(id) === deviceBusy &&
      pairs.plugin(id)?.due === true
    );
  }

  #endpointOf(id: number): string {
    const planned = this.#pairs.resource(id);
    if (planned) return planned.resource.endpoint;
    const { resourceId }: PairId = this.#pairs.pair(id);
    return (resourceId === "" ? undefined : this.#ports.endpointOf(resourceId)) ?? "";
  }
}
