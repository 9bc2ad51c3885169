import type { Task } from "@ocelli/model";
import type { SendAnswer } from "./slot-keeper.js";

/** Hands one task to the broker. Never throws; `settle` is told once, maybe before this returns. */
export type SendTask = (task: Task, settle: (answer: SendAnswer) => void) => void;

/** Sends tasks without waiting for each, but never more than `inFlightMax` at once; what is above waits its turn. */
export class Outbox {
  readonly #send: SendTask;
  readonly #inFlightMax: number;
  readonly #answered: (id: number, task: Task, answer: SendAnswer) => void;
  #waiting: number[] = [];
  #inFlight = 0;
  #isHandingOver = false;
  #sent = 0;

  constructor(send: SendTask, inFlightMax: number, answered: (id: number, task: Task, answer: SendAnswer) => void) {
    this.#send = send;
    this.#inFlightMax = inFlightMax;
    this.#answered = answered;
  }

  /** Tasks the broker took. */
  get sent(): number {
    return this.#sent;
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.#inFlightMax;
  }

  /** Ids that had to wait, for the caller to decide about again: by now their registers may have moved. */
  takeWaiting(): number[] {
    const room = this.#inFlightMax - this.#inFlight;
    if (room <= 0 || this.#waiting.length === 0) return [];
    const taken = this.#waiting.slice(0, room);
    this.#waiting = this.#waiting.slice(room);
    return taken;
  }

  /** False where there is no room: the id waits then. */
  put(id: number, task: Task): boolean {
    if (!this.hasRoom) {
      this.#waiting.push(id);
      return false;
    }
    this.#inFlight += 1;
    this.#isHandingOver = true;
    this.#send(task, (answer) => {
      // Whoever put it must know that it is on its way before it hears what came of it.
      if (this.#isHandingOver) void Promise.resolve().then(() => this.#done(id, task, answer));
      else this.#done(id, task, answer);
    });
    this.#isHandingOver = false;
    return true;
  }

  #done(id: number, task: Task, answer: SendAnswer): void {
    this.#inFlight -= 1;
    if (answer === "sent") this.#sent += 1;
    this.#answered(id, task, answer);
  }
}
