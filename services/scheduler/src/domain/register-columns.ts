import { type PairId, pollStatuses, type RegisterSeen, statusNumber } from "@ocelli/model";
import { Column } from "./column.js";

const noState = new Uint8Array();

/** What is known of the registers of many pairs. Payloads are not kept, except what a run left for the next one. */
export class RegisterColumns {
  readonly #revision = new Column(Float64Array);
  readonly #present = new Column(Uint8Array);
  readonly #running = new Column(Uint8Array);
  readonly #status = new Column(Uint8Array);
  readonly #agent = new Column(Uint32Array);
  readonly #leaseMs = new Column(Uint32Array);
  readonly #storedAtMs = new Column(Float64Array);
  readonly #slotAtMs = new Column(Float64Array);
  readonly #startedAtMs = new Column(Float64Array);
  readonly #finishedAtMs = new Column(Float64Array);
  readonly #states = new Map<number, Uint8Array>();
  readonly #agents: string[] = [];
  readonly #agentNumbers = new Map<string, number>();

  /** Whether there is a register. */
  has(id: number): boolean {
    return this.#present.get(id) === 1;
  }

  /** What a claim must expect. 0 where there never was a register; one that was removed leaves its last revision. */
  revision(id: number): number {
    return this.#revision.get(id);
  }

  running(id: number): boolean {
    return this.#running.get(id) === 1;
  }

  /** The slot that runs or last ran; 0 if none did. */
  slotAtMs(id: number): number {
    return this.#slotAtMs.get(id);
  }

  storedAtMs(id: number): number {
    return this.#storedAtMs.get(id);
  }

  /** When the run that it tells of started; 0 if there is no register. */
  startedAtMs(id: number): number {
    return this.#startedAtMs.get(id) || this.storedAtMs(id);
  }

  leaseMs(id: number): number {
    return this.#leaseMs.get(id);
  }

  /** What the pair's last run left behind. */
  state(id: number): Uint8Array {
    return this.#states.get(id) ?? noState;
  }

  seen(id: number, pair: PairId): RegisterSeen | undefined {
    if (!this.has(id)) return undefined;
    const register = {
      plugin: pair.plugin,
      resourceId: pair.resourceId,
      running: this.running(id),
      agentId: this.#agents[this.#agent.get(id)] ?? "",
      attempt: "",
      fence: 0,
      leaseMs: this.leaseMs(id),
      slotAtMs: this.slotAtMs(id),
      startedAtMs: this.#startedAtMs.get(id),
      finishedAtMs: this.#finishedAtMs.get(id),
      status: pollStatuses[this.#status.get(id)] ?? "internal",
      state: this.state(id),
    };
    return { register, revision: this.revision(id), storedAtMs: this.storedAtMs(id) };
  }

  set(id: number, seen: RegisterSeen): void {
    const { register, revision, storedAtMs } = seen;
    this.#revision.set(id, revision);
    this.#present.set(id, 1);
    this.#running.set(id, register.running ? 1 : 0);
    this.#status.set(id, statusNumber(register.status));
    this.#agent.set(id, this.#agentNumber(register.agentId));
    this.#leaseMs.set(id, register.leaseMs);
    this.#storedAtMs.set(id, storedAtMs);
    this.#slotAtMs.set(id, register.slotAtMs);
    this.#startedAtMs.set(id, register.startedAtMs);
    this.#finishedAtMs.set(id, register.finishedAtMs);
    // A copy: what came may be a view of a much larger buffer.
    if (register.state.length > 0) this.#states.set(id, register.state.slice());
    else this.#states.delete(id);
  }

  /** Forgets the register. `revision` is that of its removal, or 0 where it leaves no trace. */
  clear(id: number, revision: number): void {
    for (const column of [this.#present, this.#running, this.#status, this.#agent, this.#leaseMs]) column.set(id, 0);
    for (const column of [this.#storedAtMs, this.#slotAtMs, this.#startedAtMs, this.#finishedAtMs]) column.set(id, 0);
    this.#revision.set(id, revision);
    this.#states.delete(id);
  }

  #agentNumber(agentId: string): number {
    let number = this.#agentNumbers.get(agentId);
    if (number === undefined) {
      number = this.#agents.push(agentId) - 1;
      this.#agentNumbers.set(agentId, number);
    }
    return number;
  }
}
