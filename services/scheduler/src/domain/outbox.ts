import type { Task } from "@ocelli/model";
import type { SendAnswer } from "./slot-keeper.js";

/** Where tasks go. Neither way throws, and `settle` is told once for each task, maybe before they return. */
export interface TaskOutlet {
  /** Hands one task to the broker, which keeps one of each pair. */
  send(task: Task, settle: (answer: SendAnswer) => void): void;
  /** Hands tasks of one plugin to the broker, which keeps one message of each `lane` and place in it, and so many in a message. */
  sendTogether(
    tasks: readonly Task[],
    lane: number,
    perMessage: number,
    settle: (place: number, answer: SendAnswer) => void,
  ): void;
}

/** Tasks of one plugin that were put while the outbox gathers. */
interface Gathered {
  readonly ids: number[];
  readonly tasks: Task[];
  readonly perMessage: number;
  readonly frequencyMs: number;
}

/** Slots are looked at in steps of so many ms of the broker's clock, so that what is due together is so in each interval. */
export const stepMs = 25;

/** Sends tasks without waiting for each, but never more than `inFlightMax` at once; what is above waits its turn. */
export class Outbox {
  readonly #outlet: TaskOutlet;
  readonly #inFlightMax: number;
  readonly #answered: (id: number, task: Task, answer: SendAnswer) => void;
  #waiting: number[] = [];
  #inFlight = 0;
  #isHandingOver = false;
  #sent = 0;
  #gathering: Map<string, Gathered> | undefined;

  constructor(outlet: TaskOutlet, inFlightMax: number, answered: (id: number, task: Task, answer: SendAnswer) => void) {
    this.#outlet = outlet;
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

  /** False where there is no room: the id waits then. `perMessage`: so many tasks of the plugin may travel together. */
  put(id: number, task: Task, perMessage: number): boolean {
    if (!this.hasRoom) {
      this.#waiting.push(id);
      return false;
    }
    this.#inFlight += 1;
    if (this.#gathering && perMessage > 1) this.#gather(this.#gathering, id, task, perMessage);
    else this.#sendAlone(id, task);
    return true;
  }

  /** What `puts` puts travels together, in step number `step`. A step has two lanes in each interval: one for slots that have
   *  just come, and one for those that are `late`. */
  together(step: number, late: boolean, puts: () => void): void {
    const all = new Map<string, Gathered>();
    this.#gathering = all;
    puts();
    this.#gathering = undefined;
    for (const { ids, tasks, perMessage, frequencyMs } of all.values()) {
      const lanes = Math.ceil(frequencyMs / stepMs);
      const lane = (late ? lanes : 0) + (step % lanes);
      const settle = (place: number, answer: SendAnswer): void => {
        const task = tasks[place];
        if (task) this.#done(ids[place] ?? 0, task, answer);
      };
      this.#outlet.sendTogether(tasks, lane, perMessage, settle);
    }
  }

  #gather(all: Map<string, Gathered>, id: number, task: Task, perMessage: number): void {
    const { kind, plugin, frequencyMs } = task;
    const key = `${kind} ${frequencyMs} ${plugin}`;
    let gathered = all.get(key);
    if (!gathered) {
      gathered = { ids: [], tasks: [], perMessage, frequencyMs };
      all.set(key, gathered);
    }
    gathered.ids.push(id);
    gathered.tasks.push(task);
  }

  #sendAlone(id: number, task: Task): void {
    this.#isHandingOver = true;
    this.#outlet.send(task, (answer) => {
      // Whoever put it must know that it is on its way before it hears what came of it.
      if (this.#isHandingOver) void Promise.resolve().then(() => this.#done(id, task, answer));
      else this.#done(id, task, answer);
    });
    this.#isHandingOver = false;
  }

  #done(id: number, task: Task, answer: SendAnswer): void {
    this.#inFlight -= 1;
    if (answer === "sent") this.#sent += 1;
    this.#answered(id, task, answer);
  }
}
