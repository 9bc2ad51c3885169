import type { MeshEvent, PairId, RegisterSeen, SlotAccount, Task } from "@ocelli/model";
import type { TaskOutlet } from "./outbox.js";

/** The broker's clock, and whether the broker can be trusted to be there. */
export interface Broker {
  /** Epoch ms, never ahead of the truth; NaN while it was never seen. */
  nowMs(): number;
  /** False means: start nothing. */
  known(): boolean;
}

/** Where tasks go. */
export interface TaskQueue {
  /** "pending" where an earlier task of the pair is still there. Rejects where the broker does not answer. */
  send(task: Task, partition: number): Promise<"sent" | "pending">;
  /** The way of the slots of a partition. */
  outlet(partition: number): TaskOutlet;
  /** The pairs with a task in the queue, taken or not, some at a time. Rejects where the broker does not answer. */
  pendingPairs(partition: number): AsyncIterable<readonly PairId[]>;
}

/** Told of the registers of one partition: first of all there are, then of changes. */
export interface RegisterFeed {
  put(pair: PairId, seen: RegisterSeen): void;
  gone(pair: PairId, revision: number): void;
  /** May be told several times. */
  caughtUp(): void;
}

/** A register as it is now, or that there is none. */
export interface RegisterRead {
  readonly seen: RegisterSeen | undefined;
  /** What a claim must expect: a register that was removed leaves a trace. 0 where there never was one. */
  readonly revision: number;
}

/** The registers as the stream's leader has them. */
export interface Registers {
  /** Follows until `signal` aborts. */
  follow(partition: number, feed: RegisterFeed, signal: AbortSignal): void;
  read(partition: number, pair: PairId): Promise<RegisterRead>;
  /** Removes it if it still is at that revision; what comes of it is told to who follows. */
  remove(partition: number, pair: PairId, revision: number): void;
}

/** Tells the mesh what changed and why. */
export interface Events {
  publish(event: Omit<MeshEvent, "atMs" | "from">): void;
  /** The same, with whether it is stored for certain. Never rejects. */
  tell(event: Omit<MeshEvent, "atMs" | "from">): Promise<boolean>;
}

/** The leadership of one partition, as long as it is ours. */
export interface Leadership {
  readonly partition: number;
  /** What whoever led before left; undefined if nobody ever led. */
  readonly left: SlotAccount | undefined;
  /** Whether it is certain now. Where it is not, nothing may be sent. */
  holds(): boolean;
  /** Asks that the account be kept soon, before it is time to: something was counted or told. Whoever leads next goes by it. */
  save(): void;
}
